import { decideConsumption } from '@billhook/core/credits/decide-consumption';
import { balanceAt } from '@billhook/core/credits/entry';
import { costAt, creditsFor } from '@billhook/core/credits/feature-cost';
import { DECIMAL12_ZERO, type Decimal12 } from '@billhook/core/kernel/decimal';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { lockCustomer } from '../../customers/api.ts';
import { followBalance, orderOf } from '../balance.ts';
import { creditCosts, creditTypes } from '../catalogue-repo.ts';
import { applyEffects } from '../changes.ts';
import { consumptionOfEvent, insertConsumptions } from '../consumption-repo.ts';
import { refuseAsCoreSays } from '../figures.ts';
import { heldOf } from '../repo.ts';
import type { StoredConsumption, StoredCreditType } from '../types.ts';

/** Units of a feature, which cost what its table says now, or credits of a type by name. */
export type Spending =
  | { kind: 'feature'; featureId: string; featureKey: string; quantity: Decimal12 }
  | { kind: 'credits'; type: StoredCreditType; amount: Decimal12 };

export type ConsumeInput = {
  customerId: string;
  /** The caller's name for it: spent once. */
  eventId: string;
  subscriptionId: string | null;
  spending: Spending;
  beyond: 'block' | 'allow';
};

export type Consumed = { consumption: StoredConsumption; isRepeated: boolean; balance: Decimal12 };

/**
 * Spends credits in one step under the customer's lock: of parallel spenders of the last unit one is served. Repeating
 * it under the same event id changes nothing and answers what was done. Refusals: `credits.insufficient`,
 * `credits.no_cost`, `credits.event_conflict`.
 */
export async function consumeCredits(ctx: CommandCtx, input: ConsumeInput): Promise<Consumed> {
  await lockCustomer(ctx, input.customerId);
  const before = await consumptionOfEvent(ctx, input.customerId, input.eventId);
  if (before !== undefined) return repeated(ctx, input, before);
  const { type, amount, beyond, overageMeterId } = await priceOf(ctx, input);
  const held = await heldOf(ctx, input.customerId);
  const featureId = input.spending.kind === 'feature' ? input.spending.featureId : null;
  const { subscriptionId } = input;
  const use = { creditTypeId: type.id, at: ctx.now, featureId, chargeKind: null, subscriptionId };
  const decided =
    amount === 0n
      ? ({ ok: true, value: { parts: [], overage: DECIMAL12_ZERO } } as const)
      : decideConsumption({ held, use, amount, order: orderOf(type), beyond });
  if (!decided.ok) return refuseAsCoreSays(decided.refusal);
  const { parts, overage } = decided.value;
  const consumption: StoredConsumption = {
    id: ctx.newId(),
    customerId: input.customerId,
    creditTypeId: type.id,
    eventId: input.eventId,
    usageSource: null,
    part: 1,
    featureId,
    subscriptionId,
    quantity: input.spending.kind === 'feature' ? input.spending.quantity : null,
    amount,
    overage,
    overageRefunded: DECIMAL12_ZERO,
    corrected: DECIMAL12_ZERO,
    beyond,
    overageMeterId,
    at: ctx.now,
  };
  await insertConsumptions(ctx, [consumption]);
  const named = new Set(parts.map(({ grantId }) => grantId));
  await applyEffects(ctx, {
    customerId: input.customerId,
    grants: held.filter(({ id }) => named.has(id)),
    effects: parts.map((part) => ({ ...part, kind: 'consumed' as const })),
    carried: [],
    consumptionId: consumption.id,
    reason: '',
  });
  await followBalance(ctx, input.customerId, type, balanceAt(held, type.id, ctx.now));
  return { consumption, isRepeated: false, balance: await balanceOf(ctx, input.customerId, type.id) };
}

async function priceOf(ctx: CommandCtx, { spending, beyond }: ConsumeInput) {
  if (spending.kind === 'credits') return { ...spending, beyond, overageMeterId: null };
  const cost = costAt(await creditCosts(ctx), spending.featureId, ctx.now);
  const type = (await creditTypes(ctx)).find(({ id }) => id === cost?.creditTypeId);
  if (cost === null || type === undefined)
    return refuse('credits.no_cost', `The feature ${spending.featureKey} costs no credits.`);
  const { overageMeterId } = cost;
  return { type, amount: creditsFor(spending.quantity, cost.perUnit), beyond: cost.beyond, overageMeterId };
}

/** The same event with the same content is the same fact; with another one it is a mistake of the caller. */
async function repeated(ctx: CommandCtx, input: ConsumeInput, before: StoredConsumption): Promise<Consumed> {
  const { spending } = input;
  const isSame =
    before.subscriptionId === input.subscriptionId &&
    (spending.kind === 'feature'
      ? before.featureId === spending.featureId && before.quantity === spending.quantity
      : before.featureId === null &&
        before.creditTypeId === spending.type.id &&
        before.amount === spending.amount);
  if (!isSame)
    return refuse('credits.event_conflict', `The event ${input.eventId} was spent with other content.`);
  const balance = await balanceOf(ctx, input.customerId, before.creditTypeId);
  return { consumption: before, isRepeated: true, balance };
}

async function balanceOf(ctx: CommandCtx, customerId: string, creditTypeId: string): Promise<Decimal12> {
  return balanceAt(await heldOf(ctx, customerId), creditTypeId, ctx.now);
}
