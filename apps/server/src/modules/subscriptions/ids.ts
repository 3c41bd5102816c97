import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { refuse } from '../../platform/refuse.ts';

export const subscriptionId = (uuid: string) => encodeTypeId('sub', uuid);
export const itemId = (uuid: string) => encodeTypeId('si', uuid);

/** The row id inside a `sub_…` of the wire. Ends with `subscription.not_found` when it is none. */
export function subscriptionRowId(text: string): string {
  const id = decodeTypeId('sub', text);
  return id.ok ? id.value : refuse('subscription.not_found', `There is no subscription ${text}.`);
}
