import { type Instant, MS_PER_SECOND } from '../time/instant.ts';
import type { CreditGrant } from './grant.ts';

/** In which order grants are spent, after their priority and before their age. The seller's choice. */
export interface BurnOrder {
  /** Soonest expiry first, never last: by the millisecond, by whole seconds, or not compared at all. */
  readonly expiry: 'exact' | 'whole_seconds' | 'ignored';
  /** Of grants that expire together, what was given for nothing is spent before what was paid for. */
  readonly promotionsFirst: boolean;
  /** Whether the instant of becoming effective is compared before the age. */
  readonly effective: boolean;
}

/** Priority, then expiry, then age. */
export const DEFAULT_BURN_ORDER: BurnOrder = { expiry: 'exact', promotionsFirst: false, effective: false };

type Ordered = Pick<CreditGrant, 'id' | 'priority' | 'expiresAt' | 'effectiveAt' | 'createdAt' | 'source'>;

/** The grants in the order in which they are spent. A total order: ids decide between equals. */
export function inBurnOrder<T extends Ordered>(grants: readonly T[], order: BurnOrder): T[] {
  return [...grants].sort((left, right) => compareGrants(left, right, order));
}

function compareGrants(left: Ordered, right: Ordered, order: BurnOrder): number {
  return (
    left.priority - right.priority ||
    compareExpiry(left.expiresAt, right.expiresAt, order.expiry) ||
    (order.promotionsFirst ? paidRank(left) - paidRank(right) : 0) ||
    (order.effective ? left.effectiveAt - right.effectiveAt : 0) ||
    left.createdAt - right.createdAt ||
    (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
  );
}

function compareExpiry(left: Instant | null, right: Instant | null, by: BurnOrder['expiry']): number {
  if (by === 'ignored' || left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  return by === 'exact' ? left - right : Math.floor(left / MS_PER_SECOND) - Math.floor(right / MS_PER_SECOND);
}

function paidRank(grant: Ordered): number {
  return grant.source === 'purchase' ? 1 : 0;
}
