import { ok, type Result } from '../kernel/result.ts';
import { itemGrid } from '../subscriptions/items.ts';
import { later } from '../time/instant.ts';
import { periodAt } from '../time/schedule.ts';
import { chargeLine } from './charge-line.ts';
import type { ProposedLine } from './line.ts';
import type { ProposalInput } from './propose-lines.ts';
import { type ServiceSpan, usageSpan } from './service-spans.ts';
import { usagePartsOf } from './usage-parts.ts';

/**
 * The usage of the running periods up to now, from where it is billed. There is none where no threshold is set, so
 * that nothing is loaded for it.
 */
export function partialSpans(input: Omit<ProposalInput, 'usage'>): readonly ServiceSpan[] {
  const { subscription, now, settings } = input;
  if (settings.thresholdMinor === null) return [];
  const parts = usagePartsOf(input.billed);
  return subscription.items.flatMap((item): ServiceSpan[] => {
    const isOver = item.activeTo !== null && item.activeTo <= now;
    if (item.price.quantity.kind !== 'meter' || isOver || now <= item.activeFrom) return [];
    const running = periodAt(itemGrid(subscription, item), now);
    const service = { start: later(running.period.start, item.activeFrom), end: now };
    if (service.start >= service.end) return [];
    const span = usageSpan(item, running, service, now, 'mid', parts);
    return span.servicePeriod.start < span.servicePeriod.end ? [span] : [];
  });
}

/** The lines of running periods, if what they add up to reaches the threshold; else none. */
export function thresholdLines(input: ProposalInput): Result<readonly ProposedLine[]> {
  const { thresholdMinor } = input.settings;
  if (thresholdMinor === null) return ok([]);
  const lines: ProposedLine[] = [];
  let sumMinor = 0n;
  for (const span of partialSpans(input)) {
    const line = chargeLine(input, span);
    if (!line.ok) return line;
    if (line.value.grossMinor === 0n) continue;
    lines.push(line.value);
    sumMinor += line.value.grossMinor;
  }
  return ok(sumMinor >= thresholdMinor ? lines : []);
}
