import type { PaymentStatus } from '@billhook/core/payments/payment';
import type { SubscriptionStatus } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import { checkCoverage, checkDocument, fingerprint } from './audit-invoices.ts';
import { checkLedger, checkPayments, checkStatuses } from './audit-money.ts';
import type { Customer } from './customer.ts';
import type { ProviderTruth } from './provider.ts';
import type { Report, Violation } from './violation.ts';
import type { SentEvent } from './workload.ts';
import type { Watcher } from './world.ts';

/**
 * Watches the world and checks the laws after each tick with books of its own: the receipts that senders of usage got,
 * what the provider really did, and the documents as they were when issued.
 */
export interface Auditor extends Watcher {
  readonly violations: readonly Violation[];
  /** Checks every customer that was touched since the last tick. */
  tick(now: Instant): void;
  /** Checks everything again, when nothing is under way any more. */
  final(customers: readonly Customer[], now: Instant): void;
}

const MAX_VIOLATIONS = 50;

export function auditorFor(truth: ProviderTruth): Auditor {
  const violations: Violation[] = [];
  const report: Report = (law, detail) => {
    if (violations.length < MAX_VIOLATIONS) violations.push({ law, detail });
  };
  const touched = new Set<Customer>();
  const receipts = new Map<Customer, Map<string, SentEvent>>();
  const documents = new Map<string, string>();
  const statuses = new Map<string, PaymentStatus>();
  const subscriptionStatuses = new Map<string, SubscriptionStatus>();
  const counters = new Map<string, { counter: bigint; issuedAt: Instant }>();

  function check(customer: Customer, now: Instant, settled: boolean): void {
    checkCoverage(customer, now, report);
    checkLedger(customer, report);
    checkPayments(customer, truth, settled, report);
    for (const subscription of customer.books.subscriptions.values()) {
      const before = subscriptionStatuses.get(subscription.id);
      if (before === 'canceled' && subscription.status !== 'canceled')
        report('I11', `${subscription.id} came back`);
      subscriptionStatuses.set(subscription.id, subscription.status);
    }
    for (const [id, record] of customer.books.invoices) {
      if (settled && documents.get(id) !== fingerprint(record)) report('I06', `${id} moved after its issue`);
    }
    if (settled) checkUsage(customer, receipts.get(customer) ?? new Map(), report);
  }

  return {
    violations,
    onEvents: () => undefined,
    onTouched(customer) {
      touched.add(customer);
      checkStatuses(customer.books, statuses, report);
    },
    onReceipt(customer, event, outcome) {
      const mine = receipts.get(customer) ?? new Map<string, SentEvent>();
      receipts.set(customer, mine);
      if (outcome !== 'accepted') return;
      if (mine.has(event.id)) report('I33', `${event.id} of ${customer.plan.id} was accepted twice`);
      mine.set(event.id, event);
    },
    onInvoice(customer, invoice, number) {
      const record = customer.books.invoices.get(invoice.id);
      if (record !== undefined) documents.set(invoice.id, fingerprint(record));
      checkDocument(customer, invoice, report);
      for (const line of invoice.lines)
        checkUsageLine(line, receipts.get(customer) ?? new Map(), 'I32', report);
      if (number === null) return;
      const before = counters.get(number.series);
      if (number.counter !== (before?.counter ?? 0n) + 1n)
        report('I07', `${number.series}-${number.counter} leaves a gap`);
      if (before !== undefined && number.issuedAt < before.issuedAt)
        report('I07', `${number.series}-${number.counter} goes back in time`);
      counters.set(number.series, number);
    },
    tick(now) {
      for (const customer of touched) check(customer, now, false);
      touched.clear();
    },
    final(customers, now) {
      for (const customer of customers) check(customer, now, true);
    },
  };
}

/** I32 and I35: every usage line still equals the receipts for its time, and readings equal receipts. */
function checkUsage(customer: Customer, receipts: ReadonlyMap<string, SentEvent>, report: Report): void {
  for (const { invoice } of customer.books.invoices.values()) {
    for (const line of invoice.lines) checkUsageLine(line, receipts, 'I35', report);
  }
  for (const meterId of ['meter_calls', 'meter_bytes']) {
    let received = 0n;
    for (const event of receipts.values()) received += valueFor(event, meterId);
    let stored = 0n;
    for (const reading of customer.readings.get(meterId) ?? []) stored += reading.value;
    if (received !== stored)
      report('I32', `${customer.plan.id} was told ${received} of ${meterId}, stored are ${stored}`);
  }
}

function checkUsageLine(
  line: {
    readonly key: string;
    readonly meterId: string | null;
    readonly quantity: bigint;
    readonly servicePeriod: { start: number; end: number };
  },
  receipts: ReadonlyMap<string, SentEvent>,
  law: string,
  report: Report,
): void {
  if (line.meterId === null) return;
  let sum = 0n;
  for (const event of receipts.values()) {
    if (event.time >= line.servicePeriod.start && event.time < line.servicePeriod.end)
      sum += valueFor(event, line.meterId);
  }
  if (sum !== line.quantity) report(law, `${line.key} bills ${line.quantity}, the receipts say ${sum}`);
}

function valueFor(event: SentEvent, meterId: string): bigint {
  if (event.type === 'call') return meterId === 'meter_calls' ? 10n ** 12n : 0n;
  return event.type === 'transfer' && meterId === 'meter_bytes' ? BigInt(event.bytes) * 10n ** 12n : 0n;
}
