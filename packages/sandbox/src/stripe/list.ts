import { invalid, missing } from './error.ts';
import type { Params } from './params.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

interface Listed {
  readonly id: string;
  readonly created: number;
}

/** A page of a list: `data` is newest first. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly hasMore: boolean;
}

/** The answer for a page whose items are rendered. */
export function listAnswer(url: string, data: readonly object[], hasMore: boolean): object {
  return { object: 'list', data, has_more: hasMore, url };
}

/** Cuts a page out of `records`, which come oldest first, by limit, starting_after, ending_before and created. */
export function pageOf<T extends Listed>(records: readonly T[], params: Params, what: string): Page<T> {
  const limit = params.integer('limit') ?? DEFAULT_LIMIT;
  if (limit < 1 || limit > MAX_LIMIT) {
    throw invalid(`This value must be between 1 and ${MAX_LIMIT}.`, { param: 'limit' });
  }
  const after = params.text('starting_after') ?? null;
  const before = params.text('ending_before') ?? null;
  if (after !== null && before !== null) {
    throw invalid('You cannot use both starting_after and ending_before.', { param: 'ending_before' });
  }
  const within = createdFilter(params);
  const newestFirst = records.filter(({ created }) => within(created)).reverse();
  const position = (id: string, param: string) => {
    const index = newestFirst.findIndex((record) => record.id === id);
    if (index === -1) throw missing(what, id, param);
    return index;
  };
  if (before !== null) {
    const end = position(before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { data: newestFirst.slice(start, end), hasMore: start > 0 };
  }
  const start = after === null ? 0 : position(after, 'starting_after') + 1;
  return { data: newestFirst.slice(start, start + limit), hasMore: newestFirst.length > start + limit };
}

function createdFilter(params: Params): (created: number) => boolean {
  if (!params.has('created')) return () => true;
  let range: Params;
  try {
    range = params.level('created');
  } catch {
    const exact = params.integer('created');
    return (created) => created === exact;
  }
  const gt = range.integer('gt') ?? Number.NEGATIVE_INFINITY;
  const gte = range.integer('gte') ?? Number.NEGATIVE_INFINITY;
  const lt = range.integer('lt') ?? Number.POSITIVE_INFINITY;
  const lte = range.integer('lte') ?? Number.POSITIVE_INFINITY;
  return (created) => created > gt && created >= gte && created < lt && created <= lte;
}
