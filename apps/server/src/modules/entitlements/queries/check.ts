import { decimal12FromInteger, formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { listFeatures, type StoredFeature } from '../../catalog/api.ts';
import { type CreditStanding, creditStanding } from '../../credits/api.ts';
import { type Customer, customerBySubject } from '../../customers/api.ts';
import { type Access, judge, loadAccess } from '../access.ts';
import { presentRight } from '../present.ts';
import { nextPlanFor } from '../upgrade.ts';

export type CheckInput = { customer: string; feature: string; quantity?: string | undefined };

/** Where a customer of this tenant gets a larger plan. */
export type UpgradeUrl = (tenantSlug: string, planKey: string) => string;

/** Whether a customer may use a feature now, and what would let them if not. */
export async function check(ctx: QueryCtx, input: CheckInput, upgradeUrl: UpgradeUrl) {
  const customer = await customerBySubject(ctx, input.customer);
  const feature = await featureByKey(ctx, input.feature);
  return checkFor(ctx, customer, feature, readQuantity(input.quantity), upgradeUrl);
}

export async function checkFor(
  ctx: QueryCtx,
  customer: Customer,
  feature: StoredFeature,
  requested: ReturnType<typeof readQuantity>,
  upgradeUrl: UpgradeUrl,
) {
  const access = (await loadAccess(ctx, [customer.id])).get(customer.id) as Access;
  const answer = judge(ctx, access, feature, requested);
  const credits = await creditStanding(ctx, customer.id, feature.id, requested);
  if (credits !== null) return byCredits(customer, feature, answer, credits);
  const plan = answer.verdict.allowed ? null : await nextPlanFor(ctx, access, feature, answer.right);
  return {
    object: 'entitlement_check' as const,
    customer: encodeTypeId('cus', customer.id),
    ...presentRight(feature, answer),
    credits: null,
    upgrade:
      plan === null
        ? null
        : { plan: plan.key, plan_name: plan.name, url: upgradeUrl(ctx.tenant.slug, plan.key) },
  };
}

/** A feature that costs credits is answered from their balance, whatever the plan says of it. */
function byCredits(
  customer: Customer,
  feature: StoredFeature,
  answer: ReturnType<typeof judge>,
  standing: CreditStanding,
) {
  return {
    object: 'entitlement_check' as const,
    customer: encodeTypeId('cus', customer.id),
    ...presentRight(feature, answer),
    allowed: standing.allowed,
    reason: reasonOf(standing),
    limit: null,
    remaining: standing.unitsLeft === null ? null : `${standing.unitsLeft}`,
    credits: {
      credit_type: standing.type.key,
      available: formatDecimal12(standing.available),
      cost: formatDecimal12(standing.cost),
    },
    upgrade: null,
  };
}

function reasonOf({ allowed, isOverage }: CreditStanding) {
  if (!allowed) return 'credits_used_up' as const;
  return isOverage ? ('overage' as const) : ('credits' as const);
}

/** Every right that a customer's running subscriptions grant. */
export async function list(ctx: QueryCtx, customerId: string) {
  const access = (await loadAccess(ctx, [customerId])).get(customerId) as Access;
  const granted = new Map(access.rights.map((right) => [right.feature.id, right.feature]));
  return [...granted.values()].map((feature) => ({
    object: 'entitlement' as const,
    ...presentRight(feature, judge(ctx, access, feature, decimal12FromInteger(0n))),
  }));
}

export async function featureByKey(ctx: QueryCtx, key: string): Promise<StoredFeature> {
  const feature = (await listFeatures(ctx)).find((candidate) => candidate.key === key);
  return feature ?? refuse('feature.not_found', `There is no feature ${key}.`);
}

/** One if left out. */
export function readQuantity(text: string | undefined) {
  const quantity = parseDecimal12(text ?? '1');
  if (quantity.ok && quantity.value >= 0n) return quantity.value;
  const detail = 'A quantity is a decimal that is not negative.';
  return refuse('request.invalid', detail, { faults: [{ pointer: '/quantity', code: 'quantity', detail }] });
}
