import type { Brand } from '../kernel/brand.ts';
import { invariant } from '../kernel/invariant.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';

/** A moment: whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Brand<number, 'Instant'>;

export const MS_PER_SECOND = 1_000;
export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

/** 1970 to 2100: the range of the zone rules that core carries. */
export const MIN_INSTANT = 0 as Instant;
export const MAX_INSTANT = 4_102_444_800_000 as Instant;

const INSTANT_TEXT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** @throws InvariantError if `epochMs` is not a whole number */
export function instant(epochMs: number): Instant {
  invariant(Number.isSafeInteger(epochMs), 'An instant is a whole number of milliseconds.');
  return epochMs as Instant;
}

export function addMs(moment: Instant, ms: number): Instant {
  return instant(moment + ms);
}

export function earlier(left: Instant, right: Instant): Instant {
  return left <= right ? left : right;
}

export function later(left: Instant, right: Instant): Instant {
  return left >= right ? left : right;
}

/**
 * Reads RFC 3339 text with an offset. Digits below the millisecond are cut off. Refusals: `instant.malformed`
 * (also a day or hour that does not exist, and a leap second), `instant.out_of_range` (outside 1970 to 2100).
 */
export function parseInstant(text: string): Result<Instant> {
  const epochMs = inUtcForm(text);
  if (epochMs !== null && epochMs >= MIN_INSTANT && epochMs <= MAX_INSTANT) return ok(epochMs as Instant);
  return parseAnyInstant(text);
}

/** Most times come in the two forms that programs write, with and without milliseconds: digits at known places. Null for any other. */
function inUtcForm(text: string): number | null {
  const { length } = text;
  const isEnd = text[19] === '.' ? length === 24 : length === 20;
  const isForm =
    isEnd &&
    text[length - 1] === 'Z' &&
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':';
  if (!isForm) return null;
  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 2);
  const day = digitsAt(text, 8, 2);
  const hour = digitsAt(text, 11, 2);
  const minute = digitsAt(text, 14, 2);
  const second = digitsAt(text, 17, 2);
  const ms = length === 24 ? digitsAt(text, 20, 3) : 0;
  // Not a number fails each comparison. A day that only some months have is left to the way for all forms.
  const exists =
    month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23 && minute <= 59 && second <= 59;
  return exists && year >= 1970 && ms >= 0 ? Date.UTC(year, month - 1, day, hour, minute, second, ms) : null;
}

/** A whole number of so many digits; NaN if one of them is none. */
function digitsAt(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

function parseAnyInstant(text: string): Result<Instant> {
  const match = INSTANT_TEXT.exec(text);
  const malformed = refuse(
    'instant.malformed',
    'A time is written like 2026-01-31T12:00:00Z, with its offset.',
  );
  if (match === null) return malformed;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const utcMs = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  // Date.UTC carries an overflow into the next field, so the fields are read back to refuse 31 February and 25:00.
  if (
    new Date(utcMs).toISOString().slice(0, 19) !==
    `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}`
  )
    return malformed;
  const offsetMs = parseOffsetMs(String(match[8]));
  if (offsetMs === null) return malformed;
  const epochMs = utcMs - offsetMs;
  if (epochMs < MIN_INSTANT || epochMs > MAX_INSTANT) {
    return refuse('instant.out_of_range', 'A time lies between the years 1970 and 2100.');
  }
  return ok(epochMs as Instant);
}

/** RFC 3339 text in UTC; milliseconds are written only if there are any. */
export function formatInstant(moment: Instant): string {
  const known = written.get(moment);
  if (known !== undefined) return known;
  const iso = new Date(moment).toISOString();
  const text = iso.endsWith('.000Z') ? `${iso.slice(0, 19)}Z` : iso;
  if (written.size >= MOST_WRITTEN) written.clear();
  written.set(moment, text);
  return text;
}

/** Documents that are made together name the same few moments again and again. */
const written = new Map<Instant, string>();
const MOST_WRITTEN = 500;

function parseOffsetMs(text: string): number | null {
  if (text === 'Z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * MS_PER_HOUR + minutes * MS_PER_MINUTE);
}
