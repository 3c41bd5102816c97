import { Type } from 'typebox';
import {
  decimal,
  id,
  key,
  line,
  notNegativeDecimal,
  nullable,
  obj,
  percentText,
  timestamp,
} from '../common.ts';

/**
 * `max` is the highest reading of a period; the readings of a `level` move it up and down, and it stays from period to
 * period. `latest` is the last reading, `unique` the number of different values, `weighted_sum` a level times how long it
 * stood, `percentile` the nearest rank.
 */
export const aggregation = Type.Enum([
  'count',
  'sum',
  'max',
  'level',
  'latest',
  'unique',
  'average',
  'weighted_sum',
  'percentile',
]);
const property = line(200);
const listedValues = Type.Array(line(200), { minItems: 1, maxItems: 100 });
/** A condition on a property of an event. A range holds from `from` on and below `below`. */
export const propertyFilter = Type.Union([
  obj({ operator: Type.Literal('equals'), property, value: line(200) }),
  obj({ operator: Type.Enum(['in', 'not_in']), property, values: listedValues }),
  obj({ operator: Type.Enum(['exists', 'missing']), property }),
  obj({
    operator: Type.Literal('range'),
    property,
    from: Type.Optional(nullable(decimal)),
    below: Type.Optional(nullable(decimal)),
  }),
]);
const filters = Type.Array(propertyFilter, { maxItems: 20 });
/** Properties of events by which usage is shown. */
const groupBy = Type.Array(property, { maxItems: 5 });
export const weightedBy = Type.Enum(['second', 'minute', 'hour', 'day']);
/** The quantity of a period becomes a whole number of steps; `up` goes away from zero. */
export const quantityRounding = obj({
  step: notNegativeDecimal,
  mode: Type.Enum(['half_away_from_zero', 'half_even', 'up', 'down']),
});
/** What becomes of usage of a time that stands on an issued invoice. */
export const lateUsage = Type.Enum(['quarantine', 'next_invoice', 'correct']);
export const meter = obj({
  id: id('meter'),
  object: Type.Literal('meter'),
  key,
  name: line(200),
  event_type: line(200),
  aggregation,
  value_property: nullable(line(200)),
  /** The member of the event's data that names the unit that is measured. */
  unit_property: nullable(line(200)),
  /** An event counts if all of these hold. */
  filters,
  group_by: groupBy,
  percentile: nullable(percentText),
  weighted_by: nullable(weightedBy),
  rounding: nullable(quantityRounding),
  unit: line(50),
  /** Null where the setting of the seller holds. */
  late_usage: nullable(lateUsage),
  archived_at: nullable(timestamp),
  created_at: timestamp,
});
export const createMeter = obj({
  key,
  name: line(200),
  event_type: line(200),
  aggregation,
  /** The member of the event's data that is read; needed for all but a count. */
  value_property: Type.Optional(nullable(line(200))),
  /** The member that names the unit that is measured, for prices over blocks or capacity of several units. */
  unit_property: Type.Optional(nullable(line(200))),
  /** An event counts if all of these hold. */
  filters: Type.Optional(filters),
  group_by: Type.Optional(groupBy),
  /** Which one, above 0 up to 100; of a percentile. */
  percentile: Type.Optional(nullable(percentText)),
  /** For how long one unit is one unit of the sum; of a sum over time. */
  weighted_by: Type.Optional(nullable(weightedBy)),
  rounding: Type.Optional(nullable(quantityRounding)),
  unit: Type.Optional(line(50)),
  /** Left out or null, the setting of the seller holds. */
  late_usage: Type.Optional(nullable(lateUsage)),
});
export const updateMeter = obj({
  name: Type.Optional(line(200)),
  unit: Type.Optional(line(50)),
  late_usage: Type.Optional(nullable(lateUsage)),
  archived: Type.Optional(Type.Boolean()),
});
