import type { Interval, PriceAmounts, PriceRecord, Recurring, Tier } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { invalid, missing } from '../error.ts';
import { readCurrency } from '../intent-params.ts';
import type { Params } from '../params.ts';
import { formatDecimal, parseDecimal } from './decimal.ts';

const TAX_BEHAVIORS = ['unspecified', 'inclusive', 'exclusive'] as const;
const INTERVALS = ['day', 'week', 'month', 'year'] as const;
const MAX_YEARS: Readonly<Record<Interval, number>> = { day: 1095, week: 156, month: 36, year: 3 };

/** Reads an amount given as whole minor units or as a decimal of them, never both. */
export function readUnitAmount(params: Params, key: string): string | null {
  const whole = params.integer(key);
  const text = params.text(`${key}_decimal`) ?? null;
  if (whole !== undefined && text !== null) {
    throw invalid(`You may only specify one of these parameters: ${key}, ${key}_decimal.`, {
      param: params.name(key),
    });
  }
  if (whole !== undefined) {
    if (whole < 0) throw invalid('Invalid non-negative integer', { param: params.name(key) });
    return String(whole);
  }
  if (text === null) return null;
  const scaled = parseDecimal(text);
  if (scaled === null || scaled < 0n) {
    throw invalid(`Invalid decimal: ${text}`, { param: params.name(`${key}_decimal`) });
  }
  return formatDecimal(scaled);
}

function readTiers(params: Params): Tier[] | null {
  if (!params.has('tiers')) return null;
  const levels = params.levels('tiers');
  let before = 0;
  const tiers = levels.map((level, index): Tier => {
    const text = level.required('up_to');
    const upTo = text === 'inf' ? null : (level.integer('up_to') ?? 0);
    if (upTo !== null && upTo <= before) {
      throw invalid('Each tier must end above the one before it.', { param: level.name('up_to') });
    }
    if ((upTo === null) !== (index === levels.length - 1)) {
      throw invalid('The last tier must have `up_to` set to `inf`, and only the last.', {
        param: params.name('tiers'),
      });
    }
    before = upTo ?? before;
    const unitAmount = readUnitAmount(level, 'unit_amount');
    const flatAmount = readUnitAmount(level, 'flat_amount');
    if (unitAmount === null && flatAmount === null) {
      throw invalid('Each tier needs `unit_amount` or `flat_amount`.', { param: params.name('tiers') });
    }
    return { upTo, unitAmount, flatAmount };
  });
  return tiers.length === 0 ? null : tiers;
}

/** Reads what a price asks in one currency. */
export function readAmounts(params: Params, tiered: boolean): PriceAmounts {
  const unitAmount = readUnitAmount(params, 'unit_amount');
  const tiers = readTiers(params);
  const taxBehavior = params.choice('tax_behavior', TAX_BEHAVIORS) ?? 'unspecified';
  if (tiered ? tiers === null || unitAmount !== null : tiers !== null) {
    throw invalid('`tiers` go with `billing_scheme=tiered`, `unit_amount` with `per_unit`.', {
      param: params.name(tiered ? 'tiers' : 'unit_amount'),
    });
  }
  if (!tiered && unitAmount === null) {
    throw invalid(`Missing required param: ${params.name('unit_amount')}.`, {
      code: 'parameter_missing',
      param: params.name('unit_amount'),
    });
  }
  return { unitAmount, tiers, taxBehavior };
}

/** Reads `recurring`, null for a price that is paid once. */
export function readRecurring(draft: Draft, params: Params): Recurring | null {
  if (!params.has('recurring')) return null;
  const level = params.level('recurring');
  level.required('interval');
  const interval = level.choice('interval', INTERVALS) ?? 'month';
  const intervalCount = level.integer('interval_count') ?? 1;
  if (intervalCount < 1 || intervalCount > MAX_YEARS[interval]) {
    throw invalid('Prices come round after three years at most.', { param: level.name('interval_count') });
  }
  const usageType = level.choice('usage_type', ['licensed', 'metered']) ?? 'licensed';
  const meter = level.text('meter') ?? null;
  if (meter !== null && draft.get('meter', meter) === undefined) {
    throw missing('meter', meter, level.name('meter'));
  }
  if ((usageType === 'metered') !== (meter !== null)) {
    throw invalid('Prices with `usage_type=metered` need a `meter`, and no others may have one.', {
      param: level.name('meter'),
    });
  }
  const trialPeriodDays = level.integer('trial_period_days') ?? null;
  return { interval, intervalCount, usageType, meter, trialPeriodDays };
}

function readOthers(params: Params, tiered: boolean): Record<string, PriceAmounts> {
  const level = params.level('currency_options');
  return Object.fromEntries(
    level.names().map((currency) => {
      if (!/^[a-z]{3}$/.test(currency)) {
        throw invalid(`Invalid currency: ${currency}`, { param: level.name(currency) });
      }
      return [currency, readAmounts(level.level(currency), tiered)];
    }),
  );
}

function readTransform(params: Params): PriceRecord['transform'] {
  if (!params.has('transform_quantity')) return null;
  const level = params.level('transform_quantity');
  const divideBy = level.integer('divide_by') ?? 0;
  if (divideBy < 1) throw invalid('Invalid positive integer', { param: level.name('divide_by') });
  level.required('round');
  return { divideBy, round: level.choice('round', ['up', 'down']) ?? 'up' };
}

/** Reads a whole price for a product. */
export function readPrice(draft: Draft, params: Params, product: string): PriceRecord {
  const currency = readCurrency(params);
  const scheme = params.choice('billing_scheme', ['per_unit', 'tiered']) ?? 'per_unit';
  const tiered = scheme === 'tiered';
  const tiersMode = params.choice('tiers_mode', ['graduated', 'volume']) ?? null;
  if (tiered !== (tiersMode !== null)) {
    throw invalid('`tiers_mode` goes with `billing_scheme=tiered`.', { param: params.name('tiers_mode') });
  }
  return {
    id: draft.id('price_'),
    created: draft.now,
    product,
    active: params.flag('active') ?? true,
    currency,
    nickname: params.text('nickname') ?? null,
    lookupKey: null,
    metadata: params.metadata(),
    recurring: readRecurring(draft, params),
    amounts: readAmounts(params, tiered),
    tiersMode,
    transform: readTransform(params),
    others: readOthers(params, tiered),
  };
}
