import type { Cadence } from '@billhook/core/time/cadence';

/** The auditor's own calendar: the runtime's zone data by Intl, and dates by Date.UTC. No function of core. */
const DAY_MS = 86_400_000;
const HALF_HOUR_MS = 1_800_000;
const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();

/** Offsets move on half hours of UTC at most in the zones of the simulation, so one is kept for each half hour. */
function offsetMs(zone: string, epochMs: number): number {
  let known = offsets.get(zone);
  if (known === undefined) {
    known = new Map();
    offsets.set(zone, known);
  }
  const slot = Math.floor(epochMs / HALF_HOUR_MS);
  let offset = known.get(slot);
  if (offset === undefined) {
    offset = readOffset(zone, slot * HALF_HOUR_MS);
    known.set(slot, offset);
  }
  return offset;
}

function readOffset(zone: string, epochMs: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'medium',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0] = (
    format.format(epochMs).match(/\d+/g) ?? []
  ).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) - epochMs;
}

/** Local time as if it were UTC. */
export function localMs(zone: string, epochMs: number): number {
  return epochMs + offsetMs(zone, epochMs);
}

/** The number of the local day. */
export function dayAt(zone: string, epochMs: number): number {
  return Math.floor(localMs(zone, epochMs) / DAY_MS);
}

/** A local time as a moment: the first of two, or later by what the clock skips. */
function momentOf(zone: string, local: number): number {
  const before = offsetMs(zone, local - DAY_MS);
  const after = offsetMs(zone, local + DAY_MS);
  const hits = [local - before, local - after].filter((moment) => localMs(zone, moment) === local);
  return hits.length === 0 ? local - before : Math.min(...hits);
}

/** The first moment of a local day. */
export function dayStart(zone: string, day: number): number {
  const local = day * DAY_MS;
  let high = momentOf(zone, local);
  if (localMs(zone, high) === local) return high;
  // Midnight is skipped: the change lies between here and half a day before.
  let low = high - DAY_MS / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localMs(zone, middle) < local) low = middle;
    else high = middle;
  }
  return high;
}

/** What lays the periods of a price. */
export interface Rhythm {
  readonly zone: string;
  readonly anchorMs: number;
  readonly cadence: Cadence;
  readonly alignment: 'anniversary' | 'calendar';
  readonly billingDay: number | null;
}

const MONTHS = { day: 0, week: 0, month: 1, quarter: 3, half_year: 6, year: 12 } as const;

function monthsOf({ interval, count }: Cadence): number {
  return MONTHS[interval] * count;
}

/** The nth boundary, counted from the anchor. */
export function boundaryOf(rhythm: Rhythm, n: number): number {
  const { zone, anchorMs, cadence, alignment, billingDay } = rhythm;
  const local = localMs(zone, anchorMs);
  const day = Math.floor(local / DAY_MS);
  const months = monthsOf(cadence);
  const isCalendar = alignment === 'calendar';
  if (months === 0) {
    const length = cadence.interval === 'week' ? 7 * cadence.count : cadence.count;
    // Day 0 was a Thursday; calendar weeks begin on Mondays.
    const first = isCalendar && length % 7 === 0 ? day - ((day + 3) % 7) : day;
    if (isCalendar) return dayStart(zone, first + n * length);
    return n === 0 ? anchorMs : momentOf(zone, local + n * length * DAY_MS);
  }
  const date = new Date(day * DAY_MS);
  let month = date.getUTCFullYear() * 12 + date.getUTCMonth();
  if (isCalendar) {
    let common = months;
    while (12 % common !== 0 || months % common !== 0) common -= 1;
    month -= month % common;
    return dayStart(zone, dayOfMonth(month + n * months, 1));
  }
  const wanted = billingDay ?? date.getUTCDate();
  if (dayOfMonth(month, wanted) < day) month += 1;
  if (n === 0 && dayOfMonth(month, wanted) === day) return anchorMs;
  return momentOf(zone, dayOfMonth(month + n * months, wanted) * DAY_MS + (local - day * DAY_MS));
}

/** The wanted day of a month, or its last one. */
function dayOfMonth(month: number, wanted: number): number {
  const year = Math.floor(month / 12);
  const last = new Date(Date.UTC(year, (month % 12) + 1, 0)).getUTCDate();
  return Date.UTC(year, month % 12, Math.min(wanted, last)) / DAY_MS;
}

/** The number of the period that holds a moment. */
export function periodAt(rhythm: Rhythm, epochMs: number): number {
  const { cadence } = rhythm;
  const months = monthsOf(cadence);
  const lengthMs =
    months > 0 ? months * 30.44 * DAY_MS : cadence.count * DAY_MS * (cadence.interval === 'week' ? 7 : 1);
  let n = Math.floor((epochMs - rhythm.anchorMs) / lengthMs);
  while (boundaryOf(rhythm, n) > epochMs) n -= 1;
  while (boundaryOf(rhythm, n + 1) <= epochMs) n += 1;
  return n;
}

/** The number of a day where every month has thirty. */
export function evenDay(day: number): number {
  const date = new Date(day * DAY_MS);
  return (date.getUTCFullYear() * 12 + date.getUTCMonth()) * 30 + Math.min(date.getUTCDate(), 30);
}

/** The days of a full period where every month has thirty. */
export function evenLength(cadence: Cadence): number | null {
  const months = monthsOf(cadence);
  return months === 0 ? null : months * 30;
}
