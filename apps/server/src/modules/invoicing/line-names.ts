import type { JsonObject } from '@billhook/core/kernel/json';
import type { QueryCtx } from '../../platform/context.ts';
import {
  couponNamesById,
  getPlans,
  getPlanVersions,
  listMeters,
  type StoredMeter,
  type StoredPlan,
  type StoredPlanVersion,
} from '../catalog/api.ts';
import { couponNames } from '../subscriptions/api.ts';
import type { StoredExplanation } from './stored-explanation.ts';

/** The line that a credit takes back a share of. */
export type ChargedLine = { id: string; invoiceId: string; number: string | null };

/** The words that explanations need beside what is stored. */
export type LineNames = {
  versions: ReadonlyMap<string, StoredPlanVersion>;
  plans: ReadonlyMap<string, StoredPlan>;
  meters: ReadonlyMap<string, StoredMeter>;
  /** By id of the discount and of the coupon. */
  coupons: ReadonlyMap<string, string>;
  /** By key of the line. */
  charged: ReadonlyMap<string, ChargedLine>;
};

export type NamedLine = {
  subscriptionId: string;
  planVersionId: string;
  meterId: string | null;
  discounts: readonly JsonObject[];
  explanation: JsonObject;
};

/** Keys of plans and meters, names of coupons and places of charged lines, set-wise. */
export async function loadLineNames(ctx: QueryCtx, lines: readonly NamedLine[]): Promise<LineNames> {
  const versions = await getPlanVersions(
    ctx,
    lines.map((line) => line.planVersionId),
  );
  const plans = await getPlans(
    ctx,
    [...versions.values()].map((version) => version.planId),
  );
  const meters = lines.some((line) => line.meterId !== null) ? await listMeters(ctx) : [];
  const discountIds = lines.flatMap(({ discounts }) =>
    discounts.flatMap(({ discount_id: id }) => (typeof id === 'string' ? id : [])),
  );
  const couponIds = lines.flatMap(({ discounts }) =>
    discounts.flatMap(({ coupon_id: id }) => (typeof id === 'string' ? id : [])),
  );
  return {
    versions,
    plans,
    meters: new Map(meters.map((meter) => [meter.id, meter])),
    // A discount of a preview stands nowhere yet, so its coupon says the name.
    coupons: new Map([
      ...(await couponNamesById(ctx, [...new Set(couponIds)])),
      ...(await couponNames(ctx, [...new Set(discountIds)])),
    ]),
    charged: await chargedLines(ctx, lines),
  };
}

async function chargedLines(
  ctx: QueryCtx,
  lines: readonly NamedLine[],
): Promise<ReadonlyMap<string, ChargedLine>> {
  const charged = lines.flatMap(({ subscriptionId, explanation }) => {
    const { basis } = explanation as unknown as StoredExplanation;
    return basis?.kind === 'charge' ? [{ subscriptionId, key: basis.charged_key }] : [];
  });
  if (charged.length === 0) return new Map();
  const rows = await ctx.sql.rows<ChargedLine & { key: string }>(
    `select l.key, l.id, l.invoice_id as "invoiceId", i.number
     from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
     where l.tenant_id = $1 and l.subscription_id = any ($2::uuid[]) and l.key = any ($3::text[]) and l.voided_at is null`,
    [
      ctx.tenant.id,
      [...new Set(charged.map(({ subscriptionId }) => subscriptionId))],
      charged.map(({ key }) => key),
    ],
  );
  return new Map(rows.map(({ key, ...line }) => [key, line]));
}
