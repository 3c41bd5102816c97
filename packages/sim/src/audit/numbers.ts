import type { Report } from '../violation.ts';
import type { GivenNumber } from '../world.ts';

/** I07: numbers of a series rise by one, in order of time, and a document has one. */
export function numbersReader(report: Report): (invoiceId: string, number: GivenNumber) => void {
  const last = new Map<string, GivenNumber>();
  const numbered = new Set<string>();
  return (invoiceId, number) => {
    const before = last.get(number.series);
    if (number.counter !== (before?.counter ?? 0n) + 1n)
      report('I07', `${number.series}-${number.counter} leaves a gap`);
    if (before !== undefined && number.issuedAt < before.issuedAt)
      report('I07', `${number.series}-${number.counter} goes back in time`);
    if (numbered.has(invoiceId)) report('I07', `${invoiceId} has two numbers`);
    numbered.add(invoiceId);
    last.set(number.series, number);
  };
}
