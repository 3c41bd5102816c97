import type { Kind, Records } from '../../state/records.ts';
import type { Call } from '../call.ts';
import { invalid } from '../error.ts';
import { render } from '../render.ts';

const CLAUSE =
  /^\s*(-?)([a-z_.]+)(?:\[(["'])([^"']{1,40})\3\])?\s*(:|~|>=|<=|>|<)\s*(?:(["'])((?:(?!\6).)*)\6|([^\s"']+))\s*/i;

interface Clause {
  readonly negated: boolean;
  readonly path: readonly string[];
  readonly operator: string;
  readonly value: string;
}

interface Query {
  readonly clauses: readonly Clause[];
  readonly any: boolean;
}

function readQuery(text: string): Query {
  const clauses: Clause[] = [];
  const joins = new Set<string>();
  let rest = text;
  while (rest !== '') {
    const match = CLAUSE.exec(rest);
    if (match === null) throw invalid(`Invalid search query near: ${rest.slice(0, 40)}`, { param: 'query' });
    const [whole, minus = '', field = '', , key, operator = ':', , quoted, plain] = match;
    const path = key === undefined ? field.split('.') : [...field.split('.'), key];
    clauses.push({ negated: minus === '-', path, operator, value: quoted ?? plain ?? '' });
    rest = rest.slice(whole.length);
    const join = /^(AND|OR)\s+/i.exec(rest);
    if (join === null && rest !== '') {
      throw invalid('Search clauses are joined by AND or OR.', { param: 'query' });
    }
    if (join !== null) {
      joins.add((join[1] ?? '').toUpperCase());
      rest = rest.slice(join[0].length);
      if (rest === '') throw invalid('A search clause is missing at the end.', { param: 'query' });
    }
  }
  if (joins.size > 1) throw invalid('A search query may not mix AND and OR.', { param: 'query' });
  return { clauses, any: joins.has('OR') };
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

function holds(object: object, { path, operator, value, negated }: Clause): boolean {
  const found = valueAt(object, path);
  return matches(found, operator, value) !== negated;
}

function matches(found: unknown, operator: string, value: string): boolean {
  if (value.toLowerCase() === 'null') return found === null || found === undefined;
  if (found === null || found === undefined || typeof found === 'object') return false;
  if (operator === ':') return String(found).toLowerCase() === value.toLowerCase();
  if (operator === '~') return String(found).toLowerCase().includes(value.toLowerCase());
  const [left, right] = [Number(found), Number(value)];
  if (operator === '>') return left > right;
  if (operator === '<') return left < right;
  return operator === '>=' ? left >= right : left <= right;
}

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 10;

/**
 * Answers a search, newest first. At Stripe what was just written is found after up to a minute; here at once.
 * Pages are named by the id of the last object shown.
 */
export function searchRecords<K extends Kind>({ draft, params }: Call, kind: K, url: string): object {
  const query = readQuery(params.required('query'));
  const limit = params.integer('limit') ?? DEFAULT_LIMIT;
  if (limit < 1 || limit > MAX_LIMIT) {
    throw invalid(`This value must be between 1 and ${MAX_LIMIT}.`, { param: 'limit' });
  }
  const after = params.text('page') ?? null;
  const found = draft
    .all(kind)
    .reverse()
    .map((record: Records[K]) => render(kind, record, draft))
    .filter((object) => !('deleted' in object))
    .filter((object) =>
      query.any
        ? query.clauses.some((clause) => holds(object, clause))
        : query.clauses.every((clause) => holds(object, clause)),
    ) as { readonly id: string }[];
  const start = after === null ? 0 : found.findIndex(({ id }) => id === after) + 1;
  const data = found.slice(start, start + limit);
  const more = found.length > start + limit;
  return {
    object: 'search_result',
    data,
    has_more: more,
    next_page: more ? (data.at(-1)?.id ?? null) : null,
    url,
  };
}
