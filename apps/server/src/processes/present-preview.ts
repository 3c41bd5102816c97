import type { Entitlement } from '@billhook/core/entitlements/entitlement';
import { directionOf } from '@billhook/core/subscriptions/decide-change';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { getPlanVersions, listFeatures } from '../modules/catalog/api.ts';
import type { Foreseen } from '../modules/invoicing/api.ts';
import { getSubscription, loadNames, planFace, presentSchedule } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import { type ActionReader, claimOf, type PlannedAction, planAction } from './change-plan.ts';
import { presentDraft } from './present-draft.ts';
import type { PreviewClaim, PreviewTokens } from './preview-token.ts';
import { claimOfStart, type StartPreview } from './start-subscription.ts';

/** What a start would cost now, and what comes next. */
export async function presentStart(ctx: QueryCtx, preview: StartPreview, tokens: PreviewTokens) {
  const { version, subscription } = preview;
  return {
    ...(await presentOutcome(ctx, subscription, preview.foreseen)),
    ...presentToken(ctx, tokens, claimOfStart(ctx, preview)),
    object: 'subscription_preview' as const,
    action: 'start' as const,
    effective_at: iso(subscription.startAt),
    from_plan: null,
    quantity: Number(subscription.seats),
    direction: 'start' as const,
    features_lost: [],
    features_gained: await namesOf(ctx, version.entitlements, []),
  };
}

/** Plans an action and presents it. */
export async function previewAction(
  ctx: QueryCtx,
  tokens: PreviewTokens,
  request: { id: string; read: ActionReader },
) {
  const subscription = await getSubscription(ctx, request.id);
  const planned = await planAction(ctx, subscription, await request.read(ctx, subscription));
  return presentAction(ctx, planned, tokens);
}

/** What an action would do when it takes effect, what it costs, and what comes next. */
export async function presentAction(ctx: QueryCtx, planned: PlannedAction, tokens: PreviewTokens) {
  const { subscription, after, action } = planned;
  const toVersionId = 'newVersion' in action ? action.newVersion.id : after.planVersionId;
  const versions = await getPlanVersions(ctx, [subscription.planVersionId, toVersionId]);
  const from = versions.get(subscription.planVersionId)?.entitlements ?? [];
  const to = versions.get(toVersionId)?.entitlements ?? [];
  return {
    ...(await presentOutcome(ctx, after, planned.foreseen, subscription.planVersionId, toVersionId)),
    ...presentToken(ctx, tokens, claimOf(ctx, planned)),
    object: 'subscription_preview' as const,
    action: action.kind,
    effective_at: iso(planned.effectiveAt),
    quantity: Number(seatsAfter(planned)),
    direction: wordOfDirection(planned),
    features_lost: await namesOf(ctx, from, to),
    features_gained: await namesOf(ctx, to, from),
  };
}

function presentToken(ctx: QueryCtx, tokens: PreviewTokens, claim: PreviewClaim) {
  const { token, expiresAt } = tokens.make(claim, ctx.wallNow);
  return { token, expires_at: iso(expiresAt) };
}

/** How the subscription will stand, and the three invoices that one asks about. */
async function presentOutcome(
  ctx: QueryCtx,
  after: Subscription,
  { today, atEffect, next }: Foreseen,
  fromVersionId: string | null = null,
  toVersionId = after.planVersionId,
) {
  const named = { ...after, planVersionId: toVersionId };
  const former = fromVersionId === null ? [] : [{ ...after, planVersionId: fromVersionId }];
  const names = await loadNames(ctx, [named, ...former]);
  const nextInvoice = next === null ? null : await presentDraft(ctx, next, after.currency);
  return {
    ...(await presentDraft(ctx, atEffect, after.currency)),
    from_plan: fromVersionId === null ? null : planFace(fromVersionId, names),
    to_plan: planFace(toVersionId, names),
    status: after.status,
    schedule: presentSchedule(after.schedule, names),
    trial_end_at: isoOrNull(after.trialEndAt),
    credit_granted: `${atEffect?.totals.creditGrantedMinor ?? 0n}`,
    due_today: `${today?.totals.dueMinor ?? 0n}`,
    next_invoice: next === null || nextInvoice === null ? null : { at: iso(next.billsAt), ...nextInvoice },
    next_charge:
      next === null
        ? null
        : { at: iso(next.billsAt), total: `${next.totals.netMinor + next.totals.taxMinor}` },
  };
}

function seatsAfter({ subscription, after, action }: PlannedAction): bigint {
  if (action.kind !== 'change' && action.kind !== 'seats') return after.seats;
  return action.seats ?? subscription.seats;
}

function wordOfDirection({ action }: PlannedAction) {
  if (action.kind === 'seats') return 'quantity' as const;
  if (action.kind !== 'change') return null;
  return action.direction ?? directionOf(action.currentPlan, action.newPlan);
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
