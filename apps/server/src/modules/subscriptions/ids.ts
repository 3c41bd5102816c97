import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { refuse } from '../../platform/refuse.ts';

export const subscriptionId = (uuid: string) => encodeTypeId('sub', uuid);
export const stepId = (uuid: string) => encodeTypeId('step', uuid);
export const planId = (uuid: string) => encodeTypeId('plan', uuid);
export const chargeId = (uuid: string) => encodeTypeId('chg', uuid);
export const itemId = (uuid: string) => encodeTypeId('si', uuid);

/** The row id inside a `sub_…` of the wire. Ends with `subscription.not_found` when it is none. */
export function subscriptionRowId(text: string): string {
  const id = decodeTypeId('sub', text);
  return id.ok ? id.value : refuse('subscription.not_found', `There is no subscription ${text}.`);
}

/** The id inside a `step_…` of the wire. Ends with `subscription.step_not_found` when it is none. */
export function scheduledStepId(text: string): string {
  const id = decodeTypeId('step', text);
  return id.ok ? id.value : refuse('subscription.step_not_found', `There is no step ${text}.`);
}

/** The id inside a `disc_…` of the wire. Ends with `discount.not_found` when it is none. */
export function discountRowId(text: string): string {
  const id = decodeTypeId('disc', text);
  return id.ok ? id.value : refuse('discount.not_found', `There is no discount ${text}.`);
}
