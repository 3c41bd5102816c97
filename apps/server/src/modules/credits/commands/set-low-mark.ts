import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { CommandCtx } from '../../../platform/context.ts';
import { lockCustomer } from '../../customers/api.ts';
import { creditTypeId } from '../ids.ts';
import { saveMark } from '../mark-repo.ts';
import type { StoredCreditType } from '../types.ts';

/** Says below how many credits a customer is told; null for the mark of the type. Whoever is below it already is not told. */
export async function setLowMark(
  ctx: CommandCtx,
  { customerId, type, lowAt }: { customerId: string; type: StoredCreditType; lowAt: Decimal12 | null },
): Promise<void> {
  await lockCustomer(ctx, customerId);
  await saveMark(ctx, { customerId, creditTypeId: type.id }, lowAt);
  ctx.audit({
    action: 'credits.set_low_mark',
    objectKind: 'credit_type',
    objectId: creditTypeId(type.id),
    details: { low_at: lowAt === null ? null : formatDecimal12(lowAt) },
  });
}
