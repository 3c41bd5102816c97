import { invariant } from '../kernel/invariant.ts';
import { type Instant, MAX_INSTANT, MS_PER_DAY, MS_PER_MINUTE } from './instant.ts';
import { ZONE_LINES, ZONE_RULES_VERSION, ZONE_TAIL_START_S, ZONE_TAILS } from './zone-data.gen.ts';

/** The offsets of one IANA zone. Zone rules are data: browser and server compute the same bounds from the same release. */
export interface ZoneRules {
  readonly name: string;
  /** The moments at which the offset changes, ascending, from 1970 to 2100. */
  readonly changesMs: Float64Array;
  /** `offsetsMs[0]` holds before the first change, `offsetsMs[i]` from `changesMs[i − 1]` on. */
  readonly offsetsMs: Float64Array;
  /** How many changes lie before the start of each bucket of time, so that a look-up begins next to its answer. */
  readonly changesBeforeBucket: Uint16Array;
  /** Milliseconds to add to UTC to get local time at a moment between 1970 and 2100. */
  offsetAt(moment: Instant): number;
}

/** A local date and time as if it were UTC, in milliseconds since 1970. It names no moment until a zone is applied. */
export type LocalMs = number;

export { ZONE_RULES_VERSION };

const CHANGE_UNIT_S = 30;
/** A quarter of a year: few zones have more than one change in it. */
const BUCKET_MS = 91 * MS_PER_DAY;
const LAST_BUCKET = Math.floor(MAX_INSTANT / BUCKET_MS);

const lineByName = new Map<string, string>();
for (const line of ZONE_LINES) {
  const names = line.slice(0, line.indexOf('|'));
  for (const name of names.split(' ')) lineByName.set(name, line);
}
const decoded = new Map<string, ZoneRules>();

/** True for every name and alias of the tz database; names are case-sensitive, as the database writes them. */
export function isKnownZone(name: string): boolean {
  return lineByName.has(name);
}

/** Every name, sorted. */
export function zoneNames(): readonly string[] {
  return [...lineByName.keys()].sort();
}

/** @throws InvariantError for an unknown name: check input with `isKnownZone` first */
export function zoneNamed(name: string): ZoneRules {
  const known = decoded.get(name);
  if (known !== undefined) return known;
  const line = lineByName.get(name);
  invariant(line !== undefined, `Unknown time zone ${name}.`);
  const rules = decode(name, line);
  decoded.set(name, rules);
  return rules;
}

/**
 * A zone that keeps one offset, for a seller who lays periods by the offset of an account's first day.
 *
 * @param offsetMs whole minutes, less than a day
 */
export function fixedOffsetZone(offsetMs: number): ZoneRules {
  const minutes = Math.abs(offsetMs) / MS_PER_MINUTE;
  invariant(Number.isInteger(minutes) && minutes < 24 * 60, 'An offset is whole minutes, less than a day.');
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const name = `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return rulesOf(name, [], [offsetMs]);
}

export function localOf(moment: Instant, zone: ZoneRules): LocalMs {
  return moment + offsetAt(zone, moment);
}

/**
 * The moment of a local date and time. A time that the clock skips moves forward by the gap; a time that the clock
 * shows twice is the first of the two. This is the rule `compatible` of Temporal and of RFC 5545.
 */
export function instantOfLocal(local: LocalMs, zone: ZoneRules): Instant {
  const first = changesUpTo(zone, local - MS_PER_DAY);
  const { changesMs, offsetsMs } = zone;
  // No offset reaches a day, so a stretch of two days without a change around a local time holds its moment.
  const next = changesMs[first];
  if (next === undefined || next > local + MS_PER_DAY)
    return (local - (offsetsMs[first] as number)) as Instant;
  const gap = gapAround(local, zone, first);
  return gap === null ? firstPass(local, zone, first) : ((local - (offsetsMs[gap] as number)) as Instant);
}

/** The first moment of a local day, given its midnight: the change itself where the clock skips midnight. */
export function firstMomentFrom(midnight: LocalMs, zone: ZoneRules): Instant {
  const first = changesUpTo(zone, midnight - MS_PER_DAY);
  const { changesMs, offsetsMs } = zone;
  const next = changesMs[first];
  if (next === undefined || next > midnight + MS_PER_DAY)
    return (midnight - (offsetsMs[first] as number)) as Instant;
  const gap = gapAround(midnight, zone, first);
  return gap === null ? firstPass(midnight, zone, first) : (changesMs[gap] as Instant);
}

/** The first change, from `index` on, that skips a local time; null if the clock shows that time. */
function gapAround(local: LocalMs, zone: ZoneRules, index: number): number | null {
  const { changesMs, offsetsMs } = zone;
  for (let change = index; change < changesMs.length; change += 1) {
    const atMs = changesMs[change] as number;
    if (atMs > local + MS_PER_DAY) break;
    const skipsFrom = atMs + (offsetsMs[change] as number);
    const skipsTo = atMs + (offsetsMs[change + 1] as number);
    if (skipsFrom <= local && local < skipsTo) return change;
  }
  return null;
}

/** The earliest moment at which the clock shows a local time that it does show. */
function firstPass(local: LocalMs, zone: ZoneRules, index: number): Instant {
  const { changesMs, offsetsMs } = zone;
  let change = index;
  let moment = local - (offsetsMs[change] as number);
  while (change < changesMs.length && moment >= (changesMs[change] as number)) {
    change += 1;
    moment = local - (offsetsMs[change] as number);
  }
  return moment as Instant;
}

function offsetAt(zone: ZoneRules, moment: number): number {
  return zone.offsetsMs[changesUpTo(zone, moment)] as number;
}

/** How many changes lie at or before a moment. */
function changesUpTo(zone: ZoneRules, moment: number): number {
  const { changesMs } = zone;
  const bucket = Math.min(LAST_BUCKET, Math.max(0, Math.floor(moment / BUCKET_MS)));
  let count = zone.changesBeforeBucket[bucket] as number;
  while (count < changesMs.length && (changesMs[count] as number) <= moment) count += 1;
  return count;
}

function decode(name: string, line: string): ZoneRules {
  const [, offsetTexts, changes, tail] = line.split('|') as [string, string, string, string];
  const offsets = offsetTexts.split(',').map((text) => Number.parseInt(text, 36) * 1000);
  const offsetNumber = (index: number): number => {
    const offset = offsets[index];
    invariant(offset !== undefined, `The rules of ${name} are damaged.`);
    return offset;
  };
  const timesMs: number[] = [];
  const valuesMs: number[] = [offsetNumber(0)];
  let atS = 0;
  for (const change of changes === '' ? [] : changes.split(' ')) {
    atS += Number.parseInt(change.slice(0, -1), 36) * CHANGE_UNIT_S;
    timesMs.push(atS * 1000);
    valuesMs.push(offsetNumber(Number.parseInt(change.slice(-1), 36)));
  }
  if (tail !== '') {
    const [id = 0, first = 0, second = 0] = tail.split(',').map((text) => Number.parseInt(text, 36));
    atS = ZONE_TAIL_START_S;
    for (const [index, gap] of (ZONE_TAILS[id] as string).split(' ').entries()) {
      atS += Number.parseInt(gap, 36) * CHANGE_UNIT_S;
      timesMs.push(atS * 1000);
      valuesMs.push(offsetNumber(index % 2 === 0 ? first : second));
    }
  }
  return rulesOf(name, timesMs, valuesMs);
}

function rulesOf(name: string, changesMs: readonly number[], offsetsMs: readonly number[]): ZoneRules {
  const rules: ZoneRules = {
    name,
    changesMs: Float64Array.from(changesMs),
    offsetsMs: Float64Array.from(offsetsMs),
    changesBeforeBucket: bucketsOf(changesMs),
    offsetAt: (moment) => offsetAt(rules, moment),
  };
  return rules;
}

function bucketsOf(changesMs: readonly number[]): Uint16Array {
  const counts = new Uint16Array(LAST_BUCKET + 1);
  let count = 0;
  for (let bucket = 0; bucket <= LAST_BUCKET; bucket += 1) {
    while (count < changesMs.length && (changesMs[count] as number) < bucket * BUCKET_MS) count += 1;
    counts[bucket] = count;
  }
  return counts;
}
