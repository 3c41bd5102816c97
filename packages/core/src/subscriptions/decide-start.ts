import type { Plan, PlanVersion } from '../catalog/plan.ts';
import type { Decision } from '../decision/change.ts';
import type { CoreEvent } from '../decision/event.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { layGrid } from '../time/grid.ts';
import type { Instant } from '../time/instant.ts';
import { boundary } from '../time/schedule.ts';
import { isKnownZone, zoneNamed } from '../time/zone.ts';
import { MAX_SEATS, startItems } from './items.ts';
import type { Subscription } from './subscription.ts';

export interface StartInput {
  readonly now: Instant;
  readonly subscriptionId: string;
  readonly customerId: string;
  readonly plan: Plan;
  readonly version: PlanVersion;
  /** Ids for the items, one a price of the version. */
  readonly itemIds: readonly string[];
  readonly seats: bigint;
  /** The customer's IANA zone: periods begin at the same local time of day. */
  readonly timeZone: string;
  /** Null for at once. */
  readonly startAt: Instant | null;
  /** Whether the version's trial applies; false for a customer who had one. */
  readonly withTrial: boolean;
  readonly billingAuthority: Subscription['billingAuthority'];
}

/**
 * Starts a subscription now or later. The anchor is the end of the trial, or the start without one; nothing is charged
 * before it. Billing follows by `decideInvoice`, which finds what is due.
 * Refusals: `zone.unknown`, `subscription.start_in_past`, `subscription.seats_out_of_range`.
 */
export function decideStart(input: StartInput): Result<Decision> {
  const { now, version, plan } = input;
  const startAt = input.startAt ?? now;
  if (!isKnownZone(input.timeZone))
    return refuse('zone.unknown', 'The time zone is not an IANA name such as Europe/Berlin.');
  if (startAt < now) return refuse('subscription.start_in_past', 'A subscription starts now or later.');
  if (input.seats < 1n || input.seats > MAX_SEATS) {
    return refuse('subscription.seats_out_of_range', `Seats are a whole number from 1 to ${MAX_SEATS}.`);
  }
  const trialEndAt =
    input.withTrial && version.trialDays > 0 ? trialEnd(startAt, version.trialDays, input.timeZone) : null;
  const anchorAt = trialEndAt ?? startAt;
  const status = startAt > now ? 'scheduled' : trialEndAt === null ? 'active' : 'trialing';
  const subscription: Subscription = {
    id: input.subscriptionId,
    customerId: input.customerId,
    planId: plan.id,
    planVersionId: version.id,
    status,
    currency: version.currency,
    timeZone: input.timeZone,
    billingAuthority: input.billingAuthority,
    seats: input.seats,
    startAt,
    trialEndAt,
    anchorAt,
    cancelAt: null,
    endedAt: null,
    scheduledChange: null,
    nextActionAt: startAt,
    items: startItems({
      prices: version.prices,
      itemIds: input.itemIds,
      planVersionId: version.id,
      seats: input.seats,
      anchorAt,
      activeFrom: anchorAt,
    }),
  };
  return ok({ changes: [{ type: 'subscription.create', subscription }], events: startEvents(subscription) });
}

/** Whole local days after the start, at the same local time of day. */
function trialEnd(startAt: Instant, trialDays: number, timeZone: string): Instant {
  const cadence = { interval: 'day', count: trialDays } as const;
  return boundary(layGrid({ anchorAt: startAt, zone: zoneNamed(timeZone), cadence }), 1);
}

function startEvents(subscription: Subscription): readonly CoreEvent[] {
  const fact = { subjectId: subscription.id, customerId: subscription.customerId };
  const data = {
    plan_id: subscription.planId,
    plan_version_id: subscription.planVersionId,
    seats: `${subscription.seats}`,
  };
  const created: CoreEvent = {
    type: 'subscription.created',
    ...fact,
    data: { ...data, status: subscription.status },
  };
  if (subscription.status === 'trialing') {
    return [
      created,
      {
        type: 'subscription.trial_started',
        ...fact,
        data: { ...data, trial_end_at: subscription.trialEndAt },
      },
    ];
  }
  if (subscription.status === 'active') return [created, { type: 'subscription.activated', ...fact, data }];
  return [created];
}
