import type { CoreEvent } from '@billhook/core/decision/event';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { Instant } from '@billhook/core/time/instant';
import type { Customer } from '../customer.ts';
import type { Answer } from '../orders.ts';
import type { SentEvent } from '../sent-events.ts';
import type { Report } from '../violation.ts';
import type { EventOutcome } from '../world.ts';
import { type Book, emptyBook } from './book.ts';
import { checkLife } from './check-life.ts';
import { type CorrectionWatch, checkCharged, newCorrections, noteIssued, noteLate } from './corrections.ts';
import { isSameDocument } from './documents.ts';
import { type DunningWatch, newDunningWatch, noteFailure } from './dunning.ts';
import { advance, end, isBehind, type Life } from './life.ts';
import { decimalOf, keepReceipt, measure } from './measured.ts';
import { type LedgerReading, newReading } from './money.ts';
import type { NoteRecord } from './notes.ts';
import { beginLife, obey } from './orders.ts';
import { newWatch, type PaymentWatch } from './payments.ts';

/** What the auditor knows of one customer. */
export interface File {
  readonly book: Book;
  readonly ledger: LedgerReading;
  readonly sent: Map<string, SentEvent>;
  readonly documents: Map<string, IssuedInvoice>;
  readonly payments: PaymentWatch;
  readonly dunning: DunningWatch;
  moneyState: string;
  readonly lives: Map<string, Life>;
  /** What credit notes took back, by invoice. */
  readonly notes: Map<string, NoteRecord>;
  readonly corrections: CorrectionWatch;
  /** How many receipts there were when an invoice was issued, and which of them each event got. */
  readonly receiptsBefore: Map<string, number>;
  readonly places: Map<SentEvent, number>;
}

export function newFile(): File {
  return {
    book: emptyBook(),
    ledger: newReading(),
    sent: new Map(),
    documents: new Map(),
    payments: newWatch(),
    dunning: newDunningWatch(),
    moneyState: '',
    lives: new Map(),
    notes: new Map(),
    corrections: newCorrections(),
    receiptsBefore: new Map(),
    places: new Map(),
  };
}

/**
 * An end for want of payment is nobody's order: the auditor takes note of it. What came due before that end took effect
 * at its own moment all the same.
 */
export function noteEvents({ lives, dunning }: File, events: readonly CoreEvent[]): void {
  for (const { type, subjectId, data } of events) {
    if (type === 'payment.failed') noteFailure(dunning, data.failure_code);
    const life = type === 'subscription.canceled' ? lives.get(subjectId) : undefined;
    if (life === undefined || data.reason !== 'payment_failed') continue;
    const endsAt = data.at as number;
    advance(life, endsAt);
    // What had ended by its own orders ended then, and not for want of payment.
    if (life.state !== 'ended') end(life, endsAt);
  }
}

/** Follows an order that was accepted. */
export function noteOrder(customer: Customer, { lives }: File, { asked, decision }: Answer): void {
  if (!decision.ok) return;
  const { order, subscriptionId } = asked;
  if (order.kind === 'start') {
    lives.set(subscriptionId, beginLife(customer, asked, order));
    return;
  }
  const life = lives.get(subscriptionId);
  const subscription = customer.books.subscriptions.get(subscriptionId);
  if (life === undefined || subscription === undefined) return;
  advance(life, asked.at);
  obey({ life, subscription, asked });
}

/** I33 and I32: every event is accepted once, and is called a repetition only if it was accepted. */
export function checkReceipt(
  customer: Customer,
  file: File,
  { event, outcome, isLateTaken }: { event: SentEvent; outcome: EventOutcome; isLateTaken: boolean },
  report: Report,
): void {
  if (outcome === 'duplicate' && !file.sent.has(event.id))
    report('I33', `${event.id} of ${customer.plan.id} is called a repetition and was never accepted`);
  if (outcome !== 'accepted') return;
  if (file.sent.has(event.id)) report('I33', `${event.id} of ${customer.plan.id} was accepted twice`);
  file.sent.set(event.id, event);
  const meterId = keepReceipt(file.book.receipts, event);
  // Where the seller takes no late usage, nothing may be added to what was billed.
  if (meterId === undefined || !isLateTaken) return;
  noteLate(customer, file, { meterId, at: event.time });
  file.places.set(event, file.sent.size);
}

/** I06: documents stand as they were issued. I35: so do their quantities. I32: what was accepted is stored. */
export function checkFiled(customer: Customer, file: File, report: Report): void {
  for (const [id, record] of customer.books.invoices) {
    if (!isSameDocument(file.documents.get(id), record.invoice)) report('I06', `${id} moved after its issue`);
    for (const { key, meterId, servicePeriod, quantity } of record.invoice.lines) {
      if (meterId === null) continue;
      const { start, end } = servicePeriod;
      const used =
        measure(file.book.receipts, meterId, start, end).quantity - lateOf(file, id, meterId, start, end);
      if ((used < 0n ? 0n : used) !== quantity)
        report('I35', `${key} bills ${quantity}, the receipts say ${used} by now`);
    }
  }
  for (const [meterId, events] of file.book.receipts) {
    let received = 0n;
    for (const event of events) received += decimalOf(event);
    let stored = 0n;
    for (const { value } of customer.readings.get(meterId) ?? []) stored += value;
    if (received !== stored)
      report('I32', `${customer.plan.id} was told ${received} of ${meterId}, stored are ${stored}`);
  }
}

/** What came after an invoice for a stretch that stands on it. */
function lateOf(file: File, invoiceId: string, meterId: string, start: number, end: number): bigint {
  const before = file.receiptsBefore.get(invoiceId) ?? 0;
  let sum = 0n;
  for (const event of file.book.receipts.get(meterId) ?? [])
    if (event.time >= start && event.time < end && (file.places.get(event) ?? 0) > before)
      sum += decimalOf(event);
  return sum;
}

/** Takes note of what an invoice rests on, told as it is issued. */
export function noteIssue(file: File, invoice: IssuedInvoice, report: Report): void {
  file.receiptsBefore.set(invoice.id, file.sent.size);
  noteIssued(file.corrections, invoice);
  checkCharged(file.corrections, invoice, report);
}

/** Every subscription is what its orders and the time that has passed make of it. */
export function checkLives(
  customer: Customer,
  { lives }: File,
  now: Instant,
  isTouched: boolean,
  report: Report,
): void {
  for (const subscription of customer.books.subscriptions.values()) {
    const life = lives.get(subscription.id);
    if (life === undefined) {
      report('I11', `${subscription.id} was never ordered`);
      continue;
    }
    if (life.isSettled || !(isTouched || isBehind(life, now))) continue;
    advance(life, now);
    checkLife(life, subscription, report);
    life.isSettled = life.state === 'ended';
  }
}
