import { creditOf, remainingOf } from '@billhook/core/decision/books';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { BilledLine, UsageQuantity } from '@billhook/core/invoicing/line';
import { formatInvoiceNumber } from '@billhook/core/invoicing/number';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { addMs, formatInstant, MS_PER_DAY } from '@billhook/core/time/instant';
import { type Customer, idFor } from './customer.ts';
import { lookAgain } from './recounts.ts';
import { type Billed, carryOut, type GivenNumber, giveNumber, type World } from './world.ts';

/** Bills one customer if anything is due; also before an order is decided, so that it rests on books that are up to date. */
export function billDue(world: World, customer: Customer): void {
  const now = world.agenda.now;
  let isDue = world.swarm.settings.thresholdMinor !== null;
  for (const { nextActionAt } of customer.books.subscriptions.values())
    if (nextActionAt !== null && nextActionAt <= now) isDue = true;
  if (isDue) bill(world, customer);
}

/** Bills one customer up to now in all currencies, as the bill run does, and begins to collect what is due. */
export function bill(world: World, customer: Customer): void {
  if (customer.parked !== null) return;
  const { plan, books } = customer;
  const { currency: _, ...due } = dueOf(world, customer);
  const { consolidation } = plan;
  const decided = world.engine.decideInvoices({
    ...due,
    ...(consolidation === 'as_due'
      ? {}
      : { release: world.engine.releaseAt(consolidation, due.now, world.seller.zone) }),
    customerId: plan.id,
    accounts: plan.currencies.map((currency) => ({
      currency,
      invoiceId: idFor(customer, 'inv'),
      creditBalanceMinor: creditOf(books, currency),
    })),
    usage: usageFor(world, customer, due),
  });
  if (!decided.ok) {
    customer.parked = decided.refusal;
    return;
  }
  carryOut(world, customer, decided.value);
  issue(world, customer, decided.value.invoices, { currency: null, replacesInvoiceId: null });
}

type Due = Parameters<World['engine']['usageToLoad']>[0];

/** What of a customer is to be billed: in one currency, or in all. */
export function dueOf(world: World, customer: Customer, currency: Subscription['currency'] | null = null) {
  const { books } = customer;
  const subscriptions: Subscription[] = [];
  for (const subscription of books.subscriptions.values()) {
    const isOver = subscription.status === 'canceled' && subscription.nextActionAt === null;
    if (!isOver && (currency === null || subscription.currency === currency))
      subscriptions.push(subscription);
  }
  return {
    now: world.agenda.now,
    currency,
    subscriptions,
    billed: linesOf(customer, subscriptions),
    corrections: customer.adjustments,
    settings: world.swarm.settings,
    hasPaymentMethod: customer.plan.hasPaymentMethod,
    taxChoice: customer.taxChoice,
  };
}

/** The lines of subscriptions that stand. */
export function linesOf({ books }: Customer, subscriptions: readonly Subscription[]): readonly BilledLine[] {
  if (subscriptions.length === books.subscriptions.size) return books.billed;
  const ids = new Set(subscriptions.map(({ id }) => id));
  return books.billed.filter(({ subscriptionId }) => ids.has(subscriptionId));
}

export function usageFor(world: World, customer: Customer, due: Due): readonly UsageQuantity[] {
  return world.engine
    .usageToLoad(due)
    .map((window) => world.engine.usageOf(window, customer.readings.get(window.meterId) ?? []));
}

/** Numbers invoices that were decided, tells of them and begins to collect them. */
export function issue(
  world: World,
  customer: Customer,
  invoices: readonly IssuedInvoice[],
  run: Pick<Billed, 'currency' | 'replacesInvoiceId'>,
): void {
  const numbered = invoices.map((invoice) => ({ invoice, number: numberOf(world, customer, invoice) }));
  const billed: Billed = { ...run, at: world.agenda.now, invoices: numbered };
  for (const watcher of world.watchers) watcher.onBill(customer, billed);
  for (const invoice of invoices) {
    noteUsage(customer, invoice);
    lookAgain(world, customer, invoice);
    beginCollecting(world, customer, invoice);
  }
}

/** What is issued is earned from then on, and asked for. */
export function beginCollecting(world: World, customer: Customer, invoice: IssuedInvoice): void {
  if (invoice.status !== 'skipped') world.seller.ahead.set(invoice.id, customer);
  if (invoice.status === 'open') customer.unfinished.add(invoice.id);
  if (customer.plan.hasPaymentMethod) collect(world, customer, invoice.id);
  else if (invoice.status === 'open') awaitPayDay(world, customer, invoice);
}

/** Who pays by invoice does so within its terms, or some days late. */
function awaitPayDay(world: World, customer: Customer, { id, issuedAt, dueAt }: IssuedInvoice): void {
  const at = addMs(dueAt, customer.habits.prng.int(-4, LATE_DAYS) * MS_PER_DAY);
  const payDay = at < issuedAt ? issuedAt : at;
  world.agenda.add(payDay, { kind: 'pay_day', customer, invoiceId: id });
}

/** How many days late who pays by invoice pays at most. */
export const LATE_DAYS = 6;

export function numberOf(
  world: World,
  customer: Customer,
  invoice: IssuedInvoice,
  prefix: 'INV' | 'DN' = 'INV',
): GivenNumber | null {
  if (invoice.status === 'skipped') return null;
  const number = giveNumber(world, prefix, invoice.issuedAt);
  const year = Number(formatInstant(invoice.issuedAt).slice(0, 4));
  customer.numbers.set(invoice.id, formatInvoiceNumber({ prefix, year }, number.counter));
  return number;
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

/** Who brings an attempt about: a renewal, a retry of what failed, or the customer, who can answer their bank. */
export type Occasion = 'due' | 'retry' | 'customer';

/** Intends an attempt, then asks the provider; its news arrive later. */
export function collect(
  world: World,
  customer: Customer,
  invoiceId: string,
  occasion: Occasion = 'due',
): void {
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
  if (customer.isCardBlocked) {
    // Nothing is sent: the try fails by itself.
    const news = { status: 'failed', failureCode: 'payment_method_blocked' } as const;
    const at = world.agenda.now;
    world.agenda.add(at, { kind: 'delivery', customer, delivery: { at, paymentId: attemptId, news } });
    return;
  }
  for (const watcher of world.watchers)
    watcher.onCharge(customer, {
      invoiceId,
      at: world.agenda.now,
      isRetry: occasion === 'retry',
    });
  const { charges } = customer;
  charges.push(world.agenda.now);
  // What is older than any scheme looks back no longer counts.
  while ((charges[0] ?? world.agenda.now) < world.agenda.now - 31 * MS_PER_DAY) charges.shift();
  const isThere = occasion === 'customer';
  for (const delivery of world.provider.charge(attempt, customer.plan.card, isThere, world.agenda.now)) {
    world.agenda.add(delivery.at, { kind: 'delivery', customer, delivery });
  }
}
