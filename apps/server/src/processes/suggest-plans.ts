import {
  costByPeriod,
  type HeldBeside,
  measuredPart,
  type PlanCost,
  rankByCost,
  stillStopped,
  suggestedPlan,
} from '@billhook/core/invoicing/compare-plans';
import { decideInvoice, usageToLoad } from '@billhook/core/invoicing/decide-invoice';
import type { ProposedLine, UsageQuantity } from '@billhook/core/invoicing/line';
import { DEFAULT_BILLING_SETTINGS } from '@billhook/core/invoicing/settings';
import { NO_TAX } from '@billhook/core/invoicing/tax';
import { DECIMAL12_ZERO, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { decideStart } from '@billhook/core/subscriptions/decide-start';
import { itemGrid, openItems } from '@billhook/core/subscriptions/items';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { addMs, type Instant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import { periodAt } from '@billhook/core/time/schedule';
import {
  getPlans,
  getPlanVersion,
  listMeters,
  listPlansWithVersions,
  ratingPolicy,
  type StoredMeter,
  type StoredPlan,
  type StoredPlanVersion,
} from '../modules/catalog/api.ts';
import type { Customer } from '../modules/customers/api.ts';
import {
  runningPeriod,
  type StoredSubscription,
  subscriptionsOfCustomers,
} from '../modules/subscriptions/api.ts';
import { quantitiesForPeriods, usageDetails } from '../modules/usage/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { iso } from '../platform/sql.ts';
import { limitsPassed, type PassedLimit } from './limits-passed.ts';
import { draftIds } from './start-subscription.ts';

type Asked = { subscription: string | null; count: number };
type Stretch = { periods: readonly Period[]; beside: readonly HeldBeside[] };
type Candidate = { plan: StoredPlan; version: StoredPlanVersion };
type Priced = Candidate &
  PlanCost & { byPeriod: readonly bigint[]; lines: ProposedLine[]; passed: PassedLimit[] };

/**
 * What a customer really used in the last whole periods of a subscription would have cost on every plan on sale in its
 * currency, by the engine that bills: on each plan a subscription is started in memory at the beginning of the first of
 * these periods, with the same seats, and billed with the usage that was measured. Before tax, discounts and add-ons,
 * without a trial. Where no period is over yet, the running one up to now is looked at, and nothing is suggested. Each subscription bills all that
 * its customer used, so one of several is compared alone, the others as they are.
 */
export async function suggestPlans(ctx: QueryCtx, customer: Customer, { subscription: named, count }: Asked) {
  const held = (await subscriptionsOfCustomers(ctx, [customer.id])).filter(
    ({ status }) => status !== 'canceled' && status !== 'scheduled',
  );
  const running = held.filter(({ startAt }) => startAt < ctx.now);
  const subscription = named === null ? running.at(-1) : running.find(({ id }) => id === named);
  const { periods, isRunning } =
    subscription === undefined ? NO_PERIODS : lastPeriods(subscription, ctx.now, count);
  const candidates = subscription === undefined ? [] : await plansOnSale(ctx, subscription);
  const others = held.filter((one) => one !== subscription);
  const beside = await heldBeside(ctx, customer, others, periods);
  const priced: Priced[] = [];
  if (subscription !== undefined && periods.length > 0) {
    for (const candidate of candidates)
      priced.push(...(await priceOn(ctx, customer, subscription, candidate, { periods, beside })));
  }
  const current = priced.find(({ planId }) => planId === subscription?.planId);
  const plansHeld = await getPlans(
    ctx,
    others.map(({ planId }) => planId),
  );
  // The same plan by the year is no other plan.
  const families = new Set([...plansHeld.values()].map(({ family }) => family));
  const offered = priced.filter((one) => one === current || !families.has(one.plan.family));
  return {
    object: 'plan_suggestions' as const,
    customer: encodeTypeId('cus', customer.id),
    subscription: subscription === undefined ? null : encodeTypeId('sub', subscription.id),
    current_plan: current?.plan.key ?? null,
    suggested:
      suggestedPlan(offered, { currentPlanId: subscription?.planId ?? null, isRunning })?.plan.key ?? null,
    is_running: isRunning,
    periods: periods.map(presentPeriod),
    meters: await usageOf(ctx, customer, candidates, periods),
    plans: rankByCost(priced).map((entry) => presentPriced(entry, current, periods)),
  };
}

/** Features that each of the other plans grants, and those whose limit the usage would have passed there. */
async function heldBeside(
  ctx: QueryCtx,
  customer: Customer,
  others: readonly StoredSubscription[],
  periods: readonly Period[],
): Promise<HeldBeside[]> {
  const held: HeldBeside[] = [];
  for (const { planVersionId } of others) {
    const version = await getPlanVersion(ctx, planVersionId);
    const passed = await limitsPassed(ctx, customer.id, version, periods);
    held.push({
      granted: new Set(version.entitlements.map(({ featureId }) => featureId)),
      passed: new Set(passed.map(({ feature }) => feature.id)),
    });
  }
  return held;
}

/** `isRunning`: none is over yet, so the one that runs is looked at up to now. */
type Looked = { periods: readonly Period[]; isRunning: boolean };

const NO_PERIODS: Looked = { periods: [], isRunning: false };

/** Whole periods that are over, the earliest first; else the running one so far. */
function lastPeriods(subscription: StoredSubscription, now: Instant, count: number): Looked {
  const running = runningPeriod(subscription, now);
  const found: Period[] = [];
  for (let end = running.start; found.length < count && end > subscription.startAt; ) {
    const before = runningPeriod(subscription, addMs(end, -1));
    found.unshift(before);
    end = before.start;
  }
  if (found.length > 0) return { periods: found, isRunning: false };
  return running.start < now
    ? { periods: [{ start: running.start, end: now }], isRunning: true }
    : NO_PERIODS;
}

/** What is sold publicly in the currency, and the customer's own plan in its own version. */
async function plansOnSale(ctx: QueryCtx, subscription: StoredSubscription): Promise<Candidate[]> {
  const offers = (await listPlansWithVersions(ctx, subscription.currency)).filter(
    ({ plan, version }) =>
      plan.public &&
      plan.archivedAt === null &&
      version.currency === subscription.currency &&
      plan.id !== subscription.planId,
  );
  const version = await getPlanVersion(ctx, subscription.planVersionId);
  const plan = (await getPlans(ctx, [version.planId])).get(version.planId);
  invariant(plan !== undefined, 'A version is one of a plan.');
  return [{ plan, version }, ...offers];
}

/** One plan, or none where the engine has no amount for the usage. */
async function priceOn(
  ctx: QueryCtx,
  customer: Customer,
  subscription: StoredSubscription,
  { plan, version }: Candidate,
  { periods, beside }: Stretch,
): Promise<Priced[]> {
  const [from, to] = [(periods[0] as Period).start, (periods.at(-1) as Period).end];
  const newId = draftIds();
  const supposed = startedOn(subscription, { plan, version }, from, newId);
  if (supposed === null) return [];
  const rating = ratingPolicy(ctx.tenant.settings);
  const { rounding } = rating;
  const scope = {
    now: horizonOf(supposed, to),
    subscriptions: [supposed],
    billed: [],
    settings: { ...DEFAULT_BILLING_SETTINGS, rounding, rating, zeroInvoices: 'issue' as const },
    hasPaymentMethod: true,
  };
  const decision = decideInvoice({
    ...scope,
    invoiceId: newId(),
    customer: { id: customer.id, currency: version.currency, creditBalanceMinor: 0n },
    usage: await realUsage(ctx, customer, usageToLoad(scope), to),
    taxChoice: NO_TAX,
  });
  if (!decision.ok) return [];
  const lines = [...(decision.value.invoice?.lines ?? [])];
  const costs = lines.map((line) => costByPeriod(line, periods));
  const byPeriod = periods.map((_, index) => costs.reduce((sum, parts) => sum + (parts[index] ?? 0n), 0n));
  const all = await limitsPassed(ctx, customer.id, version, periods);
  const passed = all.filter(({ feature }) => stillStopped(feature.id, beside));
  return [
    {
      plan,
      version,
      planId: plan.id,
      rank: plan.rank,
      totalMinor: byPeriod.reduce((sum, part) => sum + part, 0n),
      holds: passed.length === 0,
      byPeriod,
      lines: lines.filter((_, index) => (costs[index]?.at(-1) ?? 0n) !== 0n),
      passed,
    },
  ];
}

function startedOn(
  subscription: StoredSubscription,
  { plan, version }: Candidate,
  from: Instant,
  newId: () => string,
): Subscription | null {
  const started = decideStart({
    now: from,
    subscriptionId: newId(),
    customerId: subscription.customerId,
    plan,
    version: { ...version, trialDays: 0 },
    itemIds: version.prices.map(newId),
    seats: subscription.seats,
    timeZone: subscription.timeZone,
    startAt: null,
    maxBackdateDays: 0,
    withTrial: false,
    trialEnd: 'convert',
    billingDay: null,
    overrides: {},
    phases: [],
    endAfterPeriods: null,
    endStepId: newId(),
    billingAuthority: 'billhook',
  });
  const create = started.ok ? started.value.changes[0] : undefined;
  return create?.type === 'subscription.create' ? create.subscription : null;
}

/** When everything that is for the time before `to` can be billed: at the end of the longest period it lies in. */
function horizonOf(subscription: Subscription, to: Instant): Instant {
  const last = addMs(to, -1);
  return openItems(subscription).reduce<Instant>((latest, item) => {
    const { end } = periodAt(itemGrid(subscription, item), last).period;
    return end > latest ? end : latest;
  }, to);
}

/** What was really measured of each window, up to the end of the stretch that is looked at. */
async function realUsage(
  ctx: QueryCtx,
  customer: Customer,
  windows: ReturnType<typeof usageToLoad>,
  to: Instant,
): Promise<UsageQuantity[]> {
  const meters = new Map((await listMeters(ctx)).map((meter) => [meter.id, meter]));
  const requests = windows.flatMap((window) => {
    const meter = meters.get(window.meterId);
    const part = measuredPart(window.period, to);
    return meter === undefined || part === null
      ? []
      : [{ window, customerId: customer.id, meter, needs: window.needs, ...part }];
  });
  const found = await quantitiesForPeriods(ctx, requests);
  const details = await usageDetails(ctx, requests);
  const measured = new Map(requests.map(({ window }, index) => [window, index]));
  return windows.map((window) => {
    const index = measured.get(window) ?? -1;
    return {
      itemId: window.itemId,
      meterId: window.meterId,
      period: window.period,
      quantity: found[index]?.quantity ?? DECIMAL12_ZERO,
      eventCount: found[index]?.eventCount ?? 0n,
      digest: null,
      reading: details[index] ?? {},
    };
  });
}

/** The usage of every meter that any of the plans counts, by period. */
async function usageOf(
  ctx: QueryCtx,
  customer: Customer,
  candidates: readonly Candidate[],
  periods: readonly Period[],
) {
  const priced = new Set(
    candidates.flatMap(({ version }) =>
      version.prices.flatMap(({ quantity }) => (quantity.kind === 'meter' ? [quantity.meterId] : [])),
    ),
  );
  const meters = (await listMeters(ctx)).filter(({ id }) => priced.has(id));
  const sums = await quantitiesForPeriods(
    ctx,
    meters.flatMap((meter) => periods.map((period) => ({ customerId: customer.id, meter, ...period }))),
  );
  return meters.map((meter: StoredMeter, index) => ({
    meter: meter.key,
    meter_name: meter.name,
    unit: meter.unit || 'units',
    quantities: periods.map((_, at) =>
      formatDecimal12(sums[index * periods.length + at]?.quantity ?? DECIMAL12_ZERO),
    ),
  }));
}

function presentPriced(entry: Priced, current: Priced | undefined, periods: readonly Period[]) {
  const { plan, version, totalMinor, byPeriod, lines, passed } = entry;
  const count = BigInt(periods.length);
  return {
    plan: plan.key,
    plan_name: plan.name,
    is_current: entry === current,
    currency: version.currency as string,
    total: `${totalMinor}`,
    average: `${(totalMinor * 2n + count) / (count * 2n)}`,
    saving: `${(current?.totalMinor ?? totalMinor) - totalMinor}`,
    periods: byPeriod.map((amount, index) => ({
      period: presentPeriod(periods[index] as Period),
      amount: `${amount}`,
    })),
    lines: lines.map((line) => ({
      description: line.description,
      quantity: formatDecimal12(line.quantity),
      amount: `${line.amountMinor}`,
    })),
    above_limits: passed.map(({ feature, limit, used }) => ({
      feature: feature.key,
      feature_name: feature.name,
      limit: formatDecimal12(limit),
      used: formatDecimal12(used),
    })),
  };
}

const presentPeriod = ({ start, end }: Period) => ({ start: iso(start), end: iso(end) });
