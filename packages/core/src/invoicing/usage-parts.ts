import { DECIMAL12_ZERO, decimal12FromScaled } from '../kernel/decimal.ts';
import type { EarlierLines } from '../rating/reading.ts';
import { earlier, type Instant, later } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import type { BilledLine } from './line.ts';

/** A stretch of usage with its quantity and what it cost before discounts. */
export type UsagePart = Pick<BilledLine, 'servicePeriod' | 'quantity' | 'grossMinor'>;

/** The usage lines that stand, by item and period, in order of time: more than one where a threshold was reached. */
export type UsageParts = ReadonlyMap<string, readonly UsagePart[]>;

export function partsKey(itemId: string, periodStart: Instant): string {
  return `${itemId}/${periodStart}`;
}

export function usagePartsOf(billed: readonly BilledLine[]): Map<string, UsagePart[]> {
  const parts = new Map<string, UsagePart[]>();
  for (const line of billed) if (line.kind === 'usage') addPart(parts, line);
  for (const list of parts.values()) list.sort((a, b) => a.servicePeriod.start - b.servicePeriod.start);
  return parts;
}

function addPart(parts: Map<string, UsagePart[]>, line: BilledLine): void {
  const key = partsKey(line.itemId, line.billingPeriod.start);
  const list = parts.get(key);
  if (list === undefined) parts.set(key, [line]);
  else list.push(line);
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
