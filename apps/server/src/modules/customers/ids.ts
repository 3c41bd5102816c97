import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { refuse } from '../../platform/refuse.ts';

export const customerId = (uuid: string) => encodeTypeId('cus', uuid);

/** The row id inside a `cus_…` of the wire. Ends with `customer.not_found` when it is none. */
export function customerRowId(text: string): string {
  const id = decodeTypeId('cus', text);
  return id.ok ? id.value : refuse('customer.not_found', `There is no customer ${text}.`);
}
