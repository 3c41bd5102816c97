import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { type Instant, later } from '../time/instant.ts';
import type { BilledLine } from './line.ts';

/** What stands on invoices of the usage of one period: more than one line where a threshold was reached inside it. */
export interface BilledUsage {
  readonly count: number;
  /** Up to where its service is billed. */
  readonly end: Instant;
  readonly quantity: Decimal12;
  /** Before discounts. */
  readonly billedMinor: bigint;
}

export type UsageParts = ReadonlyMap<string, BilledUsage>;

export function partsKey(itemId: string, periodStart: Instant): string {
  return `${itemId}/${periodStart}`;
}

export function usagePartsOf(billed: readonly BilledLine[]): UsageParts {
  const parts = new Map<string, BilledUsage>();
  for (const line of billed) {
    if (line.kind !== 'usage') continue;
    const key = partsKey(line.itemId, line.billingPeriod.start);
    const before = parts.get(key);
    parts.set(key, {
      count: (before?.count ?? 0) + 1,
      end: before === undefined ? line.servicePeriod.end : later(before.end, line.servicePeriod.end),
      quantity: decimal12FromScaled((before?.quantity ?? DECIMAL12_ZERO) + line.quantity),
      billedMinor: (before?.billedMinor ?? 0n) + line.grossMinor,
    });
  }
  return parts;
}
