import type { ConfigurationType } from '../catalog/feature.ts';
import type { JsonValue } from '../kernel/json.ts';

const WHAT: Record<ConfigurationType, string> = {
  number: 'a number',
  text: 'a text',
  list: 'a list of texts',
};

/** What is wrong with a value of this type; null if nothing. Without a type any value will do. */
export function valueFault(value: JsonValue, type: ConfigurationType | null | undefined): string | null {
  return type == null || isOfType(value, type) ? null : `The value must be ${WHAT[type]}.`;
}

function isOfType(value: JsonValue, type: ConfigurationType): boolean {
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (type === 'text') return typeof value === 'string';
  return isTextList(value);
}

export function isTextList(value: JsonValue): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
