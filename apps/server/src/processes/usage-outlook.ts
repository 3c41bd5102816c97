import type { OperatorRoutes } from '@billhook/contract/routes';
import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import {
  addDays,
  addMonthsClamped,
  calendarDate,
  dateAt,
  dateFields,
  startOfDay,
} from '@billhook/core/time/calendar-date';
import { addMs, earlier, type Instant, instant, later } from '@billhook/core/time/instant';
import { type Period, periodContains } from '@billhook/core/time/period';
import { zoneNamed } from '@billhook/core/time/zone';
import { ANOMALY_DAYS, type Anomaly, unusualDays } from '@billhook/core/usage/anomalies';
import {
  changePercent,
  earlierStretches,
  movesOf,
  PROJECTION_DAYS,
  PROJECTION_MIN_DAYS,
  type Projection,
  projectByStretches,
  projectionRule,
  projectUsage,
} from '@billhook/core/usage/projection';
import type { Handlers } from '../http/handlers.ts';
import type { StoredMeter } from '../modules/catalog/api.ts';
import { type Customer, customerBySubject } from '../modules/customers/api.ts';
import { runningPeriod, type StoredSubscription } from '../modules/subscriptions/api.ts';
import {
  firstMeasured,
  type Measured,
  meterNamed,
  named,
  quantitiesForPeriods,
} from '../modules/usage/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { iso } from '../platform/sql.ts';
import { currentSubscription } from './my-subscriptions.ts';

/** How many full days are told beside today: each of the last fourteen has 28 before it to be compared with. */
const SHOWN_DAYS = ANOMALY_DAYS + 14;

export function usageOutlookRoutes(): Pick<Handlers<OperatorRoutes>, 'getUsageOutlook'> {
  return {
    getUsageOutlook: async (ctx, { query }) => {
      const customer = await customerBySubject(ctx, query.customer);
      const meter = await meterNamed(ctx, query.meter);
      const subscription = await currentSubscription(ctx, customer.id);
      return presentOutlook(ctx, customer, meter, await outlookOf(ctx, { customer, meter, subscription }));
    },
  };
}

type OutlookRequest = {
  customer: Customer;
  meter: StoredMeter;
  subscription: StoredSubscription | undefined;
};

export type Outlook = {
  period: Period;
  soFar: Measured;
  projection: Projection | null;
  missing: 'too_few_days' | 'last_reading_counts' | null;
  previous: { period: Period; whole: Measured; toDate: Measured } | null;
  days: (Period & Measured & { anomaly: Anomaly | null })[];
};

/** How the running period of a meter goes. Everything that is shown is measured by the same rules as a bill. */
export async function outlookOf(ctx: QueryCtx, request: OutlookRequest): Promise<Outlook> {
  const { customer, meter } = request;
  const { period, before } = periodsOf(ctx, request);
  const spans = daySpans(ctx.now, customer.timeZone);
  const first = await firstMeasured(ctx, customer.id, meter.id);
  const known = spans.filter(({ end }) => first !== null && end > first.start);
  const asked: Period[] = [
    { start: period.start, end: later(period.start, earlier(period.end, nextMoment(ctx.now))) },
  ];
  if (before !== null) asked.push(before, upToNow(ctx.now, period, before));
  const found = await quantitiesForPeriods(
    ctx,
    [...asked, ...known].map((span) => ({ customerId: customer.id, meter, ...span })),
  );
  const soFar = found[0] as Measured;
  const days = known.map((span, index) => ({ ...span, ...(found[asked.length + index] as Measured) }));
  // Today is not over, so nothing is told from it.
  const full = days.filter(({ end }) => end <= ctx.now).map(({ measured }) => measured);
  const flags = new Map(unusualDays(full).map((anomaly) => [anomaly.index, anomaly]));
  const rule = projectionRule(meter.aggregation);
  const projection =
    rule === null || first === null
      ? null
      : await project(ctx, request, { rule, period, soFar: soFar.measured, full, first: first.start });
  return {
    period,
    soFar,
    projection,
    missing: rule === null ? 'last_reading_counts' : projection === null ? 'too_few_days' : null,
    previous:
      before === null ? null : { period: before, whole: found[1] as Measured, toDate: found[2] as Measured },
    days: days.map((day, index) => ({ ...day, anomaly: flags.get(index) ?? null })),
  };
}

type Known = {
  rule: NonNullable<ReturnType<typeof projectionRule>>;
  period: Period;
  soFar: Decimal12;
  /** The figures of full days, oldest first. */
  full: readonly Decimal12[];
  /** When something was measured first. */
  first: Instant;
};

async function project(
  ctx: QueryCtx,
  { customer, meter }: OutlookRequest,
  { rule, period, soFar, full, first }: Known,
): Promise<Projection | null> {
  if (rule !== 'stretches') {
    const days = (rule === 'moves' ? movesOf(full) : full).slice(-PROJECTION_DAYS);
    return projectUsage({ soFar, days, remainingMs: Math.max(period.end - ctx.now, 0) });
  }
  const stretches = earlierStretches(period, nextMoment(ctx.now), first);
  const spans = stretches.flatMap(({ whole, part }) => [whole, part]);
  const found = await quantitiesForPeriods(
    ctx,
    stretches.length < PROJECTION_MIN_DAYS
      ? []
      : spans.map((span) => ({ customerId: customer.id, meter, ...span })),
  );
  const measured = (index: number) => found[index]?.measured ?? 0n;
  const changes = stretches.map((_, index) =>
    decimal12FromScaled(measured(2 * index) - measured(2 * index + 1)),
  );
  return projectByStretches(soFar, changes);
}

/** The running billing period and the one before; the calendar months of a customer without a subscription. */
function periodsOf(ctx: QueryCtx, { customer, subscription }: OutlookRequest) {
  if (subscription !== undefined && subscription.status !== 'canceled') {
    const period = runningPeriod(subscription, ctx.now);
    return { period, before: periodBefore(subscription, period) };
  }
  const zone = zoneNamed(customer.timeZone);
  const first = calendarDate({ ...dateFields(dateAt(ctx.now, zone)), day: 1 });
  const month = (offset: number) => startOfDay(addMonthsClamped(first, offset), zone);
  return {
    period: { start: month(0), end: month(1) },
    before: { start: month(-1), end: month(0) },
  };
}

/** The period before the running one; null in the first. */
export function periodBefore(subscription: StoredSubscription, period: Period): Period | null {
  if (period.start <= subscription.startAt) return null;
  return runningPeriod(subscription, addMs(period.start, -1));
}

/** As far into the period before as now lies in the running one. */
function upToNow(now: Instant, period: Period, before: Period): Period {
  const passed = Math.max(now - period.start, 0);
  return { start: before.start, end: earlier(instant(before.start + passed), before.end) };
}

/** Full days of the customer's zone and today up to now, oldest first. */
function daySpans(now: Instant, timeZone: string): Period[] {
  const zone = zoneNamed(timeZone);
  const today = dateAt(now, zone);
  const spans: Period[] = [];
  for (let back = SHOWN_DAYS; back >= 0; back -= 1) {
    const start = startOfDay(addDays(today, -back), zone);
    const end = startOfDay(addDays(today, 1 - back), zone);
    // A day that the zone skips has no length.
    if (start < end)
      spans.push(periodContains({ start, end }, now) ? { start, end: nextMoment(now) } : { start, end });
  }
  return spans;
}

/** What is used at this moment counts. */
const nextMoment = (now: Instant) => addMs(now, 1);

/** A projection as the wire has it. */
export function presentProjection(projection: Projection | null) {
  if (projection === null) return null;
  return {
    expected: formatDecimal12(projection.expected),
    low: formatDecimal12(projection.low),
    high: formatDecimal12(projection.high),
    basis_days: projection.basisDays,
    basis: projection.basis,
  };
}

function presentOutlook(ctx: QueryCtx, customer: Customer, meter: StoredMeter, outlook: Outlook) {
  const { period, soFar, previous, days } = outlook;
  const shown = (span: Period) => ({ start: iso(span.start), end: iso(span.end) });
  const change = previous === null ? null : changePercent(soFar.quantity, previous.toDate.quantity);
  return {
    object: 'usage_outlook' as const,
    customer: encodeTypeId('cus', customer.id),
    ...named(meter),
    aggregation: meter.aggregation,
    period: shown(period),
    as_of: iso(ctx.now),
    quantity: formatDecimal12(soFar.quantity),
    event_count: Number(soFar.eventCount),
    projection: presentProjection(outlook.projection),
    projection_missing: outlook.missing,
    previous: previous && {
      period: shown(previous.period),
      quantity: formatDecimal12(previous.whole.quantity),
      quantity_to_date: formatDecimal12(previous.toDate.quantity),
      change_percent: change === null ? null : formatDecimal12(change),
    },
    days: days.map((day) => ({
      ...shown(day),
      quantity: formatDecimal12(day.measured),
      event_count: Number(day.eventCount),
      anomaly: day.anomaly && {
        kind: day.anomaly.kind,
        usual: formatDecimal12(day.anomaly.usual),
        score: formatDecimal12(day.anomaly.score),
      },
    })),
  };
}
