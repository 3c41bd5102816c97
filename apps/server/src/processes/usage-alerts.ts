import { warningWindowStart } from '@billhook/core/entitlements/reset-window';
import { crossedThresholds } from '@billhook/core/entitlements/thresholds';
import {
  DECIMAL12_ZERO,
  type Decimal12,
  decimal12FromScaled,
  formatDecimal12,
} from '@billhook/core/kernel/decimal';
import { accessOf, isPerSubject, type Right } from '../modules/entitlements/api.ts';
import {
  addSumsOf,
  areChecksWaiting,
  measureSubjects,
  rememberWarnings,
  takeUsageChecks,
  type Warning,
} from '../modules/usage/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import type { Transactor } from '../platform/transaction.ts';
import { billReached } from './bill-due.ts';

const ACTOR = { kind: 'system', id: 'usage-alerts' } as const;

/**
 * Looks at the limits of customers whose usage changed and publishes `usage.threshold_reached`, once a window for each
 * percentage of a limit. Of several of one limit passed at once, only the highest is told; where several plans of a customer
 * count the same meter, it says whose limit it is. Usage that reaches the seller's threshold
 * is billed inside its period.
 */
export function usageAlertsSource(transactor: Transactor): DueSource {
  return {
    name: 'usage-alerts',
    // Usage that streams in changes the same customers again and again.
    restMs: 1_000,
    givesWay: true,
    async tenantsDue(sql) {
      const rows = await sql.rows<{ tenantId: number }>(
        'select distinct tenant_id as "tenantId" from usage_alert_checks',
      );
      return rows.map((row) => row.tenantId);
    },
    // Usage changes only when events come in, never by the clock alone. What came in is looked at before the clock
    // moves on, or a period could end with nobody told.
    nextDueAt: async (ctx) => ((await areChecksWaiting(ctx)) ? ctx.now : null),
    run: async (tenantId, limit) => {
      const request = { tenantId, actor: ACTOR, requestId: null };
      // Figures are right without it, and the source that it belongs to tells of its faults.
      await addSumsOf(transactor, tenantId).catch(() => 0);
      const customerIds = await transactor.command(request, (ctx) => checkUsage(ctx, limit));
      // Apart, because whoever sends usage holds the customer before the check: billing waits for nobody who waits for us.
      if (customerIds.length > 0) await transactor.command(request, (ctx) => billReached(ctx, customerIds));
      return customerIds.length;
    },
  };
}

/** Deals with up to `limit` customers in this transaction; answers who they were. */
export async function checkUsage(ctx: CommandCtx, limit: number): Promise<readonly string[]> {
  const customerIds = await takeUsageChecks(ctx, limit);
  if (customerIds.length === 0) return [];
  const access = await accessOf(ctx, customerIds);
  const rights = customerIds
    .flatMap((id) => access.get(id)?.rights ?? [])
    .filter(({ service }) => service?.rule !== 'block');
  const reached = [...rights.flatMap(warningsOf), ...(await subjectWarnings(ctx, rights))];
  const added = await rememberWarnings(ctx, together(reached));
  const shared = sharedMeters(rights);
  const highest = new Map<string, Reached>();
  for (const warning of added) {
    const key = limitOf(warning);
    const before = highest.get(key);
    if (before === undefined || before.percent < warning.percent) highest.set(key, warning);
  }
  ctx.emit(
    ...[...highest.values()].map((warning) => ({
      type: 'usage.threshold_reached',
      // One subject for each window and percentage, so that it is told once.
      objectId: ctx.newId(),
      customerId: warning.customerId,
      payload: {
        feature_id: warning.featureId,
        percent: warning.percent,
        used: formatDecimal12(warning.used),
        limit: formatDecimal12(warning.limit),
        ...(warning.subject === null ? {} : { subject: warning.subject }),
        ...(shared.has(`${warning.customerId}/${warning.meterId}`)
          ? { subscription_ids: warning.subscriptionIds }
          : {}),
      },
    })),
  );
  return customerIds;
}

/** A warning with what it is a limit of. */
type Reached = Warning & { meterId: string | null; subscriptionIds: readonly string[] };

/** A limit in its window. */
function limitOf({ customerId, featureId, subject, windowStart, limit }: Warning): string {
  return [customerId, featureId, subject ?? '', windowStart, limit].join('/');
}

/** Limits of several plans that are alike in everything are one, which is of all of these plans. */
function together(reached: readonly Reached[]): Reached[] {
  const known = new Map<string, Reached>();
  for (const one of reached) {
    const key = `${limitOf(one)}/${one.percent}`;
    const subscriptionIds = [...(known.get(key)?.subscriptionIds ?? []), ...one.subscriptionIds];
    known.set(key, { ...one, subscriptionIds: [...new Set(subscriptionIds)] });
  }
  return [...known.values()];
}

/** The meters that several subscriptions of a customer count, as `customer/meter`. */
function sharedMeters(rights: readonly Right[]): ReadonlySet<string> {
  const metered = rights.filter(
    ({ entitlement, subscription }) => entitlement.kind === 'metered' && subscription,
  );
  const byMeter = Map.groupBy(metered, ({ customerId, meter }) => `${customerId}/${meter?.id ?? null}`);
  const isShared = (own: readonly Right[]) =>
    new Set(own.map(({ subscription }) => subscription?.id)).size > 1;
  return new Set([...byMeter].flatMap(([name, own]) => (isShared(own) ? [name] : [])));
}

/** Of the customer as a whole: its limit, or the pool of all its members or devices. */
function warningsOf(right: Right): Reached[] {
  const { entitlement, used, poolUsed } = right;
  if (entitlement.kind !== 'metered') return [];
  return isPerSubject(right)
    ? crossed(right, entitlement.poolLimit ?? null, poolUsed ?? used, null)
    : crossed(right, entitlement.limit, used, null);
}

/** Of each member or device that came near the limit of each. */
async function subjectWarnings(ctx: CommandCtx, rights: readonly Right[]): Promise<Reached[]> {
  const asked = rights.flatMap((right) => {
    const { entitlement, feature, meter, window, customerId, warnAtPercent } = right;
    const percent = Math.min(...warnAtPercent);
    if (entitlement.kind !== 'metered' || !isPerSubject(right) || warnAtPercent.length === 0) return [];
    const { limit } = entitlement;
    if (limit === null || limit === 0n || meter === null || window === null) return [];
    // Rounded down, so that nobody who reached the first threshold is left out.
    const atLeast = decimal12FromScaled((limit * BigInt(percent)) / 100n);
    return [{ right, limit, customerId, feature, meter, ...window, subject: null, atLeast }];
  });
  const used = await measureSubjects(ctx, asked);
  return asked.flatMap(({ right, limit }, index) =>
    (used[index] ?? []).flatMap(({ subject, quantity }) => crossed(right, limit, quantity, subject)),
  );
}

function crossed(
  { customerId, feature, entitlement, warnAtPercent, window, meter, subscription }: Right,
  limit: Decimal12 | null,
  used: Decimal12,
  subject: string | null,
): Reached[] {
  if (limit === null || window === null || entitlement.kind !== 'metered') return [];
  return crossedThresholds(DECIMAL12_ZERO, used, limit, warnAtPercent).map((percent) => ({
    customerId,
    featureId: feature.id,
    meterId: meter?.id ?? null,
    subscriptionIds: subscription === null ? [] : [subscription.id],
    subject,
    windowStart: warningWindowStart(entitlement.reset, window),
    percent,
    used,
    limit,
  }));
}
