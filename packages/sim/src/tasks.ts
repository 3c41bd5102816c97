import { type InvoiceRecord, remainingOf } from '@billhook/core/decision/books';
import { grouped } from '@billhook/core/kernel/grouped';
import { mayMovePayment } from '@billhook/core/payments/transitions';
import { addMs, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { DEFAULT_LATE_WINDOW_MS } from '@billhook/core/usage/event-verdict';
import { billDue, collect } from './billing.ts';
import { METERS } from './catalogue.ts';
import { settleRecounts } from './corrections.ts';
import { type Customer, currentSubscriptions } from './customer.ts';
import { expectDisputes, hearDispute } from './disputes.ts';
import { workOnDocument } from './documents.ts';
import { afterFailure, takeSteps } from './dunning-steps.ts';
import { insertInOrder } from './metering.ts';
import { ask } from './orders.ts';
import type { Delivery } from './provider.ts';
import { askRecount } from './recounts.ts';
import { refund, returnRefund, settleRefund } from './refunds.ts';
import type { SentEvent } from './sent-events.ts';
import { type Command, isDocumentWork, startOrder } from './workload.ts';
import { carryOut, type EventOutcome, type Task, touch, type World } from './world.ts';

const METERS_BY_TYPE = grouped(METERS, ({ eventType }) => eventType);

/** Does one task of the agenda at its moment. */
export function perform(world: World, task: Task): void {
  const { customer } = task;
  switch (task.kind) {
    case 'arrive':
      command(world, customer, startOrder(customer.habits.prng, world.swarm), 0);
      return;
    case 'command':
      command(world, customer, task.command, task.subject);
      return;
    case 'wake':
      if (customer.wakeAt === task.at) wake(world, customer);
      return;
    case 'pay_day':
      collect(world, customer, task.invoiceId);
      return;
    case 'recount':
      settleRecounts(world, customer);
      return;
    case 'delivery':
      deliver(world, customer, task.delivery);
      return;
    case 'dispute':
      hearDispute(world, customer, task.delivery);
      return;
    case 'refund_look_up':
      settleRefund(world, customer, task.refundId);
      return;
    case 'refund_return':
      returnRefund(world, customer, task.refundId);
      return;
  }
}

function wake(world: World, customer: Customer): void {
  const now = world.agenda.now;
  customer.wakeAt = null;
  billDue(world, customer);
  for (const invoiceId of [...customer.unfinished]) {
    const record = customer.books.invoices.get(invoiceId);
    if (record === undefined || record.status !== 'open' || record.retryAt === null || record.retryAt > now)
      continue;
    // What was planned for several invoices may come to more than the scheme allows for the card.
    const restsUntil = world.engine.cardRestsUntil(now, customer.charges);
    // The claim is the write: the retry is taken off before the provider is asked.
    world.engine.applyChanges(customer.books, [
      {
        type: 'payment.retry',
        invoiceId,
        at: restsUntil,
        failureCount: record.failureCount,
      },
    ]);
    if (restsUntil !== null) continue;
    collect(world, customer, invoiceId, 'retry');
  }
  takeSteps(world, customer);
  touch(world, customer);
}

/** @param subject the place of the subscription that an order is about, among those that run */
function command(world: World, customer: Customer, order: Command, subject: number): void {
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
      if (status !== 'skipped') collect(world, customer, invoice.id, 'customer');
    return;
  }
  if (order.kind === 'refund') {
    refund(world, customer, order.share);
    return;
  }
  if (isDocumentWork(order)) {
    workOnDocument(world, customer, order);
    return;
  }
  billDue(world, customer);
  const running = currentSubscriptions(customer);
  if (order.kind === 'start' && running.length >= world.swarm.subscriptionLimit) return;
  const answer = ask(world, customer, running[subject % running.length] ?? null, order);
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
  billDue(world, customer);
}

function send(world: World, customer: Customer, event: SentEvent): void {
  const before = world.engine.storedEvent(customer.events, event.id);
  const same =
    before !== undefined &&
    before.time === event.time &&
    before.value === event.value &&
    before.type === event.type;
  const meters = METERS_BY_TYPE.get(event.type) ?? [];
  const verdict = world.engine.judgeEvent({
    now: world.agenda.now,
    time: event.time,
    data: { value: event.value, label: event.label },
    meters,
    customerId: customer.plan.id,
    stored: before === undefined ? 'none' : same ? 'same' : 'different',
    billedThrough: customer.billedThrough.get(meters[0]?.id ?? '') ?? null,
    lateWindowMs: DEFAULT_LATE_WINDOW_MS,
    ...(world.swarm.corrections === null ? {} : { late: 'correct' as const }),
  });
  const outcome: EventOutcome = verdict.outcome === 'quarantined' ? verdict.reason : verdict.outcome;
  if (verdict.outcome === 'accepted') {
    customer.events.set(event.id, event);
    for (const { meterId, value } of verdict.readings) {
      const list = customer.readings.get(meterId) ?? [];
      insertInOrder(list, { at: event.time, value, label: event.label });
      customer.readings.set(meterId, list);
    }
    if (verdict.isCorrection) {
      const touched = verdict.readings.map(({ meterId }) => ({ meterId, at: event.time }));
      const afterMs = customer.habits.later.pick([0, MS_PER_HOUR, 20 * MS_PER_HOUR]);
      askRecount(world, customer, touched, addMs(world.agenda.now, afterMs));
    }
  }
  for (const watcher of world.watchers) watcher.onReceipt(customer, event, outcome);
}

/** The subscriptions of open invoices that have failed, beside one of them. */
function failingBeside({ books, unfinished }: Customer, record: InvoiceRecord): readonly string[] {
  const failing = new Set<string>();
  for (const id of unfinished) {
    const other = books.invoices.get(id);
    if (other === undefined || other === record || other.status !== 'open' || other.failureCount === 0)
      continue;
    for (const { subscriptionId } of other.invoice.lines) failing.add(subscriptionId);
  }
  return [...failing];
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
    failingElsewhere: failingBeside(customer, record),
    afterFailure:
      delivery.news.status === 'failed' && mayMovePayment(attempt.status, 'failed')
        ? afterFailure(world, customer, record.invoice.id, delivery.news.failureCode)
        : null,
    days: world.swarm.settings.proration,
    news: delivery.news,
  });
  if (decision.ok && decision.value.changes.length > 0) carryOut(world, customer, decision.value);
  if (attempt.status !== 'succeeded') expectDisputes(world, customer, attempt.id);
  const { status } = delivery.news;
  const isAsked = status === 'failed' && delivery.news.failureCode === 'authentication_required';
  // Most who are asked to confirm come and do so. Some press the button again while the first attempt is still open.
  if (isAsked && customer.habits.prng.chance(0.8))
    payAfter(world, customer, customer.habits.prng.int(1, 48) * MS_PER_HOUR);
  if ((status === 'requires_action' || status === 'unknown') && customer.habits.prng.chance(0.3))
    payAfter(world, customer, MS_PER_MINUTE);
}

/** The customer presses the button. */
function payAfter(world: World, customer: Customer, afterMs: number): void {
  world.agenda.add(addMs(world.agenda.now, afterMs), {
    kind: 'command',
    customer,
    command: { kind: 'pay' },
    subject: 0,
  });
}
