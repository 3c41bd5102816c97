import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Instant } from '../time/instant.ts';
import { type BurnOrder, inBurnOrder } from './burn-order.ts';
import { type Consumption, decideConsumption } from './decide-consumption.ts';
import { type CreditGrant, type CreditUse, covers, type HeldGrant } from './grant.ts';

/**
 * A pool of credits that may be overdrawn: the form of a balance in which usage is counted first and credits come later.
 * What was used beyond all grants waits, and the next credits that become available pay it.
 */
export interface CreditPool {
  readonly held: readonly HeldGrant[];
  /** Used and not yet paid by any grant. */
  readonly overage: Decimal12;
  /** Granted less withdrawn, by grant, since the last reset. */
  readonly credited: ReadonlyMap<string, Decimal12>;
  /** Used since the last reset. */
  readonly consumed: Decimal12;
}

export const EMPTY_POOL: CreditPool = {
  held: [],
  overage: DECIMAL12_ZERO,
  credited: new Map(),
  consumed: DECIMAL12_ZERO,
};

/** What happens to a pool. Facts come in order of time; of one instant, usage comes last. */
export type CreditFact =
  /** The grant holds `left` from now on: it begins, or is filled up again. */
  | { readonly kind: 'filled'; readonly grant: CreditGrant; readonly left: Decimal12 }
  | { readonly kind: 'used'; readonly amount: Decimal12 }
  /** Its time is over or staff took it back. */
  | { readonly kind: 'ended'; readonly grantId: string }
  /** Credits are taken back, from some grants or from all, never more than they had given. */
  | { readonly kind: 'withdrawn'; readonly amount: Decimal12; readonly grantIds: readonly string[] | null }
  | { readonly kind: 'reset'; readonly rollover: ResetRollover; readonly keepOverage: boolean };

/** What is left of each grant after a reset: nothing, or its balance within bounds of its own. */
export type ResetRollover =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'clamped'; readonly bounds: ReadonlyMap<string, RolloverBounds> };

/** The balance after a reset is at least `min`, and at most `max`, which goes first. */
export interface RolloverBounds {
  readonly min: Decimal12;
  readonly max: Decimal12;
}

/** One fact at an instant. */
export function applyCreditFact(
  pool: CreditPool,
  fact: CreditFact,
  use: CreditUse,
  order: BurnOrder,
): CreditPool {
  switch (fact.kind) {
    case 'filled':
      return payOverage(filled(pool, fact.grant, fact.left), use, order);
    case 'used':
      return used(pool, fact.amount, use, order);
    case 'ended':
      return { ...pool, held: pool.held.filter(({ id }) => id !== fact.grantId) };
    case 'withdrawn':
      return payOverage(withdrawn(pool, fact.amount, fact.grantIds, order), use, order);
    default:
      return payOverage(afterReset(pool, fact.rollover, fact.keepOverage), use, order);
  }
}

/** Credits that can be spent now less what is still unpaid; the seller chooses whether it may be shown below zero. */
export function standing(
  pool: CreditPool,
  use: CreditUse,
  below: 'floor_zero' | 'may_go_negative',
): Decimal12 {
  let balance: bigint = -pool.overage;
  for (const grant of pool.held) if (covers(grant, use)) balance += grant.left;
  return balance < 0n && below === 'floor_zero' ? DECIMAL12_ZERO : decimal12FromScaled(balance);
}

/** What the grants gave since the last reset. */
export function creditedOf(pool: CreditPool): Decimal12 {
  let total = 0n;
  for (const amount of pool.credited.values()) total += amount;
  return decimal12FromScaled(total);
}

function filled(pool: CreditPool, grant: CreditGrant, left: Decimal12): CreditPool {
  const others = pool.held.filter(({ id }) => id !== grant.id);
  const credited = new Map(pool.credited);
  credited.set(grant.id, decimal12FromScaled((credited.get(grant.id) ?? 0n) + left));
  return { ...pool, held: [...others, { ...grant, left }], credited };
}

function used(pool: CreditPool, amount: Decimal12, use: CreditUse, order: BurnOrder): CreditPool {
  if (amount === 0n) return pool;
  const consumption = consumed(pool, amount, use, order);
  return {
    ...spent(pool, consumption),
    overage: decimal12FromScaled(pool.overage + consumption.overage),
    consumed: decimal12FromScaled(pool.consumed + amount),
  };
}

function payOverage(pool: CreditPool, use: CreditUse, order: BurnOrder): CreditPool {
  if (pool.overage === 0n) return pool;
  const consumption = consumed(pool, pool.overage, use, order);
  return { ...spent(pool, consumption), overage: consumption.overage };
}

function consumed(pool: CreditPool, amount: Decimal12, use: CreditUse, order: BurnOrder): Consumption {
  const result = decideConsumption({ held: pool.held, use, amount, order, beyond: 'allow' });
  invariant(result.ok, 'Usage of a pool is more than nothing.');
  return result.value;
}

function spent(pool: CreditPool, { parts }: Consumption): CreditPool {
  const taken = new Map(parts.map(({ grantId, amount }) => [grantId, amount]));
  const held = pool.held.map((grant) => less(grant, taken.get(grant.id) ?? 0n));
  return { ...pool, held };
}

function less(grant: HeldGrant, amount: bigint): HeldGrant {
  return amount === 0n ? grant : { ...grant, left: decimal12FromScaled(grant.left - amount) };
}

function withdrawn(
  pool: CreditPool,
  amount: Decimal12,
  grantIds: readonly string[] | null,
  order: BurnOrder,
): CreditPool {
  const credited = new Map(pool.credited);
  let held = pool.held;
  let rest: bigint = amount;
  let missing = 0n;
  for (const grant of inBurnOrder(pool.held, order)) {
    if (grantIds !== null && !grantIds.includes(grant.id)) continue;
    const given = credited.get(grant.id) ?? 0n;
    const back = rest < given ? rest : given;
    const fromLeft = back < grant.left ? back : grant.left;
    credited.set(grant.id, decimal12FromScaled(given - back));
    held = held.map((one) => (one.id === grant.id ? less(one, fromLeft) : one));
    missing += back - fromLeft;
    rest -= back;
  }
  return { ...pool, held, credited, overage: decimal12FromScaled(pool.overage + missing) };
}

function afterReset(pool: CreditPool, rollover: ResetRollover, keepOverage: boolean): CreditPool {
  const overage = keepOverage ? pool.overage : DECIMAL12_ZERO;
  const start = { credited: new Map(), consumed: DECIMAL12_ZERO, overage };
  if (rollover.kind === 'nothing') return { ...start, held: [] };
  const held = pool.held.map((grant) => {
    const { min, max } = rollover.bounds.get(grant.id) ?? { min: DECIMAL12_ZERO, max: DECIMAL12_ZERO };
    const raised = grant.left > min ? grant.left : min;
    return { ...grant, left: raised < max ? raised : max };
  });
  return { ...start, held, credited: new Map(held.map(({ id, left }) => [id, left])) };
}

/** The instant of a use that any grant of a type covers, for pools that are not scoped. */
export function anyUse(creditTypeId: string, at: Instant): CreditUse {
  return { creditTypeId, at, featureId: null, chargeKind: null, subscriptionId: null };
}
