import type { Entitlement } from '@billhook/core/entitlements/entitlement';
import { explainRight } from '@billhook/core/entitlements/explain';
import type { RightStep } from '@billhook/core/entitlements/resolve-right';
import { endOf, type RightChange, type RightGrant } from '@billhook/core/entitlements/right-change';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { getPlans } from '../catalog/api.ts';
import type { Access, Right, Verdict } from './access.ts';
import { configured } from './change-json.ts';
import { grantId, overrideId } from './ids.ts';
import { figureOrNull } from './present.ts';

/** Says of each answer where the right comes from, with the names of plans and the reasons of staff. */
export async function explainer(ctx: QueryCtx, { versions }: Access) {
  const plans = await getPlans(
    ctx,
    [...versions.values()].map(({ planId }) => planId),
  );
  return ({ check, verdict }: Verdict, right: Right) => {
    const { resolved, subject, service } = right;
    const told = explainRight(resolved, check, verdict, { subject, state: service?.state ?? null });
    const nameOf = ({ source }: RightStep): string => {
      const version = versions.get(source.id);
      if (version === undefined) return right.agreed.get(source.id)?.reason ?? '';
      return `${plans.get(version.planId)?.name ?? ''}, version ${version.number}`;
    };
    return {
      sources: told.steps.map((step) => ({
        kind: step.source.kind,
        id: sourceId(step),
        name: nameOf(step),
        quantity: Number(step.quantity),
        gives: face(step.gives),
        rule: step.rule,
        after: face(step.after),
        until: step.source.kind === 'grant' ? isoOrNull(untilOf(right.agreed.get(step.source.id))) : null,
      })),
      window_usage: told.usage && {
        period: { start: iso(told.usage.window.start), end: iso(told.usage.window.end) },
        subject: told.usage.subject,
        used: formatDecimal12(told.usage.used),
        pool_used: figureOrNull(told.usage.poolUsed),
      },
      service: told.service && { ...told.service },
      changes_at: isoOrNull(resolved.changesAt),
    };
  };
}

function sourceId({ source: { kind, id } }: RightStep): string {
  if (kind === 'plan' || kind === 'add_on') return encodeTypeId('plv', id);
  return kind === 'grant' ? grantId(id) : overrideId(id);
}

function untilOf(agreed: object | undefined) {
  return agreed !== undefined && 'until' in agreed ? endOf(agreed as RightGrant) : null;
}

/** A right or a change of one, whatever its kind. */
function face(right: Entitlement | RightChange) {
  const isMetered = right.kind === 'metered';
  return {
    enabled: right.kind === 'boolean' ? right.enabled : null,
    value: right.kind === 'configuration' ? configured(right.value) : null,
    limit: isMetered ? figureOrNull(right.limit) : null,
    pool_limit: isMetered ? figureOrNull(right.poolLimit ?? null) : null,
    overage: isMetered ? (right.overage ?? null) : null,
  };
}
