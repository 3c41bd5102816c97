import { termsOf } from '@billhook/core/catalog/meter';
import type { MeterTerms, WeightUnit } from '@billhook/core/catalog/meter-terms';
import type { PropertyFilter } from '@billhook/core/catalog/property-filter';
import { type Decimal12, formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { RoundingMode } from '@billhook/core/money/round';

type FilterInput =
  | { operator: 'equals'; property: string; value: string }
  | { operator: 'in' | 'not_in'; property: string; values: string[] }
  | { operator: 'exists' | 'missing'; property: string }
  | {
      operator: 'range';
      property: string;
      from?: string | null | undefined;
      below?: string | null | undefined;
    };

/** What a seller says of a meter beside what it reads; all of it may be left out. The stored form is the same. */
export type MeterTermsInput = {
  filters?: FilterInput[] | undefined;
  group_by?: string[] | undefined;
  percentile?: string | null | undefined;
  weighted_by?: WeightUnit | null | undefined;
  rounding?: { step: string; mode: RoundingMode } | null | undefined;
};

export function readTerms(input: MeterTermsInput): MeterTerms {
  const { rounding, percentile } = input;
  return {
    filters: (input.filters ?? []).map(readFilter),
    groupBy: input.group_by ?? [],
    percentile: percentile == null ? null : decimalOf(percentile),
    weightedBy: input.weighted_by ?? null,
    rounding: rounding == null ? null : { step: decimalOf(rounding.step), mode: rounding.mode },
  };
}

function readFilter(filter: FilterInput): PropertyFilter {
  if (filter.operator !== 'range') return filter;
  const { operator, property, from, below } = filter;
  const bound = (text: string | null | undefined) => (text == null ? null : decimalOf(text));
  return { operator, property, from: bound(from), below: bound(below) };
}

function decimalOf(text: string): Decimal12 {
  const value = parseDecimal12(text);
  invariant(value.ok, 'The contract lets only decimals through.');
  return value.value;
}

/** The terms of a meter on the wire, every member said. */
export function presentTerms(meter: { terms?: MeterTerms }) {
  const { filters, groupBy, percentile, weightedBy, rounding } = termsOf(meter);
  return {
    filters: filters.map(presentFilter),
    group_by: [...groupBy],
    percentile: percentile === null ? null : formatDecimal12(percentile),
    weighted_by: weightedBy,
    rounding: rounding === null ? null : { step: formatDecimal12(rounding.step), mode: rounding.mode },
  };
}

/** As `presentTerms`, with only what says something: the form of files and of storage. */
export function termsDraft(meter: { terms?: MeterTerms }) {
  const { filters, group_by, percentile, weighted_by, rounding } = presentTerms(meter);
  return {
    ...(filters.length === 0 ? {} : { filters }),
    ...(group_by.length === 0 ? {} : { group_by }),
    ...(percentile === null ? {} : { percentile }),
    ...(weighted_by === null ? {} : { weighted_by }),
    ...(rounding === null ? {} : { rounding }),
  };
}

function presentFilter(filter: PropertyFilter) {
  const { property } = filter;
  if (filter.operator === 'range') {
    const bound = (value: typeof filter.from) => (value === null ? null : formatDecimal12(value));
    return { operator: filter.operator, property, from: bound(filter.from), below: bound(filter.below) };
  }
  if (filter.operator === 'in' || filter.operator === 'not_in')
    return { operator: filter.operator, property, values: [...filter.values] };
  if (filter.operator === 'equals') return { operator: filter.operator, property, value: filter.value };
  return { operator: filter.operator, property };
}
