import type { Meter, MeterAggregation } from '@billhook/core/catalog/meter';
import type { Decimal12 } from '@billhook/core/kernel/decimal';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { type Instant, instant, MS_PER_HOUR } from '@billhook/core/time/instant';
import { addFigures, EMPTY_FIGURE, type Figure, figureOf } from '@billhook/core/usage/figure';
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

const sumOf = (sum: bigint): Figure => ({ ...EMPTY_FIGURE, eventCount: 1n, sum });

/** What a batch comes to by customer, meter and hour, in the order of these, so that writers lock rows in one order. */
export function rollupDeltas(
  accepted: readonly AcceptedEvent[],
  meters: readonly MeasuringMeter[],
): RollupDelta[] {
  const kinds = new Map(meters.map(({ id, aggregation }) => [id, aggregation]));
  const sums = new Map<string, { customerId: string; meterId: string; hour: Instant; figure: Figure }>();
  for (const { countedAt, customerId, readings } of accepted) {
    const hour = hourOf(countedAt);
    for (const { meterId, value } of readings) {
      const key = keyOf(customerId, meterId, hour);
      const figure = ADDS.has(kinds.get(meterId)) ? sumOf(value) : figureOf({ at: countedAt, value });
      const before = sums.get(key);
      if (before === undefined) sums.set(key, { customerId, meterId, hour, figure });
      else before.figure = addFigures(before.figure, figure);
    }
  }
  return inOrder(sums).map((sum) => deltaOf(sum, kinds.get(sum.meterId) ?? 'sum'));
}

function deltaOf(
  {
    figure,
    hour,
    ...keys
  }: Pick<RollupDelta, 'customerId' | 'meterId' | 'hour'> & {
    figure: Figure;
  },
  aggregation: MeterAggregation,
): RollupDelta {
  const { eventCount, sum, highest, latest, moment } = figure;
  const delta = { ...keys, hour, eventCount, joins: 'add' as const, latestAt: null, moment: null };
  if (aggregation === 'max')
    return { ...delta, joins: 'highest', quantity: decimal12FromScaled(highest ?? 0n) };
  if (aggregation === 'latest' && latest !== null) {
    return { ...delta, joins: 'latest', quantity: decimal12FromScaled(latest.value), latestAt: latest.at };
  }
  const added = { ...delta, quantity: decimal12FromScaled(sum) };
  if (aggregation !== 'weighted_sum') return added;
  return { ...added, moment: decimal12FromScaled(moment - sum * BigInt(hour)) };
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
  return inOrder(values);
}

function keyOf(customerId: string, meterId: string, hour: Instant): string {
  return `${customerId}/${meterId}/${String(hour).padStart(14, '0')}`;
}

function inOrder<T>(entries: ReadonlyMap<string, T>): T[] {
  return [...entries].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry);
}
