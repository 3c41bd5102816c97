import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import { least } from '../kernel/least.ts';
import type { GrantEffect } from './decide-expiry.ts';
import type { HeldGrant } from './grant.ts';

/** What of the price of a purchase was given back, as amounts of its invoice with tax. */
export interface PriceReturned {
  /** The line that charges the credits. */
  readonly lineMinor: bigint;
  /** What credit notes took back of that line. */
  readonly notedMinor: bigint;
  /** The whole invoice, what notes took back of it, and what refunds of its payments took back beside that. */
  readonly totalMinor: bigint;
  readonly allNotedMinor: bigint;
  readonly refundedMinor: bigint;
}

/**
 * The part of purchased credits whose price was given back: what notes took back of their line, and of the rest the
 * share that refunds are of all that is still sold on the invoice, since a refund does not say which line it is for.
 * Cut to 12 places; all of them once the whole price is back. None where a coupon or a credit covered the price whole,
 * since nothing was paid that could go back.
 */
export function unpaidCredits(amount: Decimal12, price: PriceReturned): Decimal12 {
  const { lineMinor, notedMinor, totalMinor, allNotedMinor, refundedMinor } = price;
  if (totalMinor <= 0n) return decimal12FromScaled(0n);
  const soldMinor = totalMinor - allNotedMinor;
  if (soldMinor <= 0n) return amount;
  if (lineMinor <= 0n) return decimal12FromScaled(0n);
  const noted = least(notedMinor, lineMinor);
  const part = noted * soldMinor + (lineMinor - noted) * least(refundedMinor, soldMinor);
  return decimal12FromScaled((amount * part) / (lineMinor * soldMinor));
}

export interface ReturnDecision {
  /** Takes back what is left as far as it must go, or gives back what a refund that failed had taken. */
  readonly effect: GrantEffect | null;
  /** What went back in all, this effect included. */
  readonly returned: Decimal12;
  /** What should have gone back as well, but is promised, was spent, has expired or was taken by staff. */
  readonly missing: Decimal12;
  /** What of that is promised: as far as it is not used, it goes back when the promise ends. */
  readonly awaited: Decimal12;
}

/**
 * Brings a purchased grant to where the money that was given back puts it. It only looks at sums, so doing it again
 * changes nothing, and several refunds take what one of their sum takes.
 *
 * @param returned what went back before
 * @param promised what of the grant is promised, which is not among what is left
 */
export function decideReturn(
  grant: HeldGrant,
  returned: Decimal12,
  unpaid: Decimal12,
  promised: Decimal12,
): ReturnDecision {
  invariant(returned <= grant.amount && unpaid <= grant.amount, 'No more goes back than was granted.');
  const wanted = unpaid - returned;
  if (wanted < 0n) {
    const amount = decimal12FromScaled(-wanted);
    return {
      effect: { grantId: grant.id, kind: 'refunded', amount },
      returned: unpaid,
      missing: decimal12FromScaled(0n),
      awaited: decimal12FromScaled(0n),
    };
  }
  const taken = decimal12FromScaled(least(wanted, grant.left));
  return {
    effect: taken === 0n ? null : { grantId: grant.id, kind: 'returned', amount: taken },
    returned: decimal12FromScaled(returned + taken),
    missing: decimal12FromScaled(wanted - taken),
    awaited: decimal12FromScaled(least(wanted - taken, promised)),
  };
}
