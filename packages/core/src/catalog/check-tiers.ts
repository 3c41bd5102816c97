import {
  type AddFault,
  checkAmount,
  checkCount,
  checkNames,
  checkPercent,
  checkQuantity,
  checkSize,
  checkUnitPrice,
} from './check-figures.ts';
import type { BlockTiersModel, CapacityTiersModel, PercentageTier, StairStep, Tier } from './price-model.ts';

export const MAX_TIERS = 50;
const MAX_UNITS = 50;

/** Tiers with an upper bound each: at least one, rising, the last one and only it without an end. */
function checkBounds(
  tiers: readonly { readonly upTo: bigint | null }[],
  name: 'tiers' | 'steps',
  at: string,
  add: AddFault,
): void {
  checkTierCount(tiers.length, `${at}/${name}`, add);
  let below = 0n;
  for (const [index, { upTo }] of tiers.entries()) {
    const pointer = `${at}/${name}/${index}/up_to`;
    const isLast = index === tiers.length - 1;
    if (upTo === null) {
      if (!isLast) openInside(pointer, add);
      continue;
    }
    if (isLast) {
      add(pointer, 'price.tier_not_open', 'The last tier must be open, or a large quantity has no price.');
    }
    if (upTo <= below) add(pointer, 'price.tier_overlap', 'A tier must end above the tier before it.');
    else checkQuantity(upTo, pointer, add);
    below = upTo > below ? upTo : below;
  }
}

function checkTierCount(count: number, pointer: string, add: AddFault): void {
  if (count === 0 || count > MAX_TIERS) {
    add(pointer, 'price.tiers_count', `A price in tiers has 1 to ${MAX_TIERS} of them.`);
  }
}

function openInside(pointer: string, add: AddFault): void {
  add(pointer, 'price.tier_open_inside', 'Only the last tier is open; tiers after it are never reached.');
}

export function checkTiers(tiers: readonly Tier[], at: string, add: AddFault): void {
  for (const [index, tier] of tiers.entries()) {
    const pointer = `${at}/tiers/${index}`;
    checkUnitPrice(tier.unitPrice, `${pointer}/unit_price`, add);
    checkAmount(tier.flatMinor, `${pointer}/flat_minor`, add);
    if (tier.capMinor != null) checkAmount(tier.capMinor, `${pointer}/cap_minor`, add);
  }
  checkBounds(tiers, 'tiers', at, add);
}

export function checkPercentageTiers(tiers: readonly PercentageTier[], at: string, add: AddFault): void {
  for (const [index, tier] of tiers.entries()) {
    checkPercent(tier.ratePercent, `${at}/tiers/${index}/rate_percent`, add);
    checkAmount(tier.flatMinor, `${at}/tiers/${index}/flat_minor`, add);
  }
  checkBounds(tiers, 'tiers', at, add);
}

export function checkSteps(steps: readonly StairStep[], at: string, add: AddFault): void {
  for (const [index, step] of steps.entries()) {
    checkAmount(step.amountMinor, `${at}/steps/${index}/amount_minor`, add);
  }
  checkBounds(steps, 'steps', at, add);
}

/** Blocks may end: what a quantity beyond them does is a choice of the seller. */
export function checkBlocks(model: BlockTiersModel, at: string, add: AddFault): void {
  const { units } = model;
  if (units.length === 0 || units.length > MAX_UNITS) {
    add(`${at}/units`, 'price.units_count', `A price in blocks has 1 to ${MAX_UNITS} units.`);
  }
  checkNames(
    units.map((unit) => unit.name),
    (index) => `${at}/units/${index}/name`,
    add,
  );
  for (const [place, unit] of units.entries()) {
    checkTierCount(unit.tiers.length, `${at}/units/${place}/tiers`, add);
    for (const [index, tier] of unit.tiers.entries()) {
      const pointer = `${at}/units/${place}/tiers/${index}`;
      checkSize(tier.blockSize, `${pointer}/block_size`, add);
      checkUnitPrice(tier.blockPrice, `${pointer}/block_price`, add);
      if (tier.maxBlocks !== null) checkCount(tier.maxBlocks, 1n, `${pointer}/max_blocks`, add);
      else if (index < unit.tiers.length - 1) openInside(`${pointer}/max_blocks`, add);
    }
  }
}

/** Capacity may end, too. A tier that allows less of a unit than the one before is never chosen because of it. */
export function checkCapacity(model: CapacityTiersModel, at: string, add: AddFault): void {
  checkTierCount(model.tiers.length, `${at}/tiers`, add);
  const before = new Map<string, bigint | null>();
  for (const [index, tier] of model.tiers.entries()) {
    const pointer = `${at}/tiers/${index}`;
    checkAmount(tier.amountMinor, `${pointer}/amount_minor`, add);
    checkNames(
      tier.limits.map((limit) => limit.name),
      (place) => `${pointer}/limits/${place}/name`,
      add,
    );
    for (const [place, { name, max }] of tier.limits.entries()) {
      const previous = before.get(name);
      if (max !== null) checkQuantity(max, `${pointer}/limits/${place}/max`, add);
      if (max !== null && (previous === null || (previous !== undefined && max < previous))) {
        add(
          `${pointer}/limits/${place}/max`,
          'price.tier_overlap',
          'A tier allows at least as much as the tier before it.',
        );
      }
      before.set(name, max);
    }
  }
}
