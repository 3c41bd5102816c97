import { ok, type Result } from '../kernel/result.ts';
import { itemGrid } from '../subscriptions/items.ts';
import { later } from '../time/instant.ts';
import { periodAt } from '../time/schedule.ts';
import { chargeLine } from './charge-line.ts';
import type { ProposedLine } from './line.ts';
import { notePart, type ProposalContext, usageFor } from './proposal-context.ts';
import { type ServiceSpan, usageSpans } from './service-spans.ts';

/** The subscription's own threshold goes before the seller's; null for never. */
export function thresholdOf({
  subscription,
  settings,
}: Pick<ProposalContext, 'subscription' | 'settings'>): bigint | null {
  const { ownThreshold } = subscription;
  return ownThreshold === undefined ? settings.thresholdMinor : ownThreshold.amountMinor;
}

/**
 * The usage of the running periods up to now that no line stands for. There is none where no threshold is set, so that
 * nothing is loaded for it.
 */
export function partialSpans(context: ProposalContext): readonly ServiceSpan[] {
  const { subscription, now } = context;
  if (thresholdOf(context) === null) return [];
  return subscription.items.flatMap((item): readonly ServiceSpan[] => {
    const isOver = item.activeTo !== null && item.activeTo <= now;
    if (item.price.quantity.kind !== 'meter' || isOver) return [];
    const running = periodAt(itemGrid(subscription, item), now);
    const service = { start: later(running.period.start, item.activeFrom), end: now };
    if (service.start >= service.end) return [];
    return usageSpans(item, running, service, { billableAt: now, isOver: false, context });
  });
}

/**
 * The lines of running periods, if what they add up to reaches the threshold; else none. A price whose cost is known
 * only at the end of its period gives nothing before it, nor does a meter whose parts do not add up to the whole.
 */
export function thresholdLines(context: ProposalContext): Result<readonly ProposedLine[]> {
  const thresholdMinor = thresholdOf(context);
  if (thresholdMinor === null) return ok([]);
  const lines: ProposedLine[] = [];
  let sumMinor = 0n;
  for (const span of partialSpans(context)) {
    if (usageFor(context, span)?.isWholeOnly === true) continue;
    const line = chargeLine(context, span);
    if (!line.ok) return line;
    if (line.value.grossMinor === 0n || isNotYetDue(line.value)) continue;
    notePart(context, span, line.value);
    lines.push(line.value);
    sumMinor += line.value.grossMinor;
  }
  return ok(sumMinor >= thresholdMinor ? lines : []);
}

/** Also where the seller tops up the minimum of a period on every line: nothing is due that it could be topped up on. */
function isNotYetDue({ explanation }: ProposedLine): boolean {
  return explanation.trace?.amountSteps.some(({ step }) => step === 'not_yet_due') === true;
}
