import type { Instant } from '../../time/instant.ts';
import { momentAt } from './boundary-table.ts';
import { type LineBuffer, pushLine } from './line-buffer.ts';
import type { LineSource } from './line-source.ts';

/** The lines that became due, source by source; `places` moves on to what is not due yet. */
export function collectLines(
  sources: readonly LineSource[],
  places: Int32Array,
  now: Instant,
  lines: LineBuffer,
): void {
  for (let at = 0; at < sources.length; at += 1) {
    const source = sources[at] as LineSource;
    const { shape } = source;
    if (shape === 'advance') collectAdvance(source, at, places, now, lines);
    else if (shape === 'arrears' || shape === 'usage') collectArrears(source, at, places, now, lines);
    else if (places[at] === 0) collectOnce(source, at, places, now, lines);
  }
}

/** When the next line of a source is due; Infinity if there is none. */
export function dueAt(source: LineSource, place: number): number {
  const { table, shape, activeFrom, activeTo, waitMs, creditAt } = source;
  if (table === null) return place === 0 ? activeFrom : Number.POSITIVE_INFINITY;
  if (shape === 'credit') return place === 0 ? creditAt : Number.POSITIVE_INFINITY;
  for (let next = place; ; next += 1) {
    const start = momentAt(table, next);
    if (start >= activeTo) return Number.POSITIVE_INFINITY;
    const from = Math.max(start, activeFrom);
    const end = momentAt(table, next + 1);
    const to = Math.min(end, activeTo);
    if (from < to) return shape === 'advance' ? from : to + waitMs;
  }
}

function collectAdvance(
  source: LineSource,
  at: number,
  places: Int32Array,
  now: Instant,
  lines: LineBuffer,
): void {
  const { activeFrom, activeTo } = source;
  const table = source.table as NonNullable<LineSource['table']>;
  if (activeFrom > now) return;
  const until = Math.min(now, activeTo);
  let place = places[at] as number;
  for (;;) {
    const start = momentAt(table, place);
    if (start > until) break;
    const end = momentAt(table, place + 1);
    const from = Math.max(start, activeFrom);
    if (from < end && from < activeTo) pushLine(lines, at, place, from, from, end);
    place += 1;
  }
  places[at] = place;
}

function collectArrears(
  source: LineSource,
  at: number,
  places: Int32Array,
  now: Instant,
  lines: LineBuffer,
): void {
  const { activeFrom, activeTo, waitMs } = source;
  const table = source.table as NonNullable<LineSource['table']>;
  let place = places[at] as number;
  for (;;) {
    const start = momentAt(table, place);
    if (start >= activeTo) break;
    const end = momentAt(table, place + 1);
    const from = Math.max(start, activeFrom);
    const to = Math.min(end, activeTo);
    if (from < to) {
      if (to + waitMs > now) break;
      pushLine(lines, at, place, to + waitMs, from, to);
    }
    place += 1;
  }
  places[at] = place;
}

function collectOnce(
  source: LineSource,
  at: number,
  places: Int32Array,
  now: Instant,
  lines: LineBuffer,
): void {
  if (source.shape === 'once') {
    if (source.activeFrom > now) return;
    pushLine(lines, at, 0, source.activeFrom, source.activeFrom, source.activeFrom);
  } else {
    if (source.creditAt > now) return;
    const end = momentAt(source.table as NonNullable<LineSource['table']>, source.creditPlace + 1);
    pushLine(lines, at, source.creditPlace, source.creditAt, source.creditAt, end);
  }
  places[at] = 1;
}
