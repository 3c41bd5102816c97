import { invariant } from '../kernel/invariant.ts';
import { addDays, type CalendarDate, parseDate, startOfDay } from '../time/calendar-date.ts';
import type { Instant } from '../time/instant.ts';
import type { ZoneRules } from '../time/zone.ts';
import { certificateOn, type TaxCertificate } from './certificates.ts';

/** How many days before its last day a certificate's owner and staff are told. */
export const CERTIFICATE_WARNING_DAYS: readonly number[] = [30, 7];

/** When a certificate is over: the first moment after its last day. */
export function certificateEnd(to: string, zone: ZoneRules): Instant {
  return startOfDay(addDays(dateOf(to), 1), zone);
}

/** The next moment after `after` at which people are told that it runs out, at last that it has; null for none. */
export function nextCertificateNotice(to: string | null, zone: ZoneRules, after: Instant): Instant | null {
  if (to === null) return null;
  const last = dateOf(to);
  const days = [...CERTIFICATE_WARNING_DAYS.map((before) => addDays(last, -before)), addDays(last, 1)];
  return days.map((day) => startOfDay(day, zone)).find((at) => at > after) ?? null;
}

/** Whether others go on where this one ends, everywhere it held: then nobody needs to be told. */
export function isSucceeded(certificate: TaxCertificate, others: readonly TaxCertificate[]): boolean {
  const { country, regions, to } = certificate;
  if (to === null) return true;
  const next = addDays(dateOf(to), 1);
  const standing = others.filter((one) => one.id !== certificate.id);
  const places = regions.length === 0 ? [null] : regions;
  return places.every((region) => certificateOn(standing, { country, region }, next) !== null);
}

function dateOf(text: string): CalendarDate {
  const date = parseDate(text);
  invariant(date.ok, 'The days of a certificate are days.');
  return date.value;
}
