import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { addMs, type Instant } from '../time/instant.ts';
import type { CarriedGrant, GrantEffect } from './decide-expiry.ts';
import type { CreditGrant } from './grant.ts';

/** What a consumption took from one grant and what of it went back already. */
export interface ConsumedPart {
  readonly grant: CreditGrant;
  readonly amount: Decimal12;
  readonly refunded: Decimal12;
  /** Staff took the grant back: what returns to it is gone as well. */
  readonly isRevoked: boolean;
}

/**
 * What becomes of credits that return to a grant whose time is over: they are lost with it, or come back as a new grant
 * that lives so long.
 */
export type ReturnAfterExpiry = { readonly kind: 'lost' } | { readonly kind: 'anew'; readonly forMs: number };

export interface CreditRefundInput {
  /** In the order in which they were spent. */
  readonly parts: readonly ConsumedPart[];
  /** What of the consumption no grant covered and was not given back yet. */
  readonly overage: Decimal12;
  /** Null for all that is left to give back. */
  readonly amount: Decimal12 | null;
  readonly now: Instant;
  readonly afterExpiry: ReturnAfterExpiry;
}

export interface CreditRefund {
  readonly effects: readonly GrantEffect[];
  readonly carried: readonly CarriedGrant[];
  /** What of the overage is given back: it is taken first, since it is owed. */
  readonly overage: Decimal12;
}

/**
 * Gives a consumption back: what nobody covered first, then the grants, the last one spent first, so that a refund of a
 * part leaves what a smaller consumption would have left. Refusals: `credits.amount_invalid`, `credits.refund_exceeds`.
 */
export function decideCreditRefund(input: CreditRefundInput): Result<CreditRefund> {
  let returnable: bigint = input.overage;
  for (const part of input.parts) returnable += part.amount - part.refunded;
  const amount: bigint = input.amount ?? returnable;
  if (amount <= 0n && input.amount !== null)
    return refuse('credits.amount_invalid', 'An amount of credits is more than zero.');
  if (amount > returnable || amount === 0n) {
    return refuse(
      'credits.refund_exceeds',
      'More would be given back than was spent and not given back yet.',
      {
        refundable: formatDecimal12(decimal12FromScaled(returnable)),
      },
    );
  }
  const overage = amount < input.overage ? amount : input.overage;
  let rest = amount - overage;
  const effects: GrantEffect[] = [];
  const carried: CarriedGrant[] = [];
  for (const part of [...input.parts].reverse()) {
    const open = part.amount - part.refunded;
    const back = rest < open ? rest : open;
    if (back === 0n) continue;
    rest -= back;
    giveBack(part, decimal12FromScaled(back), input, effects, carried);
  }
  return ok({ effects, carried, overage: decimal12FromScaled(overage) });
}

function giveBack(
  { grant, isRevoked }: ConsumedPart,
  amount: Decimal12,
  { now, afterExpiry }: CreditRefundInput,
  effects: GrantEffect[],
  carried: CarriedGrant[],
): void {
  effects.push({ grantId: grant.id, kind: 'refunded', amount });
  const isOver = grant.expiresAt !== null && grant.expiresAt <= now;
  if (isRevoked) effects.push({ grantId: grant.id, kind: 'revoked', amount });
  else if (isOver && afterExpiry.kind === 'lost')
    effects.push({ grantId: grant.id, kind: 'expired', amount });
  else if (isOver && afterExpiry.kind === 'anew') {
    effects.push({ grantId: grant.id, kind: 'rolled_over', amount });
    const { id, ...kept } = grant;
    const expiresAt = addMs(now, afterExpiry.forMs);
    const anew = { amount, effectiveAt: now, expiresAt, rollover: null, source: 'rollover' } as const;
    carried.push({ ...kept, ...anew, fromGrantId: id });
  }
}
