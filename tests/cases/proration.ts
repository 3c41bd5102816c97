import { DECIMAL12_SCALE } from '@billhook/core/kernel/decimal';
import { addRational, formatRational, RATIONAL_ZERO, rational } from '@billhook/core/money/rational';
import {
  type ProratedAmounts,
  type ProrationContext,
  prorateChange,
  prorateEnd,
  prorateSeats,
  prorateStart,
} from '@billhook/core/proration/change';
import { capCredit } from '@billhook/core/proration/credit-cap';
import { sharesBilledThrough } from '@billhook/core/proration/cycles';
import { countDays, fixedDaysOf } from '@billhook/core/proration/days';
import { formatPlaces, toPlaces } from '@billhook/core/proration/decimal-share';
import { fraction, prorate } from '@billhook/core/proration/prorate';
import { shareOfPart } from '@billhook/core/proration/share';
import { MONTHLY } from '@billhook/core/time/cadence';
import { layGrid } from '@billhook/core/time/grid';
import { zoneNamed } from '@billhook/core/time/zone';
import { type Adapter, type CaseOutcome, compared, unsupported } from './outcome.ts';
import type {
  AmountsCase,
  CancelCase,
  ChangeCase,
  CyclesCase,
  GrantCase,
  ProrationCase,
  RatioCase,
  StartCase,
} from './proration-case.ts';
import { fullPeriodOf, partsOf, taxedMinor } from './proration-parts.ts';
import { type Policies, policyOf, unknownPolicies } from './proration-policy.ts';
import { decimalOf, instantOf } from './read.ts';

/** Places that sources print ratios and cycles with, and amounts of credits. */
const RATIO_PLACES = 9;
const CREDIT_PLACES = 8;

/** Runs a case of `proration.json`. */
export const proration: Adapter = (entry, policies) => {
  const one = entry as unknown as ProrationCase;
  const unknown = unknownPolicies(policies);
  if (unknown.length > 0)
    return unsupported(JSON.stringify(one.expected), `No setting for ${unknown.join(', ')}.`);
  switch (one.kind) {
    case 'change':
      return comparedAmounts(one, runChange(one, policies));
    case 'start':
      return comparedAmounts(one, runStart(one, policies));
    case 'cancel':
      return comparedAmounts(one, runCancel(one, policies));
    case 'billing_cycles':
      return runCycles(one);
    case 'ratio':
      return runRatio(one, policies);
    case 'grant_fraction':
      return runGrant(one);
    case 'day_count': {
      const zone = zoneNamed(one.timezone);
      const { days: convention } = policyOf({ basis: 'day' }, policies);
      const days = countDays(instantOf(one.from), instantOf(one.until), zone, convention);
      return compared(`${one.expected.days}`, `${days}`);
    }
    case 'credit_cap': {
      const creditMinor = capCredit({
        potentialMinor: BigInt(one.potential_credit),
        paidMinor: BigInt(one.original_paid),
        creditedMinor: BigInt(one.previously_credited),
      });
      return compared(`${one.expected.credit}`, `${creditMinor}`);
    }
    default:
      return unsupported('a known kind', `No kind of case is called ${(one as { kind: string }).kind}.`);
  }
};

function contextOf(one: AmountsCase, policies: Policies): ProrationContext {
  return { policy: policyOf(one, policies), full: fullPeriodOf(one), rounding: 'half_away_from_zero' };
}

function runChange(one: ChangeCase, policies: Policies): ProratedAmounts {
  const change = {
    ...contextOf(one, policies),
    at: instantOf(one.at),
    before: partsOf(one, one.old, one.discount?.old),
    after: partsOf(one, one.new, one.discount?.new),
  };
  return isSeatChange(one) ? prorateSeats(change) : prorateChange(change);
}

/** The same single price on both sides in another number. */
function isSeatChange({ old, new: next }: ChangeCase): boolean {
  return (
    old.length === 1 &&
    next.length === 1 &&
    old[0]?.unit_amount === next[0]?.unit_amount &&
    old[0]?.quantity !== next[0]?.quantity
  );
}

function runStart(one: StartCase, policies: Policies): ProratedAmounts {
  return prorateStart({
    ...contextOf(one, policies),
    from: instantOf(one.from),
    until: one.until === undefined ? null : { at: instantOf(one.until), cause: endCause(policies) },
    parts: partsOf(one, one.items),
  });
}

/** Service that names a rule for its last day ends; other service goes on at another price. */
function endCause(policies: Policies): 'change' | 'end' {
  return policies.termination_day === undefined ? 'change' : 'end';
}

/** A cancellation that names a rule for the day of a change is the credit side of a change. */
function runCancel(one: CancelCase, policies: Policies): ProratedAmounts {
  const context = { ...contextOf(one, policies), at: instantOf(one.at) };
  const parts = partsOf(one, one.items);
  return policies.change_day === undefined
    ? prorateEnd({ ...context, parts })
    : prorateChange({ ...context, before: parts, after: [] });
}

function comparedAmounts(one: AmountsCase, amounts: ProratedAmounts): CaseOutcome {
  const seen: Record<string, number | number[]> = {
    credit: Number(amounts.creditMinor),
    charge: Number(amounts.chargeMinor),
    net: Number(amounts.netMinor),
    lines: amounts.entries.map((entry) => Number(entry.amountMinor)),
  };
  if (one.tax_percent !== undefined) {
    seen.credit_incl_tax = Number(taxedMinor(amounts.creditMinor, one.tax_percent));
    seen.charge_incl_tax = Number(taxedMinor(amounts.chargeMinor, one.tax_percent));
  }
  const named = Object.keys(one.expected).map((key) => [key, seen[key]]);
  return compared(JSON.stringify(one.expected), JSON.stringify(Object.fromEntries(named)));
}

function runCycles(one: CyclesCase): CaseOutcome {
  const from = instantOf(one.start);
  const grid = layGrid({
    anchorAt: from,
    zone: zoneNamed('UTC'),
    cadence: { interval: 'month', count: one.interval_months },
    granularity: 'date',
    billingDay: one.billing_day,
  });
  const shares = sharesBilledThrough({
    grid,
    from,
    until: one.end === undefined ? null : instantOf(one.end),
    billedThrough: instantOf(one.billed_through),
    rule: { basis: one.basis, days: 'actual' },
  });
  const cycles = shares.map((share) => toPlaces(share, RATIO_PLACES)).reduce(addRational, RATIONAL_ZERO);
  const parts = one.expected.parts.map(([n, d]) => formatRational(rational(BigInt(n), BigInt(d))));
  return compared(
    `${parts.join(' + ')} = ${one.expected.cycles}`,
    `${shares.map(formatRational).join(' + ')} = ${formatPlaces(cycles, RATIO_PLACES)}`,
  );
}

function runRatio(one: RatioCase, policies: Policies): CaseOutcome {
  const { days } = policyOf(one, policies);
  const part = countDays(instantOf(one.from), instantOf(one.until), zoneNamed('UTC'), days);
  const whole = fixedDaysOf(MONTHLY);
  return compared(
    `${one.fraction.join('/')} = ${one.expected.ratio}`,
    `${part}/${whole} = ${formatPlaces(fraction(part, whole), RATIO_PLACES)}`,
  );
}

function runGrant(one: GrantCase): CaseOutcome {
  const full = fullPeriodOf(one);
  const rest = { start: instantOf(one.at), end: full.period.end };
  const share = shareOfPart(rest, full, { basis: one.basis, days: 'actual' });
  const credits = prorate(rational(decimalOf(one.credits), DECIMAL12_SCALE), share);
  return compared(one.expected.credits, formatPlaces(credits, CREDIT_PLACES));
}
