import type { Meter } from '@billhook/core/catalog/meter';
import { type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { type Instant, instant, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { AcceptedEvent } from './types.ts';

/** What a batch adds to the figure of one hour. */
export type RollupDelta = {
  customerId: string;
  meterId: string;
  hour: Instant;
  eventCount: bigint;
  quantity: Decimal12;
  /** The figure is the highest reading, not the sum of them. */
  isHighest: boolean;
};

function merged(before: Decimal12, value: Decimal12, isHighest: boolean): Decimal12 {
  if (isHighest) return value > before ? value : before;
  return decimal12FromScaled(before + value);
}

export function hourOf(moment: Instant): Instant {
  return instant(moment - (moment % MS_PER_HOUR));
}

/** What a batch comes to by customer, meter and hour, in the order of these, so that writers lock rows in one order. */
export function rollupDeltas(
  accepted: readonly AcceptedEvent[],
  meters: readonly Pick<Meter, 'id' | 'aggregation'>[],
): RollupDelta[] {
  const highest = new Set(meters.flatMap(({ id, aggregation }) => (aggregation === 'max' ? [id] : [])));
  const deltas = new Map<string, RollupDelta>();
  for (const { countedAt, customerId, readings } of accepted) {
    const hour = hourOf(countedAt);
    for (const { meterId, value } of readings) {
      const key = `${customerId}/${meterId}/${String(hour).padStart(14, '0')}`;
      const before = deltas.get(key);
      const isHighest = highest.has(meterId);
      deltas.set(key, {
        customerId,
        meterId,
        hour,
        eventCount: (before?.eventCount ?? 0n) + 1n,
        quantity: before === undefined ? value : merged(before.quantity, value, isHighest),
        isHighest,
      });
    }
  }
  return [...deltas].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, delta]) => delta);
}
