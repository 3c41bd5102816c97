import type { Entitlement } from '@billhook/core/entitlements/entitlement';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { directionOf } from '@billhook/core/subscriptions/decide-change';
import { nextActionAt } from '@billhook/core/subscriptions/next-action';
import { changeAhead } from '@billhook/core/subscriptions/schedule';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { type Instant, later } from '@billhook/core/time/instant';
import { listFeatures, type StoredPlan, type StoredPlanVersion } from '../modules/catalog/api.ts';
import { type Customer, getCustomer } from '../modules/customers/api.ts';
import { draftInvoice } from '../modules/invoicing/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import type { PlannedChange } from './change-plan.ts';
import { presentDraft } from './present-draft.ts';
import type { StartPreview } from './start-subscription.ts';

/** What a start would cost now, and what comes next. */
export async function presentStart(ctx: QueryCtx, preview: StartPreview) {
  const { customer, plan, version, subscription } = preview;
  const effectiveAt = subscription.startAt;
  const at = later(effectiveAt, ctx.now);
  return {
    ...(await presentMoney(ctx, customer, subscription, at)),
    object: 'subscription_preview' as const,
    token: `start_${version.id}`,
    effective_at: iso(effectiveAt),
    from_plan: null,
    to_plan: faceOf(plan, version),
    quantity: Number(subscription.seats),
    direction: 'start' as const,
    trial_end_at: isoOrNull(subscription.trialEndAt),
    features_lost: [],
    features_gained: await namesOf(ctx, version.entitlements, []),
  };
}

/** What a change would cost when it takes effect, and what comes next. */
export async function presentChange(ctx: QueryCtx, change: PlannedChange) {
  const { subscription, after, currentPlan, currentVersion, newPlan, newVersion } = change;
  const effectiveAt = changeAhead(after)?.at ?? ctx.now;
  const customer = await getCustomer(ctx, subscription.customerId);
  const isSamePlan = newPlan.id === currentPlan.id && newVersion.id === currentVersion.id;
  return {
    ...(await presentMoney(ctx, customer, after, effectiveAt)),
    object: 'subscription_preview' as const,
    token: change.token,
    effective_at: iso(effectiveAt),
    from_plan: faceOf(currentPlan, currentVersion),
    to_plan: faceOf(newPlan, newVersion),
    quantity: Number(changeAhead(after)?.seats ?? after.seats),
    direction: isSamePlan ? ('quantity' as const) : directionOf(currentPlan, newPlan),
    trial_end_at: isoOrNull(after.trialEndAt),
    features_lost: await namesOf(ctx, currentVersion.entitlements, newVersion.entitlements),
    features_gained: await namesOf(ctx, newVersion.entitlements, currentVersion.entitlements),
  };
}

async function presentMoney(ctx: QueryCtx, customer: Customer, subscription: Subscription, at: Instant) {
  const draft = await draftInvoice(ctx, customer, [subscription], at);
  return {
    ...(await presentDraft(ctx, draft, subscription.currency)),
    credit_granted: `${draft?.totals.creditGrantedMinor ?? 0n}`,
    next_charge: await nextCharge(ctx, customer, subscription, at),
  };
}

/** The bill after the one at `at`: only lines that become billable later than it. */
async function nextCharge(ctx: QueryCtx, customer: Customer, subscription: Subscription, at: Instant) {
  const nextAt = nextActionAt(subscription, at, 0);
  if (nextAt === null) return null;
  const draft = await draftInvoice(ctx, customer, [subscription], nextAt);
  const following = (draft?.lines ?? []).filter((line) => line.billableAt > at);
  if (following.length === 0) return null;
  const totalMinor = following.reduce((sum, line) => sum + line.netMinor + line.taxMinor, 0n);
  return { at: iso(nextAt), total: `${totalMinor}` };
}

function faceOf(plan: StoredPlan, version: StoredPlanVersion) {
  return {
    id: encodeTypeId('plan', plan.id),
    key: plan.key,
    name: plan.name,
    version: version.number,
    version_id: encodeTypeId('plv', version.id),
  };
}

/** Names of features that the first grants and the second does not. */
async function namesOf(ctx: QueryCtx, granted: readonly Entitlement[], elsewhere: readonly Entitlement[]) {
  const has = new Set(elsewhere.filter(isGranted).map((right) => right.featureId));
  const only = new Set(
    granted.filter((right) => isGranted(right) && !has.has(right.featureId)).map((right) => right.featureId),
  );
  if (only.size === 0) return [];
  return (await listFeatures(ctx)).filter((feature) => only.has(feature.id)).map((feature) => feature.name);
}

function isGranted(right: Entitlement): boolean {
  return right.kind !== 'boolean' || right.enabled;
}
