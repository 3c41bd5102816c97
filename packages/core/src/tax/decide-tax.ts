import { isMemberState, type VatNumberState } from '../invoicing/choose-tax.ts';
import type { TaxRate } from '../invoicing/tax.ts';
import { DECIMAL12_ZERO, type Decimal12, formatDecimal12 } from '../kernel/decimal.ts';
import { type CalendarDate, formatDate } from '../time/calendar-date.ts';
import { certificateRate } from './certificate-rate.ts';
import { certificateOn, type TaxCertificate } from './certificates.ts';
import { EXEMPTIONS, exemptRate } from './exemptions.ts';
import { percentOf, vatRatesOn } from './vat-rates.ts';
import { regionRateOn, type VatPlace, vatPlace } from './vat-regions.ts';

/** What is sold: what is due where follows from it. Software and access to it are electronic services. */
export type SupplyKind = 'electronic_service' | 'other_service' | 'goods';

/** Where the seller is registered for tax: under the rules of a country, or for all member states by the one-stop shop. */
export interface TaxRegistration {
  readonly scheme: 'local' | 'oss';
  /** ISO 3166-1; for the one-stop shop the state of identification. */
  readonly country: string;
  /** First and last day, as `2026-01-31`; null for no end. */
  readonly from: string;
  readonly to: string | null;
}

/** The seller's choices where the law leaves one, or where only the seller knows. */
export interface TaxRules {
  /** Whether a well-formed number is enough to be believed, or only one that the registry confirmed. */
  readonly verification: 'format_only' | 'registry_confirmed';
  /** `origin`: sales to consumers of other member states are below the threshold of the union (10,000 euro a year). */
  readonly consumers: 'destination' | 'origin';
  readonly unknownCountry: 'no_tax' | 'origin';
}

export const DEFAULT_TAX_RULES: TaxRules = {
  verification: 'registry_confirmed',
  consumers: 'destination',
  unknownCountry: 'origin',
};

/** Everything that the tax of one customer on one day rests on. */
export interface TaxCase {
  /** The day of the tax point, in the seller's zone: rates and registrations of that day hold. */
  readonly day: CalendarDate;
  readonly supply: SupplyKind;
  readonly seller: { readonly country: string; readonly registrations: readonly TaxRegistration[] };
  readonly customer: {
    readonly country: string | null;
    readonly postalCode: string | null;
    readonly vatNumber: VatNumberState;
    /** The country that the number is from, where it is one; the customer's own counts for nothing. */
    readonly vatNumberCountry: string | null;
    /** Why the customer pays no tax, whatever the day and the country; null for one that does. */
    readonly exemptReason: string | null;
    /** ISO 3166-2 without the country; left out where it is not known. */
    readonly region?: string | null;
    /** Papers that staff accepted; they count on their days, for the tax of their country and regions. */
    readonly certificates?: readonly TaxCertificate[];
  };
  readonly rules: TaxRules;
  /** Rates that the seller set by country; they go before the published ones. */
  readonly ownRates: Readonly<Record<string, TaxRate>>;
}

export type TaxGround =
  | 'exempt_customer'
  | 'unknown_country'
  | 'domestic'
  | 'reverse_charge'
  | 'intra_community_goods'
  | 'one_stop_shop'
  | 'registered_there'
  | 'below_threshold'
  | 'service_at_seller'
  | 'export_of_goods'
  | 'outside_scope';

/** What is to be looked at by a person, though a tax was found. */
export type TaxWarning = 'registration_missing' | 'rate_unknown' | 'number_of_other_country';

export interface TaxDecision {
  readonly ground: TaxGround;
  /** Null where no tax is charged and no row over zero stands on the document. */
  readonly rate: TaxRate | null;
  /** Whose tax it is; null for none. */
  readonly country: string | null;
  readonly region: string | null;
  readonly warnings: readonly TaxWarning[];
  /** By which nothing is charged; left out where none decided. */
  readonly certificate?: TaxCertificate;
}

/**
 * Which tax applies (Directive 2006/112/EC: articles 31 to 33 and 138 for goods, 44, 45, 58 and 59c for services, 194 and 196
 * for who pays it; title XII chapter 6 for the one-stop shop). Total: every case has an answer; what needs a person is
 * said in `warnings`. The seller's own country goes first, so nobody at home is ever reverse charged. A certificate frees only of a tax
 * that would be due.
 */
export function decideTax(given: TaxCase): TaxDecision {
  const { customer } = given;
  if (customer.exemptReason !== null)
    return zero('exempt_customer', exemptRate('exempt_customer', customer.exemptReason));
  const due = dueTax(given);
  if (due.country === null) return due;
  const place = { country: due.country, region: due.region ?? customer.region ?? null };
  const certificate = certificateOn(customer.certificates ?? [], place, given.day);
  if (certificate === null) return due;
  return { ...zero('exempt_customer', certificateRate(certificate)), certificate };
}

/** What is due of a customer that is not exempt. */
function dueTax(given: TaxCase): TaxDecision {
  const { customer, seller } = given;
  const home = vatPlace(seller.country, null);
  if (customer.country === null) {
    if (given.rules.unknownCountry === 'no_tax') return zero('unknown_country', null);
    return taxed(given, 'unknown_country', home);
  }
  const place = vatPlace(customer.country, customer.postalCode);
  if (place.region?.rule === 'outside') return abroad(given, place, true);
  if (place.country === home.country) return atHome(given, place);
  if (isMemberState(place.country)) return inUnion(given, place, home);
  return abroad(given, place, false);
}

/**
 * Whether pieces of evidence must say where the customer is: electronic services for consumers of other member states
 * (Implementing Regulation 282/2011, articles 24b and 24f).
 */
export function needsEvidence({ ground, country }: TaxDecision, supply: SupplyKind): boolean {
  if (supply !== 'electronic_service') return false;
  if (ground === 'one_stop_shop' || ground === 'below_threshold') return true;
  return ground === 'registered_there' && country !== null && isMemberState(country);
}

/** Only who is registered at home charges the tax of home: small businesses may be free of it. */
function atHome(given: TaxCase, place: VatPlace): TaxDecision {
  if (isRegistered(given, 'local', place.country) || !isKnown(given, place.country))
    return taxed(given, 'domestic', place);
  return zero('domestic', exemptRate('small_business', EXEMPTIONS.small_business.text));
}

function inUnion(given: TaxCase, place: VatPlace, home: VatPlace): TaxDecision {
  const { supply, rules } = given;
  const isSellerInside = isMemberState(home.country);
  if (isBelieved(given)) {
    if (supply === 'goods' && isSellerInside)
      return zero('intra_community_goods', exemptRate('intra_community_goods'));
    if (supply !== 'goods') return zero('reverse_charge', exemptRate('reverse_charge'));
  }
  if (supply === 'other_service') return taxed(given, 'service_at_seller', home);
  if (isRegistered(given, 'local', place.country)) return taxed(given, 'registered_there', place);
  if (isRegistered(given, 'oss', null)) return taxed(given, 'one_stop_shop', place);
  if (!isSellerInside) return zero('outside_scope', exemptRate('outside_scope'), ['registration_missing']);
  if (rules.consumers === 'origin') return taxed(given, 'below_threshold', home);
  const due = taxed(given, 'one_stop_shop', place);
  return { ...due, warnings: [...due.warnings, 'registration_missing'] };
}

/** @param isRegion whether it is a part of a member state that lies outside: its country's registration is not for it */
function abroad(given: TaxCase, place: VatPlace, isRegion: boolean): TaxDecision {
  if (!isRegion && isRegistered(given, 'local', place.country)) {
    // These let a business account for the services of a foreign seller itself; Switzerland does not.
    const isSelf = place.country === 'GB' || place.country === 'NO';
    if (isSelf && isBelieved(given) && given.supply !== 'goods')
      return zero('reverse_charge', exemptRate('outside_scope'));
    return taxed(given, 'registered_there', place);
  }
  if (given.supply === 'goods') return zero('export_of_goods', exemptRate('export_of_goods'));
  return zero('outside_scope', exemptRate('outside_scope'));
}

/** A number counts that is from where the customer is; XI numbers are for goods and come from the United Kingdom. */
function isBelieved({ customer, rules, supply }: TaxCase): boolean {
  const { vatNumber, vatNumberCountry, country } = customer;
  if (vatNumberCountry === null || country === null) return false;
  const isItsOwn =
    vatPlace(vatNumberCountry, null).country === vatPlace(country, null).country &&
    (vatNumberCountry !== 'XI' || supply === 'goods');
  if (!isItsOwn) return false;
  return vatNumber === 'confirmed' || (vatNumber === 'well_formed' && rules.verification === 'format_only');
}

function isRegistered({ seller, day }: TaxCase, scheme: TaxRegistration['scheme'], country: string | null) {
  const text = formatDate(day);
  return seller.registrations.some(
    (one) =>
      one.scheme === scheme &&
      (country === null || one.country === country) &&
      one.from <= text &&
      (one.to === null || text <= one.to),
  );
}

/** Whether the seller said where it is registered, so that what is missing there means something. */
function isKnown({ seller }: TaxCase, country: string): boolean {
  return seller.registrations.some((one) => one.scheme === 'local' && one.country === country);
}

function taxed(given: TaxCase, ground: TaxGround, place: VatPlace): TaxDecision {
  const warnings: TaxWarning[] = [];
  const { vatNumberCountry, country } = given.customer;
  if (vatNumberCountry !== null && country !== null && !sameCountry(vatNumberCountry, country))
    warnings.push('number_of_other_country');
  const region = place.region?.rule === 'rates' ? place.region : null;
  const own = Object.hasOwn(given.ownRates, place.country) ? given.ownRates[place.country] : undefined;
  const ofRegion = region === null ? null : regionRateOn(region, given.day);
  const percent = ofRegion === null ? vatRatesOn(place.country, given.day)?.standard : percentOf(ofRegion);
  const regionId = ofRegion === null ? null : (region?.id ?? null);
  const rate =
    regionId === null && own !== undefined
      ? own
      : percent === undefined
        ? null
        : publishedRate(place.country, regionId, percent);
  if (rate === null) warnings.push('rate_unknown');
  return { ground, rate, country: place.country, region: regionId, warnings };
}

function sameCountry(left: string, right: string): boolean {
  return vatPlace(left, null).country === vatPlace(right, null).country;
}

function publishedRate(country: string, region: string | null, percent: Decimal12): TaxRate {
  const id = `${region ?? country}/${formatDecimal12(percent)}`;
  return { id, name: 'VAT', percent, category: percent === DECIMAL12_ZERO ? 'Z' : 'S', country };
}

function zero(ground: TaxGround, rate: TaxRate | null, warnings: readonly TaxWarning[] = []): TaxDecision {
  return { ground, rate, country: null, region: null, warnings };
}
