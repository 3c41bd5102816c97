import type { MemberRoutes } from '@billhook/contract/routes';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { openItems } from '@billhook/core/subscriptions/items';
import { cancelAhead, changeAhead } from '@billhook/core/subscriptions/schedule';
import type { Instant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import type { Handlers } from '../http/handlers.ts';
import { listAccounts } from '../modules/banking/api.ts';
import { listMeters, presentPublicPlans, type StoredMeter } from '../modules/catalog/api.ts';
import { type Customer, creditIn, getCustomer, presentCredits } from '../modules/customers/api.ts';
import { presentSeller, requireMembership } from '../modules/customers/members/api.ts';
import { accessOf, isPerSubject, type Right, standingsOf } from '../modules/entitlements/api.ts';
import { listInvoices, presentSummaries } from '../modules/invoicing/api.ts';
import { listMethods, presentMethod } from '../modules/payments/api.ts';
import {
  presentSubscriptions,
  runningPeriod,
  type StoredSubscription,
} from '../modules/subscriptions/api.ts';
import { measureUsage } from '../modules/usage/api.ts';
import type { QueryCtx, TenantContext } from '../platform/context.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import { chargesAhead, presentCharge, presentNextCharge } from './charges-ahead.ts';
import { heldSubscriptions } from './my-subscriptions.ts';
import { priceOfPeriod } from './price-of-period.ts';
import { outlookOf, periodBefore, presentProjection } from './usage-outlook.ts';

type RouteIds = 'getPublicCatalogue' | 'previewPublicPrice' | 'getDashboard' | 'listMyUsage';

const OPEN_INVOICES = 10;

export function portalRoutes(deps: {
  logoUrl: (tenant: TenantContext, fileId: string) => string | null;
}): Pick<Handlers<MemberRoutes>, RouteIds> {
  return {
    getPublicCatalogue: async (ctx, { query }) => {
      const currency = query.currency ?? ctx.tenant.currency;
      return {
        object: 'public_catalogue',
        seller: presentSeller(ctx, deps.logoUrl),
        currency,
        ...(await presentPublicPlans(ctx, currency)),
        stripe_pricing_table: pricingTable(ctx),
      };
    },
    previewPublicPrice: (ctx, { body }) => priceOfPeriod(ctx, body),
    getDashboard: async (ctx) =>
      dashboard(ctx, await getCustomer(ctx, (await requireMembership(ctx)).customerId)),
    listMyUsage: async (ctx) => {
      const customer = await getCustomer(ctx, (await requireMembership(ctx)).customerId);
      return { object: 'list', data: await usageByDay(ctx, customer), has_more: false, next_cursor: null };
    },
  };
}

function pricingTable({ tenant }: QueryCtx) {
  const table = tenant.settings.stripePricingTable;
  return table === null ? null : { id: table.id, publishable_key: table.publishableKey };
}

/** What a customer sees first: plan, next charge, usage against limits, and what needs attention. */
async function dashboard(ctx: QueryCtx, customer: Customer) {
  const held = await heldSubscriptions(ctx, customer.id);
  const methods = await listMethods(ctx, customer.id);
  const open = await listInvoices(ctx, { limit: OPEN_INVOICES, customerId: customer.id, status: 'open' });
  const meters = await standingsOf(ctx, customer.id);
  const charges = await chargesAhead(ctx, customer, held);
  const shown = await presentSubscriptions(ctx, held);
  return {
    object: 'dashboard' as const,
    as_of: iso(ctx.now),
    customer: {
      id: encodeTypeId('cus', customer.id),
      name: customer.name,
      currency: customer.currency,
      time_zone: customer.timeZone,
    },
    subscriptions: shown,
    next_charge: presentNextCharge(customer, charges),
    charges: charges.map(presentCharge),
    meters,
    credit_balance: `${creditIn(customer, customer.currency)}`,
    credit_balances: presentCredits(customer),
    open_invoices: await presentSummaries(ctx, open.slice(0, OPEN_INVOICES)),
    transfer_currencies: await transferCurrencies(ctx),
    payment_method: methods[0] === undefined ? null : presentMethod(methods[0]),
    notices: [
      ...held.flatMap((one, index) =>
        noticesOf(one, held.length > 1 ? (shown[index]?.plan.name ?? null) : null),
      ),
      ...(methods.length === 0 && charges.some(isCollected) ? [missingMethod] : []),
      ...meters.flatMap(limitNotice),
    ],
  };
}

async function transferCurrencies(ctx: QueryCtx): Promise<string[]> {
  const used = (await listAccounts(ctx)).filter(({ archivedAt }) => archivedAt === null);
  return [...new Set(used.map(({ currency }) => currency))].sort();
}

type Notice = {
  kind:
    | 'trial_ending'
    | 'past_due'
    | 'cancel_scheduled'
    | 'change_scheduled'
    | 'payment_method_missing'
    | 'paused'
    | 'limit_near'
    | 'limit_reached';
  at: string | null;
  subject: string | null;
  subscription: string | null;
};

/** @param planName where there are several subscriptions, the one that is spoken of */
function noticesOf(subscription: StoredSubscription, planName: string | null): Notice[] {
  const { status, trialEndAt } = subscription;
  const cancelAt = cancelAhead(subscription)?.at ?? null;
  const change = changeAhead(subscription);
  const notices: Notice[] = [];
  const add = (kind: Notice['kind'], at: Instant | null) =>
    notices.push({
      kind,
      at: isoOrNull(at),
      subject: planName,
      subscription: encodeTypeId('sub', subscription.id),
    });
  if (status === 'past_due') add('past_due', null);
  if (cancelAt !== null) add('cancel_scheduled', cancelAt);
  else if (status === 'trialing') add('trial_ending', trialEndAt);
  if (status === 'paused') add('paused', null);
  if (change !== null) add('change_scheduled', change.at);
  return notices;
}

const missingMethod: Notice = {
  kind: 'payment_method_missing',
  at: null,
  subject: null,
  subscription: null,
};

/** Something is due that is collected by itself, of what goes on. */
function isCollected({ draft, subscriptions }: Awaited<ReturnType<typeof chargesAhead>>[number]): boolean {
  const goesOn = subscriptions.some((one) => one.collection === 'automatic' && cancelAhead(one) === null);
  return goesOn && draft.totals.dueMinor !== 0n;
}

function limitNotice(meter: {
  level: string;
  feature_name: string;
  resets_at: string | null;
  subscription: string | null;
}): Notice[] {
  if (meter.level === 'ok') return [];
  const kind = meter.level === 'over' ? 'limit_reached' : 'limit_near';
  const { resets_at: at, feature_name: subject, subscription } = meter;
  return [{ kind, at, subject, subscription }];
}

/** Each meter that the running subscription bills or limits, over its running period by day. */
async function usageByDay(ctx: QueryCtx, customer: Customer) {
  const held = (await heldSubscriptions(ctx, customer.id)).filter(({ status }) => status !== 'canceled');
  const rights = (await accessOf(ctx, [customer.id])).get(customer.id)?.rights ?? [];
  const names = new Map((await presentSubscriptions(ctx, held)).map(({ id, plan }) => [id, plan.name]));
  const shown: Awaited<ReturnType<typeof presentMeter>>[] = [];
  for (const meter of await listMeters(ctx)) {
    // Of several subscriptions the one that bills the meter says the period; what is only limited goes by the latest.
    const subscription =
      held.findLast((one) => bills(one, meter)) ?? (isLimited(meter, rights) ? held.at(-1) : undefined);
    if (subscription === undefined) continue;
    const period = runningPeriod(subscription, ctx.now);
    const before = periodBefore(subscription, period);
    shown.push(await presentMeter(ctx, customer, meter, { period, before, rights, subscription, names }));
  }
  return shown;
}

type Stretch = {
  period: Period;
  before: Period | null;
  rights: readonly Right[];
  subscription: StoredSubscription;
  /** Of the plans, by the id of their subscription. */
  names: ReadonlyMap<string, string>;
};

async function presentMeter(ctx: QueryCtx, customer: Customer, meter: StoredMeter, stretch: Stretch) {
  const { period, before, rights, subscription } = stretch;
  const request = { customerId: customer.id, meter, timeZone: customer.timeZone };
  const { total, points } = await measureUsage(ctx, {
    ...request,
    from: period.start,
    to: period.end,
    granularity: 'day',
  });
  const previous =
    before &&
    (await measureUsage(ctx, { ...request, from: before.start, to: before.end, granularity: 'none' }));
  const { projection } = await outlookOf(ctx, { customer, meter, subscription });
  const counted = rights.filter((candidate) => candidate.meter?.id === meter.id);
  // The limit of the plan whose period is shown; another plan may begin its period on another day.
  const held = counted.find((right) => right.subscription?.id === subscription.id) ?? counted[0];
  return {
    object: 'member_usage' as const,
    meter: meter.key,
    meter_name: meter.name,
    unit: meter.unit,
    period: { start: iso(period.start), end: iso(period.end) },
    quantity: formatDecimal12(total.quantity),
    event_count: Number(total.eventCount),
    previous_quantity: previous === null ? '0' : formatDecimal12(previous.total.quantity),
    projection: presentProjection(projection),
    limit: held === undefined ? null : limitOf(held),
    limit_of: held === undefined ? null : grantedBy(held),
    limits: counted.map((right) => {
      const id = grantedBy(right);
      return {
        subscription: id,
        plan_name: (id === null ? undefined : stretch.names.get(id)) ?? null,
        limit: limitOf(right),
      };
    }),
    points: points.map((point) => ({
      start: iso(point.start),
      end: iso(point.end),
      quantity: formatDecimal12(point.quantity),
    })),
  };
}

function grantedBy({ subscription }: Right): string | null {
  return subscription === null ? null : encodeTypeId('sub', subscription.id);
}

/** Where each member counts, what holds for all of them is the pool. */
function limitOf(right: Right): string | null {
  const { entitlement } = right;
  if (entitlement.kind !== 'metered') return null;
  const limit = isPerSubject(right) ? entitlement.poolLimit : entitlement.limit;
  return limit == null ? null : formatDecimal12(limit);
}

function bills(subscription: StoredSubscription, meter: StoredMeter): boolean {
  return openItems(subscription).some(
    ({ price }) => price.quantity.kind === 'meter' && price.quantity.meterId === meter.id,
  );
}

function isLimited(meter: StoredMeter, rights: readonly Right[]): boolean {
  return rights.some((right) => right.meter?.id === meter.id);
}
