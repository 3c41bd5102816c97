import type { PriceModel, Tier } from '@billhook/core/catalog/price-model';
import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { FaultList } from './faults.ts';
import { type ModelInput, readModel } from './model-input.ts';

export type TierJson = {
  up_to: string | null;
  unit_amount: string;
  flat_amount: string;
  max_amount?: string | null;
};

/** A price model as stored and as on the wire: amounts are integer strings, unit prices decimal strings. */
export type ModelJson =
  | { model: 'flat'; amount: string }
  | { model: 'per_unit'; unit_amount: string; per: string }
  | { model: 'graduated' | 'volume' | 'prorated_graduated'; per: string; tiers: TierJson[] }
  | { model: 'stair_step'; steps: { up_to: string | null; amount: string }[] }
  | { model: 'package'; size: string; package_amount: string }
  | {
      model: 'percentage';
      rate_percent: string;
      fixed_fee: string;
      free_events: string | null;
      free_amount: string | null;
      minimum_per_event: string | null;
      maximum_per_event: string | null;
    }
  | {
      model: 'graduated_percentage';
      tiers: { up_to: string | null; rate_percent: string; flat_amount: string }[];
    }
  | {
      model: 'matrix';
      dimensions: string[];
      cells: { values: string[]; unit_amount: string }[];
      other_unit_amount: string | null;
      per: string;
    }
  | { model: 'dynamic' }
  | { model: 'dynamic_multiplier'; multiplier: string }
  | { model: 'commitment'; minimum: string | null; maximum: string | null }
  | {
      model: 'block_tiers';
      mode: 'all_tiers' | 'top_tier';
      units: {
        name: string;
        tiers: { block_size: string; max_blocks: string | null; block_amount: string }[];
      }[];
    }
  | {
      model: 'capacity_tiers';
      tiers: { limits: { name: string; max: string | null }[]; amount: string }[];
    };

type ModelOf<Kind extends PriceModel['kind']> = Extract<PriceModel, { kind: Kind }>;

export function modelToJson(model: PriceModel): ModelJson {
  switch (model.kind) {
    case 'flat':
      return { model: 'flat', amount: `${model.amountMinor}` };
    case 'per_unit':
      return { model: 'per_unit', unit_amount: formatDecimal12(model.unitPrice), per: `${model.per}` };
    case 'graduated':
    case 'volume':
    case 'prorated_graduated':
      return { model: model.kind, per: `${model.per}`, tiers: model.tiers.map(tierToJson) };
    case 'stair_step':
      return {
        model: 'stair_step',
        steps: model.steps.map(({ upTo, amountMinor }) => ({ up_to: text(upTo), amount: `${amountMinor}` })),
      };
    case 'package':
      return {
        model: 'package',
        size: formatDecimal12(model.size),
        package_amount: formatDecimal12(model.packagePrice),
      };
    case 'percentage':
      return percentageToJson(model);
    case 'graduated_percentage':
      return {
        model: 'graduated_percentage',
        tiers: model.tiers.map((tier) => ({
          up_to: text(tier.upTo),
          rate_percent: formatDecimal12(tier.ratePercent),
          flat_amount: `${tier.flatMinor}`,
        })),
      };
    case 'matrix':
      return matrixToJson(model);
    case 'dynamic':
      return { model: 'dynamic' };
    case 'commitment':
      return { model: 'commitment', minimum: minor(model.minimumMinor), maximum: minor(model.maximumMinor) };
    case 'dynamic_multiplier':
      return { model: 'dynamic_multiplier', multiplier: formatDecimal12(model.multiplier) };
    case 'block_tiers':
      return blocksToJson(model);
    case 'capacity_tiers':
      return {
        model: 'capacity_tiers',
        tiers: model.tiers.map((tier) => ({
          limits: tier.limits.map(({ name, max }) => ({ name, max: text(max) })),
          amount: `${tier.amountMinor}`,
        })),
      };
  }
}

/** Tiers without a bound of their own are written without it, as they always were. */
function tierToJson(tier: Tier): TierJson {
  return {
    up_to: text(tier.upTo),
    unit_amount: formatDecimal12(tier.unitPrice),
    flat_amount: `${tier.flatMinor}`,
    ...(tier.capMinor == null ? {} : { max_amount: `${tier.capMinor}` }),
  };
}

function percentageToJson(model: ModelOf<'percentage'>): ModelJson {
  return {
    model: 'percentage',
    rate_percent: formatDecimal12(model.ratePercent),
    fixed_fee: formatDecimal12(model.fixedFee),
    free_events: model.freeEvents === null ? null : `${model.freeEvents}`,
    free_amount: text(model.freeAmount),
    minimum_per_event: text(model.minimumPerEvent),
    maximum_per_event: text(model.maximumPerEvent),
  };
}

function matrixToJson(model: ModelOf<'matrix'>): ModelJson {
  return {
    model: 'matrix',
    dimensions: [...model.dimensions],
    cells: model.cells.map(({ values, unitPrice }) => ({
      values: [...values],
      unit_amount: formatDecimal12(unitPrice),
    })),
    other_unit_amount: text(model.otherUnitPrice),
    per: `${model.per}`,
  };
}

function blocksToJson(model: ModelOf<'block_tiers'>): ModelJson {
  return {
    model: 'block_tiers',
    mode: model.mode,
    units: model.units.map((unit) => ({
      name: unit.name,
      tiers: unit.tiers.map((tier) => ({
        block_size: formatDecimal12(tier.blockSize),
        max_blocks: tier.maxBlocks === null ? null : `${tier.maxBlocks}`,
        block_amount: formatDecimal12(tier.blockPrice),
      })),
    })),
  };
}

function text(value: Decimal12 | null): string | null {
  return value === null ? null : formatDecimal12(value);
}

/** Reads a model that this module has stored itself. */
export function modelFromJson(json: ModelInput): PriceModel {
  const faults = new FaultList();
  const model = readModel(json, faults);
  invariant(faults.all.length === 0, 'A stored price model reads back.');
  return model;
}

function minor(value: bigint | null): string | null {
  return value === null ? null : `${value}`;
}
