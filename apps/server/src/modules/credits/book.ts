import { burnFor, burnUse } from '@billhook/core/credits/burn-usage';
import type { ConsumptionPart } from '@billhook/core/credits/decide-consumption';
import { balanceAt } from '@billhook/core/credits/entry';
import { costAt } from '@billhook/core/credits/feature-cost';
import { holdCredits, unitsCovered, type WantedUnits } from '@billhook/core/credits/hold';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../platform/context.ts';
import { type BalanceMove, followBalances, orderOf } from './balance.ts';
import { applyEffects } from './changes.ts';
import { insertConsumptions } from './consumption-repo.ts';
import { type CreditFacts, type CreditStanding, loadCredits, standingOf } from './standing.ts';
import type { StoredConsumption, StoredCost, StoredCreditType, StoredGrant } from './types.ts';

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
  /** How many units of a feature credits can pay for now; null if they cost none. */
  covers(customerId: string, featureId: string, wanted: WantedUnits): Decimal12 | null;
  /** Promises what so many units cost now, as far as there is any; null if they cost none. */
  hold(customerId: string, featureId: string, units: Decimal12): readonly ConsumptionPart[] | null;
  /** Writes payments: consumptions, entries, grants, books, and what follows from a lower balance. */
  write(payments: readonly Payment[]): Promise<void>;
};

/** Credits of customers whose full locks the caller holds, to be spent in memory by many uses and written at once. */
export async function openCreditBook(ctx: CommandCtx, customerIds: readonly string[]): Promise<CreditBook> {
  const facts = await loadCredits(ctx, customerIds);
  const loaded = new Map([...facts.held].map(([id, grants]) => [id, [...grants]]));
  return {
    standing: (...asked) => standingOf(ctx, facts, asked),
    costOf: (use) => priceOf(facts, use)?.amount ?? null,
    spend(use, rest) {
      const price = priceOf(facts, use);
      if (price === null) return null;
      const { customerId, featureId, at } = use;
      const amount = rest?.amount ?? price.amount;
      const own = facts.held.get(customerId) ?? [];
      const asked = { creditTypeId: price.type.id, featureId, chargeKind: null, subscriptionId: null };
      const { parts, overage } = burnUse(own, { ...asked, at, now: ctx.now }, amount, orderOf(price.type));
      facts.held.set(customerId, [...afterwards(own, parts)]);
      const consumption = consumptionOf(ctx, use, price, { amount, overage, part: rest?.part ?? 1 });
      return { consumption, parts, usedAt: at };
    },
    covers(customerId, featureId, wanted) {
      const left = standingOf(ctx, facts, [customerId, featureId, DECIMAL12_ZERO]);
      if (left === null) return null;
      return unitsCovered(left.available, { perUnit: left.cost, beyond: left.beyond }, wanted);
    },
    hold(customerId, featureId, units) {
      const use = { customerId, featureId, source: '', eventId: '', quantity: units, at: ctx.now };
      const price = priceOf(facts, use);
      if (price === null) return null;
      const own = facts.held.get(customerId) ?? [];
      const asked = { creditTypeId: price.type.id, featureId, chargeKind: null, subscriptionId: null };
      const burned = { ...asked, at: ctx.now, now: ctx.now };
      const parts = holdCredits(own, burned, price.amount, orderOf(price.type));
      facts.held.set(customerId, [...afterwards(own, parts)]);
      return parts;
    },
    async write(payments) {
      await writePayments(ctx, payments, loaded, facts.types);
    },
  };
}

export type Price = { cost: StoredCost; type: StoredCreditType; amount: Decimal12 };

/** What the table says for a use; null where the feature cost nothing then. */
export function priceOf({ costs, types }: CreditFacts, { featureId, quantity, at }: PaidUse): Price | null {
  const cost = costAt(costs, featureId, at);
  const type = types.get(cost?.creditTypeId ?? '');
  return cost === null || type === undefined ? null : { cost, type, amount: burnFor(quantity, cost) };
}

/** A use at its price, to be written. */
export function consumptionOf(
  ctx: CommandCtx,
  { customerId, featureId, source, eventId, quantity }: PaidUse,
  { cost, type }: Price,
  { amount, overage, part = 1 }: { amount: Decimal12; overage: Decimal12; part?: number },
): StoredConsumption {
  return {
    id: ctx.newId(),
    customerId,
    creditTypeId: type.id,
    eventId,
    usageSource: source,
    part,
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
