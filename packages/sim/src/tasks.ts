import { remainingOf } from '@billhook/core/decision/books';
import { refundableMinor } from '@billhook/core/payments/decide-refund';
import { DEFAULT_RETRY_DELAYS_DAYS } from '@billhook/core/payments/retry-schedule';
import { addMs, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { DEFAULT_LATE_WINDOW_MS } from '@billhook/core/usage/event-verdict';
import { METERS } from './catalogue.ts';
import { type Customer, currentSubscription, idFor } from './customer.ts';
import { insertInOrder } from './metering.ts';
import { ask } from './orders.ts';
import type { Delivery } from './provider.ts';
import { type Command, type SentEvent, startOrder } from './workload.ts';
import {
  bill,
  billDue,
  carryOut,
  collect,
  type EventOutcome,
  type Task,
  touch,
  type World,
} from './world.ts';

/** Does one task of the agenda at its moment. */
export function perform(world: World, task: Task): void {
  const { customer } = task;
  switch (task.kind) {
    case 'arrive':
      command(world, customer, startOrder(customer.habits.prng, world.swarm));
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
    // Whoever presses the button does so for what is open, and sometimes for what was paid lately.
    const invoices = [...customer.books.invoices.values()];
    for (const { invoice, status } of [
      ...invoices.slice(0, -3).filter((record) => record.status === 'open'),
      ...invoices.slice(-3),
    ])
      if (status !== 'skipped') collect(world, customer, invoice.id);
    return;
  }
  if (order.kind === 'refund') {
    refund(world, customer, order.share);
    return;
  }
  billDue(world, customer);
  const answer = ask(world, customer, currentSubscription(customer), order);
  if (answer === null) return;
  for (const watcher of world.watchers) watcher.onOrder(customer, answer);
  const { decision } = answer;
  if (!decision.ok) return;
  for (const change of decision.value.changes) {
    if (change.type !== 'subscription_discount.create') continue;
    const { id } = change.discount.coupon;
    world.redemptions.set(id, (world.redemptions.get(id) ?? 0) + 1);
  }
  carryOut(world, customer, decision.value);
  bill(world, customer);
}

function send(world: World, customer: Customer, event: SentEvent): void {
  const before = world.engine.storedEvent(customer.events, event.id);
  const same =
    before !== undefined &&
    before.time === event.time &&
    before.value === event.value &&
    before.type === event.type;
  const meters = METERS.filter((meter) => meter.eventType === event.type);
  const verdict = world.engine.judgeEvent({
    now: world.agenda.now,
    time: event.time,
    data: { value: event.value, label: event.label },
    meters,
    customerId: customer.plan.id,
    stored: before === undefined ? 'none' : same ? 'same' : 'different',
    billedThrough: customer.billedThrough.get(meters[0]?.id ?? '') ?? null,
    lateWindowMs: DEFAULT_LATE_WINDOW_MS,
  });
  const outcome: EventOutcome = verdict.outcome === 'quarantined' ? verdict.reason : verdict.outcome;
  if (verdict.outcome === 'accepted') {
    customer.events.set(event.id, event);
    for (const { meterId, value } of verdict.readings) {
      const list = customer.readings.get(meterId) ?? [];
      insertInOrder(list, { at: event.time, value, label: event.label });
      customer.readings.set(meterId, list);
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
    days: world.swarm.settings.proration,
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
