import { DECIMAL12_ZERO, decimal12FromScaled } from '../kernel/decimal.ts';
import { grouped } from '../kernel/grouped.ts';
import type { EarlierLines } from '../rating/reading.ts';
import { earlier, type Instant, later } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import type { BilledLine } from './line.ts';

/** A stretch of usage with its quantity and what it cost before discounts. */
export type UsagePart = Pick<BilledLine, 'servicePeriod' | 'quantity' | 'grossMinor'>;

/**
 * The usage lines that stand, by item and by the beginning of their period, in order of time: more than one where a
 * threshold was reached.
 */
export type UsageParts<List = readonly UsagePart[]> = ReadonlyMap<string, ReadonlyMap<Instant, List>>;

export function usagePartsOf(billed: readonly BilledLine[]): UsageParts<UsagePart[]> {
  const usage = billed.filter(({ kind }) => kind === 'usage');
  usage.sort((a, b) => a.servicePeriod.start - b.servicePeriod.start);
  const byItem = [...grouped(usage, ({ itemId }) => itemId)];
  return new Map(byItem.map(([itemId, lines]) => [itemId, grouped(lines, periodStart)]));
}

function periodStart({ billingPeriod }: BilledLine): Instant {
  return billingPeriod.start;
}

/** The stretches of a service that no part covers, in order of time: also those of a part whose invoice was voided. */
export function gapsOf(service: Period, parts: readonly UsagePart[]): readonly Period[] {
  const gaps: Period[] = [];
  let { start } = service;
  for (const { servicePeriod } of parts) {
    const end = earlier(servicePeriod.start, service.end);
    if (start < end) gaps.push({ start, end });
    start = later(start, servicePeriod.end);
  }
  if (start < service.end) gaps.push({ start, end: service.end });
  return gaps;
}

/**
 * What the parts before a moment rated and billed. Tiers go on where the parts before it in time ended, so that a part
 * that is billed again costs what it cost.
 */
export function earlierThan(moment: Instant, parts: readonly UsagePart[]): EarlierLines | null {
  const before = parts.filter(({ servicePeriod }) => servicePeriod.start < moment);
  if (before.length === 0) return null;
  let quantity: bigint = DECIMAL12_ZERO;
  let billedMinor = 0n;
  for (const part of before) {
    quantity += part.quantity;
    billedMinor += part.grossMinor;
  }
  return { quantity: decimal12FromScaled(quantity), billedMinor };
}
