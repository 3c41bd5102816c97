import {
  addRational,
  negateRational,
  RATIONAL_ONE,
  RATIONAL_ZERO,
  type Rational,
  rational,
} from '../money/rational.ts';
import { type RoundingMode, roundRational } from '../money/round.ts';
import type { Instant } from '../time/instant.ts';
import { type CreditBound, capCredit } from './credit-cap.ts';
import type { ProrationPolicy } from './policy.ts';
import { prorate } from './prorate.ts';
import { type CutCause, cutWithin, type FullPeriod, shareOfPart } from './share.ts';

/** One price on one side of a change, a start or an end. */
export interface PricedPart {
  /** The exact price of a full period in minor units: quantity and discounts are in it. */
  readonly fullMinor: Rational;
  /** `new_period`: a full period of its own begins, so it is charged whole. `one_time` is never prorated nor credited. */
  readonly kind: 'recurring' | 'new_period' | 'one_time';
  /** The full period of this price where it is another than that of the change, as of a yearly price. */
  readonly full?: FullPeriod;
  /** What was paid for it and is not credited yet; a credit never exceeds it. */
  readonly bound?: CreditBound;
}

/** One entry of a bill: a credit is negative. `index` is the place among the old or the new parts, null for a sum. */
export interface ProratedEntry {
  readonly kind: 'credit' | 'charge' | 'difference';
  readonly index: number | null;
  readonly exactMinor: Rational;
  readonly amountMinor: bigint;
}

/** What a change costs. The entries add up to `netMinor`, and so does the charge less the credit. */
export interface ProratedAmounts {
  readonly entries: readonly ProratedEntry[];
  /** Not negative. */
  readonly creditMinor: bigint;
  readonly chargeMinor: bigint;
  readonly netMinor: bigint;
}

export interface ProrationContext {
  readonly policy: ProrationPolicy;
  readonly full: FullPeriod;
  readonly rounding: RoundingMode;
}

export interface ChangeToProrate extends ProrationContext {
  readonly at: Instant;
  readonly before: readonly PricedPart[];
  readonly after: readonly PricedPart[];
}

/**
 * A move from some prices to others inside a period: the unused time of the old ones is credited, the rest of the
 * period is charged for the new ones. Without proration nothing of the running period moves: the old prices stand to
 * its end and only new periods and one-time fees are charged.
 */
export function prorateChange(change: ChangeToProrate): ProratedAmounts {
  const { policy } = change;
  const credits = change.before.map((part) =>
    creditOf(part, change, change.at, 'change', policy.changeCredit),
  );
  const charges = change.after.map((part) => {
    if (part.kind !== 'recurring') return part.fullMinor;
    const share =
      policy.basis === 'none'
        ? RATIONAL_ZERO
        : shareFrom(part.full ?? change.full, change, change.at, 'change');
    return prorate(part.fullMinor, share);
  });
  return settled(credits, charges, change);
}

/** A change of the number of units of prices that stay: one entry of the difference, or a credit and a charge. */
export function prorateSeats(change: ChangeToProrate): ProratedAmounts {
  if (change.policy.seats === 'credit_and_charge') return prorateChange(change);
  return prorateChange({ ...change, policy: { ...change.policy, rounding: 'difference' } });
}

/** The charge of service that starts inside a period and runs to its end, or up to an end or a change inside it. */
export function prorateStart(
  start: ProrationContext & {
    readonly from: Instant;
    readonly until: { readonly at: Instant; readonly cause: 'change' | 'end' } | null;
    readonly parts: readonly PricedPart[];
  },
): ProratedAmounts {
  const { policy, full, from, until } = start;
  const piece = {
    start: cutWithin(full, from, 'start', policy),
    end: until === null ? full.period.end : cutWithin(full, until.at, until.cause, policy),
  };
  const share = shareOfPart(piece, full, policy);
  const charges = start.parts.map((part) =>
    part.kind === 'recurring' ? prorate(part.fullMinor, share) : part.fullMinor,
  );
  return settled([], charges, start);
}

/** The credit for what was charged in advance beyond the end of service. */
export function prorateEnd(
  end: ProrationContext & { readonly at: Instant; readonly parts: readonly PricedPart[] },
): ProratedAmounts {
  const credits = end.parts.map((part) => creditOf(part, end, end.at, 'end', 'unused_time'));
  return settled(credits, [], end);
}

function creditOf(
  part: PricedPart,
  context: ProrationContext,
  at: Instant,
  cause: CutCause,
  given: ProrationPolicy['changeCredit'],
): Rational {
  if (part.kind === 'one_time' || given === 'nothing' || context.policy.basis === 'none')
    return RATIONAL_ZERO;
  const share =
    given === 'whole_fee' ? RATIONAL_ONE : shareFrom(part.full ?? context.full, context, at, cause);
  const exact = prorate(part.fullMinor, share);
  if (part.bound === undefined) return exact;
  const cappedMinor = capCredit({ ...part.bound, potentialMinor: roundRational(exact, 'up') });
  return roundRational(exact, 'up') > cappedMinor ? rational(cappedMinor, 1n) : exact;
}

/**
 * The share of a price's own full period from a moment to the end of the period of the change: the price joins that
 * period, however long its own is.
 */
function shareFrom(own: FullPeriod, context: ProrationContext, at: Instant, cause: CutCause): Rational {
  const start = cutWithin(context.full, at, cause, context.policy);
  return shareOfPart({ start, end: context.full.period.end }, own, context.policy);
}

function settled(
  credits: readonly Rational[],
  charges: readonly Rational[],
  { policy, rounding }: ProrationContext,
): ProratedAmounts {
  const entries: ProratedEntry[] = [];
  const add = (kind: ProratedEntry['kind'], index: number | null, exactMinor: Rational): void => {
    if (exactMinor.numerator === 0n) return;
    entries.push({ kind, index, exactMinor, amountMinor: roundRational(exactMinor, rounding) });
  };
  const creditExact = negateRational(credits.reduce(addRational, RATIONAL_ZERO));
  const chargeExact = charges.reduce(addRational, RATIONAL_ZERO);
  if (policy.rounding === 'each_component') {
    for (const [index, exact] of credits.entries()) add('credit', index, negateRational(exact));
    for (const [index, exact] of charges.entries()) add('charge', index, exact);
  } else if (policy.rounding === 'credit_and_charge') {
    add('credit', null, creditExact);
    add('charge', null, chargeExact);
  } else {
    add('difference', null, addRational(chargeExact, creditExact));
  }
  let netMinor = 0n;
  let chargedMinor = 0n;
  for (const { kind, amountMinor } of entries) {
    netMinor += amountMinor;
    if (kind === 'charge') chargedMinor += amountMinor;
  }
  const chargeMinor = policy.rounding === 'difference' ? roundRational(chargeExact, rounding) : chargedMinor;
  return { entries, creditMinor: chargeMinor - netMinor, chargeMinor, netMinor };
}
