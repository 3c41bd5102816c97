import { type Decimal12, parseDecimal12 } from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import { type CalendarDate, formatDate } from '../time/calendar-date.ts';
import { VAT_RATE_PERIODS, type VatRatePeriod } from './vat-rate-data.ts';

/** The rates of one country on one day, in percent. */
export interface VatRates {
  /** The first day of the period they belong to. */
  readonly from: string;
  readonly standard: Decimal12;
  /** In rising order; none where a country has but one rate. */
  readonly reduced: readonly Decimal12[];
  readonly superReduced: Decimal12 | null;
  readonly parking: Decimal12 | null;
}

/** The countries whose rates are published here. */
export const VAT_COUNTRIES: readonly string[] = Object.keys(VAT_RATE_PERIODS);

/** The rates that a country charges on a day; null where they are not known. @param country ISO 3166-1 alpha-2 */
export function vatRatesOn(country: string, day: CalendarDate): VatRates | null {
  if (!Object.hasOwn(VAT_RATE_PERIODS, country)) return null;
  const text = formatDate(day);
  const period = VAT_RATE_PERIODS[country]?.findLast(([from]) => from <= text);
  return period === undefined ? null : ratesOfPeriod(period);
}

function ratesOfPeriod([from, standard, reduced, superReduced, parking]: VatRatePeriod): VatRates {
  return {
    from,
    standard: percentOf(standard),
    reduced: reduced.map(percentOf),
    superReduced: superReduced === null ? null : percentOf(superReduced),
    parking: parking === null ? null : percentOf(parking),
  };
}

/** A percentage of the data as a figure. */
export function percentOf(text: string): Decimal12 {
  const value = parseDecimal12(text);
  invariant(value.ok, 'The rates of the data are decimals.');
  return value.value;
}
