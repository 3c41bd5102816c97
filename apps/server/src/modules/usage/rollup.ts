import { type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { type Instant, instant, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { AcceptedEvent } from './types.ts';

/** What a batch adds to the sum of one hour. */
export type RollupDelta = {
  customerId: string;
  meterId: string;
  hour: Instant;
  eventCount: bigint;
  quantity: Decimal12;
};

export function hourOf(moment: Instant): Instant {
  return instant(moment - (moment % MS_PER_HOUR));
}

/** Sums a batch by customer, meter and hour, in the order of these, so that writers lock rows in one order. */
export function rollupDeltas(accepted: readonly AcceptedEvent[]): RollupDelta[] {
  const deltas = new Map<string, RollupDelta>();
  for (const { countedAt, customerId, readings } of accepted) {
    const hour = hourOf(countedAt);
    for (const { meterId, value } of readings) {
      const key = `${customerId}/${meterId}/${String(hour).padStart(14, '0')}`;
      const before = deltas.get(key);
      deltas.set(key, {
        customerId,
        meterId,
        hour,
        eventCount: (before?.eventCount ?? 0n) + 1n,
        quantity: decimal12FromScaled((before?.quantity ?? 0n) + value),
      });
    }
  }
  return [...deltas].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, delta]) => delta);
}
