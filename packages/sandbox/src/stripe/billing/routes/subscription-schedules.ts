import type { SubscriptionRecord } from '../../../state/billing-records.ts';
import type { SchedulePhase, SubscriptionScheduleRecord } from '../../../state/schedule-records.ts';
import { type Call, get, post, type Route } from '../../call.ts';
import { changedAttributes } from '../../changed.ts';
import { invalid, missing } from '../../error.ts';
import { listRecords, recordOfPath } from '../../records-of.ts';
import { render } from '../../render.ts';
import { customerOf } from '../invoices.ts';
import { applyPhase, itemsOfPhase, releaseSchedule } from '../phases.ts';
import { phaseOf, readPhases } from '../schedule-params.ts';
import { startSubscription } from '../subscribe.ts';
import { readSubscriptionCurrency } from '../subscription-params.ts';
import { updateSubscription } from '../subscription-state.ts';
import { cancelNow } from '../update.ts';

const ENDS = ['release', 'cancel'] as const;

function create(call: Call): object {
  const { draft, params } = call;
  const from = params.text('from_subscription') ?? null;
  const subscription = from === null ? null : takenOver(call, from);
  const customer = subscription?.customer ?? customerOf(draft, params.required('customer')).id;
  const start = params.text('start_date') ?? 'now';
  if (start !== 'now' && Number(start) > draft.now)
    throw invalid('The sandbox begins schedules now.', { param: 'start_date' });
  const phases = subscription === null ? readPhases(draft, params, draft.now) : [phaseOf(subscription)];
  const id = draft.id('sub_sched_');
  const led = subscription ?? begin(call, customer, phases);
  const made = draft.put('subscription_schedule', {
    id,
    created: draft.now,
    customer,
    currency: led.currency,
    subscription: led.id,
    releasedSubscription: null,
    status: 'active',
    endBehavior: params.choice('end_behavior', ENDS) ?? 'release',
    phases,
    applied: 0,
    completedAt: null,
    canceledAt: null,
    releasedAt: null,
    metadata: params.metadata(),
  });
  draft.emit('subscription_schedule.created', 'subscription_schedule', made);
  updateSubscription(draft, led, { ...led, schedule: id });
  return render('subscription_schedule', made, draft);
}

function takenOver({ draft }: Call, id: string): SubscriptionRecord {
  const subscription = draft.get('subscription', id);
  if (subscription === undefined || subscription.endedAt !== null)
    throw missing('subscription', id, 'from_subscription');
  if (subscription.schedule == null) return subscription;
  throw invalid('This subscription is led by a schedule already.', { param: 'from_subscription' });
}

/** Starts the subscription that the first phase sells. */
function begin({ draft }: Call, customer: string, phases: readonly SchedulePhase[]): SubscriptionRecord {
  const [first] = phases;
  if (first === undefined) throw invalid('Missing required param: phases.', { param: 'phases' });
  const items = itemsOfPhase(draft, first, []);
  const made = startSubscription(
    draft,
    {
      id: draft.id('sub_'),
      customer,
      currency: readSubscriptionCurrency(draft, null, items, null),
      items,
      trialEnd: null,
      trialEndBehavior: 'create_invoice',
      cancelAt: null,
      cancelAtPeriodEnd: false,
      collectionMethod: 'charge_automatically',
      daysUntilDue: null,
      defaultPaymentMethod: null,
      saveDefaultMethod: false,
      methodTypes: null,
      taxRates: [],
      description: null,
      discounts: [],
      billingMode: 'flexible',
      metadata: {},
      anchor: null,
      prorates: true,
      added: [],
    },
    'attempt',
  );
  return draft.get('subscription', made.id) ?? made;
}

/** The schedule of the path while it leads a subscription. */
function leadingOf(call: Call): SubscriptionScheduleRecord {
  const schedule = recordOfPath(call, 'subscription_schedule', 'subscription schedule');
  if (schedule.status === 'active') return schedule;
  throw invalid(`You cannot change a subscription schedule that is ${schedule.status}.`);
}

function update(call: Call): object {
  const { draft, params } = call;
  const before = leadingOf(call);
  params.choice('proration_behavior', ['create_prorations', 'always_invoice', 'none']);
  const phases = params.has('phases')
    ? readPhases(draft, params, before.phases[before.applied]?.start ?? draft.now)
    : before.phases;
  const applied = phases.findIndex(({ start, end }) => start <= draft.now && draft.now < end);
  if (applied === -1) throw invalid('One phase must be the current one.', { param: 'phases' });
  const after = draft.put('subscription_schedule', {
    ...before,
    phases,
    applied,
    endBehavior: params.choice('end_behavior', ENDS) ?? before.endBehavior,
    metadata: params.metadata(before.metadata),
  });
  const led = after.subscription === null ? undefined : draft.get('subscription', after.subscription);
  const phase = phases[applied];
  if (params.has('phases') && led !== undefined && phase !== undefined) applyPhase(draft, led, phase);
  const shown = (schedule: SubscriptionScheduleRecord) => render('subscription_schedule', schedule, draft);
  draft.emit(
    'subscription_schedule.updated',
    'subscription_schedule',
    after,
    changedAttributes(shown(before), shown(after)),
  );
  return shown(after);
}

/** Ends the subscription with its schedule. */
function cancel(call: Call): object {
  const { draft, params } = call;
  const schedule = leadingOf(call);
  const asked = { invoiceNow: params.flag('invoice_now') ?? false, prorate: params.flag('prorate') ?? false };
  const led = schedule.subscription === null ? undefined : draft.get('subscription', schedule.subscription);
  if (led?.endedAt === null) cancelNow(draft, led, asked, {});
  return render('subscription_schedule', draft.get('subscription_schedule', schedule.id) ?? schedule, draft);
}

function list(call: Call): object {
  const customer = call.params.text('customer') ?? null;
  return listRecords(
    call,
    'subscription_schedule',
    '/v1/subscription_schedules',
    (schedule) => customer === null || schedule.customer === customer,
  );
}

/** Routes of schedules of subscriptions. */
export const scheduleRoutes: readonly Route[] = [
  post('/v1/subscription_schedules', create),
  get('/v1/subscription_schedules', list),
  get('/v1/subscription_schedules/:id', (call) =>
    render(
      'subscription_schedule',
      recordOfPath(call, 'subscription_schedule', 'subscription schedule'),
      call.draft,
    ),
  ),
  post('/v1/subscription_schedules/:id', update),
  post('/v1/subscription_schedules/:id/cancel', cancel),
  post('/v1/subscription_schedules/:id/release', (call) => {
    call.params.flag('preserve_cancel_date');
    const released = releaseSchedule(call.draft, leadingOf(call));
    return render('subscription_schedule', released, call.draft);
  }),
];
