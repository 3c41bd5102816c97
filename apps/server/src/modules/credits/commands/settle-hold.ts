import { burnUse } from '@billhook/core/credits/burn-usage';
import type { ConsumptionPart } from '@billhook/core/credits/decide-consumption';
import type { GrantEffect } from '@billhook/core/credits/decide-expiry';
import { balanceAt } from '@billhook/core/credits/entry';
import { creditsFor } from '@billhook/core/credits/feature-cost';
import { splitHold } from '@billhook/core/credits/hold';
import { releaseHold } from '@billhook/core/credits/release-hold';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { CommandCtx } from '../../../platform/context.ts';
import { followBalance, orderOf } from '../balance.ts';
import { afterwards, consumptionOf, type PaidUse, type Payment, priceOf } from '../book.ts';
import { applyEffects } from '../changes.ts';
import { insertConsumptions } from '../consumption-repo.ts';
import { type HeldPart, insertHolds, liftHold, promisedOf } from '../hold-repo.ts';
import { followReturned, type Owing, owingBefore } from '../owed-back.ts';
import { grantsById, heldOf } from '../repo.ts';
import { type CreditFacts, loadCredits } from '../standing.ts';
import type { StoredGrant } from '../types.ts';

export type SettledHold = {
  customerId: string;
  featureId: string;
  reservationId: string;
  uses: readonly PaidUse[];
  /** Units that stay promised. */
  kept: Decimal12;
};

/**
 * Pays for uses out of what was promised for them, keeps what units that stay promised cost now, and gives the rest back
 * to its grants; what is owed back with the price of a purchase goes back (I485), and of a grant that was taken back
 * meanwhile, or has ended, the rest goes with it. A use that costs more than
 * is promised any more, as where a price rose, is paid like any other. The customer's full lock is the caller's.
 *
 * @returns null if no credits were promised
 */
export async function settleHold(ctx: CommandCtx, asked: SettledHold): Promise<Payment[] | null> {
  const { customerId, reservationId } = asked;
  const freeBefore = await heldOf(ctx, customerId);
  const promisedBefore = await promisedOf(ctx, customerId);
  const held = await liftHold(ctx, customerId, reservationId);
  if (held.length === 0) return null;
  const facts = await loadCredits(ctx, [customerId]);
  const own = await withEnded(ctx, facts.held.get(customerId) ?? [], held);
  const { payments, rest } = pay(ctx, facts, { ...asked, own, held });
  const { taken: kept, rest: free } = splitHold(rest, keptCost(ctx, facts, asked));
  await insertConsumptions(
    ctx,
    payments.map(({ consumption }) => consumption),
  );
  const spent = payments.flatMap(({ consumption, parts }) =>
    parts.map((part) => ({ ...part, kind: 'consumed' as const, consumptionId: consumption.id })),
  );
  const owing = await owingBefore(ctx, held);
  const gone = goneWith(ctx, { own, held, owing }, free);
  const effects = [...spent, ...gone];
  const named = new Set(effects.map(({ grantId }) => grantId));
  await applyEffects(ctx, {
    grants: own.filter(({ id }) => named.has(id)),
    effects,
    carried: [],
    consumptionId: null,
    reason: gone.some(({ kind }) => kind === 'returned') ? 'The payment was given back.' : '',
  });
  const isRevoked = new Map(held.map((part) => [part.grantId, part.isRevoked]));
  const parts = kept.map((part) => ({ ...part, isRevoked: isRevoked.get(part.grantId) === true }));
  await insertHolds(ctx, [{ reservationId, customerId, parts }]);
  await followReturned(ctx, owing, gone);
  for (const [typeId, promised] of promisedBefore) {
    const type = facts.types.get(typeId);
    const before = decimal12FromScaled(balanceAt(freeBefore, typeId, ctx.now) + promised);
    if (type !== undefined) await followBalance(ctx, customerId, type, before, { isWithPromised: true });
  }
  return payments;
}

/** Grants with something left, and those of which something was promised. */
async function withEnded(
  ctx: CommandCtx,
  own: readonly StoredGrant[],
  held: readonly HeldPart[],
): Promise<StoredGrant[]> {
  const known = new Set(own.map(({ id }) => id));
  const missing = held.filter(({ grantId }) => !known.has(grantId)).map(({ grantId }) => grantId);
  return [...own, ...(missing.length === 0 ? [] : await grantsById(ctx, missing))];
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
  { own, held, owing }: { own: readonly StoredGrant[]; held: readonly HeldPart[]; owing: Owing },
  free: readonly ConsumptionPart[],
): GrantEffect[] {
  return releaseHold(free, (grantId) => {
    const { expiresAt = null } = own.find(({ id }) => id === grantId) ?? {};
    return {
      owedBack: owing.get(grantId)?.purchase.missing ?? DECIMAL12_ZERO,
      isRevoked: held.some((part) => part.grantId === grantId && part.isRevoked),
      hasEnded: expiresAt !== null && expiresAt <= ctx.now,
    };
  });
}
