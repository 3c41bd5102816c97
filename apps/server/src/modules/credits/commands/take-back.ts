import { decideRevoke, decideTakeAway } from '@billhook/core/credits/decide-adjustment';
import type { GrantEffect } from '@billhook/core/credits/decide-expiry';
import { balanceAt } from '@billhook/core/credits/entry';
import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { lockCustomer } from '../../customers/api.ts';
import { followBalance, orderOf } from '../balance.ts';
import { creditTypes } from '../catalogue-repo.ts';
import { applyEffects } from '../changes.ts';
import { refuseAsCoreSays } from '../figures.ts';
import { revokeHolds } from '../hold-repo.ts';
import { grantId } from '../ids.ts';
import { grantsById, grantsFrom, heldOf } from '../repo.ts';
import type { StoredCreditType, StoredGrant } from '../types.ts';

/** Takes back all that is left of a grant. Refusals: `credit_grant.not_found`, `credits.nothing_left`. */
export async function revokeGrant(ctx: CommandCtx, id: string, reason: string): Promise<StoredGrant> {
  const [seen] = await grantsById(ctx, [id]);
  if (seen === undefined) return refuse('credit_grant.not_found', 'There is no such grant.');
  await lockCustomer(ctx, seen.customerId);
  const [grant] = await grantsById(ctx, [id]);
  const type = (await creditTypes(ctx)).find((one) => one.id === seen.creditTypeId);
  if (grant === undefined || type === undefined) throw new Error('a grant is never deleted');
  const promises = await revokeHolds(ctx, [id]);
  if (grant.left === 0n && promises > 0) {
    // All of it is promised: what is not used goes once the promises end.
    auditRevoked(ctx, id, { credit_type: type.key, amount: '0', reason });
    return grant;
  }
  const decided = decideRevoke(grant);
  if (!decided.ok) return refuseAsCoreSays(decided.refusal);
  await takeBack(ctx, {
    customerId: grant.customerId,
    type,
    grants: [grant],
    effects: [decided.value],
    reason,
  });
  const [after] = await grantsById(ctx, [id]);
  return after ?? grant;
}

/**
 * Takes an amount away by hand, in the order in which it would have been spent. Refusals: `customer.not_found`,
 * `credits.insufficient`.
 */
export async function takeAway(
  ctx: CommandCtx,
  input: { customerId: string; type: StoredCreditType; amount: Decimal12; reason: string },
): Promise<void> {
  await lockCustomer(ctx, input.customerId);
  const grants = (await heldOf(ctx, input.customerId)).filter((one) => one.creditTypeId === input.type.id);
  const decided = decideTakeAway(grants, input.amount, ctx.now, orderOf(input.type));
  if (!decided.ok) return refuseAsCoreSays(decided.refusal);
  await takeBack(ctx, { ...input, grants, effects: decided.value });
}

/** Everything that a subscription's plan granted ends with it; what was bought or given stays. */
export async function revokeAllowances(
  ctx: CommandCtx,
  customerId: string,
  subscriptionId: string,
): Promise<void> {
  const held = (await heldOf(ctx, customerId)).filter(
    ({ originSubscriptionId }) => originSubscriptionId === subscriptionId,
  );
  await revokeHolds(ctx, await grantsFrom(ctx, subscriptionId));
  for (const type of await creditTypes(ctx)) {
    const grants = held.filter(({ creditTypeId }) => creditTypeId === type.id);
    const effects = grants.map(
      ({ id, left }): GrantEffect => ({ grantId: id, kind: 'revoked', amount: left }),
    );
    if (effects.length === 0) continue;
    await takeBack(ctx, { customerId, type, grants, effects, reason: 'The subscription ended.' });
  }
}

function auditRevoked(
  ctx: CommandCtx,
  id: string,
  details: { credit_type: string; amount: string; reason: string },
): void {
  ctx.audit({ action: 'credits.revoke', objectKind: 'credit_grant', objectId: grantId(id), details });
}

async function takeBack(
  ctx: CommandCtx,
  {
    customerId,
    type,
    grants,
    effects,
    reason,
  }: {
    customerId: string;
    type: StoredCreditType;
    grants: readonly StoredGrant[];
    effects: readonly GrantEffect[];
    reason: string;
  },
): Promise<void> {
  const before = balanceAt(await heldOf(ctx, customerId), type.id, ctx.now);
  await applyEffects(ctx, { grants, effects, carried: [], consumptionId: null, reason });
  const amount = formatDecimal12(
    decimal12FromScaled(effects.reduce((sum, effect) => sum + effect.amount, 0n)),
  );
  for (const { grantId: id } of effects) auditRevoked(ctx, id, { credit_type: type.key, amount, reason });
  const [first] = effects;
  if (first !== undefined)
    ctx.emit({
      type: 'credits.revoked',
      objectId: first.grantId,
      customerId,
      payload: { credit_type: type.key, amount, reason },
    });
  await followBalance(ctx, customerId, type, before);
}
