import { invariant } from './invariant.ts';
import type { JsonValue } from './json.ts';

/**
 * Writes JSON in one form only: object keys sorted by code unit, no white space, `undefined` members left out.
 * Two equal values give the same bytes, so that a SHA-256 over them is a digest of the value.
 *
 * @throws InvariantError for a number that is not a safe integer: fractions and large figures are strings here
 */
export function canonicalJson(value: JsonValue): string {
  return isInOrder(value) ? JSON.stringify(value) : written(value);
}

/**
 * Whether the members of all objects come in their order already: then the engine's own writer gives the same text. Asked of
 * each part of a value that is not, so that one such part does not slow down all the others.
 */
function isInOrder(value: JsonValue): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (value === null || typeof value !== 'object') return true;
  if (isList(value)) return value.every(isInOrder);
  let before = '';
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (key < before || (member !== undefined && !isInOrder(member))) return false;
    before = key;
  }
  return true;
}

function written(value: JsonValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    invariant(
      Number.isSafeInteger(value),
      'Canonical JSON holds safe integers only; write other figures as text.',
    );
    return String(value === 0 ? 0 : value);
  }
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
