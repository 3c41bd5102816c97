import type { GrantEffect } from '@billhook/core/credits/decide-expiry';
import {
  DECIMAL12_ZERO,
  type Decimal12,
  decimal12FromScaled,
  formatDecimal12,
} from '@billhook/core/kernel/decimal';
import type { CommandCtx } from '../../platform/context.ts';
import { lostOf } from './commands/return.ts';
import { type HeldPart, promisedOfGrants } from './hold-repo.ts';
import { grantId } from './ids.ts';
import { purchasesOwing, setReturned, tellShortfall } from './purchase-repo.ts';
import type { StoredPurchase } from './types.ts';

/** Purchases whose price went back while some of their credits were promised, by grant. */
export type Owing = ReadonlyMap<string, { purchase: StoredPurchase; lostBefore: Decimal12 }>;

/** Of what was just lifted, with what could not go back any more until then. */
export async function owingBefore(ctx: CommandCtx, held: readonly HeldPart[]): Promise<Owing> {
  const grantIds = [...new Set(held.map((part) => part.grantId))];
  const purchases = await purchasesOwing(ctx, grantIds);
  if (purchases.size === 0) return new Map();
  const elsewhere = await promisedOfGrants(ctx, grantIds);
  return new Map(
    [...purchases].map(([id, purchase]) => {
      const lifted = held.reduce((sum, part) => (part.grantId === id ? sum + part.amount : sum), 0n);
      const promised = decimal12FromScaled(lifted + (elsewhere.get(id) ?? 0n));
      return [id, { purchase, lostBefore: lostOf(purchase, promised) }];
    }),
  );
}

/**
 * Keeps what went back of each purchase now, and has staff told where more was used of it than is paid for. What stays
 * promised may still go back.
 */
export async function followReturned(
  ctx: CommandCtx,
  owing: Owing,
  gone: readonly GrantEffect[],
): Promise<void> {
  if (owing.size === 0) return;
  const promised = await promisedOfGrants(ctx, [...owing.keys()]);
  for (const [id, { purchase, lostBefore }] of owing) {
    const back = gone.reduce(
      (sum, one) => (one.grantId === id && one.kind === 'returned' ? sum + one.amount : sum),
      0n,
    );
    const missing = decimal12FromScaled(purchase.missing - back);
    if (back > 0n) {
      await setReturned(ctx, {
        id: purchase.id,
        returned: decimal12FromScaled(purchase.returned + back),
        missing,
      });
      announce(ctx, purchase.customerId, id, decimal12FromScaled(back));
    }
    if (lostOf({ missing }, promised.get(id) ?? DECIMAL12_ZERO) > lostBefore)
      await tellShortfall(ctx, purchase.id, ctx.now);
  }
}

function announce(ctx: CommandCtx, customerId: string, grant: string, amount: Decimal12): void {
  const facts = { amount: formatDecimal12(amount), reason: 'The payment was given back.' };
  ctx.audit({
    action: 'credits.return',
    objectKind: 'credit_grant',
    objectId: grantId(grant),
    details: facts,
  });
  ctx.emit({ type: 'credits.revoked', objectId: grant, customerId, payload: facts });
}
