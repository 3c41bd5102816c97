import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import type { Instant } from '../time/instant.ts';
import { type Period, periodContains } from '../time/period.ts';

/** One stored reading of one meter. */
export interface Reading {
  readonly at: Instant;
  readonly value: Decimal12;
}

export interface PeriodUsage {
  readonly quantity: Decimal12;
  readonly eventCount: bigint;
}

/** Sums the readings inside a half-open period. Periods that tile a stretch of time sum to the usage of the stretch. */
export function periodUsage(readings: readonly Reading[], span: Period): PeriodUsage {
  let quantity = 0n;
  let eventCount = 0n;
  for (const reading of readings) {
    if (!periodContains(span, reading.at)) continue;
    quantity += reading.value;
    eventCount += 1n;
  }
  return { quantity: decimal12FromScaled(quantity), eventCount };
}
