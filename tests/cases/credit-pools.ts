import {
  anyUse,
  applyCreditFact,
  type CreditFact,
  type CreditPool,
  creditedOf,
  EMPTY_POOL,
  standing,
} from '@billhook/core/credits/timeline';
import { NO_TAX, taxLines } from '@billhook/core/invoicing/tax';
import {
  DECIMAL12_SCALE,
  type Decimal12,
  decimal12FromScaled,
  formatDecimal12,
} from '@billhook/core/kernel/decimal';
import { rational } from '@billhook/core/money/rational';
import { roundRational } from '@billhook/core/money/round';
import { type Instant, MAX_INSTANT, MIN_INSTANT } from '@billhook/core/time/instant';
import { grantOf, TYPE } from './credit-burn-down.ts';
import type { RolloverCase, RunningCase, WalletCase, WalletStep } from './credit-case.ts';
import type { CreditPolicy } from './credit-policy.ts';
import { comparedMembers, sum } from './members.ts';
import { type CaseOutcome, compared, unsupported } from './outcome.ts';
import { decimalOf, instantOf } from './read.ts';

/** Credits and usage of one meter in order of time; a negative credit takes back what earlier ones gave. */
export function runRunningBalance(one: RunningCase, policy: CreditPolicy): CaseOutcome {
  const until = one.cutoff === undefined ? MAX_INSTANT : instantOf(one.cutoff);
  const events = one.events
    .map((event) => ({ ...event, at: instantOf(event.at) }))
    .filter(({ meter, at }) => (meter ?? one.meter) === one.meter && at < until)
    .sort((left, right) => left.at - right.at);
  let pool = EMPTY_POOL;
  for (const [index, { at, type, units = '0' }] of events.entries())
    pool = applyCreditFact(pool, runningFact(type, units, index), anyUse(TYPE, at), policy.order);
  return comparedMembers(one.expected, {
    credited: formatDecimal12(creditedOf(pool)),
    consumed: formatDecimal12(pool.consumed),
    balance: formatDecimal12(standing(pool, anyUse(TYPE, MAX_INSTANT), policy.below)),
  });
}

function runningFact(type: string, units: string, index: number): CreditFact {
  if (type === 'reset') return { kind: 'reset', rollover: { kind: 'nothing' }, keepOverage: false };
  if (type === 'usage') return { kind: 'used', amount: decimalOf(units) };
  if (type !== 'credit') throw new Error(`No event is called ${type}.`);
  return creditFact(units, index, 0, null);
}

function creditFact(
  units: string,
  index: number,
  priority: number,
  grantIds: readonly string[] | null,
): CreditFact {
  const amount = decimalOf(units);
  if (amount < 0n) return { kind: 'withdrawn', amount: decimal12FromScaled(-amount), grantIds };
  const grant = grantOf({ id: `grant_${index}`, priority }, amount, index);
  return { kind: 'filled', grant, left: amount };
}

/** Credits that do not roll over are spent first, so they have the lower priority; the others are what survives. */
export function runRollover(one: RolloverCase, policy: CreditPolicy): CaseOutcome {
  const at = MIN_INSTANT;
  const kinds = new Map<boolean, string[]>([
    [false, []],
    [true, []],
  ]);
  let pool = EMPTY_POOL;
  for (const [index, { units, rollover }] of one.credits.entries()) {
    const own = kinds.get(rollover) ?? [];
    own.push(`grant_${index}`);
    const late = (at + index) as Instant;
    const fact = creditFact(units, index, rollover ? 1 : 0, own);
    pool = applyCreditFact(pool, fact, anyUse(TYPE, late), policy.order);
  }
  const usage: CreditFact = { kind: 'used', amount: decimalOf(one.usage) };
  pool = applyCreditFact(pool, usage, anyUse(TYPE, MAX_INSTANT), policy.order);
  const kept = pool.held.filter(({ id }) => kinds.get(true)?.includes(id));
  return compared(
    one.expected.rollover,
    formatDecimal12(decimal12FromScaled(sum(kept.map(({ left }) => left)))),
  );
}

/** A wallet through invoices: each step states the balance after it, and that less what is not billed yet. */
export function runWallet(one: WalletCase, policy: CreditPolicy): CaseOutcome {
  let pool = EMPTY_POOL;
  let unbilled: bigint = 0n;
  const expected: string[] = [];
  const seen: string[] = [];
  for (const [index, step] of one.steps.entries()) {
    const done = walletFact(step, index);
    if (done === null) return unsupported(`step ${index}`, `No step is called ${step.do}.`);
    if (step.unbilled !== undefined) unbilled = decimalOf(`${step.unbilled}`);
    for (const fact of done.facts)
      pool = applyCreditFact(pool, fact, anyUse(TYPE, MAX_INSTANT), policy.order);
    const open: CreditPool = unbilled === 0n ? pool : reserved(pool, decimal12FromScaled(unbilled), policy);
    const named = { ...done.figures, balance: shown(pool, policy), ongoing_balance: shown(open, policy) };
    const { do: _, amount, unbilled: __, fee_amounts_precise: ___, tax_percent: ____, ...stated } = step;
    const wanted: Record<string, unknown> =
      done.figures['amount'] === undefined ? stated : { ...stated, amount };
    expected.push(JSON.stringify(wanted));
    seen.push(
      JSON.stringify(Object.fromEntries(Object.keys(wanted).map((key) => [key, named[key as 'balance']]))),
    );
  }
  return compared(expected.join(' '), seen.join(' '));
}

/** The pool as it would be if what is not billed yet were. */
function reserved(pool: CreditPool, amount: Decimal12, policy: CreditPolicy): CreditPool {
  return applyCreditFact(pool, { kind: 'used', amount }, anyUse(TYPE, MAX_INSTANT), policy.order);
}

function shown(pool: CreditPool, policy: CreditPolicy): number {
  return Number(formatDecimal12(standing(pool, anyUse(TYPE, MAX_INSTANT), policy.below)));
}

interface DoneStep {
  readonly facts: readonly CreditFact[];
  readonly figures: Readonly<Record<string, number>>;
}

function walletFact(step: WalletStep, index: number): DoneStep | null {
  const amount = `${step.amount ?? 0}`;
  switch (step.do) {
    case 'grant':
    case 'top_up':
      return { facts: [creditFact(amount, index, 0, null)], figures: {} };
    case 'usage':
    case 'draft_invoice':
      return { facts: [], figures: {} };
    case 'void':
    case 'expire':
      return { facts: [{ kind: 'withdrawn', amount: decimalOf(amount), grantIds: null }], figures: {} };
    case 'finalize_invoice': {
      const figures = billed(step);
      const paid = figures['amount'] ?? step.amount ?? 0;
      return { facts: [{ kind: 'used', amount: decimalOf(`${paid}`) }], figures };
    }
    default:
      return null;
  }
}

/** Fees are lines of an invoice: each is rounded by itself, the tax once on their sum. */
function billed(step: WalletStep): Record<string, number> {
  if (step.fee_amounts_precise === undefined) return {};
  const lines = step.fee_amounts_precise.map((fee) => ({
    amountMinor: roundRational(rational(decimalOf(fee), DECIMAL12_SCALE), 'half_away_from_zero'),
    taxCode: 'standard',
  }));
  const percent = decimalOf(step.tax_percent ?? '0');
  const standardRate = { id: 'rate', name: 'Tax', percent, category: 'S', country: null } as const;
  const { amounts } = taxLines(lines, { ...NO_TAX, standardRate });
  const netMinor = sum(amounts.map(({ netMinor: net }) => net));
  const taxMinor = sum(amounts.map(({ taxMinor: tax }) => tax));
  return { net: Number(netMinor), tax: Number(taxMinor), amount: Number(netMinor + taxMinor) };
}
