import type { Account } from '../../state/account.ts';
import type { InvoiceRecord, SubscriptionRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import type { SubscriptionScheduleRecord } from '../../state/schedule-records.ts';
import { advanceDraft, attemptAutomatically } from './collect.ts';
import { updateInvoice } from './invoices.ts';
import { endPhase } from './phases.ts';
import { previewChange } from './preview.ts';
import { expireIncomplete, finishSubscription, renew } from './renew.ts';
import { updateSubscription } from './subscription-state.ts';

const HOUR_SECONDS = 3_600;
const INCOMPLETE_SECONDS = 23 * HOUR_SECONDS;
const TRIAL_NOTICE_SECONDS = 72 * HOUR_SECONDS;
/** A coming invoice is told of seven days before, where the period is longer than that. */
const UPCOMING_SECONDS = 7 * 24 * HOUR_SECONDS;

interface Step {
  readonly at: number;
  readonly run: (draft: Draft) => void;
}

function earliest(steps: readonly Step[]): Step | null {
  let first: Step | null = null;
  for (const step of steps) if (first === null || step.at < first.at) first = step;
  return first;
}

/** What lies ahead of a subscription first. */
function nextOfSubscription(subscription: SubscriptionRecord): Step | null {
  const { status, trialEnd, pauseCollection, cancelAt } = subscription;
  if (status === 'canceled' || status === 'incomplete_expired' || status === 'paused') return null;
  if (status === 'incomplete') {
    return {
      at: subscription.created + INCOMPLETE_SECONDS,
      run: (draft) => expireIncomplete(draft, subscription),
    };
  }
  const steps: Step[] = [{ at: subscription.periodEnd, run: (draft) => renew(draft, subscription) }];
  const notice = subscription.periodEnd - UPCOMING_SECONDS;
  if (
    subscription.foretold !== subscription.periodEnd &&
    notice > subscription.periodStart &&
    cancelAt === null
  ) {
    steps.unshift({ at: notice, run: (draft) => foretell(draft, subscription) });
  }
  if (status === 'trialing' && trialEnd !== null && !subscription.trialNoticeSent) {
    steps.unshift({
      at: Math.max(subscription.created, trialEnd - TRIAL_NOTICE_SECONDS),
      run: (draft) => {
        const told = draft.put('subscription', { ...subscription, trialNoticeSent: true });
        draft.emit('customer.subscription.trial_will_end', 'subscription', told);
      },
    });
  }
  if (pauseCollection?.resumesAt != null) {
    steps.unshift({
      at: pauseCollection.resumesAt,
      run: (draft) => updateSubscription(draft, subscription, { ...subscription, pauseCollection: null }),
    });
  }
  if (cancelAt !== null && cancelAt < subscription.periodEnd) {
    steps.unshift({ at: cancelAt, run: (draft) => finishSubscription(draft, subscription) });
  }
  return earliest(steps);
}

/** Tells of the invoice that the end of the period will bring. */
function foretell(draft: Draft, subscription: SubscriptionRecord): void {
  const told = draft.put('subscription', { ...subscription, foretold: subscription.periodEnd });
  draft.emit('invoice.upcoming', 'invoice', previewChange(draft, told, null, false));
}

/** What lies ahead of an invoice first. */
function nextOfInvoice(invoice: InvoiceRecord): Step | null {
  if (invoice.status === 'draft') {
    return invoice.finalizesAt === null || !invoice.autoAdvance
      ? null
      : { at: invoice.finalizesAt, run: (draft) => advanceDraft(draft, invoice) };
  }
  if (invoice.status !== 'open') return null;
  const { dueDate, nextAttemptAt } = invoice;
  if (nextAttemptAt !== null && invoice.autoAdvance) {
    return { at: nextAttemptAt, run: (draft) => attemptAutomatically(draft, invoice) };
  }
  if (dueDate === null || invoice.overdueSent) return null;
  return { at: dueDate, run: (draft) => markOverdue(draft, invoice) };
}

function markOverdue(draft: Draft, invoice: InvoiceRecord): void {
  updateInvoice(draft, invoice, { ...invoice, overdueSent: true }, 'invoice.overdue');
  const subscription =
    invoice.subscription === null ? undefined : draft.get('subscription', invoice.subscription);
  if (subscription?.status === 'active' && subscription.latestInvoice === invoice.id) {
    updateSubscription(draft, subscription, { ...subscription, status: 'past_due' });
  }
}

function stepsOf(subscriptions: Iterable<SubscriptionRecord>, invoices: Iterable<InvoiceRecord>): Step[] {
  const steps: Step[] = [];
  for (const subscription of subscriptions) {
    const step = nextOfSubscription(subscription);
    if (step !== null) steps.push(step);
  }
  for (const invoice of invoices) {
    const step = nextOfInvoice(invoice);
    if (step !== null) steps.push(step);
  }
  return steps;
}

/** What lies ahead of a schedule first. */
function nextOfSchedule(schedule: SubscriptionScheduleRecord): Step | null {
  if (schedule.status !== 'active') return null;
  const phase = schedule.phases[schedule.applied];
  return phase === undefined ? null : { at: phase.end, run: (draft) => endPhase(draft, schedule) };
}

/** The next instant, in seconds, at which billing has something to do by itself, or null. */
export function nextBillingAt({ tables }: Account): number | null {
  const schedules = [...tables.subscription_schedule.values()].flatMap(
    (schedule) => nextOfSchedule(schedule) ?? [],
  );
  const steps = stepsOf(tables.subscription.values(), tables.invoice.values());
  return earliest([...steps, ...schedules])?.at ?? null;
}

/** Does what billing has to do up to the draft's time, one step of each subscription and invoice. */
export function runBilling(draft: Draft): void {
  const { now } = draft;
  // A phase that begins with a period is what the period bills.
  for (const { id } of draft.all('subscription_schedule')) {
    const schedule = draft.get('subscription_schedule', id);
    const step = schedule === undefined ? null : nextOfSchedule(schedule);
    if (step !== null && step.at <= now) step.run(draft);
  }
  for (const { id } of draft.all('subscription')) {
    const subscription = draft.get('subscription', id);
    const step = subscription === undefined ? null : nextOfSubscription(subscription);
    if (step !== null && step.at <= now) step.run(draft);
  }
  for (const { id } of draft.all('invoice')) {
    const invoice = draft.get('invoice', id);
    const step = invoice === undefined ? null : nextOfInvoice(invoice);
    if (step !== null && step.at <= now) step.run(draft);
  }
}
