import { minorUnitsPerMajor } from '../money/currency.ts';
import { formatRational, type Rational } from '../money/rational.ts';
import type { AmountStep, QuantityStep, RatingTrace, TierSlice } from './trace.ts';

/** Whether a trace holds, and if not, the first place where it does not, as a JSON pointer into it. */
export type TraceVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly at: string; readonly stated: string; readonly found: string };

const E12 = 1_000_000_000_000n;
const HOLDS: TraceVerdict = { ok: true };

/** A fraction as a pair, so that this file shares no arithmetic with the rater. */
type Pair = readonly [bigint, bigint];

/**
 * Computes an amount again from its trace alone: every step of the quantity, every slice, their sum, every step of the
 * amount, and the rounding. Written apart from the rater on purpose, in plain arithmetic, so that a mistake in one is
 * not repeated in the other.
 */
export function verifyTrace(trace: RatingTrace): TraceVerdict {
  let quantity: Pair = [trace.quantity, E12];
  for (const [index, step] of trace.quantitySteps.entries()) {
    const at = `/quantity_steps/${index}`;
    if (!same(pair(step.from), quantity)) return differs(`${at}/from`, step.from, quantity);
    quantity = afterQuantityStep(step, quantity);
    if (!same(pair(step.to), quantity)) return differs(`${at}/to`, step.to, quantity);
  }
  let sum: Pair = [0n, 1n];
  let counted: Pair = [0n, 1n];
  for (const [index, slice] of trace.slices.entries()) {
    const cost = costOfSlice(slice, minorUnitsPerMajor(trace.currency));
    if (!same(pair(slice.exactMinor), cost))
      return differs(`/slices/${index}/exact_minor`, slice.exactMinor, cost);
    sum = plus(sum, cost);
    counted = plus(counted, pair(slice.quantity));
  }
  if (countsAllUnits(trace) && !same(counted, quantity)) {
    return { ok: false, at: '/slices', stated: text(counted), found: text(quantity) };
  }
  for (const [index, step] of trace.amountSteps.entries()) {
    const at = `/amount_steps/${index}`;
    if (!same(pair(step.from), sum)) return differs(`${at}/from`, step.from, sum);
    sum = afterAmountStep(step, sum);
    if (!same(pair(step.to), sum)) return differs(`${at}/to`, step.to, sum);
  }
  if (!same(pair(trace.exactMinor), sum)) return differs('/exact_minor', trace.exactMinor, sum);
  const rounded = roundedOf(sum, trace.rounding);
  return rounded === trace.amountMinor
    ? HOLDS
    : { ok: false, at: '/amount_minor', stated: `${trace.amountMinor}`, found: `${rounded}` };
}

/** Models that price every unit of the quantity once; tiers with an end may leave some out. */
function countsAllUnits({ model, slices }: RatingTrace): boolean {
  if (model === 'per_unit' || model === 'package' || model === 'dynamic_multiplier') return true;
  return model === 'graduated' && slices.at(-1)?.upTo === null;
}

function afterQuantityStep(step: QuantityStep, before: Pair): Pair {
  switch (step.step) {
    case 'earlier_units':
      return plus(before, pair(step.units));
    case 'included_units':
    case 'billed_before':
      return notBelowZero(minus(before, pair(step.units)));
    case 'packages':
      return [ceiling([before[0] * E12, before[1] * step.size]), 1n];
    case 'conversion': {
      const { operation, factor, rounding, places } = step.conversion;
      const exact: Pair =
        operation === 'multiply'
          ? [before[0] * factor, before[1] * E12]
          : [before[0] * E12, before[1] * factor];
      if (rounding === 'none') return exact;
      const scale = 10n ** BigInt(places);
      const scaled: Pair = [exact[0] * scale, exact[1]];
      if (rounding === 'ceiling') return [ceiling(scaled), scale];
      if (rounding === 'floor') return [floor(scaled), scale];
      return [floor([scaled[0] * 2n + scaled[1], scaled[1] * 2n]), scale];
    }
  }
}

function costOfSlice(slice: TierSlice, minorPerMajor: bigint): Pair {
  const [numerator, denominator] = pair(slice.quantity);
  const below = denominator * E12 * slice.per;
  const cost: Pair = [numerator * slice.unitPrice * minorPerMajor + slice.flatMinor * below, below];
  if (slice.capMinor === null) return cost;
  const cap = pair(slice.capMinor);
  return isLess(cap, cost) ? cap : cost;
}

function afterAmountStep(step: AmountStep, before: Pair): Pair {
  switch (step.step) {
    case 'flat_fee':
      return plus(before, [step.amountMinor, 1n]);
    case 'not_yet_due':
      return [0n, 1n];
    case 'discount':
      return [before[0] * (100n * E12 - step.percent), before[1] * 100n * E12];
    case 'maximum': {
      const left = notBelowZero([step.boundMinor - step.billedBeforeMinor, 1n]);
      return isLess(left, before) ? left : before;
    }
    case 'minimum': {
      const missing: Pair = [step.boundMinor - step.billedBeforeMinor, 1n];
      return isLess(before, missing) ? missing : before;
    }
  }
}

function roundedOf([numerator, denominator]: Pair, mode: RatingTrace['rounding']): bigint {
  if (numerator < 0n) return -roundedOf([-numerator, denominator], mode);
  const whole = numerator / denominator;
  const rest = numerator - whole * denominator;
  if (mode === 'down' || rest === 0n) return whole;
  if (mode === 'up' || rest * 2n > denominator) return whole + 1n;
  if (rest * 2n < denominator) return whole;
  return mode === 'half_even' && whole % 2n === 0n ? whole : whole + 1n;
}

function pair({ numerator, denominator }: Rational): Pair {
  return [numerator, denominator];
}

function plus(a: Pair, b: Pair): Pair {
  return a[1] === b[1] ? [a[0] + b[0], a[1]] : [a[0] * b[1] + b[0] * a[1], a[1] * b[1]];
}

function minus(a: Pair, b: Pair): Pair {
  return plus(a, [-b[0], b[1]]);
}

function same(a: Pair, b: Pair): boolean {
  return a[0] * b[1] === b[0] * a[1];
}

function isLess(a: Pair, b: Pair): boolean {
  return a[0] * b[1] < b[0] * a[1];
}

function notBelowZero(value: Pair): Pair {
  return value[0] < 0n ? [0n, 1n] : value;
}

function floor([numerator, denominator]: Pair): bigint {
  const whole = numerator / denominator;
  return numerator < 0n && whole * denominator !== numerator ? whole - 1n : whole;
}

function ceiling([numerator, denominator]: Pair): bigint {
  return -floor([-numerator, denominator]);
}

function differs(at: string, stated: Rational, found: Pair): TraceVerdict {
  return { ok: false, at, stated: formatRational(stated), found: text(found) };
}

function text([numerator, denominator]: Pair): string {
  return formatRational({ numerator, denominator });
}
