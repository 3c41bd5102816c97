import type { PriceModel, Tier } from '@billhook/core/catalog/price-model';
import { DECIMAL12_ZERO, type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import type { FaultList } from './faults.ts';

type TierInput = {
  up_to: string | null;
  unit_amount: string;
  flat_amount?: string | undefined;
  max_amount?: string | null | undefined;
};

/** A price model as a seller writes it. Amounts are integer strings, unit prices decimal strings. */
export type ModelInput =
  | { model: 'flat'; amount: string }
  | { model: 'per_unit'; unit_amount: string; per?: string | undefined }
  | {
      model: 'graduated' | 'volume' | 'prorated_graduated';
      per?: string | undefined;
      tiers: readonly TierInput[];
    }
  | { model: 'stair_step'; steps: readonly { up_to: string | null; amount: string }[] }
  | { model: 'package'; size: string; package_amount: string }
  | PercentageInput
  | {
      model: 'graduated_percentage';
      tiers: readonly { up_to: string | null; rate_percent: string; flat_amount?: string | undefined }[];
    }
  | MatrixInput
  | { model: 'dynamic' }
  | { model: 'dynamic_multiplier'; multiplier: string }
  | { model: 'commitment'; minimum: string | null; maximum: string | null }
  | BlocksInput
  | {
      model: 'capacity_tiers';
      tiers: readonly { limits: readonly { name: string; max: string | null }[]; amount: string }[];
    };

type PercentageInput = {
  model: 'percentage';
  rate_percent: string;
  fixed_fee?: string | undefined;
  free_events?: string | null | undefined;
  free_amount?: string | null | undefined;
  minimum_per_event?: string | null | undefined;
  maximum_per_event?: string | null | undefined;
};

type MatrixInput = {
  model: 'matrix';
  dimensions: readonly string[];
  cells: readonly { values: readonly string[]; unit_amount: string }[];
  other_unit_amount?: string | null | undefined;
  per?: string | undefined;
};

type BlocksInput = {
  model: 'block_tiers';
  mode: 'all_tiers' | 'top_tier';
  units: readonly {
    name: string;
    tiers: readonly { block_size: string; max_blocks: string | null; block_amount: string }[];
  }[];
};

/** Reads a model; a figure that cannot be read counts as zero and adds a fault. */
export function readModel(input: ModelInput, faults: FaultList): PriceModel {
  switch (input.model) {
    case 'flat':
      return { kind: 'flat', amountMinor: readWhole(input.amount, '/amount', faults) };
    case 'per_unit':
      return {
        kind: 'per_unit',
        unitPrice: readDecimal(input.unit_amount, '/unit_amount', faults),
        per: readWhole(input.per ?? '1', '/per', faults),
      };
    case 'graduated':
    case 'volume':
    case 'prorated_graduated':
      return {
        kind: input.model,
        per: readWhole(input.per ?? '1', '/per', faults),
        tiers: input.tiers.map((tier, index) => readTier(tier, faults.below(`/tiers/${index}`))),
      };
    case 'stair_step':
      return {
        kind: 'stair_step',
        steps: input.steps.map((step, index) => ({
          upTo: orNull(step.up_to, `/steps/${index}/up_to`, faults, readDecimal),
          amountMinor: readWhole(step.amount, `/steps/${index}/amount`, faults),
        })),
      };
    case 'package':
      return {
        kind: 'package',
        size: readDecimal(input.size, '/size', faults),
        packagePrice: readDecimal(input.package_amount, '/package_amount', faults),
      };
    case 'dynamic':
      return { kind: 'dynamic' };
    case 'commitment':
      return {
        kind: 'commitment',
        minimumMinor: orNull(input.minimum, '/minimum', faults, readWhole),
        maximumMinor: orNull(input.maximum, '/maximum', faults, readWhole),
      };
    case 'dynamic_multiplier':
      return { kind: 'dynamic_multiplier', multiplier: readDecimal(input.multiplier, '/multiplier', faults) };
    case 'percentage':
      return readPercentage(input, faults);
    case 'matrix':
      return readMatrix(input, faults);
    case 'block_tiers':
      return readBlocks(input, faults);
    case 'graduated_percentage':
      return {
        kind: 'graduated_percentage',
        tiers: input.tiers.map((tier, index) => ({
          upTo: orNull(tier.up_to, `/tiers/${index}/up_to`, faults, readDecimal),
          ratePercent: readDecimal(tier.rate_percent, `/tiers/${index}/rate_percent`, faults),
          flatMinor: readWhole(tier.flat_amount ?? '0', `/tiers/${index}/flat_amount`, faults),
        })),
      };
    case 'capacity_tiers':
      return {
        kind: 'capacity_tiers',
        tiers: input.tiers.map((tier, index) => ({
          limits: tier.limits.map(({ name, max }, place) => ({
            name,
            max: orNull(max, `/tiers/${index}/limits/${place}/max`, faults, readDecimal),
          })),
          amountMinor: readWhole(tier.amount, `/tiers/${index}/amount`, faults),
        })),
      };
  }
}

function readTier(tier: TierInput, faults: FaultList): Tier {
  return {
    upTo: orNull(tier.up_to, '/up_to', faults, readDecimal),
    unitPrice: readDecimal(tier.unit_amount, '/unit_amount', faults),
    flatMinor: readWhole(tier.flat_amount ?? '0', '/flat_amount', faults),
    ...(tier.max_amount == null ? {} : { capMinor: readWhole(tier.max_amount, '/max_amount', faults) }),
  };
}

function readPercentage(input: PercentageInput, faults: FaultList): PriceModel {
  return {
    kind: 'percentage',
    ratePercent: readDecimal(input.rate_percent, '/rate_percent', faults),
    fixedFee: readDecimal(input.fixed_fee ?? '0', '/fixed_fee', faults),
    freeEvents: orNull(input.free_events, '/free_events', faults, readWhole),
    freeAmount: orNull(input.free_amount, '/free_amount', faults, readDecimal),
    minimumPerEvent: orNull(input.minimum_per_event, '/minimum_per_event', faults, readDecimal),
    maximumPerEvent: orNull(input.maximum_per_event, '/maximum_per_event', faults, readDecimal),
  };
}

function readMatrix(input: MatrixInput, faults: FaultList): PriceModel {
  return {
    kind: 'matrix',
    dimensions: input.dimensions,
    cells: input.cells.map(({ values, unit_amount }, index) => ({
      values,
      unitPrice: readDecimal(unit_amount, `/cells/${index}/unit_amount`, faults),
    })),
    otherUnitPrice: orNull(input.other_unit_amount, '/other_unit_amount', faults, readDecimal),
    per: readWhole(input.per ?? '1', '/per', faults),
  };
}

function readBlocks(input: BlocksInput, faults: FaultList): PriceModel {
  return {
    kind: 'block_tiers',
    mode: input.mode,
    units: input.units.map((unit, place) => ({
      name: unit.name,
      tiers: unit.tiers.map((tier, index) => {
        const below = faults.below(`/units/${place}/tiers/${index}`);
        return {
          blockSize: readDecimal(tier.block_size, '/block_size', below),
          maxBlocks: orNull(tier.max_blocks, '/max_blocks', below, readWhole),
          blockPrice: readDecimal(tier.block_amount, '/block_amount', below),
        };
      }),
    })),
  };
}

export function orNull<T>(
  text: string | null | undefined,
  pointer: string,
  faults: FaultList,
  read: (text: string, pointer: string, faults: FaultList) => T,
): T | null {
  return text == null ? null : read(text, pointer, faults);
}

export function readDecimal(text: string, pointer: string, faults: FaultList): Decimal12 {
  const value = parseDecimal12(text);
  if (value.ok) return value.value;
  faults.add(pointer, value.refusal.code, value.refusal.detail);
  return DECIMAL12_ZERO;
}

export function readWhole(text: string, pointer: string, faults: FaultList): bigint {
  if (/^-?(?:0|[1-9][0-9]{0,17})$/.test(text)) return BigInt(text);
  faults.add(pointer, 'figure.malformed', 'This is a whole number written as text, such as 2900.');
  return 0n;
}
