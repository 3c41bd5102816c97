import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx } from '../../platform/context.ts';

/** An act about the number of a customer, which is never in the log itself. */
export function auditPhone(ctx: CommandCtx, customerId: string, action: string, details: object): void {
  const objectId = encodeTypeId('cus', customerId);
  ctx.audit({ action, objectKind: 'customer', objectId, details: { ...details } });
}
