import { burnUse } from '@billhook/core/credits/burn-usage';
import type { ConsumptionPart } from '@billhook/core/credits/decide-consumption';
import type { GrantEffect } from '@billhook/core/credits/decide-expiry';
import { balanceAt } from '@billhook/core/credits/entry';
import { creditsFor } from '@billhook/core/credits/feature-cost';
import { splitHold } from '@billhook/core/credits/hold';
import { releaseHold } from '@billhook/core/credits/release-hold';
import { type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { CommandCtx } from '../../../platform/context.ts';
import { type BalanceMove, followBalances, orderOf } from '../balance.ts';
import { afterwards, consumptionOf, type PaidUse, type Payment, priceOf } from '../book.ts';
import { applyEffects } from '../changes.ts';
import { insertConsumptions } from '../consumption-repo.ts';
import { type HeldPart, insertHolds, liftHolds, promisedByCustomer } from '../hold-repo.ts';
import { followReturned, type Owing, owingBefore } from '../owed-back.ts';
import { grantsById, heldByCustomer } from '../repo.ts';
import { type CreditFacts, loadCredits } from '../standing.ts';
import type { StoredCreditType, StoredGrant } from '../types.ts';

export type SettledHold = {
  customerId: string;
  featureId: string;
  reservationId: string;
  uses: readonly PaidUse[];
  /** Units that stay promised. */
  kept: Decimal12;
};

/** What is promised to each reservation and what each customer has beside it, as one settlement follows another. */
type HoldBook = {
  facts: CreditFacts;
  /** Grants as they are stored now that the promises are back in them. */
  stored: readonly StoredGrant[];
  free: Map<string, readonly StoredGrant[]>;
  promised: Map<string, readonly HeldPart[]>;
  /** What is owed back of purchases, and what went back so far, by grant. */
  owing: Owing;
  returned: Map<string, bigint>;
  effects: Effect[];
};

/**
 * Pays for uses out of what was promised for them, keeps what units that stay promised cost now, and gives the rest back
 * to its grants; what is owed back with the price of a purchase goes back (I485), and of a grant that was taken back
 * meanwhile, or has ended, the rest goes with it. A use that costs more than is promised any more, as where a price rose, is
 * paid like any other. One is settled after the other, all are written together. The customers' full locks are the caller's.
 *
 * @returns for each its payments, null if no credits were promised
 */
export async function settleHolds(
  ctx: CommandCtx,
  asked: readonly SettledHold[],
): Promise<(Payment[] | null)[]> {
  const customerIds = [...new Set(asked.map(({ customerId }) => customerId))];
  const [freeBefore, promisedBefore, lifted] = await Promise.all([
    heldByCustomer(ctx, customerIds),
    promisedByCustomer(ctx, customerIds),
    liftHolds(ctx, [...new Set(asked.map(({ reservationId }) => reservationId))]),
  ]);
  if (lifted.size === 0) return asked.map(() => null);
  const book = await openHolds(ctx, asked, lifted);
  const settled = asked.map((one) => settle(ctx, book, one));
  const { effects } = book;
  await insertConsumptions(
    ctx,
    settled.flatMap((payments) => (payments ?? []).map(({ consumption }) => consumption)),
  );
  const named = new Set(effects.map(({ grantId }) => grantId));
  await applyEffects(ctx, {
    grants: book.stored.filter(({ id }) => named.has(id)),
    effects,
    carried: [],
    consumptionId: null,
    reason: '',
  });
  const owners = new Map(asked.map(({ reservationId, customerId }) => [reservationId, customerId]));
  await insertHolds(
    ctx,
    [...book.promised].map(([reservationId, parts]) => ({
      reservationId,
      customerId: owners.get(reservationId) ?? '',
      parts,
    })),
  );
  await followReturned(ctx, book.owing, effects);
  await follow(ctx, book.facts.types, freeBefore, promisedBefore);
  return settled;
}

type Effect = GrantEffect & { consumptionId?: string; reason?: string };

/** All that was lifted is in the grants again; it is free only for the reservation that it was promised to. */
async function openHolds(
  ctx: CommandCtx,
  asked: readonly SettledHold[],
  promised: Map<string, readonly HeldPart[]>,
): Promise<HoldBook> {
  const holding = asked.filter(({ reservationId }) => promised.has(reservationId));
  const facts = await loadCredits(ctx, [...new Set(holding.map(({ customerId }) => customerId))]);
  const known = new Set([...facts.held.values()].flat().map(({ id }) => id));
  const parts = [...promised.values()].flat();
  const missing = parts.filter(({ grantId }) => !known.has(grantId)).map(({ grantId }) => grantId);
  const ended = missing.length === 0 ? [] : await grantsById(ctx, [...new Set(missing)]);
  const stored = [...[...facts.held.values()].flat(), ...ended];
  return {
    facts,
    stored,
    free: Map.groupBy(afterwards(stored, parts), ({ customerId }) => customerId),
    promised: new Map(promised),
    owing: await owingBefore(ctx, parts),
    returned: new Map(),
    effects: [],
  };
}

function settle(ctx: CommandCtx, book: HoldBook, asked: SettledHold): Payment[] | null {
  const { customerId, reservationId } = asked;
  const held = book.promised.get(reservationId) ?? [];
  if (held.length === 0) return null;
  const own = afterwards(book.free.get(customerId) ?? [], held.map(given));
  const { payments, rest } = pay(ctx, book.facts, { ...asked, own, held });
  const { taken: kept, rest: back } = splitHold(rest, keptCost(ctx, book.facts, asked));
  const gone = goneWith(ctx, book, { own, held }, back);
  const { effects } = book;
  for (const { consumption, parts } of payments)
    for (const part of parts) effects.push({ ...part, kind: 'consumed', consumptionId: consumption.id });
  effects.push(...gone);
  const isRevoked = new Map(held.map((part) => [part.grantId, part.isRevoked]));
  book.promised.set(
    reservationId,
    kept.map((part) => ({ ...part, isRevoked: isRevoked.get(part.grantId) === true })),
  );
  const used = [...payments.flatMap(({ parts }) => parts), ...gone, ...kept];
  book.free.set(customerId, afterwards(own, used));
  return payments;
}

const given = ({ grantId, amount }: ConsumptionPart): ConsumptionPart => ({
  grantId,
  amount: decimal12FromScaled(-amount),
});

/** What became of each balance is followed once for all that was settled. */
async function follow(
  ctx: CommandCtx,
  types: ReadonlyMap<string, StoredCreditType>,
  freeBefore: ReadonlyMap<string, readonly StoredGrant[]>,
  promisedBefore: ReadonlyMap<string, ReadonlyMap<string, Decimal12>>,
): Promise<void> {
  const free = await heldByCustomer(ctx, [...promisedBefore.keys()]);
  const moves: BalanceMove[] = [];
  for (const [customerId, byType] of promisedBefore)
    for (const [typeId, promised] of byType) {
      const type = types.get(typeId);
      if (type === undefined) continue;
      const had = balanceAt(freeBefore.get(customerId) ?? [], typeId, ctx.now);
      const after = balanceAt(free.get(customerId) ?? [], typeId, ctx.now);
      const before = decimal12FromScaled(had + promised);
      moves.push({ customerId, type, before, after, isWithPromised: true });
    }
  await followBalances(ctx, moves);
}

type Paying = SettledHold & { own: readonly StoredGrant[]; held: readonly HeldPart[] };

function pay(ctx: CommandCtx, facts: CreditFacts, { uses, own, held, customerId }: Paying) {
  const payments: Payment[] = [];
  let promised: readonly ConsumptionPart[] = held;
  let left = own;
  for (const use of uses) {
    const price = priceOf(facts, use);
    if (price === null) continue;
    const { taken, rest, missing } = splitHold(promised, price.amount);
    promised = rest;
    left = afterwards(left, taken);
    const of = { creditTypeId: price.type.id, featureId: use.featureId, chargeKind: null };
    const asked = { ...of, subscriptionId: null, at: use.at, now: ctx.now };
    // Nothing is missing before all that was promised is used.
    const free = burnUse(left, asked, missing, orderOf(price.type));
    left = afterwards(left, free.parts);
    const parts = joined([...taken, ...free.parts]);
    const consumption = consumptionOf(ctx, use, price, { amount: price.amount, overage: free.overage });
    payments.push({ consumption: { ...consumption, customerId }, parts, usedAt: use.at });
  }
  return { payments, rest: promised };
}

/** One part for each grant, in the order in which they were spent first. */
function joined(parts: readonly ConsumptionPart[]): ConsumptionPart[] {
  const byGrant = new Map<string, ConsumptionPart>();
  for (const { grantId, amount } of parts) {
    const sum = decimal12FromScaled((byGrant.get(grantId)?.amount ?? 0n) + amount);
    byGrant.set(grantId, { grantId, amount: sum });
  }
  return [...byGrant.values()];
}

function keptCost(ctx: CommandCtx, facts: CreditFacts, { featureId, kept, ...use }: SettledHold): Decimal12 {
  const { customerId } = use;
  const asked = { customerId, featureId, source: '', eventId: '', quantity: kept, at: ctx.now };
  const price = priceOf(facts, asked);
  return price === null ? decimal12FromScaled(0n) : creditsFor(kept, price.cost.perUnit);
}

/** What is promised no longer and was not used, as far as it is not the customer's again. */
function goneWith(
  ctx: CommandCtx,
  { owing, returned }: Pick<HoldBook, 'owing' | 'returned'>,
  { own, held }: { own: readonly StoredGrant[]; held: readonly HeldPart[] },
  free: readonly ConsumptionPart[],
): Effect[] {
  const effects = releaseHold(free, (grantId) => {
    const { expiresAt = null } = own.find(({ id }) => id === grantId) ?? {};
    const missing = owing.get(grantId)?.purchase.missing ?? 0n;
    return {
      owedBack: decimal12FromScaled(missing - (returned.get(grantId) ?? 0n)),
      isRevoked: held.some((part) => part.grantId === grantId && part.isRevoked),
      hasEnded: expiresAt !== null && expiresAt <= ctx.now,
    };
  });
  return effects.map((effect) => {
    if (effect.kind !== 'returned') return effect;
    returned.set(effect.grantId, (returned.get(effect.grantId) ?? 0n) + effect.amount);
    return { ...effect, reason: 'The payment was given back.' };
  });
}
