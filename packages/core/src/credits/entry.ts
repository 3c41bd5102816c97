import type { Decimal12 } from '../kernel/decimal.ts';
import { decimal12FromScaled } from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Instant } from '../time/instant.ts';
import { type CreditGrant, type ExpiryEdge, type HeldGrant, isRunning } from './grant.ts';

/**
 * What may happen to a grant. `rolled_over` leaves one grant for another, `returned` goes back with the money that was
 * paid for it, and all others say themselves what they are.
 */
export const CREDIT_ENTRY_KINDS = [
  'granted',
  'consumed',
  'refunded',
  'expired',
  'revoked',
  'rolled_over',
  'returned',
] as const;
export type CreditEntryKind = (typeof CREDIT_ENTRY_KINDS)[number];

/** One line of the ledger underneath: append-only, amounts above zero, the kind says the direction. */
export interface CreditEntry {
  readonly grantId: string;
  readonly kind: CreditEntryKind;
  readonly amount: Decimal12;
  readonly at: Instant;
  /** The consumption that it belongs to, for `consumed` and `refunded`. */
  readonly consumptionId: string | null;
}

/** What became of a grant, by kind of entry. */
export type GrantTally = Readonly<Record<CreditEntryKind, bigint>>;

const NOTHING: GrantTally = {
  granted: 0n,
  consumed: 0n,
  refunded: 0n,
  expired: 0n,
  revoked: 0n,
  rolled_over: 0n,
  returned: 0n,
};

/** What became of each grant by the entries up to and with an instant. */
export function tallyEntries(
  entries: readonly CreditEntry[],
  until: Instant | null = null,
): ReadonlyMap<string, GrantTally> {
  const tallies = new Map<string, GrantTally>();
  for (const entry of entries) {
    if (until !== null && entry.at > until) continue;
    const tally = tallies.get(entry.grantId) ?? NOTHING;
    tallies.set(entry.grantId, { ...tally, [entry.kind]: tally[entry.kind] + entry.amount });
  }
  return tallies;
}

/** granted + refunded − consumed − expired − revoked − rolled over − returned. */
export function leftOf(tally: GrantTally): Decimal12 {
  const { granted, refunded, consumed, expired, revoked, rolled_over: rolledOver, returned } = tally;
  const left = granted + refunded - consumed - expired - revoked - rolledOver - returned;
  invariant(left >= 0n, 'A grant is never spent below zero.');
  return decimal12FromScaled(left);
}

/** The grants with what is left of them by the entries up to an instant. */
export function heldAt(
  grants: readonly CreditGrant[],
  entries: readonly CreditEntry[],
  at: Instant | null = null,
): HeldGrant[] {
  const tallies = tallyEntries(entries, at);
  return grants.map((grant) => ({ ...grant, left: leftOf(tallies.get(grant.id) ?? NOTHING) }));
}

/** What can be spent at an instant of everything that is held, whatever it may be spent on. */
export function balanceAt(
  held: readonly HeldGrant[],
  creditTypeId: string,
  at: Instant,
  edge: ExpiryEdge = 'expired',
): Decimal12 {
  let total = 0n;
  for (const grant of held)
    if (grant.creditTypeId === creditTypeId && isRunning(grant, at, edge)) total += grant.left;
  return decimal12FromScaled(total);
}
