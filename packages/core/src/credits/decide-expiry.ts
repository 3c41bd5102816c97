import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import type { Instant } from '../time/instant.ts';
import { boundary, periodIndexAt } from '../time/schedule.ts';
import type { CreditEntryKind } from './entry.ts';
import {
  type CreditGrant,
  type HeldGrant,
  layRollover,
  type RolloverGrid,
  type RolloverRule,
} from './grant.ts';

/** An entry that a decision writes beside a grant. */
export interface GrantEffect {
  readonly grantId: string;
  readonly kind: CreditEntryKind;
  readonly amount: Decimal12;
}

/** A grant to be made of what another one gave up. Its id is the caller's to give. */
export interface CarriedGrant extends Omit<CreditGrant, 'id'> {
  readonly fromGrantId: string;
}

export interface ExpiryDecision {
  readonly effects: readonly GrantEffect[];
  readonly carried: readonly CarriedGrant[];
}

/**
 * Ends every grant whose time is over: what is left of it is carried into the next period as far as its rule allows, and
 * the rest is breakage. Grants of one chain that roll over at the same instant share their caps: what has survived the
 * fewest periods is carried first, since it may live longest, and each one only up to its own cap less what was carried
 * before it. So all together never pass the largest of the caps, also where a cap was changed between them.
 */
export function decideExpiry(held: readonly HeldGrant[], now: Instant): ExpiryDecision {
  const effects: GrantEffect[] = [];
  const carried: CarriedGrant[] = [];
  const carriedInto = new Map<string, bigint>();
  const over = held
    .filter(({ expiresAt, left }) => expiresAt !== null && expiresAt <= now && left > 0n)
    .sort((left, right) => left.rolledPeriods - right.rolledPeriods || (left.id < right.id ? -1 : 1));
  for (const grant of over) {
    const chain = chainOf(grant);
    const already = carriedInto.get(chain) ?? 0n;
    const amount = carriedAmount(grant, already);
    carriedInto.set(chain, already + amount);
    if (amount > 0n) {
      effects.push({ grantId: grant.id, kind: 'rolled_over', amount: decimal12FromScaled(amount) });
      carried.push(nextGrant(grant, decimal12FromScaled(amount)));
    }
    const lost = grant.left - amount;
    if (lost > 0n) effects.push({ grantId: grant.id, kind: 'expired', amount: decimal12FromScaled(lost) });
  }
  return { effects, carried };
}

/** Grants of one chain end together and may be spent on the same. */
function chainOf(grant: HeldGrant): string {
  const { creditTypeId, expiresAt, scope, rollover } = grant;
  const { featureIds, chargeKinds, subscriptionId } = scope;
  return [creditTypeId, expiresAt, subscriptionId, featureIds, chargeKinds, rollover?.chain].join('|');
}

function carriedAmount(grant: HeldGrant, already: bigint): bigint {
  const { rollover, left, rolledPeriods } = grant;
  if (rollover === null) return 0n;
  if (rollover.maxPeriods !== null && rolledPeriods >= rollover.maxPeriods) return 0n;
  if (rollover.maxAmount === null) return left;
  const room = rollover.maxAmount > already ? rollover.maxAmount - already : 0n;
  return left < room ? left : room;
}

function nextGrant(grant: HeldGrant, amount: Decimal12): CarriedGrant {
  const { id, left: _, expiresAt, rollover, ...kept } = grant;
  const startsAt = expiresAt as Instant;
  return {
    ...kept,
    fromGrantId: id,
    source: 'rollover',
    amount,
    effectiveAt: startsAt,
    expiresAt: nextBoundary(rollover as RolloverRule, startsAt),
    rollover,
    rolledPeriods: grant.rolledPeriods + 1,
  };
}

/** The end of the period that an instant lies in, on the grid of a rule. */
export function nextBoundary(rule: RolloverGrid, at: Instant): Instant {
  const grid = layRollover(rule);
  return boundary(grid, periodIndexAt(grid, at) + 1);
}
