import { type CalendarDate, formatDate } from '../time/calendar-date.ts';

/** Why a customer pays no tax. The first six are those of certificates in the United States, the next three of article 151. */
export const CERTIFICATE_REASONS = [
  'resale',
  'government',
  'nonprofit',
  'education',
  'manufacturing',
  'agriculture',
  'diplomatic',
  'international_organisation',
  'armed_forces',
  'other',
] as const;

export type CertificateReason = (typeof CERTIFICATE_REASONS)[number];

/** A paper by which a customer is free of the tax of a country, or of some regions of it, on some days. */
export interface TaxCertificate {
  readonly id: string;
  readonly reason: CertificateReason;
  readonly number: string | null;
  /** ISO 3166-1: whose tax it is free of. */
  readonly country: string;
  /** ISO 3166-2 without the country, such as `TX`; empty for the whole country. */
  readonly regions: readonly string[];
  /** First and last day, as `2026-01-31`; null for no end. */
  readonly from: string;
  readonly to: string | null;
}

/** Whose tax it would be: a country, and the region where the customer is. */
export interface TaxedPlace {
  readonly country: string;
  readonly region: string | null;
}

/**
 * The certificate that holds for a tax on the day of its tax point; null for none. Of several the one that names the region
 * goes first, then the one that holds longest, so that the same is found however they come.
 */
export function certificateOn(
  certificates: readonly TaxCertificate[],
  place: TaxedPlace,
  day: CalendarDate,
): TaxCertificate | null {
  const held = certificates.filter((one) => covers(one, place) && isOn(one, day));
  const [first] = held.toSorted(
    (left, right) =>
      Math.sign(right.regions.length) - Math.sign(left.regions.length) ||
      compare(right.to ?? FOR_EVER, left.to ?? FOR_EVER) ||
      compare(left.id, right.id),
  );
  return first ?? null;
}

const FOR_EVER = '9999-12-31';

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function covers({ country, regions }: TaxCertificate, place: TaxedPlace): boolean {
  if (country !== place.country) return false;
  return regions.length === 0 || (place.region !== null && regions.includes(regionCode(place)));
}

/** `US-TX` and `tx` are both `TX`. */
function regionCode({ country, region }: TaxedPlace): string {
  const code = (region ?? '').trim().toUpperCase();
  return code.startsWith(`${country}-`) ? code.slice(country.length + 1) : code;
}

function isOn({ from, to }: Pick<TaxCertificate, 'from' | 'to'>, day: CalendarDate): boolean {
  const text = formatDate(day);
  return from <= text && (to === null || text <= to);
}

/** What staff decided about a certificate. */
export type CertificateDecision = 'to_check' | 'accepted' | 'refused' | 'withdrawn';

/** What a certificate is worth on a day: only `valid` frees of tax. */
export type CertificateState = Exclude<CertificateDecision, 'accepted'> | 'not_yet' | 'valid' | 'expired';

export function certificateState(
  { decision, from, to }: Pick<TaxCertificate, 'from' | 'to'> & { readonly decision: CertificateDecision },
  day: CalendarDate,
): CertificateState {
  if (decision !== 'accepted') return decision;
  if (isOn({ from, to }, day)) return 'valid';
  return formatDate(day) < from ? 'not_yet' : 'expired';
}
