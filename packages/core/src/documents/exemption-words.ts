import { EXEMPTIONS, type ExemptionKind } from '../tax/exemptions.ts';
import type { DocumentWords } from './words.ts';

/** The words of an exemption with the number of the paper that it rests on. */
const BY_CERTIFICATE = /^Exempt from tax \((.+)\)\.$/s;

/**
 * Why no tax is charged, in the words of the reader. What is frozen are the English words, which e-invoices carry beside their
 * code; a reason that the seller wrote itself stands as it is.
 */
export function exemptionIn(words: DocumentWords, frozen: string): string {
  const certificate = BY_CERTIFICATE.exec(frozen)?.[1];
  if (certificate !== undefined) return `${words.tax_exempt_customer.replace(/\.$/, '')} (${certificate}).`;
  const kinds = Object.keys(EXEMPTIONS) as ExemptionKind[];
  const kind = kinds.find((one) => EXEMPTIONS[one].text === frozen);
  return kind === undefined ? frozen : words[`tax_${kind}`];
}
