import { ok, type Result, refuse } from '../kernel/result.ts';
import { VAT_NUMBER_RULES } from './vat-number-rules.ts';

/** A VAT number as it is compared, stored and sent to a registry. */
export interface VatNumber {
  /** As the number begins: EL for Greece, XI for Northern Ireland, CHE for Switzerland. */
  readonly prefix: string;
  /** Without the prefix, without separators, in capitals. */
  readonly body: string;
  /** ISO 3166-1: where the number is from. Northern Ireland is XI, which only VAT numbers know. */
  readonly country: string;
}

const MOST_CHARACTERS = 50;
const SEPARATORS = /[\s.\-/,_]/g;

/**
 * Reads a VAT number of a member state, GB, XI, CH or NO as people write it, and checks its digits without asking anybody.
 * A Norwegian number may come without its prefix, as `123 456 789 MVA`. Refusals: `vat_number.unknown_country`,
 * `vat_number.malformed` (not the form of that country), `vat_number.check_digits` (most likely a slip of the pen).
 */
export function parseVatNumber(text: string): Result<VatNumber> {
  const plain = text
    .slice(0, MOST_CHARACTERS + 1)
    .toUpperCase()
    .replace(SEPARATORS, '');
  const given = /^\d{9}MVA$/.test(plain) ? `NO${plain}` : plain;
  const prefix = given.startsWith('CHE') ? 'CHE' : given.slice(0, 2);
  if (text.length > MOST_CHARACTERS || !Object.hasOwn(VAT_NUMBER_RULES, prefix)) {
    return refuse(
      'vat_number.unknown_country',
      'A VAT number begins with the letters of its country: a member state of the European Union (EL for Greece), GB, XI, CHE or NO.',
    );
  }
  const rule = VAT_NUMBER_RULES[prefix];
  const country = COUNTRIES[prefix] ?? prefix;
  const body = given.slice(prefix.length);
  const facts = { country };
  if (rule === undefined || !rule.pattern.test(body))
    return refuse('vat_number.malformed', 'This is not the form of a VAT number of that country.', facts);
  if (!rule.check(body))
    return refuse(
      'vat_number.check_digits',
      'The check digits do not match; look for a slip of the pen.',
      facts,
    );
  return ok({ prefix, body, country });
}

const COUNTRIES: Readonly<Record<string, string>> = { EL: 'GR', CHE: 'CH' };

/** The one way in which a number is written when it is stored or compared. */
export function formatVatNumber({ prefix, body }: VatNumber): string {
  return `${prefix}${body}`;
}

/** Whether the registry of the European Commission (VIES) answers for this number: member states and XI. */
export function isInVies({ prefix }: VatNumber): boolean {
  return prefix !== 'GB' && prefix !== 'CHE' && prefix !== 'NO';
}
