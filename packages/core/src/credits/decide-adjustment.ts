import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { Instant } from '../time/instant.ts';
import { type BurnOrder, inBurnOrder } from './burn-order.ts';
import type { GrantEffect } from './decide-expiry.ts';
import { type HeldGrant, isRunning } from './grant.ts';

/**
 * Takes back all that is left of a grant. What was spent of it stays spent. Refusal: `credits.nothing_left`.
 */
export function decideRevoke(grant: HeldGrant): Result<GrantEffect> {
  if (grant.left === 0n)
    return refuse('credits.nothing_left', 'Nothing is left of this grant that could be taken back.');
  return ok({ grantId: grant.id, kind: 'revoked', amount: grant.left });
}

/**
 * Takes credits away by hand, in the order in which they would have been spent and whatever they were meant for, never
 * more than there is. More credits are a grant of the source `adjustment`. Refusals: `credits.amount_invalid`,
 * `credits.insufficient`.
 */
export function decideTakeAway(
  held: readonly HeldGrant[],
  amount: Decimal12,
  now: Instant,
  order: BurnOrder,
): Result<readonly GrantEffect[]> {
  if (amount <= 0n) return refuse('credits.amount_invalid', 'An amount of credits is more than zero.');
  const effects: GrantEffect[] = [];
  let wanted: bigint = amount;
  for (const grant of inBurnOrder(held, order)) {
    if (wanted === 0n || grant.left === 0n || !isRunning(grant, now)) continue;
    const taken = decimal12FromScaled(grant.left < wanted ? grant.left : wanted);
    effects.push({ grantId: grant.id, kind: 'revoked', amount: taken });
    wanted -= taken;
  }
  if (wanted === 0n) return ok(effects);
  return refuse('credits.insufficient', 'There are not enough credits for this.', {
    available: formatDecimal12(decimal12FromScaled(amount - wanted)),
    requested: formatDecimal12(amount),
  });
}
