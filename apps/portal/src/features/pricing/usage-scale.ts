import type { PublicPlan } from '@billhook/sdk/generated/types';
import { meterPrices } from './offers.ts';

/** A meter that some plan charges for, with the range that a slider covers. */
export interface ScaledMeter {
  readonly meter: string;
  readonly name: string;
  readonly unit: string;
  /** Quantity of one step of the slider. */
  readonly step: bigint;
}

export const SLIDER_STEPS = 100;
const MIB = 1_048_576n;

/** `Math.max` does not take big integers. */
function largest(values: readonly bigint[]): bigint {
  let most = 0n;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** The largest whole bound that the tiers of a plan name. */
function largestBound(plan: PublicPlan, meter: string): bigint {
  const bounds = meterPrices(plan)
    .filter(({ quantity }) => quantity.kind === 'meter' && quantity.meter === meter)
    .flatMap(({ pricing }) => (pricing.model === 'graduated' ? pricing.tiers.map(({ upTo }) => upTo) : []))
    .map((upTo) => BigInt(upTo?.split('.')[0] ?? '0'));
  return largest(bounds);
}

/** A round step, so that the slider goes beyond the largest tier and stops at round numbers. */
function stepOf(top: bigint, unit: string): bigint {
  const goal =
    (top === 0n ? (unit === 'bytes' ? MIB * 1000n : 10_000n) : top + top / 4n) / BigInt(SLIDER_STEPS);
  if (unit === 'bytes') return goal < MIB ? MIB : goal - (goal % MIB);
  let power = 1n;
  while (power * 10n <= goal) power *= 10n;
  return [1n, 2n, 5n, 10n].map((factor) => factor * power).find((step) => step >= goal) ?? power;
}

export function scaledMeters(plans: readonly PublicPlan[]): readonly ScaledMeter[] {
  const found = new Map<string, ScaledMeter>();
  for (const plan of plans) {
    for (const { quantity, name } of meterPrices(plan)) {
      if (quantity.kind !== 'meter' || found.has(quantity.meter)) continue;
      const { meter } = quantity;
      const unit = plan.units[meter] ?? '';
      const tops = plans.map((other) => largestBound(other, meter));
      const top = largest(tops);
      found.set(meter, { meter, name, unit, step: stepOf(top, unit) });
    }
  }
  return [...found.values()];
}

/** The meters of the usage that a plan has prices for; the server refuses others. */
export function usageFor(plan: PublicPlan, usage: Readonly<Record<string, string>>): Record<string, string> {
  const known = new Set(
    meterPrices(plan).flatMap(({ quantity }) => (quantity.kind === 'meter' ? [quantity.meter] : [])),
  );
  return Object.fromEntries(Object.entries(usage).filter(([meter]) => known.has(meter)));
}
