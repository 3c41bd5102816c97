import type { Decimal12 } from '../kernel/decimal.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Cadence } from '../time/cadence.ts';
import { type Alignment, type Grid, layGrid } from '../time/grid.ts';
import type { Instant } from '../time/instant.ts';
import { zoneNamed } from '../time/zone.ts';

/**
 * What credits are counted in. With a currency they are money, and every amount of them is in its minor units; without
 * one they are units of the seller's own. Amounts have 12 places either way, so that a cost may be below one cent.
 */
export interface CreditType {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly currency: CurrencyCode | null;
}

/** Where a grant comes from. `rollover` carries what was left of an earlier grant into the next period. */
export const GRANT_SOURCES = ['allowance', 'purchase', 'promotion', 'adjustment', 'rollover'] as const;
export type GrantSource = (typeof GRANT_SOURCES)[number];

/** What a grant may be spent on. Null is everything; features and kinds of charges open it side by side. */
export interface GrantScope {
  readonly featureIds: readonly string[] | null;
  readonly chargeKinds: readonly string[] | null;
  /** Only for this subscription; null for any of the customer's. */
  readonly subscriptionId: string | null;
}

export const ANY_USE: GrantScope = { featureIds: null, chargeKinds: null, subscriptionId: null };

/** What the periods of a grant are counted by. */
export interface RolloverGrid {
  readonly cadence: Cadence;
  readonly anchorAt: Instant;
  readonly timeZone: string;
  /** As of the prices that it follows; left out, periods are counted from the anchor. */
  readonly alignment?: Alignment;
  readonly billingDay?: number | null;
}

/** What of a grant goes on when it expires: at most so much, at most so often, until the next boundary of its grid. */
export interface RolloverRule extends RolloverGrid {
  /** The most that is carried into a period by all grants of one chain together; null for all of it. */
  readonly maxAmount: Decimal12 | null;
  /** How many period ends a credit may survive; null for every one. */
  readonly maxPeriods: number | null;
  /** Whose grants make one chain, such as a subscription; left out, all that end together. */
  readonly chain?: string;
}

export function layRollover(grid: RolloverGrid): Grid {
  const { timeZone, ...rest } = grid;
  return layGrid({ ...rest, zone: zoneNamed(timeZone) });
}

/** An amount of credits that was given once. What is left of it is derived from its entries. */
export interface CreditGrant {
  readonly id: string;
  readonly creditTypeId: string;
  readonly source: GrantSource;
  readonly amount: Decimal12;
  /** Lower is spent first. */
  readonly priority: number;
  readonly effectiveAt: Instant;
  /** From here on it cannot be spent; null for never. */
  readonly expiresAt: Instant | null;
  /** Its age: of equals the older is spent first. */
  readonly createdAt: Instant;
  readonly scope: GrantScope;
  readonly rollover: RolloverRule | null;
  /** How many period ends its credits have survived. */
  readonly rolledPeriods: number;
}

/** A grant with what is left of it. */
export interface HeldGrant extends CreditGrant {
  readonly left: Decimal12;
}

/** One use of credits, or one charge that they may pay. */
export interface CreditUse {
  readonly creditTypeId: string;
  readonly at: Instant;
  readonly featureId: string | null;
  readonly chargeKind: string | null;
  readonly subscriptionId: string | null;
}

/** True between the instant a grant becomes effective and the one at which it expires. */
export function isRunning(
  grant: Pick<CreditGrant, 'effectiveAt' | 'expiresAt'>,
  at: Instant,
  edge: ExpiryEdge = 'expired',
): boolean {
  if (grant.effectiveAt > at) return false;
  if (grant.expiresAt === null || at < grant.expiresAt) return true;
  return edge === 'shown' && at === grant.expiresAt;
}

/** What a balance read at the very instant of an expiry shows. Nothing can be spent at that instant either way. */
export type ExpiryEdge = 'expired' | 'shown';

/** True if the grant may pay for this use at its instant. */
export function covers(grant: CreditGrant, use: CreditUse): boolean {
  return grant.creditTypeId === use.creditTypeId && isRunning(grant, use.at) && isInScope(grant.scope, use);
}

export function isInScope(
  scope: GrantScope,
  use: Pick<CreditUse, 'featureId' | 'chargeKind' | 'subscriptionId'>,
): boolean {
  const { featureIds, chargeKinds, subscriptionId } = scope;
  if (subscriptionId !== null && subscriptionId !== use.subscriptionId) return false;
  if (featureIds === null && chargeKinds === null) return true;
  return (
    (use.featureId !== null && (featureIds ?? []).includes(use.featureId)) ||
    (use.chargeKind !== null && (chargeKinds ?? []).includes(use.chargeKind))
  );
}
