import type { Meter, MeterAggregation } from '@billhook/core/catalog/meter';
import type { Decimal12 } from '@billhook/core/kernel/decimal';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { type Instant, instant, MS_PER_HOUR } from '@billhook/core/time/instant';
import { addFigures, type Figure, figureOf } from '@billhook/core/usage/figure';
import type { AcceptedEvent } from './types.ts';

/** What a batch adds to the figure of one hour. */
export type RollupDelta = {
  customerId: string;
  meterId: string;
  hour: Instant;
  eventCount: bigint;
  quantity: Decimal12;
  /** `add`: the figures add up. `highest`: the higher one stands. `latest`: the later one stands. */
  joins: 'add' | 'highest' | 'latest';
  /** When the latest reading was; null unless that is what counts. */
  latestAt: Instant | null;
  /** Every reading times its milliseconds from the start of the hour; null unless time weighs. */
  moment: Decimal12 | null;
};

/** The different values of one hour that a batch brings. */
export type HourValue = { customerId: string; meterId: string; hour: Instant; value: string };

type MeasuringMeter = Pick<Meter, 'id' | 'aggregation'>;

export function hourOf(moment: Instant): Instant {
  return instant(moment - (moment % MS_PER_HOUR));
}

/** The first whole hour at or after a moment. */
export function ceilHour(moment: Instant): Instant {
  const hour = hourOf(moment);
  return hour === moment ? hour : instant(hour + MS_PER_HOUR);
}
/** Of these the sum and the number of readings are all that an hour keeps. */
const ADDS: ReadonlySet<MeterAggregation | undefined> = new Set([
  'count',
  'sum',
  'average',
  'unique',
  'level',
]);

/** What readings of one hour come to. Most meters need no more than how many there are and their sum. */
type HourSum = { meterId: string; hour: Instant; eventCount: number; sum: bigint; figure: Figure | null };

/** What a batch comes to by customer, meter and hour, in the order of these, so that writers lock rows in one order. */
export function rollupDeltas(
  accepted: readonly AcceptedEvent[],
  meters: readonly MeasuringMeter[],
): RollupDelta[] {
  const kinds = new Map(meters.map(({ id, aggregation }) => [id, aggregation]));
  const sums = sumsOf(accepted, kinds);
  const deltas: RollupDelta[] = [];
  // The names are looked for as they are: a text put together from them would be made and read whole for each reading.
  for (const customerId of [...sums.keys()].sort())
    for (const sum of inOrder(sums.get(customerId) as HourSum[]))
      deltas.push(deltaOf(customerId, sum, kinds.get(sum.meterId) ?? 'sum'));
  return deltas;
}

const byMeterAndHour = (left: HourSum, right: HourSum) =>
  left.meterId < right.meterId ? -1 : left.meterId > right.meterId ? 1 : left.hour - right.hour;

function sumsOf(
  accepted: readonly AcceptedEvent[],
  kinds: ReadonlyMap<string, MeterAggregation>,
): Map<string, HourSum[]> {
  const sums = new Map<string, HourSum[]>();
  for (const { countedAt, customerId, readings } of accepted) {
    const hour = hourOf(countedAt);
    const ofCustomer = sums.get(customerId) ?? [];
    if (ofCustomer.length === 0) sums.set(customerId, ofCustomer);
    for (const { meterId, value } of readings) {
      const sum = sumOf(ofCustomer, meterId, hour);
      sum.eventCount += 1;
      sum.sum += value;
      if (ADDS.has(kinds.get(meterId))) continue;
      const figure = figureOf({ at: countedAt, value });
      sum.figure = sum.figure === null ? figure : addFigures(sum.figure, figure);
    }
  }
  return sums;
}

/** A batch brings a customer few meters and hours, most often those of the event before. */
const LOOKED_AT = 8;

/** The last ones are looked at; one that stands further ahead is joined with its like in the end. */
function sumOf(ofCustomer: HourSum[], meterId: string, hour: Instant): HourSum {
  const last = ofCustomer.length - 1;
  for (let index = last; index >= 0 && index > last - LOOKED_AT; index -= 1) {
    const sum = ofCustomer[index] as HourSum;
    if (sum.meterId === meterId && sum.hour === hour) return sum;
  }
  const sum = { meterId, hour, eventCount: 0, sum: 0n, figure: null };
  ofCustomer.push(sum);
  return sum;
}

/** Sums in their order, those of one meter and hour as one. Most often there are one or two. */
function inOrder(sums: HourSum[]): HourSum[] {
  const [first, second, ...more] = sums;
  if (first === undefined || second === undefined) return sums;
  if (more.length === 0 && first.meterId !== second.meterId)
    return first.meterId < second.meterId ? sums : [second, first];
  return joined(sums.sort(byMeterAndHour));
}

function joined(sums: readonly HourSum[]): HourSum[] {
  const all: HourSum[] = [];
  for (const sum of sums) {
    const before = all.at(-1);
    if (before?.meterId !== sum.meterId || before.hour !== sum.hour) {
      all.push(sum);
      continue;
    }
    before.eventCount += sum.eventCount;
    before.sum += sum.sum;
    if (sum.figure !== null)
      before.figure = before.figure === null ? sum.figure : addFigures(before.figure, sum.figure);
  }
  return all;
}

function deltaOf(
  customerId: string,
  { meterId, hour, eventCount, sum, figure }: HourSum,
  aggregation: MeterAggregation,
): RollupDelta {
  const delta: RollupDelta = {
    customerId,
    meterId,
    hour,
    eventCount: BigInt(eventCount),
    quantity: decimal12FromScaled(sum),
    joins: 'add',
    latestAt: null,
    moment: null,
  };
  if (figure === null) return delta;
  const { highest, latest, moment } = figure;
  if (aggregation === 'max')
    return { ...delta, joins: 'highest', quantity: decimal12FromScaled(highest ?? 0n) };
  if (aggregation === 'latest' && latest !== null) {
    return { ...delta, joins: 'latest', quantity: decimal12FromScaled(latest.value), latestAt: latest.at };
  }
  if (aggregation !== 'weighted_sum') return delta;
  return { ...delta, moment: decimal12FromScaled(moment - sum * BigInt(hour)) };
}

/** The different values that a batch brings, each once an hour, in the order of their keys. */
export function hourValues(accepted: readonly AcceptedEvent[]): HourValue[] {
  const values = new Map<string, HourValue>();
  for (const { countedAt, customerId, readings } of accepted) {
    const hour = hourOf(countedAt);
    for (const { meterId, member } of readings) {
      if (member === undefined) continue;
      values.set(`${keyOf(customerId, meterId, hour)}/${member}`, {
        customerId,
        meterId,
        hour,
        value: member,
      });
    }
  }
  return sortedByKey(values);
}

function keyOf(customerId: string, meterId: string, hour: Instant): string {
  return `${customerId}/${meterId}/${String(hour).padStart(14, '0')}`;
}

function sortedByKey<T>(entries: ReadonlyMap<string, T>): T[] {
  return [...entries].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry);
}
