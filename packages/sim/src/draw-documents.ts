import type { Prng } from './prng.ts';
import type { DocumentWork } from './workload.ts';

/** The place of an invoice that a debit note raises, or of such a note, among those to be voided. */
export const RELATED = 4;

/** How much more of which lines, now and then nothing. */
export function drawDebitNote(prng: Prng): DocumentWork {
  const shares = Array.from({ length: prng.int(1, 3) }, () => ({
    line: prng.int(0, 5),
    percent: prng.pick([100, 50, 10, prng.int(0, 300)]),
  }));
  return { kind: 'debit_note', invoice: prng.int(0, 7), shares };
}

/** What of which lines a note takes back: mostly within bounds, now and then more than there is. */
export function drawShares(prng: Prng): Extract<DocumentWork, { kind: 'credit_note' }>['shares'] {
  if (prng.chance(0.4)) return null;
  return Array.from({ length: prng.int(1, 3) }, () => ({
    line: prng.int(0, 5),
    percent: prng.pick([100, 100, 50, 33, prng.int(1, 110)]),
  }));
}
