import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { refuse } from './refuse.ts';

/** Rows of a page when the caller does not say. */
export const DEFAULT_LIMIT = 20;

export type Page<T> = { object: 'list'; data: T[]; has_more: boolean; next_cursor: string | null };

/**
 * One page of the wire, from one row more than was asked for.
 * @param cursorOf what goes into `starting_after` to go on behind a row
 */
export function pageOf<Row, Wire>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Wire,
  cursorOf: (row: Row) => string,
): Page<Wire> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit;
  return {
    object: 'list',
    data: shown.map(present),
    has_more: hasMore,
    next_cursor: hasMore && last !== undefined ? cursorOf(last) : null,
  };
}

/** Cuts a page out of a list that is short enough to be loaded whole, such as the plans of a seller. */
export function pageOfAll<Wire extends { id: string }>(
  rows: readonly Wire[],
  query: { limit?: number | undefined; starting_after?: string | undefined },
): Page<Wire> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const after = query.starting_after;
  const start = after === undefined ? 0 : rows.findIndex((row) => row.id === after) + 1;
  if (after !== undefined && start === 0) refuseCursor();
  return pageOf(
    rows.slice(start, start + limit + 1),
    limit,
    (row) => row,
    (row) => row.id,
  );
}

/** Ends a list request whose cursor is not one that this list gave out. */
export function refuseCursor(): never {
  refuse('request.invalid', 'The request has one fault; nothing was changed.', {
    faults: [
      { pointer: '/query/starting_after', code: 'cursor', detail: 'This is not a cursor of this list.' },
    ],
  });
}

/** The row that a cursor made of a TypeID stands behind; null for the first page. */
export function readCursorId(prefix: string, cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const id = decodeTypeId(prefix, cursor);
  return id.ok ? id.value : refuseCursor();
}
