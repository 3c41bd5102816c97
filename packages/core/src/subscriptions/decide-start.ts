import type { Plan, PlanVersion } from '../catalog/plan.ts';
import type { Decision } from '../decision/change.ts';
import type { CoreEvent } from '../decision/event.ts';
import { counted } from '../kernel/counted.ts';
import { ok, type Refused, type Result, refuse } from '../kernel/result.ts';
import { layGrid } from '../time/grid.ts';
import { addMs, type Instant, MS_PER_DAY } from '../time/instant.ts';
import { boundary } from '../time/schedule.ts';
import { isKnownZone, zoneNamed } from '../time/zone.ts';
import { PERIODS_COMPLETED } from './decide-cancel.ts';
import { overridePrices, type PriceOverride } from './decide-override.ts';
import { endOfPeriodNumber, startItems } from './items.ts';
import { refusePrice, refuseSeats } from './refusals.ts';
import { type ChangeStep, type ScheduledStep, withStep } from './schedule.ts';
import type { OwnThreshold, Subscription, TrialEnd } from './subscription.ts';

/** Terms that follow those of the start at a moment of their own: a ramp, or a first year at another price. */
export interface Phase {
  readonly stepId: string;
  readonly at: Instant;
  readonly plan: Plan;
  readonly version: PlanVersion;
  readonly seats: bigint;
  readonly itemIds: readonly string[];
}

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
  /** How far back a start may lie. */
  readonly maxBackdateDays: number;
  /** Whether the version's trial applies; false for a customer who had one. */
  readonly withTrial: boolean;
  readonly trialEnd: TrialEnd;
  /** A day of the month, 1 to 31, on which periods begin; null to follow the anchor. */
  readonly billingDay: number | null;
  readonly overrides: Readonly<Record<string, PriceOverride>>;
  readonly phases: readonly Phase[];
  /** Ends by itself after so many periods; null for no end. A first part of a period counts as one. */
  readonly endAfterPeriods: number | null;
  /** Id of the step that ends it. */
  readonly endStepId: string;
  readonly billingAuthority: Subscription['billingAuthority'];
  /** Left out where the seller's threshold holds. */
  readonly ownThreshold?: OwnThreshold | null;
}

export const MAX_PERIODS = 1200;

/**
 * Starts a subscription now, later or in the past. The anchor is the end of the trial, or the start without one; nothing
 * is charged before it. Billing follows by `decideInvoice`, which finds what is due, also for periods that have passed.
 * Refusals: `zone.unknown`, `subscription.start_in_past`, `subscription.seats_out_of_range`,
 * `subscription.billing_day`, `subscription.periods_out_of_range`, `subscription.phases_out_of_order`,
 * `subscription.currency_differs`, `subscription.price_not_found`, `price.invalid`.
 */
export function decideStart(input: StartInput): Result<Decision> {
  const { now, version, plan } = input;
  const startAt = input.startAt ?? now;
  const refusal = refusalOf(input, startAt);
  if (refusal !== null) return refusal;
  const trialEndAt =
    input.withTrial && version.trialDays > 0 ? trialEndOf(startAt, version.trialDays, input.timeZone) : null;
  const anchorAt = trialEndAt ?? startAt;
  const isTrialing = trialEndAt !== null && trialEndAt > now;
  const subscription: Subscription = {
    id: input.subscriptionId,
    customerId: input.customerId,
    planId: plan.id,
    planVersionId: version.id,
    status: startAt > now ? 'scheduled' : trialEndAt === null ? 'active' : 'trialing',
    currency: version.currency,
    timeZone: input.timeZone,
    billingAuthority: input.billingAuthority,
    seats: input.seats,
    startAt,
    trialEndAt,
    trialEnd: input.trialEnd,
    anchorAt,
    billingDay: input.billingDay,
    endedAt: null,
    schedule: input.phases.map(phaseStep),
    pauses: [],
    discounts: [],
    charges: [],
    ...(input.ownThreshold == null ? {} : { ownThreshold: input.ownThreshold }),
    nextActionAt: isTrialing || startAt > now ? startAt : anchorAt,
    items: startItems({
      prices: overridePrices(version.prices, input.overrides),
      itemIds: input.itemIds,
      planId: plan.id,
      planVersionId: version.id,
      seats: input.seats,
      anchorAt,
      activeFrom: anchorAt,
      overriddenKeys: Object.keys(input.overrides),
    }),
  };
  const ending = withEnd(subscription, input);
  return ok({
    changes: [{ type: 'subscription.create', subscription: ending }],
    events: startEvents(ending),
  });
}

function phaseStep(phase: Phase, index: number): ChangeStep {
  return {
    kind: 'change',
    id: phase.stepId,
    at: phase.at,
    planId: phase.plan.id,
    planVersionId: phase.version.id,
    seats: phase.seats,
    prices: phase.version.prices,
    itemIds: phase.itemIds,
    phase: index + 1,
    isProrated: true,
  };
}

function withEnd(subscription: Subscription, input: StartInput): Subscription {
  if (input.endAfterPeriods === null) return subscription;
  const at = endOfPeriodNumber(subscription, input.endAfterPeriods);
  if (at === null) return subscription;
  const step: ScheduledStep = {
    kind: 'cancel',
    id: input.endStepId,
    at,
    creditUnused: false,
    reason: PERIODS_COMPLETED,
  };
  return { ...subscription, schedule: withStep(subscription.schedule, step) };
}

/** Whole local days after the start, at the same local time of day. */
function trialEndOf(startAt: Instant, trialDays: number, timeZone: string): Instant {
  const cadence = { interval: 'day', count: trialDays } as const;
  return boundary(layGrid({ anchorAt: startAt, zone: zoneNamed(timeZone), cadence }), 1);
}

function refusalOf(input: StartInput, startAt: Instant): Refused | null {
  const { now, version, billingDay, endAfterPeriods } = input;
  if (!isKnownZone(input.timeZone))
    return refuse('zone.unknown', 'The time zone is not an IANA name such as Europe/Berlin.');
  if (startAt < addMs(now, -input.maxBackdateDays * MS_PER_DAY)) {
    return refuse(
      'subscription.start_in_past',
      input.maxBackdateDays === 0
        ? 'A subscription starts now or later.'
        : `A subscription starts at most ${counted(input.maxBackdateDays, 'day')} back.`,
    );
  }
  if (billingDay !== null && !isWithin(billingDay, 31))
    return refuse('subscription.billing_day', 'A billing day is a day of the month, 1 to 31.');
  if (endAfterPeriods !== null && !isWithin(endAfterPeriods, MAX_PERIODS))
    return refuse(
      'subscription.periods_out_of_range',
      `A subscription ends after 1 to ${MAX_PERIODS} periods.`,
    );
  const unknownKey = Object.keys(input.overrides).find(
    (key) => !version.prices.some((price) => price.key === key),
  );
  if (unknownKey !== undefined)
    return refuse('subscription.price_not_found', 'The plan has no price with this key.', {
      price_key: unknownKey,
    });
  const agreed = overridePrices(version.prices, input.overrides).filter(({ key }) => key in input.overrides);
  for (const price of agreed) {
    const badPrice = refusePrice(price);
    if (badPrice !== null) return badPrice;
  }
  return refusePhases(input, startAt) ?? refuseSeats(input.seats);
}

function refusePhases({ phases, version }: StartInput, startAt: Instant): Refused | null {
  let before = startAt;
  for (const phase of phases) {
    if (phase.at <= before)
      return refuse('subscription.phases_out_of_order', 'Each phase begins after the one before it.');
    if (phase.version.currency !== version.currency)
      return refuse('subscription.currency_differs', `The subscription is in ${version.currency}.`);
    const refusal = refuseSeats(phase.seats);
    if (refusal !== null) return refusal;
    before = phase.at;
  }
  return null;
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
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
