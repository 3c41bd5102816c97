import type { Price } from '@billhook/core/catalog/price';
import type {
  PercentageModel,
  PriceModel,
  ProratedGraduatedModel,
  Tier,
} from '@billhook/core/catalog/price-model';
import type { RatingPolicy } from '@billhook/core/rating/policy';
import {
  E12,
  type Fraction,
  floorOf,
  isLess,
  larger,
  least,
  minus,
  ONE,
  over,
  plus,
  scaled,
  smaller,
  times,
  whole,
  ZERO,
} from './fraction.ts';
import type { Measured } from './measured.ts';

/** What earlier lines of the same period rated and billed. */
export interface Earlier {
  readonly quantity: bigint;
  readonly billedMinor: bigint;
}

/** One line to be rated by hand. */
export interface ToRate {
  readonly price: Pick<Price, 'model' | 'terms'>;
  readonly measured: Measured;
  readonly position: 'single' | 'mid' | 'last';
  readonly earlier: Earlier | null;
  readonly minorPerMajor: bigint;
  readonly policy: RatingPolicy;
}

/** The exact amount of a line in minor units, worked out in the plainest way. */
export function priceOf(line: ToRate): Fraction {
  const { price, measured, position, earlier, policy } = line;
  const { model, terms } = price;
  const used = scaled(measured.quantity > 0n ? measured.quantity : 0n);
  const before = scaled(earlier === null ? 0n : earlier.quantity);
  const convertedBefore = convert(before, price);
  const converted = convert(used, price);
  const included = scaled(terms.includedUnits);
  const freeLeft = minus(included, smaller(included, convertedBefore));
  const from = larger(minus(convertedBefore, included), ZERO);
  const to = plus(from, larger(minus(converted, freeLeft), ZERO));
  const isDueAtEnd = knownAtEnd(model);
  let amount = model.kind === 'flat' ? whole(model.amountMinor) : ZERO;
  const isFirst = earlier === null || isDueAtEnd;
  amount = plus(amount, modelAmount(line, isDueAtEnd ? ZERO : from, to, isFirst));
  if (isDueAtEnd && position === 'mid') amount = ZERO;
  const discount = minus(ONE, over(scaled(terms.discountPercent), whole(100n)));
  if (policy.discountOrder === 'before_bounds') amount = times(amount, discount);
  const billed = earlier?.billedMinor ?? 0n;
  if (terms.maximumMinor !== null) {
    const left = terms.maximumMinor > billed ? terms.maximumMinor - billed : 0n;
    amount = smaller(amount, whole(left));
  }
  if (terms.minimumMinor !== null && position !== 'mid')
    amount = larger(amount, whole(terms.minimumMinor - billed));
  if (policy.discountOrder === 'after_bounds') amount = times(amount, discount);
  return amount;
}

function knownAtEnd(model: PriceModel): boolean {
  const kinds = ['flat', 'volume', 'stair_step', 'block_tiers', 'capacity_tiers', 'prorated_graduated'];
  if (model.kind === 'percentage') return model.freeEvents !== null || model.freeAmount !== null;
  return kinds.includes(model.kind);
}

function convert(units: Fraction, { terms }: Pick<Price, 'terms'>): Fraction {
  const { conversion } = terms;
  if (conversion === null) return units;
  const factor = scaled(conversion.factor);
  const exact = conversion.operation === 'multiply' ? times(units, factor) : over(units, factor);
  if (conversion.rounding === 'none') return exact;
  const scale = 10n ** BigInt(conversion.places);
  const shifted = times(exact, whole(scale));
  const low = floorOf(shifted);
  const rest = minus(shifted, whole(low));
  const isUp =
    conversion.rounding === 'ceiling'
      ? rest.n > 0n
      : conversion.rounding === 'half_up' && !isLess(rest, { n: 1n, d: 2n });
  return { n: isUp ? low + 1n : low, d: scale };
}

function modelAmount(line: ToRate, from: Fraction, to: Fraction, isFirst: boolean): Fraction {
  const { price, measured, minorPerMajor, policy } = line;
  const { model } = price;
  const minor = (major: Fraction) => times(major, whole(minorPerMajor));
  switch (model.kind) {
    case 'flat':
    case 'commitment':
      return ZERO;
    case 'per_unit':
      return minor(over(times(minus(to, from), scaled(model.unitPrice)), whole(model.per)));
    case 'graduated': {
      const upTo = (quantity: Fraction) => graduated(model.tiers, model.per, quantity, line);
      return isFirst ? upTo(to) : minus(upTo(to), upTo(from));
    }
    case 'volume':
      return volume(model.tiers, model.per, to, line);
    case 'stair_step': {
      if (to.n === 0n && policy.zeroQuantity === 'free') return ZERO;
      const step = model.steps.find(({ upTo }) => upTo === null || !isLess(scaled(upTo), to));
      return whole((step ?? model.steps.at(-1))?.amountMinor ?? 0n);
    }
    case 'package': {
      const packages = (quantity: Fraction) => -floorOf(minus(ZERO, over(quantity, scaled(model.size))));
      return minor(times(whole(packages(to) - packages(from)), scaled(model.packagePrice)));
    }
    case 'percentage':
      return minor(percentage(model, measured.amounts, policy));
    case 'graduated_percentage': {
      const tiers = model.tiers.map((tier) => ({ ...tier, unitPrice: tier.ratePercent }));
      const upTo = (amount: Fraction) => graduated(tiers, 100n, amount, line);
      if (policy.eventInput === 'each_event')
        return measured.amounts.reduce((sum, amount) => plus(sum, upTo(scaled(amount))), ZERO);
      const total = plus(from, scaled(measured.amounts.reduce((sum, amount) => sum + amount, 0n)));
      return isFirst ? upTo(total) : minus(upTo(total), upTo(from));
    }
    case 'dynamic':
      return minor(scaled(measured.amounts.reduce((sum, amount) => sum + amount, 0n)));
    case 'dynamic_multiplier':
      return minor(times(minus(to, from), scaled(model.multiplier)));
    default:
      return byLabelAmount(line, model);
  }
}

/** Models over what was measured for each label, or over levels. */
function byLabelAmount(
  line: ToRate,
  model: Extract<PriceModel, { kind: 'matrix' | 'block_tiers' | 'capacity_tiers' | 'prorated_graduated' }>,
): Fraction {
  const { measured, minorPerMajor } = line;
  let sum = ZERO;
  if (model.kind === 'matrix') {
    for (const [label, quantity] of measured.sums) {
      const cell = model.cells.find(({ values }) => values[0] === label);
      const unitPrice = cell === undefined ? (model.otherUnitPrice ?? 0n) : cell.unitPrice;
      sum = plus(sum, over(times(scaled(quantity), scaled(unitPrice)), whole(model.per)));
    }
    return times(sum, whole(minorPerMajor));
  }
  if (model.kind === 'block_tiers') {
    for (const [label, quantity] of measured.sums) {
      const tiers = model.units.find(({ name }) => name === label)?.tiers ?? [];
      let below = 0n;
      for (const [index, tier] of tiers.entries()) {
        if (index > 0 && quantity <= below) break;
        const end = tier.maxBlocks === null ? quantity : below + tier.blockSize * tier.maxBlocks;
        const top = least(end, quantity);
        const isTop = tier.maxBlocks === null || quantity <= end;
        const counted = model.mode === 'top_tier' ? (isTop ? top : 0n) : top - below;
        const blocks = (counted + tier.blockSize - 1n) / tier.blockSize;
        sum = plus(sum, times(whole(blocks), scaled(tier.blockPrice)));
        below = end;
      }
    }
    return times(sum, whole(minorPerMajor));
  }
  if (model.kind === 'capacity_tiers') {
    const fits = model.tiers.find(({ limits }) =>
      limits.every(({ name, max }) => max === null || (measured.peaks.get(name) ?? 0n) <= max),
    );
    return whole((fits ?? model.tiers.at(-1))?.amountMinor ?? 0n);
  }
  return levelAmount(model, line);
}

type AnyTier = Pick<Tier, 'upTo' | 'unitPrice' | 'flatMinor' | 'capMinor'>;

/** What a quantity costs from zero on, each unit in the tier that it falls in. */
function graduated(tiers: readonly AnyTier[], per: bigint, quantity: Fraction, line: ToRate): Fraction {
  let sum = ZERO;
  let below = ZERO;
  for (const [index, tier] of tiers.entries()) {
    const isEntered = isLess(below, quantity) || (index === 0 && line.policy.zeroQuantity === 'charged');
    if (!isEntered) break;
    const top = tier.upTo === null ? quantity : smaller(quantity, scaled(tier.upTo));
    sum = plus(sum, tierAmount(tier, per, minus(top, below), line.minorPerMajor));
    if (tier.upTo === null) break;
    below = scaled(tier.upTo);
  }
  return sum;
}

function tierAmount(tier: AnyTier, per: bigint, units: Fraction, minorPerMajor: bigint): Fraction {
  const priced = over(times(times(units, scaled(tier.unitPrice)), whole(minorPerMajor)), whole(per));
  const amount = plus(priced, whole(tier.flatMinor));
  return tier.capMinor == null ? amount : smaller(amount, whole(tier.capMinor));
}

function volume(tiers: readonly Tier[], per: bigint, quantity: Fraction, line: ToRate): Fraction {
  if (quantity.n === 0n && line.policy.zeroQuantity === 'free') return ZERO;
  const tier = tiers.find(({ upTo }) => upTo === null || !isLess(scaled(upTo), quantity));
  return tier === undefined ? ZERO : tierAmount(tier, per, quantity, line.minorPerMajor);
}

/** A share of every event that is not free, with its fee and bounds, in currency units. */
function percentage(model: PercentageModel, amounts: readonly bigint[], policy: RatingPolicy): Fraction {
  let sum = ZERO;
  let count = 0n;
  let total = 0n;
  for (const amount of amounts) {
    const hasEvents = model.freeEvents !== null && count < model.freeEvents;
    const rest = model.freeAmount === null ? 0n : model.freeAmount > total ? model.freeAmount - total : 0n;
    count += 1n;
    total += amount;
    let free = rest < amount ? rest : amount;
    let isFree = hasEvents || (rest > 0n && amount <= rest);
    if (model.freeEvents !== null && model.freeAmount !== null) {
      // With both limits, the one that is reached first ends the allowance.
      const isWithin = hasEvents && rest > 0n;
      isFree = isWithin && amount <= rest;
      if (!isWithin) free = 0n;
    }
    if (isFree) continue;
    sum = plus(sum, eventFee(model, amount - free, policy));
  }
  return sum;
}

function eventFee(model: PercentageModel, amount: bigint, policy: RatingPolicy): Fraction {
  const fee = scaled(model.fixedFee);
  const share = over(times(scaled(amount), scaled(model.ratePercent)), whole(100n));
  const isFeeInside = policy.perEventBounds === 'after_fixed_fee';
  let charged = isFeeInside ? plus(share, fee) : share;
  if (model.minimumPerEvent !== null) charged = larger(charged, scaled(model.minimumPerEvent));
  if (model.maximumPerEvent !== null) charged = smaller(charged, scaled(model.maximumPerEvent));
  return isFeeInside ? charged : plus(charged, fee);
}

/** Every event moves the level; its prorated units are priced in the tiers that it passes, in proportion. */
function levelAmount(model: ProratedGraduatedModel, line: ToRate): Fraction {
  const { measured, minorPerMajor, policy } = line;
  const units = model.tiers.map(() => ZERO);
  let level = 0n;
  let peak = 0n;
  for (const { full, prorated } of measured.moves) {
    const after = level + full;
    const low = level < after ? level : after;
    const high = level < after ? after : level;
    let below = 0n;
    for (const [index, tier] of model.tiers.entries()) {
      const isLast = index === model.tiers.length - 1;
      const bottom = index === 0 || low > below ? low : below;
      const top = isLast || tier.upTo === null || high < tier.upTo ? high : tier.upTo;
      if (top > bottom) {
        const part = { n: prorated * (top - bottom), d: E12 * (high - low) };
        units[index] = plus(units[index] ?? ZERO, part);
      }
      below = tier.upTo ?? below;
    }
    level = after;
    if (level > peak) peak = level;
  }
  let sum = ZERO;
  let below = 0n;
  for (const [index, tier] of model.tiers.entries()) {
    const isEntered = peak > below || (index === 0 && policy.zeroQuantity === 'charged');
    const flatMinor = isEntered ? tier.flatMinor : 0n;
    const quantity = units[index] ?? ZERO;
    if (isEntered || quantity.n !== 0n)
      sum = plus(sum, tierAmount({ ...tier, flatMinor }, model.per, quantity, minorPerMajor));
    below = tier.upTo ?? below;
  }
  return sum;
}
