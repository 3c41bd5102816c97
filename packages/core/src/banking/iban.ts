import { ok, type Result, refuse } from '../kernel/result.ts';

/**
 * Length of an IBAN by country, for every country of the Single Euro Payments Area (EPC409-09, with the countries that
 * joined in 2024 and 2025; lengths from the IBAN registry of ISO 13616). Overseas territories use the code of their country.
 */
const LENGTHS: Readonly<Record<string, number>> = {
  AD: 24,
  AL: 28,
  AT: 20,
  BE: 16,
  BG: 22,
  CH: 21,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  EE: 20,
  ES: 24,
  FI: 18,
  FR: 27,
  GB: 22,
  GI: 23,
  GR: 27,
  HR: 21,
  HU: 28,
  IE: 22,
  IS: 26,
  IT: 27,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MT: 31,
  NL: 18,
  NO: 15,
  PL: 28,
  PT: 25,
  RO: 24,
  RS: 22,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  VA: 22,
};

/** In SEPA, but outside of the European Economic Area: a transfer there names the bank. */
const NEEDS_BIC: ReadonlySet<string> = new Set([
  'AD',
  'AL',
  'CH',
  'GB',
  'GI',
  'MC',
  'MD',
  'ME',
  'MK',
  'RS',
  'SM',
  'VA',
]);

export const SEPA_COUNTRIES: readonly string[] = Object.keys(LENGTHS);

/**
 * An IBAN without spaces, in capitals. Refusals: `iban.characters`, `iban.country` (not in SEPA), `iban.length`,
 * `iban.check_digits` (ISO 7064 mod 97-10).
 */
export function parseIban(text: string): Result<string> {
  const iban = text.replaceAll(/[ \u00a0]/g, '').toUpperCase();
  if (!/^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$/.test(iban)) {
    return refuse('iban.characters', 'An IBAN is two letters, two digits, then letters and digits.');
  }
  const length = LENGTHS[iban.slice(0, 2)];
  if (length === undefined)
    return refuse('iban.country', 'The country of this IBAN is not part of SEPA.', {
      country: iban.slice(0, 2),
    });
  if (iban.length !== length) {
    return refuse('iban.length', `An IBAN of ${iban.slice(0, 2)} has ${length} characters.`, { length });
  }
  return remainder97(iban) === 1
    ? ok(iban)
    : refuse('iban.check_digits', 'The check digits of this IBAN are wrong: something was mistyped.');
}

/** Groups of four, as people read it. */
export function formatIban(iban: string): string {
  return iban.replaceAll(/(.{4})(?=.)/g, '$1 ');
}

/** Enough of it to know it again, and too little to use it. */
export function maskIban(iban: string): string {
  return `${iban.slice(0, 4)} … ${iban.slice(-4)}`;
}

/** A transfer to this account also names the bank by its BIC. */
export function needsBic(iban: string): boolean {
  return NEEDS_BIC.has(iban.slice(0, 2));
}

/** A BIC (ISO 9362) in capitals, 8 or 11 characters. Refusal: `bic.format`. */
export function parseBic(text: string): Result<string> {
  const bic = text.replaceAll(' ', '').toUpperCase();
  return /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(bic)
    ? ok(bic)
    : refuse('bic.format', 'A BIC has 8 or 11 letters and digits, with a country at the fifth place.');
}

/** ISO 7064 mod 97-10: the first four characters go to the end, letters count as 10 to 35. */
export function remainder97(text: string): number {
  let remainder = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}
