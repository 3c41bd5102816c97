import { mrrMinor } from '@billhook/core/analytics/mrr';
import { decideInvoice } from '@billhook/core/invoicing/decide-invoice';
import { applySubscriptionChange } from '@billhook/core/subscriptions/apply-change';
import type { MigrationTiming } from '@billhook/core/subscriptions/decide-migration';
import { openItems } from '@billhook/core/subscriptions/items';
import { changeAhead } from '@billhook/core/subscriptions/schedule';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { type Instant, later } from '@billhook/core/time/instant';
import {
  getPlanVersions,
  listPlanVersions,
  type StoredPlan,
  type StoredPlanVersion,
} from '../modules/catalog/api.ts';
import { type Customer, getCustomers } from '../modules/customers/api.ts';
import { loadBilling } from '../modules/invoicing/api.ts';
import {
  type Action,
  applyActions,
  type DecidedAction,
  type StoredSubscription,
  subscriptionsToMigrate,
  tryAction,
} from '../modules/subscriptions/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { billCustomers } from './bill-due.ts';
import { draftIds } from './start-subscription.ts';

export type MigrationRequest = {
  plan: StoredPlan;
  /** The version to move to in every currency, the main one first. */
  versions: readonly StoredPlanVersion[];
  /** Numbers of versions; null for all others. */
  fromVersions: readonly number[] | null;
  when: MigrationTiming;
  isProrated: boolean;
  limit: number;
  after: string | undefined;
};

type Refused = { code: string; detail: string };
/** One subscription of the page: what would be done, or why nothing can be. */
export type Migrated = {
  subscription: StoredSubscription;
  customer: Customer;
  fromVersion: number;
  outcome: DecidedAction | Refused;
};
export type MigrationPage = { rows: readonly Migrated[]; hasMore: boolean };

export const isRefused = (outcome: Migrated['outcome']): outcome is Refused => 'code' in outcome;

/** What a migration would do to one page of subscriptions, each decided by itself. */
export async function decideMigrations(
  ctx: QueryCtx,
  request: MigrationRequest,
  newId: () => string,
): Promise<MigrationPage> {
  const found = await subscriptionsToMigrate(ctx, {
    planId: request.plan.id,
    toVersionIds: request.versions.map(({ id }) => id),
    fromVersionIds: await versionIds(ctx, request),
    after: request.after,
    limit: request.limit,
  });
  const page = found.slice(0, request.limit);
  const customers = await getCustomers(
    ctx,
    page.map(({ customerId }) => customerId),
  );
  const versions = await getPlanVersions(
    ctx,
    page.map(({ planVersionId }) => planVersionId),
  );
  const rows = page.flatMap((subscription): Migrated[] => {
    const customer = customers.get(subscription.customerId);
    const from = versions.get(subscription.planVersionId);
    if (customer === undefined || from === undefined) return [];
    const outcome = outcomeOf(ctx, request, subscription, customer, newId);
    return [{ subscription, customer, fromVersion: from.number, outcome }];
  });
  return { rows, hasMore: found.length > request.limit };
}

function outcomeOf(
  ctx: QueryCtx,
  request: MigrationRequest,
  subscription: StoredSubscription,
  customer: Customer,
  newId: () => string,
): Migrated['outcome'] {
  const action = actionFor(request, subscription, request.when);
  if (action === null) return NOT_SOLD;
  if (customer.parkedAt !== null)
    return { code: 'customer.parked', detail: 'Billing of this customer is on hold.' };
  const result = tryAction(ctx, subscription, action, newId);
  if (result.ok) return { subscription, action, decision: result.value };
  return { code: result.refusal.code, detail: result.refusal.detail };
}

const NOT_SOLD: Refused = {
  code: 'plan.currency_mismatch',
  detail: 'This version is not sold in the currency of the subscription.',
};

/** Everybody moves to the version in their own currency; null where there is none. */
function actionFor(
  { plan, versions, isProrated }: MigrationRequest,
  { currency }: Subscription,
  when: MigrationTiming,
): Action | null {
  const newVersion = versions.find((version) => version.currency === currency);
  if (newVersion === undefined) return null;
  return { kind: 'migrate', currentPlan: plan, newVersion, when, isProrated };
}

async function versionIds(ctx: QueryCtx, request: MigrationRequest): Promise<readonly string[] | null> {
  if (request.fromVersions === null) return null;
  const versions = await listPlanVersions(ctx, request.plan.id);
  return request.fromVersions.flatMap((number, index) => {
    const ids = versions.filter((version) => version.number === number).map(({ id }) => id);
    const detail = `The plan has no version ${number}.`;
    const faults = [{ pointer: `/from_versions/${index}`, code: 'plan_version.not_found', detail }];
    return ids.length > 0 ? ids : refuse('plan_version.not_found', detail, { faults });
  });
}

/** Moves one page of subscriptions in this transaction: locked, decided, written and billed set-wise. */
export async function migrate(ctx: CommandCtx, request: MigrationRequest): Promise<MigrationPage> {
  const seen = await decideMigrations(ctx, request, draftIds());
  const customerIds = [...new Set(seen.rows.map(({ customer }) => customer.id))].sort();
  await ctx.sql.rows(
    'select id from customers where tenant_id = $1 and id = any ($2::uuid[]) order by id for update',
    [ctx.tenant.id, customerIds],
  );
  // What was read before the locks is read again under them.
  const page = await decideMigrations(ctx, request, () => ctx.newId());
  const locked = new Set(customerIds);
  const rows = page.rows.filter(({ customer }) => locked.has(customer.id));
  const decided = rows.flatMap(({ outcome }) =>
    isRefused(outcome) || !isSomething(outcome) ? [] : [outcome],
  );
  await applyActions(ctx, decided);
  await billCustomers(ctx, [...new Set(decided.map(({ subscription }) => subscription.customerId))]);
  return { rows, hasMore: page.hasMore || rows.length < page.rows.length };
}

export const isSomething = ({ decision }: DecidedAction) => decision.changes.length > 0;

export type Price = {
  mrrBeforeMinor: bigint;
  mrrAfterMinor: bigint;
  effectiveAt: Instant | null;
  dueTodayMinor: bigint;
};

/** Who pays what: by the month at the present seats, and at once where it takes effect at once. */
export async function pricesOf(
  ctx: QueryCtx,
  request: MigrationRequest,
  rows: readonly Migrated[],
): Promise<Price[]> {
  const after = rows.map(({ subscription, outcome }) =>
    isRefused(outcome) ? subscription : stateAfter(subscription, outcome),
  );
  const inputs = await loadBilling(
    ctx,
    rows.map(({ customer }, index) => ({ customer, subscriptions: [after[index] as Subscription] })),
    ctx.now,
    draftIds(),
  );
  return rows.map(({ subscription, outcome }, index) => {
    const isMoving = !isRefused(outcome) && isSomething(outcome);
    const state = after[index] as Subscription;
    const bill = inputs[index] === undefined ? undefined : decideInvoice(inputs[index]);
    const at = changeAhead(state)?.at ?? ctx.now;
    return {
      mrrBeforeMinor: mrrMinor([subscription], ctx.now),
      mrrAfterMinor: isMoving
        ? mrrOnceCharged(asIfNow(ctx, request, subscription), ctx.now)
        : mrrMinor([subscription], ctx.now),
      effectiveAt: isMoving ? at : null,
      dueTodayMinor: isMoving && bill?.ok ? (bill.value.invoice?.totals.dueMinor ?? 0n) : 0n,
    };
  });
}

function stateAfter(subscription: Subscription, { decision }: DecidedAction): Subscription {
  return decision.changes.reduce<Subscription>(applySubscriptionChange, subscription);
}

/** The subscription on the new version already: what it will pay once a migration at renewal has come. */
function asIfNow(ctx: QueryCtx, request: MigrationRequest, subscription: Subscription): Subscription {
  const action = actionFor(request, subscription, 'now');
  if (action === null) return subscription;
  const result = tryAction(ctx, subscription, action, draftIds());
  return result.ok
    ? stateAfter(subscription, { subscription, action, decision: result.value })
    : subscription;
}

/** What it pays when all that runs is charged: a new version may wait for the end of what was paid for the old one. */
function mrrOnceCharged(subscription: Subscription, now: Instant): bigint {
  const at = openItems(subscription).reduce((moment, item) => later(moment, item.activeFrom), now);
  return mrrMinor([subscription], at);
}
