import { EXEMPTIONS, type ExemptionKind } from '../tax/exemptions.ts';
import type { DocumentWords } from './words.ts';

/**
 * Why no tax is charged, in the words of the reader. What is frozen are the English words, which e-invoices carry beside their
 * code; a reason that the seller wrote itself stands as it is.
 */
export function exemptionIn(words: DocumentWords, frozen: string): string {
  const kinds = Object.keys(EXEMPTIONS) as ExemptionKind[];
  const kind = kinds.find((one) => EXEMPTIONS[one].text === frozen);
  return kind === undefined ? frozen : words[`tax_${kind}`];
}
