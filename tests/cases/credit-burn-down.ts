import { ANY_USE, type CreditGrant, isRunning } from '@billhook/core/credits/grant';
import {
  anyUse,
  applyCreditFact,
  type CreditFact,
  type CreditPool,
  EMPTY_POOL,
} from '@billhook/core/credits/timeline';
import { DECIMAL12_ZERO, type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { CADENCE_INTERVALS, type CadenceInterval } from '@billhook/core/time/cadence';
import { layGrid } from '@billhook/core/time/grid';
import { type Instant, MAX_INSTANT, MIN_INSTANT, parseInstant } from '@billhook/core/time/instant';
import { boundary, periodIndexAt } from '@billhook/core/time/schedule';
import { zoneNamed } from '@billhook/core/time/zone';
import type { BurnDownCase, CaseGrant } from './credit-case.ts';
import type { CreditPolicy } from './credit-policy.ts';
import { comparedMembers } from './members.ts';
import type { CaseOutcome } from './outcome.ts';
import { decimalOf, instantOf, readValue } from './read.ts';

/** All credits of a case are of one type. */
export const TYPE = 'credits';

interface Timed {
  readonly at: Instant;
  readonly rank: number;
  readonly fact: CreditFact;
}

/** What happens at one instant, in this order: grants end, are reset, are filled, and then pay for usage. */
const RANK = { ended: 0, reset: 1, filled: 2, used: 3 } as const;

export function grantOf(one: Omit<CaseGrant, 'amount'>, amount: Decimal12, index: number): CreditGrant {
  const createdAt =
    one.created_at === undefined ? ((MIN_INSTANT + index) as Instant) : instantOf(one.created_at);
  return {
    id: one.id,
    creditTypeId: TYPE,
    source: one.cost === 'purchased' || one.cost === 'paid' ? 'purchase' : 'promotion',
    amount,
    priority: one.priority ?? 0,
    effectiveAt: one.effective_at === undefined ? MIN_INSTANT : instantOf(one.effective_at),
    expiresAt: expiryOf(one),
    createdAt,
    scope: ANY_USE,
    rollover: null,
    rolledPeriods: 0,
  };
}

/** An expiry beyond the times that zone rules are known for is none. */
function expiryOf({ expires_at: text }: Pick<CaseGrant, 'expires_at'>): Instant | null {
  if (text === undefined || text === null) return null;
  const parsed = parseInstant(text);
  return !parsed.ok && parsed.refusal.code === 'instant.out_of_range' ? null : readValue(parsed);
}

/** Lays the facts of a case out in time and lets the engine's pool go through them. */
export function runBurnDown(one: BurnDownCase, policy: CreditPolicy): CaseOutcome {
  const start = instantOf(one.start_at);
  const until = instantOf(one.query_at);
  const grants = one.grants.map((grant, index) => grantOf(grant, decimalOf(grant.amount), index));
  let pool = startingPool(one, grants, start, policy);
  const facts = one.grants.flatMap((grant, index) =>
    factsOf(grant, grants[index] as CreditGrant, start, until),
  );
  for (const { at, amount } of one.usage)
    facts.push({ at: instantOf(at), rank: RANK.used, fact: { kind: 'used', amount: decimalOf(amount) } });
  for (const at of one.resets ?? []) facts.push({ at: instantOf(at), rank: RANK.reset, fact: resetOf(one) });
  facts.sort((left, right) => left.at - right.at || left.rank - right.rank);
  for (const { at, rank, fact } of facts) {
    const isRead = at < until || (at === until && rank !== RANK.used);
    // A balance that is read at the instant of an expiry may still show the grant.
    if (at < start || !isRead || (at === until && rank === RANK.ended && policy.edge === 'shown')) continue;
    pool = applyCreditFact(pool, fact, anyUse(TYPE, at), policy.order);
  }
  const left = (id: string) => pool.held.find((held) => held.id === id)?.left ?? DECIMAL12_ZERO;
  const balances = Object.keys((one.expected['balances'] ?? {}) as object).map((id) => [
    id,
    formatDecimal12(left(id)),
  ]);
  return comparedMembers(one.expected, {
    balances: Object.fromEntries(balances),
    overage: formatDecimal12(pool.overage),
  });
}

/** The grants that run when the case begins hold what the case says, or else all of their amount. */
function startingPool(
  one: BurnDownCase,
  grants: readonly CreditGrant[],
  start: Instant,
  policy: CreditPolicy,
): CreditPool {
  let pool: CreditPool = { ...EMPTY_POOL, overage: decimalOf(one.starting_overage ?? '0') };
  for (const [index, grant] of grants.entries()) {
    if (grant.effectiveAt >= start || !isRunning(grant, start) || isOver(one.grants[index], start)) continue;
    const given = one.starting_balances?.[grant.id];
    const left = given === undefined ? grant.amount : decimalOf(given);
    pool = applyCreditFact(pool, { kind: 'filled', grant, left }, anyUse(TYPE, start), policy.order);
  }
  return pool;
}

function isOver(grant: CaseGrant | undefined, at: Instant): boolean {
  return [grant?.voided_at, grant?.deleted_at].some((end) => end !== undefined && instantOf(end) <= at);
}

function factsOf(one: CaseGrant, grant: CreditGrant, start: Instant, until: Instant): Timed[] {
  const ends = [one.voided_at, one.deleted_at].flatMap((end) => (end === undefined ? [] : [instantOf(end)]));
  if (grant.expiresAt !== null) ends.push(grant.expiresAt);
  const end = ends.reduce((least, next) => (next < least ? next : least), MAX_INSTANT);
  const fill = (at: Instant): Timed => ({
    at,
    rank: RANK.filled,
    fact: { kind: 'filled', grant, left: grant.amount },
  });
  const facts = [grant.effectiveAt, ...renewals(one, start, until)]
    .filter((at, index) => at < end && (index === 0 || at > grant.effectiveAt))
    .map(fill);
  if (end < MAX_INSTANT)
    facts.push({ at: end, rank: RANK.ended, fact: { kind: 'ended', grantId: grant.id } });
  return facts;
}

function renewals({ recurrence }: CaseGrant, start: Instant, until: Instant): Instant[] {
  if (recurrence === undefined) return [];
  const { interval, interval_count: count = 1, anchor } = recurrence;
  if (!isInterval(interval)) throw new Error(`No interval is called ${interval}.`);
  const grid = layGrid({ anchorAt: instantOf(anchor), zone: zoneNamed('UTC'), cadence: { interval, count } });
  const all: Instant[] = [];
  for (let n = periodIndexAt(grid, start); boundary(grid, n) <= until; n += 1) all.push(boundary(grid, n));
  return all;
}

function isInterval(text: string): text is CadenceInterval {
  return (CADENCE_INTERVALS as readonly string[]).includes(text);
}

function resetOf(one: BurnDownCase): CreditFact {
  const bounds = one.grants.map(
    (grant) =>
      [
        grant.id,
        { min: decimalOf(grant.min_rollover ?? '0'), max: decimalOf(grant.max_rollover ?? '0') },
      ] as const,
  );
  return {
    kind: 'reset',
    rollover: { kind: 'clamped', bounds: new Map(bounds) },
    keepOverage: one.reset_behavior?.preserve_overage ?? false,
  };
}
