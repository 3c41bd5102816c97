import { CODE_RULES, NOTE_RULES } from './check-codes.ts';
import { CONTENT_RULES } from './check-content.ts';
import { GERMAN_RULES, PEPPOL_RULES } from './check-profiles.ts';
import { TOTAL_RULES } from './check-totals.ts';
import { VAT_RULES } from './check-vat.ts';
import type { EInvoice, EInvoiceProfile } from './model.ts';
import { PROFILES } from './profiles.ts';
import type { Fault, Rule } from './rule.ts';

const EN_RULES: readonly Rule[] = [...CONTENT_RULES, ...TOTAL_RULES, ...VAT_RULES, ...CODE_RULES];

/** The rules of one kind of file: those of EN 16931, and of XRechnung or Peppol where it follows them. */
export function rulesOf(profile: EInvoiceProfile): readonly Rule[] {
  const { isGerman, isPeppol, syntax } = PROFILES[profile];
  // Only UBL writes the subject of a note into the note itself.
  const common = syntax === 'ubl' ? [...EN_RULES, ...NOTE_RULES] : EN_RULES;
  if (isPeppol) return [...common, ...PEPPOL_RULES];
  if (!isGerman) return common;
  // XRechnung 3 takes over what Peppol says of electronic addresses and of amounts of lines.
  return [...common, ...GERMAN_RULES, ...PEPPOL_RULES.filter(({ inGermany }) => inGermany)];
}

/** What of a document does not hold, by the ids of the published business rules; empty for a sound one. */
export function checkEInvoice(invoice: EInvoice, profile: EInvoiceProfile): readonly Fault[] {
  return rulesOf(profile).flatMap(({ holds, rule, term, detail }) =>
    holds(invoice) ? [] : [{ rule, term, detail }],
  );
}
