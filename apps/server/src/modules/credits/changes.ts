import type { CarriedGrant, GrantEffect } from '@billhook/core/credits/decide-expiry';
import { earnedMinor } from '@billhook/core/credits/earned';
import type { CreditEntryKind } from '@billhook/core/credits/entry';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { creditsDeferredPosting, creditsReleasedPosting } from '@billhook/core/ledger/credits-posting';
import type { LedgerTransaction } from '@billhook/core/ledger/transaction';
import { currencyCode } from '@billhook/core/money/currency';
import type { CommandCtx } from '../../platform/context.ts';
import { post } from '../ledger/api.ts';
import { promisedOfGrants } from './hold-repo.ts';
import * as repo from './repo.ts';
import type { NewGrant, StoredGrant } from './types.ts';

/** What happened to grants of customers, whose locks are held. */
export type GrantChanges = {
  /** Every grant that the effects name, as it was loaded under the lock. */
  grants: readonly StoredGrant[];
  effects: readonly (GrantEffect & { consumptionId?: string; reason?: string })[];
  carried: readonly CarriedGrant[];
  /** That all effects belong to which name no other; the same of the reason. */
  consumptionId: string | null;
  reason: string;
};

/** Adds a grant with its first entry. What was paid for it is owed in service from now on. */
export async function addGrant(ctx: CommandCtx, given: NewGrant): Promise<StoredGrant> {
  const { fact, every = null, ...facts } = given;
  const grant: StoredGrant = {
    ...facts,
    // What is carried on of an allowance is none.
    every: facts.source === 'allowance' ? every : null,
    id: ctx.newId(),
    left: given.amount,
    createdAt: ctx.now,
    earnedMinor: 0n,
  };
  await repo.insertGrant(ctx, grant, fact);
  await repo.insertEntries(ctx, [
    {
      id: ctx.newId(),
      customerId: grant.customerId,
      grantId: grant.id,
      kind: 'granted',
      amount: grant.amount,
      at: ctx.now,
      consumptionId: null,
      reason: grant.reason,
    },
  ]);
  return grant;
}

/** The invoice of a purchase counted its price as sold; until the credits are used it is owed. */
export async function deferPrice(ctx: CommandCtx, grant: StoredGrant): Promise<void> {
  if (grant.paidCurrency === null) return;
  const posting = creditsDeferredPosting(grant.id, {
    customerId: grant.customerId,
    currency: currencyCode(grant.paidCurrency),
    amountMinor: grant.paidMinor,
    occurredAt: ctx.now,
  });
  if (posting !== null) await post(ctx, [posting]);
}

/**
 * Writes effects in their order: an entry each, what is left of each grant in one conditional step, and in the books
 * what purchased credits earned or lapsed. What leaves one grant for another takes its part of the price along.
 */
export async function applyEffects(ctx: CommandCtx, changes: GrantChanges): Promise<void> {
  const { effects, consumptionId, reason } = changes;
  const moves = new Map(
    changes.grants.map((grant) => [grant.id, { grant, left: grant.left, earned: grant.earnedMinor }]),
  );
  const paid = changes.grants.filter(({ paidCurrency }) => paidCurrency !== null);
  const promised = await promisedOfGrants(
    ctx,
    paid.map(({ id }) => id),
  );
  const entries: repo.NewEntry[] = [];
  const postings: LedgerTransaction[] = [];
  const carriedPrice = new Map<string, bigint>();
  for (const { grantId, kind, amount, consumptionId: own = consumptionId, reason: why = reason } of effects) {
    const move = moves.get(grantId);
    invariant(move !== undefined, 'An effect names a grant that was loaded.');
    const id = ctx.newId();
    const { grant } = move;
    const { customerId } = grant;
    entries.push({ id, customerId, grantId, kind, amount, at: ctx.now, consumptionId: own, reason: why });
    move.left = decimal12FromScaled(kind === 'refunded' ? move.left + amount : move.left - amount);
    // What is promised is out of the grant, and is not used.
    const used = grant.amount - move.left - (promised.get(grantId) ?? 0n);
    const earned = earnedMinor(grant.paidMinor, grant.amount, used);
    const deltaMinor = earned - move.earned;
    move.earned = earned;
    if (kind === 'rolled_over') carriedPrice.set(grantId, (carriedPrice.get(grantId) ?? 0n) + deltaMinor);
    else if (grant.paidCurrency !== null) {
      const posting = creditsReleasedPosting(id, POSTINGS[kind] ?? 'credits_lapsed', {
        customerId,
        currency: currencyCode(grant.paidCurrency),
        amountMinor: deltaMinor,
        occurredAt: ctx.now,
      });
      if (posting !== null) postings.push(posting);
    }
  }
  // Nothing after this needs to know how the entries ended; they go with what follows.
  ctx.unawaited(repo.insertEntries(ctx, entries));
  await writeMoves(ctx, [...moves.values()]);
  if (postings.length > 0) await post(ctx, postings);
  for (const [index, { fromGrantId, ...next }] of changes.carried.entries()) {
    const from = moves.get(fromGrantId)?.grant;
    invariant(from !== undefined, 'What is carried on was loaded.');
    const paidMinor = carriedPrice.get(fromGrantId) ?? 0n;
    await addGrant(ctx, {
      ...next,
      customerId: from.customerId,
      reason,
      fromGrantId,
      paidMinor,
      paidCurrency: from.paidCurrency,
      originSubscriptionId: from.originSubscriptionId,
      fact: `carried:${fromGrantId}:${ctx.now}:${index}:${consumptionId ?? ''}:${from.left}`,
    });
  }
}

/** What an entry is in the books; whatever is not named here lapses. */
const POSTINGS: Partial<Record<CreditEntryKind, Parameters<typeof creditsReleasedPosting>[1]>> = {
  consumed: 'credits_earned',
  refunded: 'credits_earned',
  returned: 'credits_returned',
};

type Move = { grant: StoredGrant; left: StoredGrant['left']; earned: bigint };

async function writeMoves(ctx: CommandCtx, moves: readonly Move[]): Promise<void> {
  const changed = moves.filter(
    ({ grant, left, earned }) => left !== grant.left || earned !== grant.earnedMinor,
  );
  const isMoved = await repo.moveLeft(
    ctx,
    changed.map(({ grant, left, earned }) => ({
      id: grant.id,
      from: grant.left,
      to: left,
      earnedDeltaMinor: earned - grant.earnedMinor,
    })),
  );
  invariant(isMoved, 'A grant changed although its customer is locked.');
}
