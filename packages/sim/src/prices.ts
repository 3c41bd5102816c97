import {
  DEFAULT_PRICE_SHAPE,
  DEFAULT_PRICE_TERMS,
  type Price,
  type PriceTerms,
  STANDARD_TAX_CODE,
} from '@billhook/core/catalog/price';
import type { PercentageTier, PriceModel, StairStep, Tier } from '@billhook/core/catalog/price-model';
import { type Decimal12, decimal12FromInteger, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { type Cadence, MONTHLY } from '@billhook/core/time/cadence';
import type { Prng } from './prng.ts';
import type { Swarm } from './swarm.ts';

export const REDUCED_TAX_CODE = 'reduced';
export const LABELS = ['eu', 'us', 'asia'] as const;

export function dec(text: string): Decimal12 {
  const parsed = parseDecimal12(text);
  if (!parsed.ok) throw new Error(`${text} is no decimal.`);
  return parsed.value;
}

/** A unit price with up to four places. */
function unit(prng: Prng, max: number): Decimal12 {
  return dec((prng.int(0, max * 10_000) / 10_000).toFixed(4));
}

function flatMinor(prng: Prng): bigint {
  return prng.chance(0.4) ? BigInt(prng.int(1, 900)) : 0n;
}

/** Rising bounds, the last one open. */
function bounds(prng: Prng, scale: number): (Decimal12 | null)[] {
  const first = prng.int(1, scale);
  const second = first + prng.int(1, scale * 3);
  return [decimal12FromInteger(BigInt(first)), decimal12FromInteger(BigInt(second)), null];
}

function tiers(prng: Prng, scale: number, max: number): Tier[] {
  return bounds(prng, scale).map((upTo) => ({
    upTo,
    unitPrice: unit(prng, max),
    flatMinor: flatMinor(prng),
    ...(prng.chance(0.2) ? { capMinor: BigInt(prng.int(500, 9000)) } : {}),
  }));
}

function steps(prng: Prng, scale: number): StairStep[] {
  return bounds(prng, scale).map((upTo, index) => ({
    upTo,
    amountMinor: BigInt(prng.int(0, 4000) * (index + 1)),
  }));
}

function percentageTiers(prng: Prng): PercentageTier[] {
  return bounds(prng, 200).map((upTo) => ({
    upTo,
    ratePercent: unit(prng, 5),
    flatMinor: flatMinor(prng),
  }));
}

export type UnitModelKind = 'per_unit' | 'graduated' | 'volume' | 'stair_step' | 'package';

/** A model over a number of units; `scale` is about how many there are. */
export function unitModel(kind: UnitModelKind, scale: number, max: number, prng: Prng): PriceModel {
  switch (kind) {
    case 'per_unit':
      return { kind, unitPrice: unit(prng, max), per: prng.pick([1n, 1n, 10n, 1000n]) };
    case 'graduated':
    case 'volume':
      return { kind, tiers: tiers(prng, scale, max), per: prng.pick([1n, 1n, 7n]) };
    case 'stair_step':
      return { kind, steps: steps(prng, scale) };
    case 'package':
      return {
        kind,
        size: decimal12FromInteger(BigInt(prng.int(2, scale + 2))),
        packagePrice: unit(prng, 20),
      };
  }
}

export const UNIT_MODEL_KINDS: readonly UnitModelKind[] = [
  'per_unit',
  'graduated',
  'volume',
  'stair_step',
  'package',
];

/** A model over events, with the meter that it needs. */
export interface EventModel {
  readonly meterId: string;
  readonly model: PriceModel;
}

export const EVENT_MODELS: readonly ((prng: Prng) => EventModel)[] = [
  (prng) => ({
    meterId: 'meter_sales',
    model: {
      kind: 'percentage',
      ratePercent: unit(prng, 4),
      fixedFee: dec('0.05'),
      freeEvents: prng.chance(0.4) ? BigInt(prng.int(1, 5)) : null,
      freeAmount: prng.chance(0.4) ? decimal12FromInteger(BigInt(prng.int(10, 200))) : null,
      minimumPerEvent: prng.chance(0.4) ? dec('0.2') : null,
      maximumPerEvent: prng.chance(0.4) ? dec('2.5') : null,
    },
  }),
  (prng) => ({
    meterId: 'meter_sales',
    model: { kind: 'graduated_percentage', tiers: percentageTiers(prng) },
  }),
  () => ({ meterId: 'meter_sales', model: { kind: 'dynamic' } }),
  (prng) => ({
    meterId: 'meter_sales',
    model: { kind: 'dynamic_multiplier', multiplier: dec(prng.pick(['0.3', '1.25', '0.017'])) },
  }),
  (prng) => ({
    meterId: 'meter_requests',
    model: {
      kind: 'matrix',
      dimensions: ['label'],
      cells: LABELS.slice(0, 2).map((label) => ({ values: [label], unitPrice: unit(prng, 1) })),
      otherUnitPrice: unit(prng, 1),
      per: 1n,
    },
  }),
  (prng) => ({
    meterId: 'meter_requests',
    model: {
      kind: 'block_tiers',
      mode: prng.pick(['all_tiers', 'top_tier'] as const),
      units: LABELS.map((name) => ({
        name,
        tiers: [
          { blockSize: decimal12FromInteger(5n), maxBlocks: 3n, blockPrice: unit(prng, 3) },
          { blockSize: decimal12FromInteger(8n), maxBlocks: null, blockPrice: unit(prng, 3) },
        ],
      })),
    },
  }),
  (prng) => ({
    meterId: 'meter_levels',
    model: {
      kind: 'capacity_tiers',
      tiers: [10n, 30n, null].map((max, index) => ({
        limits: LABELS.slice(0, 2).map((name) => ({
          name,
          max: max === null ? null : decimal12FromInteger(max),
        })),
        amountMinor: BigInt(prng.int(1, 900) * (index + 1)),
      })),
    },
  }),
  (prng) => ({
    meterId: 'meter_members',
    model: { kind: 'prorated_graduated', tiers: tiers(prng, 6, 9), per: 1n },
  }),
];

export interface PriceWish {
  readonly key: string;
  readonly model: PriceModel;
  readonly quantity?: Price['quantity'];
  readonly timing?: Price['timing'];
  readonly cadence?: Cadence;
}

/** A price with what the seed has of proration, alignment, terms and tax codes. */
export function drawPrice(wish: PriceWish, swarm: Swarm, prng: Prng): Price {
  const quantity = wish.quantity ?? { kind: 'fixed' };
  const isUnitModel = UNIT_MODEL_KINDS.some((kind) => kind === wish.model.kind);
  return {
    id: `price_${wish.key}`,
    key: wish.key,
    name: wish.key,
    model: wish.model,
    quantity,
    timing: wish.timing ?? (quantity.kind === 'meter' ? 'in_arrears' : 'in_advance'),
    cadence: wish.cadence ?? MONTHLY,
    alignment: swarm.hasCalendarPrices && prng.chance(0.3) ? 'calendar' : DEFAULT_PRICE_SHAPE.alignment,
    proration: prng.pick(swarm.prorations),
    terms: quantity.kind === 'meter' ? drawTerms(isUnitModel, prng) : DEFAULT_PRICE_TERMS,
    taxCode: prng.chance(0.3) ? REDUCED_TAX_CODE : STANDARD_TAX_CODE,
  };
}

function drawTerms(isUnitModel: boolean, prng: Prng): PriceTerms {
  return {
    includedUnits: isUnitModel && prng.chance(0.3) ? decimal12FromInteger(BigInt(prng.int(1, 9))) : dec('0'),
    minimumMinor: prng.chance(0.15) ? BigInt(prng.int(1, 400)) : null,
    maximumMinor: prng.chance(0.15) ? BigInt(prng.int(400, 6000)) : null,
    conversion:
      isUnitModel && prng.chance(0.3)
        ? {
            operation: prng.pick(['multiply', 'divide'] as const),
            factor: dec(prng.pick(['3', '0.7', '1.5'])),
            rounding: prng.pick(['none', 'ceiling', 'floor', 'half_up'] as const),
            places: prng.int(0, 2),
          }
        : null,
    discountPercent: prng.chance(0.2) ? dec(prng.pick(['10', '33.3', '12.5'])) : dec('0'),
  };
}
