import type { InvoiceRecord } from '@billhook/core/decision/books';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { Customer } from './customer.ts';
import type { Documented, World } from './world.ts';

/** The subscriptions that an invoice bills. */
export function billedBy({ books }: Customer, { invoice }: InvoiceRecord): readonly Subscription[] {
  const ids = new Set(invoice.lines.map((line) => line.subscriptionId));
  return [...ids].flatMap((id) => books.subscriptions.get(id) ?? []);
}

export function tell(world: World, customer: Customer, documented: Documented): void {
  for (const watcher of world.watchers) watcher.onDocument(customer, documented);
}

/** What work on an invoice needs of it. */
export function standing(
  { books }: Customer,
  { invoice, status, paidMinor, creditPaidMinor }: InvoiceRecord,
) {
  const hasCreditNotes = [...books.creditNotes.values()].some((note) => note.invoiceId === invoice.id);
  const hasDebitNotes = [...books.invoices.values()].some(
    (other) => other.invoice.raises?.invoiceId === invoice.id && other.status !== 'void',
  );
  return { invoice, status, paidMinor, creditPaidMinor, hasCreditNotes, hasDebitNotes };
}
