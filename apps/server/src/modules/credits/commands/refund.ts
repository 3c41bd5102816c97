import { decideCreditRefund, type ReturnAfterExpiry } from '@billhook/core/credits/decide-refund';
import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { MS_PER_DAY } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { lockCustomer } from '../../customers/api.ts';
import { creditTypes } from '../catalogue-repo.ts';
import { applyEffects } from '../changes.ts';
import { refuseAsCoreSays } from '../figures.ts';
import { consumptionId } from '../ids.ts';
import * as repo from '../repo.ts';
import type { StoredConsumption, StoredCreditType } from '../types.ts';

/**
 * Gives a consumption back to the grants that paid it, all of it or an amount. Refusals: `credit_consumption.not_found`,
 * `credits.refund_exceeds`.
 */
export async function refundConsumption(
  ctx: CommandCtx,
  input: { id: string; amount: Decimal12 | null; reason: string },
): Promise<StoredConsumption> {
  const seen = await repo.consumptionById(ctx, input.id);
  if (seen === undefined) return refuse('credit_consumption.not_found', 'There is no such consumption.');
  await lockCustomer(ctx, seen.customerId);
  const consumption = (await repo.consumptionById(ctx, input.id)) ?? seen;
  const type = (await creditTypes(ctx)).find(({ id }) => id === consumption.creditTypeId);
  if (type === undefined) throw new Error('a credit type is never deleted');
  const entries = await repo.entriesOfConsumption(ctx, input.id);
  const ids = [...new Set(entries.map(({ grantId }) => grantId))];
  const grants = await repo.grantsById(ctx, ids);
  const revoked = await repo.revokedAmong(ctx, ids);
  const sumOf = (kind: 'refunded', grantId: string) =>
    entries.reduce((sum, one) => (one.kind === kind && one.grantId === grantId ? sum + one.amount : sum), 0n);
  const decided = decideCreditRefund({
    parts: entries
      .filter(({ kind }) => kind === 'consumed')
      .flatMap(({ grantId, amount }) => {
        const grant = grants.find(({ id }) => id === grantId);
        if (grant === undefined) return [];
        const refunded = decimal12FromScaled(sumOf('refunded', grantId));
        return [{ grant, amount, refunded, isRevoked: revoked.has(grantId) }];
      }),
    overage: decimal12FromScaled(consumption.overage - consumption.overageRefunded),
    amount: input.amount,
    now: ctx.now,
    afterExpiry: returnOf(type),
  });
  if (!decided.ok) return refuseAsCoreSays(decided.refusal);
  const { effects, carried, overage } = decided.value;
  if (overage > 0n) await repo.addOverageRefunded(ctx, consumption.id, overage);
  const { customerId } = consumption;
  await applyEffects(ctx, {
    customerId,
    grants,
    effects,
    carried,
    consumptionId: consumption.id,
    reason: input.reason,
  });
  announce(ctx, consumption, type, input);
  return { ...consumption, overageRefunded: decimal12FromScaled(consumption.overageRefunded + overage) };
}

function returnOf({ returnDays }: StoredCreditType): ReturnAfterExpiry {
  return returnDays === null ? { kind: 'lost' } : { kind: 'anew', forMs: returnDays * MS_PER_DAY };
}

function announce(
  ctx: CommandCtx,
  { id, customerId }: StoredConsumption,
  type: StoredCreditType,
  { amount, reason }: { amount: Decimal12 | null; reason: string },
): void {
  const facts = {
    credit_type: type.key,
    amount: amount === null ? 'all' : formatDecimal12(amount),
    reason,
  };
  ctx.emit({ type: 'credits.refunded', objectId: id, customerId, payload: facts });
  ctx.audit({
    action: 'credits.refund',
    objectKind: 'credit_consumption',
    objectId: consumptionId(id),
    details: facts,
  });
}
