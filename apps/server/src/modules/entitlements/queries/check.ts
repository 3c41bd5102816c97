import { decimal12FromInteger, formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { listFeatures, type StoredFeature } from '../../catalog/api.ts';
import { type CreditStanding, creditStanding } from '../../credits/api.ts';
import { type Customer, customerBySubject } from '../../customers/api.ts';
import { type Access, judge, loadAccess } from '../access.ts';
import { explainer } from '../explanation.ts';
import { presentRight } from '../present.ts';
import { nextPlanFor } from '../upgrade.ts';

export type CheckInput = {
  customer: string;
  feature: string;
  quantity?: string | undefined;
  /** The member or device, for a feature that is counted for each. */
  subject?: string | undefined;
  explain?: boolean | undefined;
};

/** What is asked of a feature. */
type Ask = {
  requested: ReturnType<typeof readQuantity>;
  subject: string | undefined;
  explain?: boolean | undefined;
};

/** Where a customer of this tenant gets a larger plan. */
export type UpgradeUrl = (tenantSlug: string, planKey: string) => string;

/** Whether a customer may use a feature now, and what would let them if not. */
export async function check(ctx: QueryCtx, input: CheckInput, upgradeUrl: UpgradeUrl) {
  const customer = await customerBySubject(ctx, input.customer);
  const feature = await featureByKey(ctx, input.feature);
  const { subject, explain } = input;
  const ask = { requested: readQuantity(input.quantity), subject, explain };
  return checkFor(ctx, customer, feature, ask, upgradeUrl);
}

export type CheckAnswer = Awaited<ReturnType<typeof check>>;

export async function checkFor(
  ctx: QueryCtx,
  customer: Customer,
  feature: StoredFeature,
  { requested, subject, explain }: Ask,
  upgradeUrl: UpgradeUrl,
) {
  requireSubject(feature, subject);
  const access = (await loadAccess(ctx, [customer.id], { subject, featureId: feature.id })).get(
    customer.id,
  ) as Access;
  const answer = judge(ctx, access, feature, requested);
  const { right } = answer;
  const credits = await creditStanding(ctx, customer.id, feature.id, requested);
  if (credits !== null) return byCredits(customer, feature, answer, credits);
  // Where service is not full, a larger plan helps nobody.
  const helps = !answer.verdict.allowed && !answer.verdict.reason.startsWith('service_');
  const plan = !helps ? null : await nextPlanFor(ctx, access, feature, right);
  return {
    ...plainAnswer(customer.id, feature, answer),
    explanation: explain === true && right !== null ? (await explainer(ctx, access))(answer, right) : null,
    upgrade:
      plan === null
        ? null
        : { plan: plan.key, plan_name: plan.name, url: upgradeUrl(ctx.tenant.slug, plan.key) },
  };
}

/** What is answered where nothing but the right itself speaks. */
export function plainAnswer(
  customerId: string,
  feature: StoredFeature,
  answer: Parameters<typeof presentRight>[1],
) {
  return {
    object: 'entitlement_check' as const,
    customer: encodeTypeId('cus', customerId),
    ...presentRight(feature, answer),
    credits: null,
    explanation: null,
    upgrade: null,
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
    explanation: null,
    upgrade: null,
  };
}

function reasonOf({ allowed, isOverage }: CreditStanding) {
  if (!allowed) return 'credits_used_up' as const;
  return isOverage ? ('overage' as const) : ('credits' as const);
}

/** Every right of a customer, explained. Where limits are those of each member or device, what the one named may. */
export async function list(ctx: QueryCtx, customerId: string, subject?: string) {
  const access = (await loadAccess(ctx, [customerId], { subject })).get(customerId) as Access;
  const granted = new Map(access.rights.map((right) => [right.feature.id, right]));
  const explain = await explainer(ctx, access);
  return [...granted.values()].map((held) => {
    const answer = judge(ctx, access, held.feature, decimal12FromInteger(0n));
    return {
      object: 'entitlement' as const,
      ...presentRight(held.feature, answer),
      explanation: explain(answer, answer.right ?? held),
    };
  });
}

/** Ends with `entitlement.subject_required` where limits are those of each member or device and none is named. */
export function requireSubject(feature: StoredFeature, subject: string | undefined): void {
  if (feature.subjectProperty !== null && subject === undefined) {
    const detail = `${feature.key} is counted for each member or device.`;
    refuse('entitlement.subject_required', detail, {
      faults: [{ pointer: '/subject', code: 'subject.missing', detail }],
    });
  }
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
