import type { InvoiceRecord } from '@billhook/core/decision/books';
import { DEFAULT_CREDIT_NOTE_POLICY } from '@billhook/core/invoicing/documents/credit-amounts';
import type { CreditNote } from '@billhook/core/invoicing/documents/credit-note';
import { soldBackMinor } from '@billhook/core/payments/noted-credit';
import { type Customer, idFor, unpaid, unpaidOf } from './customer.ts';
import { standing, tell } from './document-work.ts';
import { refundNoted } from './refunds.ts';
import { applyDecision, type Documented, giveNumber, settleCredit, touch, type World } from './world.ts';

interface NoteWish {
  readonly lines: Extract<Documented, { kind: 'credit_note' }>['lines'];
  /** Whether what was paid goes back to the card. */
  readonly isRefunded: boolean;
}

/** Takes back what is wished of an invoice; the id of the note, or null where it is refused. */
export function writeNote(
  world: World,
  customer: Customer,
  before: InvoiceRecord,
  { lines, isRefunded }: NoteWish,
): string | null {
  const { books } = customer;
  const { invoice } = before;
  const at = world.agenda.now;
  const payments = [...books.payments.values()].filter(({ invoiceId }) => invoiceId === invoice.id);
  const decision = world.engine.decideCreditNote({
    now: at,
    creditNoteId: idFor(customer, 'note'),
    ...standing(customer, before),
    billed: books.billed,
    earlier: [...books.creditNotes.values()].filter(({ invoiceId }) => invoiceId === invoice.id),
    soldBackMinor: soldBackMinor(payments),
    lines,
    reason: 'asked',
    policy: DEFAULT_CREDIT_NOTE_POLICY,
  });
  const number = decision.ok ? giveNumber(world, 'CN', decision.value.creditNote.issuedAt) : null;
  tell(world, customer, { kind: 'credit_note', at, before, lines, decision, number });
  if (!decision.ok) return null;
  const { creditNote } = decision.value;
  applyDecision(world, customer, decision.value);
  recover(world, customer, before, creditNote);
  if (isRefunded) refundNoted(world, customer, creditNote);
  settleCredit(world, customer, decision.value);
  touch(world, customer);
  return creditNote.id;
}

/** What a note settles fails no more: subscriptions that were past due for it are active again. */
function recover(
  world: World,
  customer: Customer,
  before: InvoiceRecord,
  { invoiceId, currency }: CreditNote,
): void {
  if (before.status === 'paid' || customer.books.invoices.get(invoiceId)?.status !== 'paid') return;
  const { subscriptions } = customer.books;
  const others = unpaidOf(customer, currency);
  applyDecision(
    world,
    customer,
    world.engine.recoveries(
      { unpaid: [...others, unpaid(before)], subscriptions: [...subscriptions.values()] },
      new Set([invoiceId]),
    ),
  );
}
