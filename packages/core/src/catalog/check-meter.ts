import { decimal12FromInteger } from '../kernel/decimal.ts';
import { type Meter, type MeterAggregation, restsOnLevel, termsOf } from './meter.ts';
import type { MeterTerms } from './meter-terms.ts';
import type { PriceModel } from './price-model.ts';

/** How a meter measures, as a seller writes it. */
export type MeterShape = Pick<Meter, 'aggregation' | 'valueProperty' | 'unitProperty' | 'terms'>;

export interface MeterFault {
  readonly member: 'value' | 'unit' | 'percentile' | 'weighted_by' | 'rounding' | 'filters' | 'group_by';
  readonly detail: string;
}

const HUNDRED = decimal12FromInteger(100n);

/** What is wrong with how a meter measures, and in which member; null if nothing. */
export function meterFault(meter: MeterShape): MeterFault | null {
  const { aggregation, valueProperty, unitProperty } = meter;
  if (aggregation === 'count' && valueProperty !== null)
    return { member: 'value', detail: 'A count reads no property; leave it out.' };
  if (aggregation !== 'count' && (valueProperty === null || valueProperty === '')) {
    const detail = `A meter of the kind ${aggregation} names the property of the event that it reads.`;
    return { member: 'value', detail };
  }
  if (unitProperty === '') return { member: 'unit', detail: 'The property that names the unit has a name.' };
  if (restsOnLevel(meter) && unitProperty !== null)
    return { member: 'unit', detail: 'A level is of one unit; make a meter for each.' };
  return termsFault(aggregation, termsOf(meter));
}

function termsFault(aggregation: MeterAggregation, terms: MeterTerms): MeterFault | null {
  const { percentile, weightedBy, rounding, groupBy, filters } = terms;
  if ((aggregation === 'percentile') !== (percentile !== null))
    return { member: 'percentile', detail: 'A percentile says which one, and no other kind does.' };
  if (percentile !== null && (percentile <= 0n || percentile > HUNDRED))
    return { member: 'percentile', detail: 'A percentile lies above 0 and at most at 100.' };
  if ((aggregation === 'weighted_sum') !== (weightedBy !== null)) {
    const detail = 'A sum over time says by which unit of time, and no other kind does.';
    return { member: 'weighted_by', detail };
  }
  if (rounding !== null && rounding.step <= 0n)
    return { member: 'rounding', detail: 'A quantity is rounded to a step above zero.' };
  if (new Set(groupBy).size < groupBy.length)
    return { member: 'group_by', detail: 'Each property is named once.' };
  const empty = filters.find(
    (filter) =>
      filter.operator === 'range' &&
      (filter.from === null ? filter.below === null : filter.below !== null && filter.below <= filter.from),
  );
  return empty === undefined
    ? null
    : { member: 'filters', detail: 'A range has a bound, and ends above where it begins.' };
}

const BY_UNIT: readonly MeterAggregation[] = ['count', 'sum'];

/**
 * Why a meter cannot supply what a model prices, as a sentence; null if it can. Models over single events or values add
 * them up; models over units need to know which unit used what; a level is prorated by the time that it stood.
 */
export function meterMisfit(model: PriceModel, meter: MeterShape): string | null {
  const misfit = kindMisfit(model, meter);
  if (misfit !== null || PRICES_QUANTITY.includes(model.kind) || termsOf(meter).rounding === null)
    return misfit;
  return 'This model prices parts of a quantity, which a meter that rounds the whole of it cannot supply.';
}

/** Models that ask for the quantity of a period and nothing else. */
const PRICES_QUANTITY: readonly PriceModel['kind'][] = [
  'flat',
  'per_unit',
  'graduated',
  'volume',
  'stair_step',
  'package',
];

function kindMisfit(model: PriceModel, meter: MeterShape): string | null {
  const { aggregation, unitProperty } = meter;
  switch (model.kind) {
    case 'block_tiers':
      return unitProperty !== null && BY_UNIT.includes(aggregation)
        ? null
        : 'Blocks of units need a meter that counts or adds up and names the property that tells units apart.';
    case 'capacity_tiers':
      return unitProperty !== null && aggregation === 'max'
        ? null
        : 'Capacity needs a meter of the highest reading that names the property that tells units apart.';
    case 'prorated_graduated':
      return aggregation === 'level' ? null : 'Prorated units need a meter of a level.';
    case 'matrix':
    case 'percentage':
    case 'graduated_percentage':
    case 'dynamic':
    case 'dynamic_multiplier':
      return BY_UNIT.includes(aggregation)
        ? null
        : 'This model prices events that are added up; a highest reading or a level is no sum of them.';
    default:
      return null;
  }
}
