import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx } from '../../../platform/context.ts';
import type { ErasureRecord } from './repo.ts';

/** What is said of an erasure holds ids alone: neither whom it was about nor why. */
export function publishErased(ctx: CommandCtx, record: ErasureRecord): void {
  const { customerId } = record;
  ctx.emit({ type: 'customer.erased', objectId: customerId, customerId, payload: {} });
  ctx.audit({
    action: 'customer.erase',
    objectKind: 'customer',
    objectId: encodeTypeId('cus', customerId),
    details: {
      erasure: encodeTypeId('era', record.id),
      rows: `${record.rowsDone}`,
      kept_until: record.keptUntil,
    },
  });
}

export function auditErasure(
  ctx: CommandCtx,
  act: 'request' | 'approve' | 'cancel',
  record: { id: string; customerId: string },
): void {
  const details = { customer: encodeTypeId('cus', record.customerId) };
  const objectId = encodeTypeId('era', record.id);
  if (act === 'request') ctx.audit({ action: 'erasure.request', objectKind: 'erasure', objectId, details });
  if (act === 'approve') ctx.audit({ action: 'erasure.approve', objectKind: 'erasure', objectId, details });
  if (act === 'cancel') ctx.audit({ action: 'erasure.cancel', objectKind: 'erasure', objectId, details });
}
