import { RIGHT_REASONS } from '@billhook/contract/right-reasons';
import { combineWithCredits } from '@billhook/core/entitlements/with-credits';
import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { iso, isoOrNull } from '../../platform/sql.ts';
import type { StoredFeature } from '../catalog/api.ts';
import type { CreditStanding } from '../credits/api.ts';
import type { Right, Verdict } from './access.ts';
import { configured } from './change-json.ts';
import { isPerSubject } from './measure.ts';

/** How a right stands; every answer about one has these members. */
export function presentRight(
  feature: StoredFeature,
  { verdict, right }: Verdict,
  credits: CreditStanding | null = null,
) {
  const isMetered = feature.kind === 'metered';
  const { pool } = verdict;
  const { allowed, reason, remaining } = credits === null ? verdict : combineWithCredits(verdict, credits);
  return {
    object: 'entitlement_standing' as const,
    feature: feature.key,
    feature_name: feature.name,
    kind: feature.kind,
    allowed,
    reason: RIGHT_REASONS[reason],
    // Without a right there is no meter to say what is counted.
    unit: isMetered && right !== null ? (right.meter?.unit ?? '') || 'units' : null,
    limit: figureOrNull(verdict.limit),
    used: isMetered ? formatDecimal12(verdict.used) : null,
    remaining: figureOrNull(remaining),
    overage: right === null ? null : overageOf(right),
    reset_at: isoOrNull(verdict.resetAt),
    value: feature.kind === 'configuration' ? configured(verdict.value) : null,
    warn_at_percent: [...(right?.warnAtPercent ?? [])],
    counted: feature.subjectProperty === null ? ('customer' as const) : ('subject' as const),
    subject: right?.subject ?? null,
    pool:
      pool === undefined ? null : { limit: formatDecimal12(pool.limit), used: formatDecimal12(pool.used) },
    credits:
      credits === null
        ? null
        : {
            credit_type: credits.type.key,
            available: formatDecimal12(credits.available),
            cost: formatDecimal12(credits.cost),
            beyond: credits.beyond,
          },
  };
}

/** What happens beyond the limit now: reduced service lets nothing pass it. */
function overageOf({ entitlement, service }: Right) {
  if (entitlement.kind !== 'metered') return null;
  return service?.rule === 'limit' ? 'block' : entitlement.overage;
}

export function figureOrNull(figure: Decimal12 | null): string | null {
  return figure === null ? null : formatDecimal12(figure);
}

/** How a metered feature stands in its running window: for the customer as a whole, also where each member counts. */
export function presentStanding(right: Right) {
  const { feature, meter, entitlement, window, service, subscription } = right;
  if (entitlement.kind !== 'metered' || meter === null || window === null) return null;
  if (service?.rule === 'block') return null;
  const used = right.poolUsed ?? right.used;
  const limit = isPerSubject(right) ? (entitlement.poolLimit ?? null) : entitlement.limit;
  const percent = limit === null ? null : percentOf(used, limit);
  return {
    feature: feature.key,
    feature_name: feature.name,
    meter: meter.key,
    meter_name: meter.name,
    // Every plan that counts a meter counts all of its use against a limit of its own.
    subscription: subscription === null ? null : encodeTypeId('sub', subscription.id),
    unit: meter.unit || 'units',
    period: { start: iso(window.start), end: iso(window.end) },
    used: formatDecimal12(used),
    limit: figureOrNull(limit),
    percent,
    level: levelOf(percent),
    overage: entitlement.overage,
    resets_at: entitlement.reset === 'never' ? null : iso(window.end),
  };
}

/** Whole percent, rounded down. Any use of a limit of zero is all of it. */
function percentOf(used: bigint, limit: bigint): number {
  if (limit === 0n) return used > 0n ? 100 : 0;
  return used <= 0n ? 0 : Number((used * 100n) / limit);
}

function levelOf(percent: number | null): 'ok' | 'warning' | 'critical' | 'over' {
  if (percent === null || percent < 80) return 'ok';
  if (percent < 95) return 'warning';
  return percent < 100 ? 'critical' : 'over';
}
