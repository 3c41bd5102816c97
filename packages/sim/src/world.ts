import { remainingOf } from '@billhook/core/decision/books';
import type { Decision } from '@billhook/core/decision/change';
import type { CoreEvent } from '@billhook/core/decision/event';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { formatInvoiceNumber } from '@billhook/core/invoicing/number';
import { earlier, formatInstant, type Instant } from '@billhook/core/time/instant';
import type { QuarantineReason } from '@billhook/core/usage/event-verdict';
import type { Catalogue } from './catalogue.ts';
import { type Agenda, agendaFrom } from './clock.ts';
import { type Customer, idFor } from './customer.ts';
import type { Engine } from './engine.ts';
import type { Answer } from './orders.ts';
import type { Delivery, Provider } from './provider.ts';
import type { Swarm } from './swarm.ts';
import type { Command, SentEvent } from './workload.ts';

export type Task =
  | { readonly kind: 'arrive'; readonly customer: Customer }
  | { readonly kind: 'command'; readonly customer: Customer; readonly command: Command }
  | { readonly kind: 'wake'; readonly customer: Customer; readonly at: Instant }
  | { readonly kind: 'delivery'; readonly customer: Customer; readonly delivery: Delivery }
  | { readonly kind: 'refund_look_up'; readonly customer: Customer; readonly refundId: string };

/** A number as it was given, in the order of giving. */
export interface GivenNumber {
  readonly series: string;
  readonly counter: bigint;
  readonly issuedAt: Instant;
}

/** What the world tells those who watch it: the auditor and the trace. */
export interface Watcher {
  onEvents(customer: Customer, events: readonly CoreEvent[]): void;
  /** After every run of billing, with what it found: null where there was nothing to bill. */
  onBill(customer: Customer, now: Instant, invoice: IssuedInvoice | null, number: GivenNumber | null): void;
  onOrder(customer: Customer, answer: Answer): void;
  onReceipt(customer: Customer, event: SentEvent, outcome: EventOutcome): void;
  onTouched(customer: Customer): void;
}

export type EventOutcome = 'accepted' | 'duplicate' | 'rejected' | QuarantineReason;

/** The simulated business: the same decisions as the server's, applied in memory. */
export interface World {
  readonly engine: Engine;
  readonly provider: Provider;
  readonly agenda: Agenda<Task>;
  readonly customers: Customer[];
  readonly swarm: Swarm;
  readonly catalogue: Catalogue;
  readonly counters: Map<string, bigint>;
  /** How often each coupon was redeemed. */
  readonly redemptions: Map<string, number>;
  readonly watchers: Watcher[];
}

export function newWorld(
  parts: Pick<World, 'engine' | 'provider' | 'swarm' | 'catalogue'>,
  start: Instant,
): World {
  return {
    ...parts,
    agenda: agendaFrom<Task>(start),
    customers: [],
    counters: new Map(),
    redemptions: new Map(),
    watchers: [],
  };
}

/** Applies a decision and tells the watchers; then puts the customer's next due work on the agenda. */
export function carryOut(world: World, customer: Customer, decision: Decision): void {
  world.engine.applyChanges(customer.books, decision.changes);
  for (const watcher of world.watchers) watcher.onEvents(customer, decision.events);
  settleCredit(world, customer, decision);
  touch(world, customer);
}

/** Credit that a decision granted pays what is open, in the same transaction. */
function settleCredit(world: World, customer: Customer, decision: Decision): void {
  const { books, plan } = customer;
  const grant = decision.changes.find(
    (change) => change.type === 'customer_credit.add' && change.deltaMinor > 0n,
  );
  if (grant?.type !== 'customer_credit.add' || grant.sourceType === 'credit_note') return;
  const unpaid = [...books.invoices.values()]
    .filter((record) => record.status === 'open' || record.status === 'uncollectible')
    .map((record) => ({
      id: record.invoice.id,
      status: record.status,
      remainingMinor: remainingOf(record),
      failureCount: record.failureCount,
      subscriptionIds: record.invoice.lines.map((line) => line.subscriptionId),
    }));
  const settled = world.engine.decideCreditSettlement({
    now: world.agenda.now,
    customer: { id: plan.id, currency: plan.currency, creditBalanceMinor: books.creditBalanceMinor },
    unpaid,
    subscriptions: [...books.subscriptions.values()],
    source: { type: grant.sourceType, id: grant.sourceId },
  });
  world.engine.applyChanges(books, settled.changes);
  for (const watcher of world.watchers) watcher.onEvents(customer, settled.events);
}

/** Bills one customer before an order is decided, if anything is due: an order rests on books that are up to date. */
export function billDue(world: World, customer: Customer): void {
  const now = world.agenda.now;
  const subscriptions = [...customer.books.subscriptions.values()];
  const isDue = subscriptions.some(({ nextActionAt }) => nextActionAt !== null && nextActionAt <= now);
  if (isDue || world.swarm.settings.thresholdMinor !== null) bill(world, customer);
}

/** Bills one customer up to now, as the bill run does, and begins to collect what is due. */
export function bill(world: World, customer: Customer): void {
  if (customer.parked !== null) return;
  const now = world.agenda.now;
  const { books } = customer;
  const subscriptions = [...books.subscriptions.values()].filter(
    ({ status, nextActionAt }) => status !== 'canceled' || nextActionAt !== null,
  );
  const billed =
    subscriptions.length === books.subscriptions.size
      ? books.billed
      : books.billed.filter((line) => subscriptions.some(({ id }) => id === line.subscriptionId));
  const due = {
    now,
    subscriptions,
    billed,
    settings: world.swarm.settings,
    hasPaymentMethod: customer.plan.hasPaymentMethod,
  };
  const usage = world.engine
    .usageToLoad(due)
    .map((window) => world.engine.usageOf(window, customer.readings.get(window.meterId) ?? []));
  const decided = world.engine.decideInvoice({
    ...due,
    invoiceId: idFor(customer, 'inv'),
    customer: {
      id: customer.plan.id,
      currency: customer.plan.currency,
      creditBalanceMinor: books.creditBalanceMinor,
    },
    usage,
    taxChoice: customer.taxChoice,
  });
  if (!decided.ok) {
    customer.parked = decided.refusal;
    return;
  }
  carryOut(world, customer, decided.value);
  const { invoice } = decided.value;
  const isNumbered = invoice !== null && invoice.status !== 'skipped';
  const number = isNumbered ? giveNumber(world, customer, invoice) : null;
  for (const watcher of world.watchers) watcher.onBill(customer, now, invoice, number);
  if (invoice === null) return;
  noteUsage(customer, invoice);
  collect(world, customer, invoice.id);
}

/** Usage that stands on an invoice is closed: what arrives for it later is late. */
function noteUsage(customer: Customer, invoice: IssuedInvoice): void {
  for (const { meterId, servicePeriod } of invoice.lines) {
    if (meterId === null) continue;
    const before = customer.billedThrough.get(meterId);
    if (before === undefined || servicePeriod.end > before)
      customer.billedThrough.set(meterId, servicePeriod.end);
  }
}

function giveNumber(world: World, customer: Customer, invoice: IssuedInvoice): GivenNumber {
  const series = { prefix: 'INV', year: Number(formatInstant(invoice.issuedAt).slice(0, 4)) };
  const name = `${series.prefix}-${series.year}`;
  const counter = world.engine.nextCounter(world.counters.get(name) ?? 0n);
  world.counters.set(name, counter);
  customer.numbers.set(invoice.id, formatInvoiceNumber(series, counter));
  return { series: name, counter, issuedAt: invoice.issuedAt };
}

/** Intends an attempt, then asks the provider; its news arrive later. */
export function collect(world: World, customer: Customer, invoiceId: string): void {
  const record = customer.books.invoices.get(invoiceId);
  if (record === undefined) return;
  const ids = customer.attemptsByInvoice.get(invoiceId) ?? [];
  const attemptId = idFor(customer, 'pay');
  const intended = world.engine.decideAttempt({
    attemptId,
    provider: 'sandbox',
    invoice: {
      id: invoiceId,
      customerId: customer.plan.id,
      currency: record.invoice.currency,
      status: record.status,
      remainingMinor: remainingOf(record),
    },
    attempts: ids.flatMap((id) => customer.books.payments.get(id)?.status ?? []),
  });
  if (!intended.ok) return;
  carryOut(world, customer, intended.value);
  customer.attemptsByInvoice.set(invoiceId, [...ids, attemptId]);
  const attempt = customer.books.payments.get(attemptId);
  if (attempt === undefined) return;
  for (const delivery of world.provider.charge(attempt, customer.plan.card, world.agenda.now)) {
    world.agenda.add(delivery.at, { kind: 'delivery', customer, delivery });
  }
}

/** Says that something about a customer changed, and sees to it that due work finds them. */
export function touch(world: World, customer: Customer): void {
  for (const watcher of world.watchers) watcher.onTouched(customer);
  const next = nextDue(customer);
  if (next === null || customer.parked !== null) return;
  if (customer.wakeAt !== null && customer.wakeAt <= next && customer.wakeAt >= world.agenda.now) return;
  customer.wakeAt = next;
  world.agenda.add(next, { kind: 'wake', customer, at: next });
}

function nextDue(customer: Customer): Instant | null {
  let next: Instant | null = null;
  const consider = (at: Instant | null) => {
    if (at !== null) next = next === null ? at : earlier(next, at);
  };
  for (const subscription of customer.books.subscriptions.values()) consider(subscription.nextActionAt);
  for (const record of customer.books.invoices.values())
    if (record.status === 'open') consider(record.retryAt);
  return next;
}
