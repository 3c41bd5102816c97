import { invariant } from '../kernel/invariant.ts';
import { type Instant, instant, MS_PER_DAY } from './instant.ts';
import { ZONE_LINES, ZONE_RULES_VERSION, ZONE_TAIL_START_S, ZONE_TAILS } from './zone-data.gen.ts';

/** The offsets of one IANA zone. Zone rules are data: browser and server compute the same bounds from the same release. */
export interface ZoneRules {
  readonly name: string;
  /** Milliseconds to add to UTC to get local time at a moment between 1970 and 2100. */
  offsetAt(moment: Instant): number;
}

/** A local date and time as if it were UTC, in milliseconds since 1970. It names no moment until a zone is applied. */
export type LocalMs = number;

export { ZONE_RULES_VERSION };

const CHANGE_UNIT_S = 30;
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

export function localOf(moment: Instant, zone: ZoneRules): LocalMs {
  return moment + zone.offsetAt(moment);
}

/**
 * The moment of a local date and time. A time that the clock skips moves forward by the gap; a time that the clock
 * shows twice is the first of the two. This is the rule `compatible` of Temporal and of RFC 5545.
 */
export function instantOfLocal(local: LocalMs, zone: ZoneRules): Instant {
  const before = zone.offsetAt(instant(local - MS_PER_DAY));
  const after = zone.offsetAt(instant(local + MS_PER_DAY));
  const first = instant(local - before);
  if (before === after || zone.offsetAt(first) === before) return first;
  const second = instant(local - after);
  return zone.offsetAt(second) === after ? second : first;
}

function decode(name: string, line: string): ZoneRules {
  const [, offsetTexts = '', changes = '', tail = ''] = line.split('|');
  const offsetsMs = offsetTexts.split(',').map((text) => Number.parseInt(text, 36) * 1000);
  const offsetNumber = (index: number): number => {
    const offset = offsetsMs[index];
    invariant(offset !== undefined, `The rules of ${name} are damaged.`);
    return offset;
  };
  const timesMs: number[] = [];
  const valuesMs: number[] = [];
  let atS = 0;
  for (const change of changes === '' ? [] : changes.split(' ')) {
    atS += Number.parseInt(change.slice(0, -1), 36) * CHANGE_UNIT_S;
    timesMs.push(atS * 1000);
    valuesMs.push(offsetNumber(Number.parseInt(change.slice(-1), 36)));
  }
  if (tail !== '') {
    const [id = 0, first = 0, second = 0] = tail.split(',').map((text) => Number.parseInt(text, 36));
    atS = ZONE_TAIL_START_S;
    for (const [index, gap] of (ZONE_TAILS[id] ?? '').split(' ').entries()) {
      atS += Number.parseInt(gap, 36) * CHANGE_UNIT_S;
      timesMs.push(atS * 1000);
      valuesMs.push(offsetNumber(index % 2 === 0 ? first : second));
    }
  }
  const firstMs = offsetNumber(0);
  return { name, offsetAt: (moment) => valuesMs[lastAtOrBefore(timesMs, moment)] ?? firstMs };
}

/** Index of the last change at or before a moment, −1 before the first. */
function lastAtOrBefore(timesMs: readonly number[], moment: number): number {
  let low = -1;
  let high = timesMs.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((timesMs[middle] as number) <= moment) low = middle;
    else high = middle;
  }
  return low;
}
