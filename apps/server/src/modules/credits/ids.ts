import type { ErrorCode } from '@billhook/contract/errors';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { refuse } from '../../platform/refuse.ts';

export const creditTypeId = (uuid: string) => encodeTypeId('ctype', uuid);
export const costId = (uuid: string) => encodeTypeId('ccost', uuid);
export const packId = (uuid: string) => encodeTypeId('cpack', uuid);
export const allowanceId = (uuid: string) => encodeTypeId('callow', uuid);
export const grantId = (uuid: string) => encodeTypeId('cgrant', uuid);
export const entryId = (uuid: string) => encodeTypeId('centry', uuid);
export const consumptionId = (uuid: string) => encodeTypeId('cuse', uuid);
export const purchaseId = (uuid: string) => encodeTypeId('cbuy', uuid);

/** The row id inside a TypeID of the wire. Ends with `code` when it is none of that kind. */
export function creditRowId(prefix: string, text: string, code: ErrorCode): string {
  const id = decodeTypeId(prefix, text);
  return id.ok ? id.value : refuse(code, `There is nothing with the id ${text}.`);
}
