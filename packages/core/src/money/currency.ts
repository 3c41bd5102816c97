import type { Brand } from '../kernel/brand.ts';
import { invariant } from '../kernel/invariant.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';

/** An active ISO 4217 code of a currency that invoices can be made in. */
export type CurrencyCode = Brand<string, 'CurrencyCode'>;

/**
 * The active codes of ISO 4217 by the number of minor digits. Funds codes, metals and testing codes (BOV, CHE, CHW,
 * CLF, COU, MXV, USN, UYI, UYW, XAU, XDR, XXX …) are left out: nothing is sold in them.
 */
const TWO_DIGITS =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP ' +
  'CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES ' +
  'KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK ' +
  'NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB ' +
  'TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG';
const ZERO_DIGITS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF';
const THREE_DIGITS = 'BHD IQD JOD KWD LYD OMR TND';

const DIGITS: ReadonlyMap<string, number> = new Map([
  ...TWO_DIGITS.split(' ').map((code): [string, number] => [code, 2]),
  ...ZERO_DIGITS.split(' ').map((code): [string, number] => [code, 0]),
  ...THREE_DIGITS.split(' ').map((code): [string, number] => [code, 3]),
]);

/** Every known code, sorted. */
export const CURRENCY_CODES: readonly CurrencyCode[] = [...DIGITS.keys()].sort() as CurrencyCode[];

export function isCurrencyCode(text: string): text is CurrencyCode {
  return DIGITS.has(text);
}

/** Refusal: `currency.unknown`. */
export function parseCurrency(text: string): Result<CurrencyCode> {
  return isCurrencyCode(text)
    ? ok(text)
    : refuse('currency.unknown', 'A currency is an active ISO 4217 code in capital letters, such as EUR.');
}

/** The code as a `CurrencyCode`, for literals and for values the database has already checked. */
export function currencyCode(text: string): CurrencyCode {
  invariant(isCurrencyCode(text), `Unknown currency ${text}.`);
  return text;
}

/** How many decimal places the currency has: 2 for EUR, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: CurrencyCode): number {
  const digits = DIGITS.get(currency);
  invariant(digits !== undefined, `Unknown currency ${currency}.`);
  return digits;
}

/** Minor units in one currency unit: 100 for EUR. */
export function minorUnitsPerMajor(currency: CurrencyCode): bigint {
  return 10n ** BigInt(minorDigits(currency));
}
