import { decideExpiry } from '@billhook/core/credits/decide-expiry';
import { balanceAt } from '@billhook/core/credits/entry';
import { decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { lockCustomer } from '../../customers/api.ts';
import { followBalance } from '../balance.ts';
import { creditTypes } from '../catalogue-repo.ts';
import { applyEffects } from '../changes.ts';
import { heldOf } from '../repo.ts';

/**
 * Ends a customer's grants whose time is over: carried on within their rule, or breakage. Whoever comes late ends them in
 * the order of their ends, so that what is carried out of a period meets its caps together.
 */
export async function expireCredits(ctx: CommandCtx, customerId: string): Promise<void> {
  await lockCustomer(ctx, customerId);
  for (;;) {
    const held = await heldOf(ctx, customerId);
    const ends = held.flatMap(({ expiresAt, left }) =>
      expiresAt === null || left === 0n ? [] : [expiresAt],
    );
    const first = Math.min(ctx.now, ...ends) as Instant;
    const { effects, carried } = decideExpiry(held, first);
    if (effects.length === 0) return;
    const ended = new Set(effects.map(({ grantId }) => grantId));
    const grants = held.filter(({ id }) => ended.has(id));
    await applyEffects(ctx, {
      grants,
      effects,
      carried,
      consumptionId: null,
      reason: 'The time was over.',
    });
    for (const type of await creditTypes(ctx)) {
      const own = grants.filter(({ creditTypeId }) => creditTypeId === type.id);
      if (own.length === 0) continue;
      const ids = new Set(own.map(({ id }) => id));
      const lost = effects.filter(({ grantId, kind }) => kind === 'expired' && ids.has(grantId));
      const amount = decimal12FromScaled(lost.reduce((sum, effect) => sum + effect.amount, 0n));
      if (amount > 0n)
        ctx.emit({
          type: 'credits.expired',
          objectId: (lost[0] as (typeof lost)[number]).grantId,
          customerId,
          payload: { credit_type: type.key, amount: formatDecimal12(amount) },
        });
      // What expires was out of reach from its instant on; a reload looks at what is left.
      const before = decimal12FromScaled(balanceAt(held, type.id, ctx.now) + amount);
      await followBalance(ctx, customerId, type, before);
    }
  }
}
