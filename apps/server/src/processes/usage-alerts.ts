import { crossedThresholds } from '@billhook/core/entitlements/thresholds';
import { DECIMAL12_ZERO, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { accessOf, type Right } from '../modules/entitlements/api.ts';
import { areChecksWaiting, rememberWarnings, takeUsageChecks, type Warning } from '../modules/usage/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import type { Transactor } from '../platform/transaction.ts';
import { billReached } from './bill-due.ts';

const ACTOR = { kind: 'system', id: 'usage-alerts' } as const;

/**
 * Looks at the limits of customers whose usage changed and publishes `usage.threshold_reached`, once a window for each
 * percentage of a limit. Of several passed at once, only the highest is told. Usage that reaches the seller's threshold
 * is billed inside its period.
 */
export function usageAlertsSource(transactor: Transactor): DueSource {
  return {
    name: 'usage-alerts',
    // Usage that streams in changes the same customers again and again.
    restMs: 500,
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
  const reached = customerIds.flatMap((id) => (access.get(id)?.rights ?? []).flatMap(warningsOf));
  const added = await rememberWarnings(ctx, reached);
  const highest = new Map<string, Warning>();
  for (const warning of added) {
    const key = `${warning.customerId}/${warning.featureId}`;
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
      },
    })),
  );
  return customerIds;
}

function warningsOf({ feature, subscription, version, entitlement, window, used }: Right): Warning[] {
  if (entitlement.kind !== 'metered' || entitlement.limit === null || window === null) return [];
  const { limit } = entitlement;
  const percents = version.warnAtPercent[feature.id] ?? [];
  return crossedThresholds(DECIMAL12_ZERO, used, limit, percents).map((percent) => ({
    customerId: subscription.customerId,
    featureId: feature.id,
    windowStart: window.start,
    percent,
    used,
    limit,
  }));
}
