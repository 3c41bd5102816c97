import { digitsOf, isLuhn, isMod11Mod10, isMod97, luhnSum, remainder, weighted } from './check-digits.ts';
import { isBulgarian, isCzech, isFrench, isIrish, isLatvian, isSpanish } from './vat-number-long-rules.ts';

/** How the numbers of one country look after their prefix, and the check that their digits pass. */
export interface VatNumberRule {
  readonly pattern: RegExp;
  /** True where the check digits are right. */
  readonly check: (body: string) => boolean;
}

const rule = (pattern: RegExp, check: VatNumberRule['check']): VatNumberRule => ({ pattern, check });

const last = (text: string): number => Number(text.at(-1));

function isAustrian(body: string): boolean {
  const digits = body.slice(1);
  // Doubled are the second, fourth and sixth digit: those at odd places from the right of the first seven.
  return (10 - ((luhnSum(digits.slice(0, 7)) + 4) % 10)) % 10 === last(digits);
}

function isCypriot(body: string): boolean {
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
  const sum = digitsOf(body.slice(0, 8)).reduce(
    (total, digit, at) => total + (at % 2 === 0 ? (odd[digit] as number) : digit),
    0,
  );
  return !body.startsWith('12') && String.fromCharCode(65 + (sum % 26)) === body.at(-1);
}

function isLithuanian(body: string): boolean {
  const digits = digitsOf(body.slice(0, -1));
  const sum = (shift: number) =>
    digits.reduce((total, digit, at) => total + digit * (1 + ((at + shift) % 9)), 0);
  const first = sum(0) % 11;
  return body.at(-2) === '1' && (first === 10 ? (sum(2) % 11) % 10 : first) === last(body);
}

function isItalian(body: string): boolean {
  const office = Number(body.slice(7, 10));
  const known = (office >= 1 && office <= 100) || [120, 121, 888, 999].includes(office);
  return known && !body.startsWith('0000000') && isLuhn(body);
}

function isRomanian(body: string): boolean {
  const weights = [7, 5, 3, 2, 1, 7, 5, 3, 2].slice(10 - body.length);
  return ((10 * weighted(body.slice(0, -1), weights)) % 11) % 10 === last(body);
}

function isBritish(body: string): boolean {
  if (body.startsWith('GD')) return Number(body.slice(2)) < 500;
  if (body.startsWith('HA')) return Number(body.slice(2)) >= 500;
  const rest = weighted(body.slice(0, 9), [8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
  // Numbers from 100 onward are also given by a second series, whose remainder is 42.
  return rest === 0 || (Number(body.slice(0, 3)) >= 100 && rest === 42);
}

function isSwiss(body: string): boolean {
  const digits = body.slice(0, 9);
  return (11 - (weighted(digits.slice(0, 8), [5, 4, 3, 2, 7, 6, 5, 4]) % 11)) % 11 === last(digits);
}

const british = rule(/^(\d{9}(\d{3})?|(GD|HA)\d{3})$/, isBritish);

/**
 * By prefix: the member states (Greece is EL), GB, XI, NO and CHE. Structures and check digits as the European Commission
 * ("VIES VAT number construction rules") and the tax offices of the other three publish them.
 */
export const VAT_NUMBER_RULES: Readonly<Record<string, VatNumberRule>> = {
  AT: rule(/^U\d{8}$/, isAustrian),
  BE: rule(/^[01]\d{9}$/, (body) => 97 - remainder(body.slice(0, 8), 97) === Number(body.slice(8))),
  BG: rule(/^\d{9,10}$/, isBulgarian),
  CY: rule(/^\d{8}[A-Z]$/, isCypriot),
  CZ: rule(/^\d{8,10}$/, isCzech),
  DE: rule(/^[1-9]\d{8}$/, isMod11Mod10),
  DK: rule(/^[1-9]\d{7}$/, (body) => weighted(body, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0),
  EE: rule(/^\d{9}$/, (body) => weighted(body, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0),
  EL: rule(
    /^\d{9}$/,
    (body) => (weighted(body.slice(0, 8), [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === last(body),
  ),
  ES: rule(/^[A-Z0-9]\d{7}[A-Z0-9]$/, isSpanish),
  FI: rule(/^\d{8}$/, (body) => weighted(body, [7, 9, 10, 5, 8, 4, 2, 1]) % 11 === 0),
  FR: rule(/^[A-HJ-NP-Z0-9]{2}\d{9}$/, isFrench),
  HR: rule(/^\d{11}$/, isMod11Mod10),
  HU: rule(/^\d{8}$/, (body) => weighted(body, [9, 7, 3, 1, 9, 7, 3, 1]) % 10 === 0),
  IE: rule(/^(\d{7}[A-W][A-IW]?|\d[A-Z+*]\d{5}[A-W])$/, isIrish),
  IT: rule(/^\d{11}$/, isItalian),
  LT: rule(/^(\d{9}|\d{12})$/, isLithuanian),
  LU: rule(/^\d{8}$/, (body) => remainder(body.slice(0, 6), 89) === Number(body.slice(6))),
  LV: rule(/^\d{11}$/, isLatvian),
  MT: rule(/^[1-9]\d{7}$/, (body) => weighted(body, [3, 4, 6, 7, 8, 9, 10, 1]) % 37 === 0),
  NL: rule(
    /^\d{9}B\d{2}$/,
    (body) => weighted(body.slice(0, 9), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 || isMod97(`NL${body}`),
  ),
  PL: rule(/^\d{10}$/, (body) => weighted(body, [6, 5, 7, 2, 3, 4, 5, 6, 7, -1]) % 11 === 0),
  PT: rule(
    /^[1-9]\d{8}$/,
    (body) => ((11 - (weighted(body.slice(0, 8), [9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11) % 10 === last(body),
  ),
  RO: rule(/^[1-9]\d{1,9}$/, isRomanian),
  SE: rule(/^\d{10}(0[1-9]|[1-8]\d|9[0-4])$/, (body) => isLuhn(body.slice(0, 10))),
  SI: rule(/^[1-9]\d{7}$/, (body) => {
    const digit = 11 - (weighted(body.slice(0, 7), [8, 7, 6, 5, 4, 3, 2]) % 11);
    return (digit === 10 ? 0 : digit) === last(body);
  }),
  SK: rule(/^[1-9]\d[2-4789]\d{7}$/, (body) => remainder(body, 11) === 0),
  GB: british,
  XI: british,
  NO: rule(/^\d{9}(MVA)?$/, (body) => weighted(body.slice(0, 9), [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0),
  CHE: rule(/^\d{9}(MWST|TVA|IVA)?$/, isSwiss),
};
