import { remainingOf } from '@billhook/core/decision/books';
import type { Decision } from '@billhook/core/decision/change';
import type { Result } from '@billhook/core/kernel/result';
import { refundableMinor } from '@billhook/core/payments/decide-refund';
import { DEFAULT_RETRY_DELAYS_DAYS } from '@billhook/core/payments/retry-schedule';
import { DEFAULT_PRORATION_POLICY as DAYS } from '@billhook/core/proration/policy';
import { decideCancel } from '@billhook/core/subscriptions/decide-cancel';
import { decideChange } from '@billhook/core/subscriptions/decide-change';
import { decideSeats } from '@billhook/core/subscriptions/decide-seats';
import { decideStart } from '@billhook/core/subscriptions/decide-start';
import { decideUndo } from '@billhook/core/subscriptions/decide-undo';
import { openItems } from '@billhook/core/subscriptions/items';
import { cancelAhead, changeAhead } from '@billhook/core/subscriptions/schedule';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { addMs, type Instant, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { DEFAULT_LATE_WINDOW_MS } from '@billhook/core/usage/event-verdict';
import { METERS, type Offer } from './catalogue.ts';
import { type Customer, currentSubscription, idFor } from './customer.ts';
import type { Delivery } from './provider.ts';
import { type Command, type SentEvent, startCommand } from './workload.ts';
import { bill, carryOut, collect, type EventOutcome, type Task, touch, type World } from './world.ts';

/** Does one task of the agenda at its moment. */
export function perform(world: World, task: Task): void {
  const { customer } = task;
  switch (task.kind) {
    case 'arrive':
      command(world, customer, startCommand(customer.habits.prng));
      return;
    case 'command':
      command(world, customer, task.command);
      return;
    case 'wake':
      if (customer.wakeAt === task.at) wake(world, customer);
      return;
    case 'delivery':
      deliver(world, customer, task.delivery);
      return;
    case 'refund_look_up':
      settleRefund(world, customer, task.refundId);
      return;
  }
}

function wake(world: World, customer: Customer): void {
  const now = world.agenda.now;
  customer.wakeAt = null;
  bill(world, customer);
  for (const [invoiceId, record] of customer.books.invoices) {
    if (record.status !== 'open' || record.retryAt === null || record.retryAt > now) continue;
    // The claim is the write: the retry is taken off before the provider is asked.
    world.engine.applyChanges(customer.books, [
      { type: 'payment.retry', invoiceId, at: null, failureCount: record.failureCount },
    ]);
    collect(world, customer, invoiceId);
  }
  touch(world, customer);
}

function command(world: World, customer: Customer, order: Command): void {
  if (order.kind === 'event') {
    send(world, customer, order.event);
    return;
  }
  if (customer.parked !== null) return;
  if (order.kind === 'pay') {
    for (const invoiceId of customer.books.invoices.keys()) collect(world, customer, invoiceId);
    return;
  }
  if (order.kind === 'refund') {
    refund(world, customer, order.share);
    return;
  }
  bill(world, customer);
  const decision = decide(customer, order, world.agenda.now);
  if (decision === null || !decision.ok) return;
  carryOut(world, customer, decision.value);
  bill(world, customer);
}

function decide(
  customer: Customer,
  order: Exclude<Command, { kind: 'event' | 'refund' | 'pay' }>,
  now: Instant,
): Result<Decision> | null {
  const subscription = currentSubscription(customer);
  if (order.kind === 'start') return subscription === null ? start(customer, order, now) : null;
  if (subscription === null) return null;
  switch (order.kind) {
    case 'change': {
      const offer = customer.offers[order.offer] as Offer;
      return decideChange({
        now,
        subscription,
        currentPlan: offerOf(customer, subscription).plan,
        newPlan: offer.plan,
        newVersion: offer.version,
        itemIds: ids(customer, offer.version.prices.length),
        seats: null,
        when: order.when,
        direction: null,
        stepId: idFor(customer, 'step'),
        isProrated: true,
        days: DAYS,
      });
    }
    case 'unschedule':
      return undo(subscription, changeAhead(subscription)?.id, now);
    case 'seats':
      return decideSeats({
        now,
        subscription,
        seats: BigInt(order.seats),
        itemIds: ids(customer, openItems(subscription).length),
        when: 'now',
        stepId: idFor(customer, 'step'),
        isProrated: true,
        days: DAYS,
      });
    case 'cancel':
      return decideCancel({
        now,
        subscription,
        when: order.when,
        creditUnused: order.creditUnused,
        reason: 'asked',
        stepId: idFor(customer, 'step'),
        days: DAYS,
      });
    case 'undo_cancel':
      return undo(subscription, cancelAhead(subscription)?.id, now);
  }
}

function undo(subscription: Subscription, stepId: string | undefined, now: Instant): Result<Decision> | null {
  return stepId === undefined ? null : decideUndo({ now, subscription, stepId });
}

function start(
  customer: Customer,
  order: Extract<Command, { kind: 'start' }>,
  now: Instant,
): Result<Decision> {
  const offer = customer.offers[order.offer] as Offer;
  const withTrial = !customer.hadTrial;
  if (offer.version.trialDays > 0) customer.hadTrial = true;
  return decideStart({
    now,
    subscriptionId: idFor(customer, 'sub'),
    customerId: customer.plan.id,
    plan: offer.plan,
    version: offer.version,
    itemIds: ids(customer, offer.version.prices.length),
    seats: BigInt(order.seats),
    timeZone: customer.plan.timeZone,
    startAt: order.inDays === 0 ? null : addMs(now, order.inDays * MS_PER_DAY),
    withTrial,
    maxBackdateDays: 0,
    trialEnd: 'convert',
    billingDay: null,
    overrides: {},
    phases: [],
    endAfterPeriods: null,
    endStepId: idFor(customer, 'step'),
    billingAuthority: 'billhook',
  });
}

function offerOf(customer: Customer, subscription: Subscription): Offer {
  const offer = customer.offers.find((candidate) => candidate.plan.id === subscription.planId);
  if (offer === undefined) throw new Error(`No offer is named ${subscription.planId}.`);
  return offer;
}

function ids(customer: Customer, count: number): string[] {
  return Array.from({ length: count }, () => idFor(customer, 'item'));
}

function send(world: World, customer: Customer, event: SentEvent): void {
  const before = customer.events.get(event.id);
  const same =
    before !== undefined &&
    before.time === event.time &&
    before.bytes === event.bytes &&
    before.type === event.type;
  let billedThrough: Instant | null = null;
  for (const line of customer.books.billed) {
    if (line.kind === 'usage' && (billedThrough === null || line.servicePeriod.end > billedThrough)) {
      billedThrough = line.servicePeriod.end;
    }
  }
  const verdict = world.engine.judgeEvent({
    now: world.agenda.now,
    time: event.time,
    data: { bytes: event.bytes },
    meters: METERS.filter((meter) => meter.eventType === event.type),
    customerId: customer.plan.id,
    stored: before === undefined ? 'none' : same ? 'same' : 'different',
    billedThrough,
    lateWindowMs: DEFAULT_LATE_WINDOW_MS,
  });
  const outcome: EventOutcome = verdict.outcome === 'quarantined' ? verdict.reason : verdict.outcome;
  if (verdict.outcome === 'accepted') {
    customer.events.set(event.id, event);
    for (const reading of verdict.readings) {
      const list = customer.readings.get(reading.meterId) ?? [];
      list.push({ at: event.time, value: reading.value });
      customer.readings.set(reading.meterId, list);
    }
  }
  for (const watcher of world.watchers) watcher.onReceipt(customer, event, outcome);
}

function deliver(world: World, customer: Customer, delivery: Delivery): void {
  const attempt = customer.books.payments.get(delivery.paymentId);
  const record = customer.books.invoices.get(attempt?.invoiceId ?? '');
  if (attempt === undefined || record === undefined) return;
  const concerned = new Set(record.invoice.lines.map((line) => line.subscriptionId));
  const decision = world.engine.decideAttemptOutcome({
    now: world.agenda.now,
    attempt,
    invoice: {
      id: record.invoice.id,
      status: record.status,
      remainingMinor: remainingOf(record),
      failureCount: record.failureCount,
    },
    subscriptions: [...customer.books.subscriptions.values()].filter((subscription) =>
      concerned.has(subscription.id),
    ),
    otherFailedInvoices: [...customer.books.invoices.values()].filter(
      (other) => other !== record && other.status === 'open' && other.failureCount > 0,
    ).length,
    retryDelaysDays: DEFAULT_RETRY_DELAYS_DAYS,
    timeZone: customer.plan.timeZone,
    news: delivery.news,
  });
  if (decision.ok && decision.value.changes.length > 0) carryOut(world, customer, decision.value);
  const { status } = delivery.news;
  if ((status === 'requires_action' || status === 'unknown') && customer.habits.prng.chance(0.3)) {
    // An impatient customer presses the button again while the first attempt is still open.
    world.agenda.add(addMs(world.agenda.now, MS_PER_MINUTE), {
      kind: 'command',
      customer,
      command: { kind: 'pay' },
    });
  }
}

function refund(world: World, customer: Customer, share: number): void {
  const { creditBalanceMinor } = customer.books;
  const paid = [...customer.books.payments.values()].filter(
    (payment) => refundableMinor(payment, creditBalanceMinor) > 0n,
  );
  const attempt = paid.at(-1);
  if (attempt === undefined) return;
  const wanted = (attempt.capturedMinor * BigInt(share)) / 100n;
  const refundId = idFor(customer, 'ref');
  const decided = world.engine.decideRefund({
    refundId,
    now: world.agenda.now,
    attempt,
    creditBalanceMinor,
    amountMinor: wanted,
    reason: 'asked',
  });
  if (!decided.ok) return;
  carryOut(world, customer, decided.value);
  const intended = customer.books.refunds.get(refundId);
  if (intended === undefined) return;
  const answer = world.provider.refund(attempt.id, intended.amountMinor);
  refundNews(world, customer, refundId, answer);
  if (answer === 'unknown') {
    world.agenda.add(addMs(world.agenda.now, MS_PER_HOUR), { kind: 'refund_look_up', customer, refundId });
  }
}

function settleRefund(world: World, customer: Customer, refundId: string): void {
  const pending = customer.books.refunds.get(refundId);
  if (pending === undefined) return;
  refundNews(world, customer, refundId, world.provider.lookUpRefund(pending.paymentId, pending.amountMinor));
}

function refundNews(
  world: World,
  customer: Customer,
  refundId: string,
  news: 'unknown' | 'succeeded' | 'failed',
): void {
  const { books } = customer;
  const pending = books.refunds.get(refundId);
  const record = books.invoices.get(pending?.invoiceId ?? '');
  if (pending === undefined || record === undefined) return;
  let refundedBeforeMinor = 0n;
  for (const other of books.refunds.values()) {
    if (other.invoiceId === pending.invoiceId && other.status === 'succeeded')
      refundedBeforeMinor += other.amountMinor - other.creditMinor;
  }
  const { totals } = record.invoice;
  carryOut(
    world,
    customer,
    world.engine.decideRefundOutcome({
      now: world.agenda.now,
      refund: pending,
      invoice: totals,
      refundedBeforeMinor,
      news,
    }),
  );
}
