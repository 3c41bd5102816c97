import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { SubscriptionStatus } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { Customer } from '../customer.ts';
import type { ProviderTruth } from '../provider.ts';
import type { Swarm } from '../swarm.ts';
import type { Report, Violation } from '../violation.ts';
import type { SentEvent } from '../workload.ts';
import type { EventOutcome, GivenNumber, Watcher } from '../world.ts';
import { type Book, emptyBook } from './book.ts';
import { checkLife } from './check-life.ts';
import { checkNothingWaits, checkRun, freeze, isSameDocument } from './documents.ts';
import { advance, end, type Life } from './life.ts';
import { decimalOf, keepReceipt, measure } from './measured.ts';
import { checkLedger, checkPayments, type LedgerReading, newReading } from './money.ts';
import { beginLife, obey } from './orders.ts';
import { checkFinalPayments, checkOpenPayments, newWatch, type PaymentWatch } from './payments.ts';

/**
 * Watches the world and checks the laws with books of its own: the receipts that senders of usage got, what the
 * provider really did, the lines that must be due by now, and the documents as they were when issued.
 */
export interface Auditor extends Watcher {
  readonly violations: readonly Violation[];
  /** Checks every customer at the end of a day. */
  tick(customers: readonly Customer[], now: Instant): void;
  /** Checks everything again, when nothing is under way any more. */
  final(customers: readonly Customer[], now: Instant): void;
}

const MAX_VIOLATIONS = 50;

/** What the auditor knows of one customer. */
interface File {
  readonly book: Book;
  readonly ledger: LedgerReading;
  readonly sent: Map<string, SentEvent>;
  readonly documents: Map<string, IssuedInvoice>;
  readonly payments: PaymentWatch;
  moneyState: string;
  readonly lives: Map<string, Life>;
}

export function auditorFor(truth: ProviderTruth, swarm: Swarm): Auditor {
  const violations: Violation[] = [];
  const report: Report = (law, detail) => {
    if (violations.length < MAX_VIOLATIONS) violations.push({ law, detail });
  };
  const touched = new Set<Customer>();
  const files = new Map<Customer, File>();
  const subscriptionStatuses = new Map<string, SubscriptionStatus>();
  const counters = new Map<string, GivenNumber>();
  const numbered = new Set<string>();

  const fileOf = (customer: Customer): File => {
    let file = files.get(customer);
    if (file === undefined) {
      file = {
        book: emptyBook(),
        ledger: newReading(),
        sent: new Map(),
        documents: new Map(),
        payments: newWatch(),
        moneyState: '',
        lives: new Map(),
      };
      files.set(customer, file);
    }
    return file;
  };

  function check(customer: Customer, settled: boolean): void {
    const file = fileOf(customer);
    const { books } = customer;
    // Money that moves leaves a trace in one of these; the end of the play looks at everything once more.
    const state = `${books.ledger.length} ${books.payments.size} ${books.invoices.size} ${books.creditBalanceMinor}`;
    if (settled || state !== file.moneyState) {
      file.moneyState = state;
      checkLedger(customer, file.book, file.ledger, report);
      checkFinalPayments(customer, file.payments, report);
      checkPayments(customer, truth, settled, report);
    }
    for (const subscription of customer.books.subscriptions.values()) {
      const before = subscriptionStatuses.get(subscription.id);
      if (before === 'canceled' && subscription.status !== 'canceled')
        report('I11', `${subscription.id} came back`);
      subscriptionStatuses.set(subscription.id, subscription.status);
    }
    if (settled) checkFiled(customer, file, report);
  }

  return {
    violations,
    onEvents(customer, events) {
      for (const { type, subjectId, data } of events) {
        const life = type === 'subscription.canceled' ? fileOf(customer).lives.get(subjectId) : undefined;
        if (life !== undefined && data.reason === 'payment_failed') end(life, data.at as number);
      }
    },
    onOrder(customer, { asked, decision }) {
      const { lives } = fileOf(customer);
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
    },
    onTouched(customer) {
      touched.add(customer);
      checkOpenPayments(customer, fileOf(customer).payments, report);
    },
    onReceipt(customer, event, outcome) {
      checkReceipt(customer, fileOf(customer), event, outcome, report);
    },
    onBill(customer, now, invoice, number) {
      const { book, documents } = fileOf(customer);
      checkRun(customer, book, now, invoice, swarm.settings, report);
      if (invoice !== null) documents.set(invoice.id, freeze(invoice));
      if (number === null || invoice === null) return;
      const before = counters.get(number.series);
      if (number.counter !== (before?.counter ?? 0n) + 1n)
        report('I07', `${number.series}-${number.counter} leaves a gap`);
      if (before !== undefined && number.issuedAt < before.issuedAt)
        report('I07', `${number.series}-${number.counter} goes back in time`);
      if (numbered.has(invoice.id)) report('I07', `${invoice.id} has two numbers`);
      numbered.add(invoice.id);
      counters.set(number.series, number);
    },
    tick(customers, now) {
      for (const customer of touched) {
        check(customer, false);
        if (customer.parked === null) checkLives(customer, fileOf(customer), now, report);
      }
      touched.clear();
      for (const customer of customers) {
        if (customer.parked === null)
          checkNothingWaits(customer, fileOf(customer).book, now, swarm.settings, report);
      }
    },
    final(customers) {
      for (const customer of customers) check(customer, true);
    },
  };
}

/** I33 and I32: every event is accepted once, and is called a repetition only if it was accepted. */
function checkReceipt(
  customer: Customer,
  file: File,
  event: SentEvent,
  outcome: EventOutcome,
  report: Report,
): void {
  if (outcome === 'duplicate' && !file.sent.has(event.id))
    report('I33', `${event.id} of ${customer.plan.id} is called a repetition and was never accepted`);
  if (outcome !== 'accepted') return;
  if (file.sent.has(event.id)) report('I33', `${event.id} of ${customer.plan.id} was accepted twice`);
  file.sent.set(event.id, event);
  keepReceipt(file.book.receipts, event);
}

/** I06: documents stand as they were issued. I35: so do their quantities. I32: what was accepted is stored. */
function checkFiled(customer: Customer, file: File, report: Report): void {
  for (const [id, record] of customer.books.invoices) {
    if (!isSameDocument(file.documents.get(id), record.invoice)) report('I06', `${id} moved after its issue`);
    for (const { key, meterId, servicePeriod, quantity } of record.invoice.lines) {
      if (meterId === null) continue;
      const { quantity: used } = measure(file.book.receipts, meterId, servicePeriod.start, servicePeriod.end);
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

/** Every subscription is what its orders and the time that has passed make of it. */
function checkLives(customer: Customer, { lives }: File, now: Instant, report: Report): void {
  for (const subscription of customer.books.subscriptions.values()) {
    const life = lives.get(subscription.id);
    if (life === undefined) {
      report('I11', `${subscription.id} was never ordered`);
      continue;
    }
    if (life.isSettled) continue;
    advance(life, now);
    checkLife(life, subscription, report);
    life.isSettled = life.state === 'ended';
  }
}
