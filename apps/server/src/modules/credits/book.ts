import { burnFor, burnUse } from '@billhook/core/credits/burn-usage';
import type { ConsumptionPart } from '@billhook/core/credits/decide-consumption';
import { balanceAt } from '@billhook/core/credits/entry';
import { costAt } from '@billhook/core/credits/feature-cost';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../platform/context.ts';
import { type BalanceMove, followBalances, orderOf } from './balance.ts';
import { applyEffects } from './changes.ts';
import { insertConsumptions } from './consumption-repo.ts';
import { type CreditStanding, loadCredits, standingOf } from './standing.ts';
import type { StoredConsumption, StoredCreditType, StoredGrant } from './types.ts';

/** What an event used of a feature. */
export type PaidUse = {
  customerId: string;
  source: string;
  eventId: string;
  featureId: string;
  quantity: Decimal12;
  /** When it counts: the cost of that instant holds. */
  at: Instant;
};

/** A use with what paid for it, not yet written. */
export type Payment = { consumption: StoredConsumption; parts: readonly ConsumptionPart[]; usedAt: Instant };

export type CreditBook = {
  /** How credits stand after what was spent so far. */
  standing(customerId: string, featureId: string, quantity: Decimal12): CreditStanding | null;
  /** What the table says for a use; null where the feature cost nothing then. */
  costOf(use: PaidUse): Decimal12 | null;
  /** Spends what a use costs, or so much of it; null if it cost no credits. What no grant covers is overage. */
  spend(use: PaidUse, rest?: { amount: Decimal12; part: number }): Payment | null;
  /** Writes payments: consumptions, entries, grants, books, and what follows from a lower balance. */
  write(payments: readonly Payment[]): Promise<void>;
};

/** Credits of customers whose full locks the caller holds, to be spent in memory by many uses and written at once. */
export async function openCreditBook(ctx: CommandCtx, customerIds: readonly string[]): Promise<CreditBook> {
  const facts = await loadCredits(ctx, customerIds);
  const loaded = new Map([...facts.held].map(([id, grants]) => [id, [...grants]]));
  const priceOf = ({ featureId, quantity, at }: PaidUse) => {
    const cost = costAt(facts.costs, featureId, at);
    const type = facts.types.get(cost?.creditTypeId ?? '');
    return cost === null || type === undefined ? null : { cost, type, amount: burnFor(quantity, cost) };
  };
  return {
    standing: (...asked) => standingOf(ctx, facts, asked),
    costOf: (use) => priceOf(use)?.amount ?? null,
    spend(use, rest) {
      const price = priceOf(use);
      if (price === null) return null;
      const { customerId, featureId, source, eventId, quantity, at } = use;
      const { cost, type } = price;
      const amount = rest?.amount ?? price.amount;
      const own = facts.held.get(customerId) ?? [];
      const asked = { creditTypeId: type.id, featureId, chargeKind: null, subscriptionId: null };
      const { parts, overage } = burnUse(own, { ...asked, at, now: ctx.now }, amount, orderOf(type));
      facts.held.set(customerId, [...afterwards(own, parts)]);
      const consumption: StoredConsumption = {
        id: ctx.newId(),
        customerId,
        creditTypeId: type.id,
        eventId,
        usageSource: source,
        part: rest?.part ?? 1,
        featureId,
        subscriptionId: null,
        quantity: quantity < 0n ? DECIMAL12_ZERO : quantity,
        amount,
        overage,
        overageRefunded: DECIMAL12_ZERO,
        corrected: DECIMAL12_ZERO,
        beyond: cost.beyond,
        overageMeterId: cost.overageMeterId,
        at: ctx.now,
      };
      return { consumption, parts, usedAt: at };
    },
    async write(payments) {
      await writePayments(ctx, payments, loaded, facts.types);
    },
  };
}

/** What is left of grants once they have paid these parts; a grant may pay several. */
export function afterwards(
  held: readonly StoredGrant[],
  parts: readonly ConsumptionPart[],
): readonly StoredGrant[] {
  if (parts.length === 0) return held;
  const spent = new Map<string, bigint>();
  for (const { grantId, amount } of parts) spent.set(grantId, (spent.get(grantId) ?? 0n) + amount);
  return held.map((grant) => {
    const amount = spent.get(grant.id);
    return amount === undefined ? grant : { ...grant, left: decimal12FromScaled(grant.left - amount) };
  });
}

/**
 * Writes what was paid, of any number of customers at once.
 *
 * @param held what each of them held before, under their locks
 */
export async function writePayments(
  ctx: CommandCtx,
  payments: readonly Pick<Payment, 'consumption' | 'parts'>[],
  held: ReadonlyMap<string, readonly StoredGrant[]>,
  types: ReadonlyMap<string, StoredCreditType>,
): Promise<void> {
  if (payments.length === 0) return;
  ctx.unawaited(
    insertConsumptions(
      ctx,
      payments.map(({ consumption }) => consumption),
    ),
  );
  const effects = payments.flatMap(({ consumption, parts }) =>
    parts.map((part) => ({ ...part, kind: 'consumed' as const, consumptionId: consumption.id })),
  );
  const named = new Set(effects.map(({ grantId }) => grantId));
  const byCustomer = Map.groupBy(payments, ({ consumption }) => consumption.customerId);
  const grants: StoredGrant[] = [];
  const moves: BalanceMove[] = [];
  for (const [customerId, own] of byCustomer) {
    const before = held.get(customerId) ?? [];
    const after = afterwards(
      before,
      own.flatMap(({ parts }) => parts),
    );
    for (const grant of before) if (named.has(grant.id)) grants.push(grant);
    for (const typeId of new Set(own.map(({ consumption }) => consumption.creditTypeId))) {
      const type = types.get(typeId);
      if (type === undefined) continue;
      const [left, had] = [balanceAt(after, typeId, ctx.now), balanceAt(before, typeId, ctx.now)];
      moves.push({ customerId, type, before: had, after: left });
    }
  }
  await Promise.all([
    applyEffects(ctx, { grants, effects, carried: [], consumptionId: null, reason: '' }),
    followBalances(ctx, moves),
  ]);
}
