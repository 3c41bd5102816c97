import { decimal12FromInteger, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../../platform/context.ts';
import { Refusal, refuse } from '../../../platform/refuse.ts';
import { listFeatures, type StoredFeature } from '../../catalog/api.ts';
import { creditStandings } from '../../credits/api.ts';
import { type Customer, customerBySubject } from '../../customers/api.ts';
import { type Access, judge, loadAccess, type Verdict } from '../access.ts';
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

/** Where a customer of this tenant gets a larger plan, and where to pay what is open. */
export type UpgradeUrl = ((tenantSlug: string, planKey: string) => string) & {
  toPay(tenantSlug: string): string;
};

/** @param portalUrl the portal of a seller */
export function upgradeUrls(portalUrl: (tenantSlug: string) => string): UpgradeUrl {
  return Object.assign((slug: string, plan: string) => `${portalUrl(slug)}/plan?upgrade=${plan}`, {
    toPay: (slug: string) => `${portalUrl(slug)}/invoices`,
  });
}

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
  const credits = (await creditStandings(ctx, [customer.id]))(customer.id, feature.id, requested);
  const shown = presentRight(feature, answer, credits);
  const plan = !planHelps(answer, shown) ? null : await nextPlanFor(ctx, access, feature, right);
  return {
    ...plainAnswer(customer.id, shown),
    explanation: explain === true && right !== null ? (await explainer(ctx, access))(answer, right) : null,
    upgrade:
      plan === null
        ? null
        : { plan: plan.key, plan_name: plan.name, url: upgradeUrl(ctx.tenant.slug, plan.key) },
    pay: paymentHelps(answer) ? { url: upgradeUrl.toPay(ctx.tenant.slug) } : null,
  };
}

/** Where service is not full, or credits are used up, a larger plan helps nobody. */
export function planHelps({ verdict }: Verdict, shown: ReturnType<typeof presentRight>): boolean {
  if (verdict.allowed || shown.allowed) return false;
  return !verdict.reason.startsWith('service_') && shown.reason !== 'credits_used_up';
}

/** Where something unpaid keeps a feature back, paying it gives it back at once. A pause is nobody's debt. */
export function paymentHelps({ verdict, right }: Verdict): boolean {
  const state = right?.service?.state;
  const isUnpaid =
    state === 'in_grace' || state === 'past_due' || state === 'limited' || state === 'suspended';
  return !verdict.allowed && verdict.reason.startsWith('service_') && isUnpaid;
}

/** What is answered where nothing but right and credits speak. */
export function plainAnswer(customerId: string, shown: ReturnType<typeof presentRight>) {
  return {
    ...shown,
    object: 'entitlement_check' as const,
    customer: encodeTypeId('cus', customerId),
    explanation: null,
    upgrade: null,
    pay: null,
  };
}

/** A feature that is to be had for credits alone rests on nothing else. */
const NO_SOURCES = { sources: [], window_usage: null, service: null, changes_at: null };

/**
 * Every right of a customer, explained, and every feature that credits alone give. Where limits are those of each member
 * or device, what the one named may.
 */
export async function list(ctx: QueryCtx, customerId: string, subject?: string) {
  const access = (await loadAccess(ctx, [customerId], { subject })).get(customerId) as Access;
  const granted = new Map(access.rights.map((right) => [right.feature.id, right]));
  const explain = await explainer(ctx, access);
  const credits = await creditStandings(ctx, [customerId]);
  const zero = decimal12FromInteger(0n);
  const present = (feature: StoredFeature) => {
    const answer = judge(ctx, access, feature, zero);
    const shown = presentRight(feature, answer, credits(customerId, feature.id, zero));
    return { answer, shown: { ...shown, object: 'entitlement' as const } };
  };
  const held = [...granted.values()].map((right) => {
    const { answer, shown } = present(right.feature);
    return { ...shown, explanation: explain(answer, answer.right ?? right) };
  });
  const byCredits = access.features
    .filter(({ id, archivedAt }) => archivedAt === null && !granted.has(id))
    .map((feature) => present(feature).shown)
    .filter((shown) => shown.credits !== null)
    .map((shown) => ({ ...shown, explanation: NO_SOURCES }));
  return [...held, ...byCredits];
}

/** Ends with `entitlement.subject_required` where limits are those of each member or device and none is named. */
export function requireSubject(feature: StoredFeature, subject: string | undefined): void {
  const fault = subjectFault(feature, subject ?? null);
  if (fault !== undefined) throw fault;
}

export function subjectFault({ key, subjectProperty }: StoredFeature, subject: string | null) {
  if (subjectProperty === null || subject !== null) return undefined;
  const detail = `${key} is counted for each member or device.`;
  return new Refusal('entitlement.subject_required', detail, {
    faults: [{ pointer: '/subject', code: 'subject.missing', detail }],
  });
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
