import { digitsOf, isLuhn, remainder, weighted } from '../tax/check-digits.ts';
import type { EInvoice } from './model.ts';
import { type Rule, rule } from './rule.ts';

/** Identifiers by the scheme of ISO 6523 that they say to be of, with what proves them. */
const SCHEMES: Readonly<Record<string, (value: string) => boolean>> = {
  // Global location number (GS1).
  '0088': (value) => /^[0-9]+$/.test(value) && isGs1(value),
  '0192': (value) => /^[0-9]{9}$/.test(value) && isNorwegian(value),
  '0184': (value) => /^DK[0-9]{8}$/.test(value),
  '0208': (value) =>
    /^[0-9]{10}$/.test(value) && 97 - remainder(value.slice(0, 8), 97) === Number(value.slice(8)),
  '0007': (value) => /^[0-9]{10}$/.test(value) && isLuhn(value),
  '0151': (value) => /^[0-9]{11}$/.test(value) && isAustralian(value),
};

/** Every digit from the right three times and once in turn; the last one makes it a multiple of ten. */
function isGs1(value: string): boolean {
  const sum = digitsOf(value)
    .reverse()
    .reduce((total, digit, at) => total + digit * (at % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

function isNorwegian(value: string): boolean {
  return (11 - (weighted(value.slice(0, 8), [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === Number(value.at(-1));
}

/** The first digit counts one less (ABN). */
function isAustralian(value: string): boolean {
  return (weighted(value, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0;
}

const identifiers = ({ seller, buyer }: EInvoice) =>
  [seller.endpoint, seller.registration, buyer.endpoint, buyer.registration].flatMap((one) => one ?? []);

const proved = (id: string, scheme: string, what: string): Rule =>
  rule(id, 'BT-34', `${what} are written as their scheme says.`, (i) =>
    identifiers(i).every((one) => one.scheme !== scheme || SCHEMES[scheme]?.(one.value) === true),
  );

/** PEPPOL-COMMON: identifiers of parties that have check digits or a form of their own. */
export const IDENTIFIER_RULES: readonly Rule[] = [
  proved('PEPPOL-COMMON-R040', '0088', 'Global location numbers'),
  proved('PEPPOL-COMMON-R041', '0192', 'Norwegian numbers of organisations'),
  proved('PEPPOL-COMMON-R042', '0184', 'Danish numbers of companies'),
  proved('PEPPOL-COMMON-R043', '0208', 'Belgian numbers of enterprises'),
  proved('PEPPOL-COMMON-R049', '0007', 'Swedish numbers of organisations'),
  proved('PEPPOL-COMMON-R050', '0151', 'Australian business numbers'),
];
