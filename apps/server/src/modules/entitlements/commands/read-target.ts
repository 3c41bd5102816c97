import { checkChange, type RightChange } from '@billhook/core/entitlements/right-change';
import type { CommandCtx } from '../../../platform/context.ts';
import { type FieldFault, refuse } from '../../../platform/refuse.ts';
import type { StoredFeature } from '../../catalog/api.ts';
import { lockCustomer } from '../../customers/api.ts';
import { getSubscription, subscriptionRowId } from '../../subscriptions/api.ts';
import { changeFromJson, type RightChangeJson } from '../change-json.ts';
import { featureByKey } from '../queries/check.ts';

export type AgreementInput = {
  feature: string;
  subscription?: string | null | undefined;
  change: RightChangeJson;
  reason: string;
};

export type AgreementTarget = {
  customerId: string;
  subscriptionId: string | null;
  feature: StoredFeature;
  change: RightChange;
};

/**
 * Locks the customer and reads what an agreement is about. Refuses with `customer.not_found`, `feature.not_found`,
 * `subscription.not_found` for one of somebody else or one that has ended, and `right.invalid`.
 */
export async function readTarget(
  ctx: CommandCtx,
  customerId: string,
  input: AgreementInput,
  as: 'override' | 'grant',
): Promise<AgreementTarget> {
  await lockCustomer(ctx, customerId);
  const feature = await featureByKey(ctx, input.feature);
  if (feature.archivedAt !== null) refuse('feature.not_found', `The feature ${feature.key} is archived.`);
  const checked = checkChange(feature, changeFromJson(input.change), as);
  if (!checked.ok) {
    const { code, detail } = checked.refusal;
    refuseRight([{ pointer: '/change', code, detail }]);
  }
  const subscriptionId = await subscriptionOf(ctx, customerId, input.subscription ?? null);
  return { customerId, subscriptionId, feature, change: checked.value };
}

async function subscriptionOf(
  ctx: CommandCtx,
  customerId: string,
  ref: string | null,
): Promise<string | null> {
  if (ref === null) return null;
  const subscription = await getSubscription(ctx, subscriptionRowId(ref));
  if (subscription.customerId !== customerId || subscription.status === 'canceled')
    refuse('subscription.not_found', 'The customer has no such running subscription.');
  return subscription.id;
}

export function refuseRight(faults: readonly FieldFault[]): never {
  return refuse('right.invalid', faults[0]?.detail ?? 'The right does not hold together.', { faults });
}
