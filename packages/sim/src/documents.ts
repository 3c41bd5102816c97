import { creditOf, type InvoiceRecord } from '@billhook/core/decision/books';
import { billingWithout } from '@billhook/core/invoicing/documents/decide-reissue';
import { dueOf, issue, linesOf, usageFor } from './billing.ts';
import { writeNote } from './credit-notes.ts';
import { type Customer, idFor, isCollecting, unpaidOf } from './customer.ts';
import { debit } from './debit-notes.ts';
import { billedBy, standing, tell } from './document-work.ts';
import { RELATED } from './draw-documents.ts';
import type { DocumentWork } from './workload.ts';
import { carryOut, type World } from './world.ts';

type Of<K extends DocumentWork['kind']> = Extract<DocumentWork, { kind: K }>;

/** Voids an invoice, issues one anew or writes a credit note, unless a payment of it is under way. */
export function workOnDocument(world: World, customer: Customer, work: DocumentWork): void {
  const record = invoiceOf(customer, work);
  if (record === undefined || isCollecting(customer, record.invoice.id)) return;
  if (work.kind === 'void') voidInvoice(world, customer, record, work);
  else if (work.kind === 'debit_note') debit(world, customer, record, work);
  else if (work.kind === 'reissue') reissue(world, customer, record);
  else credit(world, customer, record, work);
}

/** Voids are about what is open, now and then about another one; notes about what is open, was credited, or is new. */
function invoiceOf({ books }: Customer, work: DocumentWork): InvoiceRecord | undefined {
  const { kind, invoice: place } = work;
  const records = [...books.invoices.values()];
  const pick = (eligible: readonly InvoiceRecord[]) => eligible[place % eligible.length];
  const open = records.filter(({ status }) => status === 'open' || status === 'uncollectible');
  const last = records.slice(-6);
  const raised = new Set(records.flatMap(({ invoice }) => invoice.raises?.invoiceId ?? []));
  if (kind === 'debit_note') return pick(place > 4 ? last : open) ?? pick(last);
  if (kind !== 'credit_note') {
    const credited =
      place === 5 || place === 6 ? open.filter((record) => isCreditedBeside(books, record)) : [];
    // What a debit note raises must be refused, and its debit note may go.
    const related =
      place === RELATED
        ? open.filter(({ invoice }) => raised.has(invoice.id) || invoice.raises !== undefined)
        : [];
    return pick(credited) ?? pick(related) ?? pick(place === 7 ? last : open);
  }
  if (place > 3) return pick(last);
  const noted = new Set([...books.creditNotes.values()].map(({ invoiceId }) => invoiceId));
  return (
    pick(place > 1 ? open : records.filter(({ invoice }) => noted.has(invoice.id)).slice(-3)) ?? pick(last)
  );
}

/** Whether a credit for unused time takes back a part of what an invoice charged. */
function isCreditedBeside({ billed }: Customer['books'], { invoice }: InvoiceRecord): boolean {
  const charged = new Set(invoice.lines.map(({ itemId, servicePeriod }) => `${itemId} ${servicePeriod.end}`));
  return billed.some(
    ({ kind, itemId, servicePeriod }) =>
      kind === 'proration_credit' && charged.has(`${itemId} ${servicePeriod.end}`),
  );
}

function voidInvoice(world: World, customer: Customer, before: InvoiceRecord, work: Of<'void'>): void {
  const { periods } = work;
  const at = world.agenda.now;
  const decision = world.engine.decideVoid({
    ...standing(customer, before),
    now: at,
    periods,
    reason: 'asked',
    billed: customer.books.billed,
    subscriptions: billedBy(customer, before),
    unpaid: unpaidOf(customer, before.invoice.currency),
  });
  tell(world, customer, { kind: 'void', at, before, periods, decision });
  if (!decision.ok) return;
  carryOut(world, customer, decision.value);
}

function reissue(world: World, customer: Customer, before: InvoiceRecord): void {
  const { invoice } = before;
  // A debit note is voided and written anew.
  if (invoice.raises !== undefined) return;
  const { currency, id: invoiceId } = invoice;
  const due = dueOf(world, customer, currency);
  for (const subscription of billedBy(customer, before))
    if (!due.subscriptions.includes(subscription)) due.subscriptions.push(subscription);
  const billing = {
    ...due,
    billed: linesOf(customer, due.subscriptions),
    invoiceId: idFor(customer, 'inv'),
    customer: { id: customer.plan.id, currency, creditBalanceMinor: creditOf(customer.books, currency) },
    usage: [],
  };
  const usage = usageFor(world, customer, billingWithout(billing, invoice));
  const decision = world.engine.decideReissue({
    ...standing(customer, before),
    billing: { ...billing, usage },
    unpaid: unpaidOf(customer, currency),
    reason: 'asked',
  });
  tell(world, customer, { kind: 'reissue', at: world.agenda.now, before, periods: 'bill_again', decision });
  if (!decision.ok) {
    if (decision.refusal.code.startsWith('billing.')) customer.parked = decision.refusal;
    return;
  }
  carryOut(world, customer, decision.value);
  const { invoice: anew } = decision.value;
  issue(world, customer, anew === null ? [] : [anew], { currency, replacesInvoiceId: invoiceId });
}

function credit(world: World, customer: Customer, before: InvoiceRecord, work: Of<'credit_note'>): void {
  writeNote(world, customer, before, { lines: wantedOf(before, work), isRefunded: work.isRefunded });
}

/** Shares of lines that follow one another, each line once. */
function wantedOf({ invoice: { lines } }: InvoiceRecord, { shares }: Of<'credit_note'>) {
  if (shares === null) return 'rest' as const;
  const first = shares[0]?.line ?? 0;
  return shares.slice(0, lines.length).flatMap(({ percent }, index) => {
    const line = lines[(first + index) % lines.length];
    return line === undefined
      ? []
      : [{ position: line.position, creditMinor: (line.grossMinor * BigInt(percent)) / 100n }];
  });
}
