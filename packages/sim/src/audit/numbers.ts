import type { Report } from '../violation.ts';
import type { GivenNumber, Series } from '../world.ts';

/** I07: numbers of a series rise by one, in order of time, and a document has one. */
export function numbersReader(
  report: Report,
): (documentId: string, number: GivenNumber, prefix: Series) => void {
  const last = new Map<string, GivenNumber>();
  const numbered = new Set<string>();
  return (documentId, number, prefix) => {
    if (number.series !== `${prefix}-${new Date(number.issuedAt).getUTCFullYear()}`)
      report('I07', `${documentId} of ${new Date(number.issuedAt).toISOString()} is in ${number.series}`);
    const before = last.get(number.series);
    if (number.counter !== (before?.counter ?? 0n) + 1n)
      report('I07', `${number.series}-${number.counter} leaves a gap`);
    if (before !== undefined && number.issuedAt < before.issuedAt)
      report('I07', `${number.series}-${number.counter} goes back in time`);
    if (numbered.has(documentId)) report('I07', `${documentId} has two numbers`);
    numbered.add(documentId);
    last.set(number.series, number);
  };
}
