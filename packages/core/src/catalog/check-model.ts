import {
  type AddFault,
  checkAmount,
  checkCount,
  checkNames,
  checkPer,
  checkPercent,
  checkQuantity,
  checkSize,
  checkUnitPrice,
} from './check-figures.ts';
import { checkBlocks, checkCapacity, checkPercentageTiers, checkSteps, checkTiers } from './check-tiers.ts';
import type { CommitmentModel, MatrixModel, PercentageModel, PriceModel } from './price-model.ts';

export const MAX_CELLS = 1_000;
const MAX_DIMENSIONS = 5;

/** Finds what is wrong with a model by itself. Pointers begin with `at`, the place of the model. */
export function checkModel(model: PriceModel, at: string, add: AddFault): void {
  switch (model.kind) {
    case 'flat':
      checkAmount(model.amountMinor, `${at}/amount_minor`, add);
      return;
    case 'per_unit':
      checkPer(model.per, `${at}/per`, add);
      checkUnitPrice(model.unitPrice, `${at}/unit_price`, add);
      return;
    case 'graduated':
    case 'volume':
    case 'prorated_graduated':
      checkPer(model.per, `${at}/per`, add);
      checkTiers(model.tiers, at, add);
      return;
    case 'stair_step':
      checkSteps(model.steps, at, add);
      return;
    case 'package':
      checkSize(model.size, `${at}/size`, add);
      checkUnitPrice(model.packagePrice, `${at}/package_price`, add);
      return;
    case 'percentage':
      checkPercentage(model, at, add);
      return;
    case 'graduated_percentage':
      checkPercentageTiers(model.tiers, at, add);
      return;
    case 'matrix':
      checkMatrix(model, at, add);
      return;
    case 'dynamic':
      return;
    case 'dynamic_multiplier':
      checkSize(model.multiplier, `${at}/multiplier`, add);
      return;
    case 'block_tiers':
      checkBlocks(model, at, add);
      return;
    case 'capacity_tiers':
      checkCapacity(model, at, add);
      return;
    case 'commitment':
      checkCommitment(model, at, add);
      return;
    default:
      add(at, 'price.model_unknown', 'There is no such model of pricing.');
  }
}

function checkCommitment({ minimumMinor, maximumMinor }: CommitmentModel, at: string, add: AddFault): void {
  if (minimumMinor === null && maximumMinor === null) {
    add(at, 'price.commitment_empty', 'A commitment has a minimum, a maximum or both.');
  }
  if (minimumMinor !== null) checkAmount(minimumMinor, `${at}/minimum_minor`, add);
  if (maximumMinor !== null) checkAmount(maximumMinor, `${at}/maximum_minor`, add);
  if (minimumMinor !== null && maximumMinor !== null && minimumMinor > maximumMinor) {
    add(`${at}/minimum_minor`, 'price.minimum_above_maximum', 'The minimum is above the maximum.');
  }
}

function checkPercentage(model: PercentageModel, at: string, add: AddFault): void {
  checkPercent(model.ratePercent, `${at}/rate_percent`, add);
  checkUnitPrice(model.fixedFee, `${at}/fixed_fee`, add);
  if (model.freeEvents !== null) checkCount(model.freeEvents, 0n, `${at}/free_events`, add);
  if (model.freeAmount !== null) checkQuantity(model.freeAmount, `${at}/free_amount`, add);
  const { minimumPerEvent: minimum, maximumPerEvent: maximum } = model;
  if (minimum !== null) checkUnitPrice(minimum, `${at}/minimum_per_event`, add);
  if (maximum !== null) checkUnitPrice(maximum, `${at}/maximum_per_event`, add);
  if (minimum !== null && maximum !== null && minimum > maximum) {
    add(`${at}/minimum_per_event`, 'price.minimum_above_maximum', 'The minimum is above the maximum.');
  }
}

function checkMatrix(model: MatrixModel, at: string, add: AddFault): void {
  const { dimensions, cells } = model;
  checkPer(model.per, `${at}/per`, add);
  if (dimensions.length === 0 || dimensions.length > MAX_DIMENSIONS) {
    add(`${at}/dimensions`, 'price.dimensions_count', `A price has 1 to ${MAX_DIMENSIONS} dimensions.`);
  }
  checkNames(dimensions, (index) => `${at}/dimensions/${index}`, add);
  if (model.otherUnitPrice !== null) checkUnitPrice(model.otherUnitPrice, `${at}/other_unit_price`, add);
  if (cells.length === 0 || cells.length > MAX_CELLS) {
    add(`${at}/cells`, 'price.cells_count', `A price by dimension has 1 to ${MAX_CELLS} prices.`);
  }
  const seen = new Set<string>();
  for (const [index, { values, unitPrice }] of cells.entries()) {
    checkUnitPrice(unitPrice, `${at}/cells/${index}/unit_price`, add);
    if (values.length !== dimensions.length) {
      add(`${at}/cells/${index}/values`, 'price.cell_values', 'There is one value for each dimension.');
    }
    const name = JSON.stringify(values);
    if (seen.has(name)) {
      add(`${at}/cells/${index}/values`, 'price.cell_duplicate', 'These values have a price already.');
    }
    seen.add(name);
  }
}
