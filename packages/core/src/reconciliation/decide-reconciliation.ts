import { exchangePostings, payoutPosting, providerFeePosting } from '../ledger/provider-posting.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import type { CurrencyCode } from '../money/currency.ts';
import { type Instant, MS_PER_HOUR } from '../time/instant.ts';

export const MOVEMENT_KINDS = [
  'charge',
  'charge_failure',
  'refund',
  'refund_failure',
  'dispute',
  'dispute_reversal',
  'fee',
  'payout',
  'payout_failure',
  'adjustment',
] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** One line of the provider's own books. Gross less fee is net; what goes out is negative. */
export interface Movement {
  readonly id: string;
  readonly provider: string;
  readonly kind: MovementKind;
  readonly grossMinor: bigint;
  readonly feeMinor: bigint;
  readonly netMinor: bigint;
  readonly currency: CurrencyCode;
  readonly at: Instant;
  /** Every name the provider has for what it is about: charge, payment, refund, dispute. */
  readonly objectIds: readonly string[];
}

/** Money of ours that a provider moved: one transaction of our books on its cash account, with the fee beside it. */
export interface Booked {
  /** The transaction in our books. */
  readonly id: string;
  readonly kind: 'charge' | 'charge_failure' | 'refund' | 'refund_failure' | 'dispute' | 'dispute_reversal';
  readonly objectIds: readonly string[];
  /** What our cash at the provider changed by, before the fee. */
  readonly cashMinor: bigint;
  /** The fee that is booked for it. */
  readonly feeMinor: bigint;
  readonly currency: CurrencyCode;
  readonly at: Instant;
}

export type OpenReason =
  | 'not_booked'
  | 'currency_differs'
  | 'amount_differs'
  | 'fee_differs'
  | 'not_understood';

export type MovementOutcome =
  /** It stands in our books; `lateFeeMinor` is a fee that was not known when they were written. */
  | {
      readonly id: string;
      readonly state: 'matched';
      readonly bookedId: string;
      readonly lateFeeMinor: bigint;
      /** What the provider exchanged it for, if it counts in another currency than our books. */
      readonly exchange: readonly LedgerTransaction[];
    }
  /** The provider did it by itself; now it stands in our books too. */
  | { readonly id: string; readonly state: 'posted'; readonly posting: LedgerTransaction }
  /** It moved nothing. */
  | { readonly id: string; readonly state: 'empty' }
  | { readonly id: string; readonly state: 'open'; readonly reason: OpenReason; readonly detail: string };

export interface Reconciliation {
  readonly outcomes: readonly MovementOutcome[];
  /** What stands in our books, is older than the provider needs to list it, and is not in its own. */
  readonly missing: readonly Booked[];
}

/** A provider lists a movement some hours after it was made. */
export const LISTED_AFTER_MS = 48 * MS_PER_HOUR;

/**
 * Brings a provider's books and ours together: each movement to one transaction of ours at most, each of ours to one
 * movement at most. Fees, payouts and exchanges that the provider made by itself are posted. Nothing is guessed: what
 * differs in amount or fee, or in currency without a doubtless partner, stays open with a reason. A refund that came back
 * before it was ever booked here moved nothing.
 *
 * @param input movements and bookings that are not matched yet
 */
export function decideReconciliation(input: {
  readonly now: Instant;
  readonly movements: readonly Movement[];
  readonly booked: readonly Booked[];
}): Reconciliation {
  const free = new Map<string, Booked[]>();
  for (const one of input.booked) {
    for (const id of one.objectIds) {
      const name = `${one.kind} ${id}`;
      free.set(name, [...(free.get(name) ?? []), one]);
    }
  }
  const taken = new Set<string>();
  const outcomes = input.movements.map((movement): MovementOutcome => {
    const own = ownMovement(movement);
    if (own !== null) return own;
    const candidates = movement.objectIds
      .flatMap((id) => free.get(`${movement.kind} ${id}`) ?? [])
      .filter(({ id }) => !taken.has(id));
    const outcome = compare(movement, candidates);
    if (outcome.state === 'matched') taken.add(outcome.bookedId);
    return outcome;
  });
  const isMissing = ({ id, at }: Booked) => !taken.has(id) && input.now - at >= LISTED_AFTER_MS;
  const gone = cameBack(input, outcomes);
  return {
    outcomes: outcomes.map((one) => (gone.has(one.id) ? { id: one.id, state: 'empty' } : one)),
    missing: input.booked.filter(isMissing),
  };
}

/** Refunds and their failures that stand for the same thing, sum to nothing, and have no place in our books. */
function cameBack(
  { movements, booked }: Pick<Parameters<typeof decideReconciliation>[0], 'movements' | 'booked'>,
  outcomes: readonly MovementOutcome[],
): ReadonlySet<string> {
  const waiting = new Map<string, Movement>();
  const gone = new Set<string>();
  // Its first name is its own; the payment behind it has others.
  const names = new Set(booked.flatMap(({ objectIds }) => objectIds));
  const isUnknown = (at: number) =>
    outcomes[at]?.state === 'open' && !names.has(movements[at]?.objectIds[0] ?? '');
  for (const [index, movement] of movements.entries()) {
    const { id, kind, netMinor, currency, objectIds } = movement;
    if ((kind !== 'refund' && kind !== 'refund_failure') || !isUnknown(index)) continue;
    // The first name is that of the refund itself; the others are its payment's.
    const name = `${objectIds[0] ?? ''} ${currency} ${netMinor < 0n ? -netMinor : netMinor}`;
    const other = waiting.get(name);
    if (other !== undefined && other.kind !== kind && other.netMinor === -netMinor) {
      gone.add(id).add(other.id);
      waiting.delete(name);
    } else waiting.set(name, movement);
  }
  return gone;
}

/** What the provider did by itself. */
function ownMovement(movement: Movement): MovementOutcome | null {
  const { id, kind } = movement;
  if (kind === 'adjustment') {
    return open(
      movement,
      'not_understood',
      'The provider changed its balance by hand; its reason is not known here.',
    );
  }
  if (kind !== 'fee' && kind !== 'payout' && kind !== 'payout_failure') return null;
  const posting = kind === 'fee' ? providerFeePosting(movement) : payoutPosting(movement);
  return posting === null ? { id, state: 'empty' } : { id, state: 'posted', posting };
}

/** Two refunds of one payment share its names, so the one with the same amount is taken. */
function compare(movement: Movement, candidates: readonly Booked[]): MovementOutcome {
  const { id, grossMinor, feeMinor, currency } = movement;
  const [first] = candidates;
  if (first === undefined) return open(movement, 'not_booked', 'Nothing in our books is about this.');
  const inCurrency = candidates.filter((one) => one.currency === currency);
  if (inCurrency.length === 0) {
    const exchange = exchanged(movement, candidates);
    if (exchange !== null) return exchange;
    return open(
      movement,
      'currency_differs',
      `The provider counts in ${currency}, our books in ${first.currency}.`,
    );
  }
  const same = inCurrency.filter(({ cashMinor }) => cashMinor === grossMinor);
  const fitting = same.find((one) => one.feeMinor === feeMinor) ?? same.find((one) => one.feeMinor === 0n);
  if (fitting !== undefined) {
    return {
      id,
      state: 'matched',
      bookedId: fitting.id,
      lateFeeMinor: feeMinor - fitting.feeMinor,
      exchange: [],
    };
  }
  const [like] = same;
  if (like !== undefined) {
    return open(
      movement,
      'fee_differs',
      `The fee is ${feeMinor} at the provider and ${like.feeMinor} in our books.`,
    );
  }
  const booked = inCurrency.map(({ cashMinor }) => `${cashMinor}`).join(' or ');
  return open(
    movement,
    'amount_differs',
    `The amount is ${grossMinor} at the provider and ${booked} in our books.`,
  );
}

/**
 * The one booking that a movement is about, in another currency and the same direction: the provider exchanged it, and
 * says for what. A fee beside our booking would be of the other currency, and is not understood. Null for no such booking.
 */
function exchanged(movement: Movement, candidates: readonly Booked[]): MovementOutcome | null {
  const [booked, second] = [...new Set(candidates)];
  if (booked === undefined || second !== undefined || booked.feeMinor !== 0n) return null;
  if (booked.cashMinor > 0n !== movement.grossMinor > 0n || movement.grossMinor === 0n) return null;
  return {
    id: movement.id,
    state: 'matched',
    bookedId: booked.id,
    lateFeeMinor: movement.feeMinor,
    exchange: exchangePostings(movement, booked, movement.grossMinor),
  };
}

function open({ id }: Movement, reason: OpenReason, detail: string): MovementOutcome {
  return { id, state: 'open', reason, detail };
}

/** How the two balances of one currency come to differ. */
export interface BalanceStatement {
  readonly providerMinor: bigint;
  readonly booksMinor: bigint;
  /** Movements that are open here. */
  readonly openMinor: bigint;
  /** Bookings that the provider does not list (yet). */
  readonly unlistedMinor: bigint;
  /** What none of this explains; always 0 while both books are whole. */
  readonly unexplainedMinor: bigint;
}

/** Explains the difference of the balances: what is open there less what is unlisted here. */
export function explainBalance(sums: {
  readonly providerMinor: bigint;
  readonly booksMinor: bigint;
  readonly openMinor: bigint;
  readonly unlistedMinor: bigint;
}): BalanceStatement {
  const { providerMinor, booksMinor, openMinor, unlistedMinor } = sums;
  return { ...sums, unexplainedMinor: providerMinor - booksMinor - openMinor + unlistedMinor };
}
