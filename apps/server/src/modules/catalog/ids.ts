import type { ErrorCode } from '@billhook/contract/errors';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { refuse } from '../../platform/refuse.ts';

export const meterId = (uuid: string) => encodeTypeId('meter', uuid);
export const featureId = (uuid: string) => encodeTypeId('feat', uuid);
export const planId = (uuid: string) => encodeTypeId('plan', uuid);
export const planVersionId = (uuid: string) => encodeTypeId('plv', uuid);
export const priceId = (uuid: string) => encodeTypeId('price', uuid);

/** The row id inside a TypeID of the wire. Ends with `code` when it is none of that kind. */
export function rowId(prefix: string, text: string, code: ErrorCode): string {
  const id = decodeTypeId(prefix, text);
  return id.ok ? id.value : refuse(code, `There is nothing with the id ${text}.`);
}
