import { isWaivable } from '../invoicing/documents/voided-lines.ts';
import { invariant } from '../kernel/invariant.ts';
import type { CustomerBooks } from './books.ts';
import type { Change } from './change.ts';

type DocumentChange = Extract<Change, { type: 'invoice.void' | 'credit_note.create' }>;

/**
 * Voids an invoice or adds a credit note in memory: lines of a voided invoice stand no longer or as waived, and those of
 * a credited one remember what was taken back of them.
 *
 * @throws InvariantError if the invoice has another status, or a note credits more of a line than it came to
 */
export function applyDocumentChange(books: CustomerBooks, change: DocumentChange): void {
  if (change.type === 'invoice.void') {
    const record = books.invoices.get(change.invoiceId);
    invariant(record?.status === change.fromStatus, 'An invoice is voided from the status it has.');
    books.invoices.set(change.invoiceId, { ...record, status: 'void' });
    const keys = new Set(record.invoice.lines.map((line) => line.key));
    const standing = books.billed.flatMap((line) => {
      if (!keys.has(line.key)) return [line];
      return change.periods === 'waive' && isWaivable(keys, line) ? [{ ...line, isWaived: true }] : [];
    });
    books.billed.splice(0, books.billed.length, ...standing);
    return;
  }
  const { creditNote } = change;
  invariant(!books.creditNotes.has(creditNote.id), 'A credit note is created once.');
  books.creditNotes.set(creditNote.id, creditNote);
  const credited = new Map(creditNote.lines.map((line) => [line.key, line.amountMinor]));
  for (const [index, line] of books.billed.entries()) {
    const amountMinor = credited.get(line.key);
    if (amountMinor === undefined) continue;
    const creditedMinor = line.creditedMinor + amountMinor;
    invariant(isWithin(creditedMinor, line.amountMinor), 'No line is credited beyond its amount.');
    books.billed[index] = { ...line, creditedMinor };
  }
}

function isWithin(creditedMinor: bigint, amountMinor: bigint): boolean {
  return amountMinor < 0n ? creditedMinor >= amountMinor : creditedMinor <= amountMinor;
}
