import { decideCreditRefund, type ReturnAfterExpiry } from '@billhook/core/credits/decide-refund';
import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { MS_PER_DAY } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { lockCustomer } from '../../customers/api.ts';
import { creditTypes } from '../catalogue-repo.ts';
import { applyEffects } from '../changes.ts';
import { addOverageRefunded, consumptionById } from '../consumption-repo.ts';
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
  const seen = await consumptionById(ctx, input.id);
  if (seen === undefined) return refuse('credit_consumption.not_found', 'There is no such consumption.');
  await lockCustomer(ctx, seen.customerId);
  const consumption = (await consumptionById(ctx, input.id)) ?? seen;
  const given = await giveBack(ctx, consumption, { amount: input.amount, reason: input.reason });
  announce(ctx, consumption, given.type, input);
  return given.consumption;
}

/**
 * Gives back what paid for a consumption, all of it or an amount, what nobody covered first. The customer is locked.
 * Refusal: `credits.refund_exceeds`.
 *
 * @param asked `upTo`: no more than is left to give back, which may be nothing
 */
export async function giveBack(
  ctx: CommandCtx,
  consumption: StoredConsumption,
  asked: { amount: Decimal12 | null; reason: string; upTo?: true },
): Promise<{ consumption: StoredConsumption; type: StoredCreditType }> {
  const type = (await creditTypes(ctx)).find(({ id }) => id === consumption.creditTypeId);
  if (type === undefined) throw new Error('a credit type is never deleted');
  const entries = await repo.entriesOfConsumption(ctx, consumption.id);
  const ids = [...new Set(entries.map(({ grantId }) => grantId))];
  const grants = await repo.grantsById(ctx, ids);
  const revoked = await repo.revokedAmong(ctx, ids);
  const sumOf = (kind: 'refunded', grantId: string) =>
    entries.reduce((sum, one) => (one.kind === kind && one.grantId === grantId ? sum + one.amount : sum), 0n);
  const parts = entries
    .filter(({ kind }) => kind === 'consumed')
    .flatMap(({ grantId, amount }) => {
      const grant = grants.find(({ id }) => id === grantId);
      if (grant === undefined) return [];
      const refunded = decimal12FromScaled(sumOf('refunded', grantId));
      return [{ grant, amount, refunded, isRevoked: revoked.has(grantId) }];
    });
  const owed = decimal12FromScaled(consumption.overage - consumption.overageRefunded);
  const left = parts.reduce((sum, { amount, refunded }) => sum + amount - refunded, owed as bigint);
  if (asked.upTo === true && left === 0n) return { consumption, type };
  const isLess = asked.upTo === true && asked.amount !== null && asked.amount > left;
  const decided = decideCreditRefund({
    parts,
    overage: owed,
    amount: isLess ? null : asked.amount,
    now: ctx.now,
    afterExpiry: returnOf(type),
  });
  if (!decided.ok) return refuseAsCoreSays(decided.refusal);
  const { effects, carried, overage } = decided.value;
  if (overage > 0n) await addOverageRefunded(ctx, consumption.id, overage);
  await applyEffects(ctx, {
    grants,
    effects,
    carried,
    consumptionId: consumption.id,
    reason: asked.reason,
  });
  const overageRefunded = decimal12FromScaled(consumption.overageRefunded + overage);
  return { consumption: { ...consumption, overageRefunded }, type };
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
