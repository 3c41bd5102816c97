import type { Meter, MeterAggregation } from './meter.ts';
import type { PriceModel } from './price-model.ts';

/** How a meter measures, as a seller writes it. */
export type MeterShape = Pick<Meter, 'aggregation' | 'valueProperty' | 'unitProperty'>;

/** What is wrong with how a meter measures, and in which member; null if nothing. */
export function meterFault(meter: MeterShape): { member: 'value' | 'unit'; detail: string } | null {
  const { aggregation, valueProperty, unitProperty } = meter;
  if (aggregation === 'count' && valueProperty !== null)
    return { member: 'value', detail: 'A count reads no property; leave it out.' };
  if (aggregation !== 'count' && (valueProperty === null || valueProperty === '')) {
    const detail = `A meter of the kind ${aggregation} names the property of the event that it reads.`;
    return { member: 'value', detail };
  }
  if (unitProperty === '') return { member: 'unit', detail: 'The property that names the unit has a name.' };
  if (aggregation === 'level' && unitProperty !== null)
    return { member: 'unit', detail: 'A level is of one unit; make a meter for each.' };
  return null;
}

const BY_UNIT: readonly MeterAggregation[] = ['count', 'sum'];

/**
 * Why a meter cannot supply what a model prices, as a sentence; null if it can. Models over single events or values add
 * them up; models over units need to know which unit used what; a level is prorated by the time that it stood.
 */
export function meterMisfit(model: PriceModel, meter: MeterShape): string | null {
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
