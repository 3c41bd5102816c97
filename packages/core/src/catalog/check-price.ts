import { CADENCE_INTERVALS } from '../time/cadence.ts';
import { type AddFault, checkAmount, checkPercent, checkQuantity, checkSize } from './check-figures.ts';
import { checkModel } from './check-model.ts';
import type { Meter } from './meter.ts';
import { PRICE_ALIGNMENTS, PRICE_PRORATIONS, type Price, UNIT_ROUNDINGS } from './price.ts';
import type { PriceModel } from './price-model.ts';

/** Models that price a number of units; included units and conversions apply to these. */
const UNIT_MODELS: readonly PriceModel['kind'][] = [
  'per_unit',
  'graduated',
  'volume',
  'stair_step',
  'package',
];

/** Finds what is wrong with one price. Pointers begin with `at`, the place of the price. */
export function checkPrice(
  price: Price,
  at: string,
  meters: readonly Pick<Meter, 'id'>[],
  add: AddFault,
): void {
  checkCounted(price, at, meters, add);
  if (!CADENCE_INTERVALS.includes(price.cadence.interval) || !isCount(price.cadence.count, 366)) {
    add(
      `${at}/cadence`,
      'price.cadence',
      'A cadence is 1 to 366 days, weeks, months, quarters, half years or years.',
    );
  }
  if (!PRICE_ALIGNMENTS.includes(price.alignment)) {
    add(`${at}/alignment`, 'price.alignment', 'Periods follow the anniversary or the calendar.');
  }
  if (!PRICE_PRORATIONS.includes(price.proration)) {
    add(
      `${at}/proration`,
      'price.proration',
      'A part of a period is charged by second, by day or not at all.',
    );
  }
  checkModel(price.model, `${at}/model`, add);
  checkTerms(price, `${at}/terms`, add);
}

/** What is counted must be there and fit the model. */
function checkCounted(price: Price, at: string, meters: readonly Pick<Meter, 'id'>[], add: AddFault): void {
  const { quantity, model } = price;
  if (quantity.kind === 'meter') {
    if (!meters.some((meter) => meter.id === quantity.meterId)) {
      add(`${at}/quantity/meter_id`, 'meter.unknown', 'There is no such meter.');
    }
    if (price.timing === 'in_advance') {
      add(
        `${at}/timing`,
        'price.meter_in_advance',
        'Usage is known only afterwards, so a metered price is billed in arrears.',
      );
    }
  }
  if (model.kind === 'flat') {
    if (quantity.kind !== 'fixed') {
      add(
        `${at}/model`,
        'price.flat_with_quantity',
        'A flat price does not depend on a quantity; use per_unit or graduated.',
      );
    }
  } else if (model.kind === 'commitment') {
    if (quantity.kind !== 'fixed' || price.timing !== 'in_arrears') {
      add(
        `${at}/model`,
        'price.commitment_in_arrears',
        'A commitment looks at a whole period when it has ended: it counts nothing and is billed in arrears.',
      );
    }
  } else if (!UNIT_MODELS.includes(model.kind) && quantity.kind !== 'meter') {
    add(`${at}/quantity`, 'price.model_needs_meter', 'This model prices usage, so it needs a meter.');
  }
}

function checkTerms({ model, terms }: Price, at: string, add: AddFault): void {
  const { includedUnits, minimumMinor, maximumMinor, conversion } = terms;
  const needsUnits = (pointer: string) =>
    add(
      pointer,
      'price.terms_need_units',
      'This term counts units, and the model does not price a number of them.',
    );
  checkQuantity(includedUnits, `${at}/included_units`, add);
  if (includedUnits > 0n && !UNIT_MODELS.includes(model.kind)) needsUnits(`${at}/included_units`);
  if (minimumMinor !== null) checkAmount(minimumMinor, `${at}/minimum_minor`, add);
  if (maximumMinor !== null) checkAmount(maximumMinor, `${at}/maximum_minor`, add);
  if (minimumMinor !== null && maximumMinor !== null && minimumMinor > maximumMinor) {
    add(`${at}/minimum_minor`, 'price.minimum_above_maximum', 'The minimum is above the maximum.');
  }
  checkPercent(terms.discountPercent, `${at}/discount_percent`, add);
  if (conversion === null) return;
  if (!UNIT_MODELS.includes(model.kind)) needsUnits(`${at}/conversion`);
  checkSize(conversion.factor, `${at}/conversion/factor`, add);
  if (!['multiply', 'divide'].includes(conversion.operation)) {
    add(`${at}/conversion/operation`, 'price.conversion', 'Units are multiplied or divided.');
  }
  if (!UNIT_ROUNDINGS.includes(conversion.rounding)) {
    add(
      `${at}/conversion/rounding`,
      'price.conversion',
      'Units are rounded up, down, half up or not at all.',
    );
  }
  if (!Number.isInteger(conversion.places) || conversion.places < 0 || conversion.places > 12) {
    add(`${at}/conversion/places`, 'price.conversion', 'Units keep 0 to 12 places.');
  }
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}
