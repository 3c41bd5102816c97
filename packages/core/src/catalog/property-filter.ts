import type { Decimal12 } from '../kernel/decimal.ts';
import { decimal12FromInteger, parseDecimal12 } from '../kernel/decimal.ts';
import { unreachable } from '../kernel/invariant.ts';
import type { JsonObject, JsonValue } from '../kernel/json.ts';

/**
 * A condition on one property of an event. `not_in` holds for an event without the property; `range` holds from `from` on
 * and below `below`, so that ranges that follow each other share nothing and leave nothing out.
 */
export type PropertyFilter =
  | { readonly operator: 'equals'; readonly property: string; readonly value: string }
  | { readonly operator: 'in' | 'not_in'; readonly property: string; readonly values: readonly string[] }
  | { readonly operator: 'exists' | 'missing'; readonly property: string }
  | {
      readonly operator: 'range';
      readonly property: string;
      /** Null for no lower bound. */
      readonly from: Decimal12 | null;
      /** Null for no upper bound. */
      readonly below: Decimal12 | null;
    };

/**
 * The value of a property as text: a text as it is, a whole number or a truth value as it is written. Everything else,
 * an empty text too, is no value: an event has one value of a property or none.
 */
export function propertyText(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value === 'boolean') return `${value}`;
  return typeof value === 'number' && Number.isSafeInteger(value) ? `${value}` : null;
}

/** Whether an event is one that all conditions ask for; without conditions every event is. */
export function passesFilters(filters: readonly PropertyFilter[], data: JsonObject): boolean {
  return filters.every((filter) => passes(filter, data[filter.property]));
}

function passes(filter: PropertyFilter, value: JsonValue | undefined): boolean {
  const text = propertyText(value);
  switch (filter.operator) {
    case 'equals':
      return text === filter.value;
    case 'in':
      return text !== null && filter.values.includes(text);
    case 'not_in':
      return text === null || !filter.values.includes(text);
    case 'exists':
      return text !== null;
    case 'missing':
      return text === null;
    case 'range': {
      const figure = figureOf(value);
      if (figure === null) return false;
      return (
        (filter.from === null || figure >= filter.from) && (filter.below === null || figure < filter.below)
      );
    }
    default:
      return unreachable(filter);
  }
}

function figureOf(value: JsonValue | undefined): Decimal12 | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return decimal12FromInteger(BigInt(value));
  const parsed = typeof value === 'string' ? parseDecimal12(value) : null;
  return parsed?.ok === true ? parsed.value : null;
}
