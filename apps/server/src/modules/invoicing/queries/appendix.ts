import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { QueryCtx } from '../../../platform/context.ts';
import type { DocumentAppendix, DocumentUsage } from '../document-parts.ts';
import type { StoredExplanation } from '../stored-explanation.ts';
import { discountSteps } from './document.ts';
import { explanationSteps } from './document-steps.ts';
import { shortDecimal } from './export.ts';
import { usageByDay } from './line-usage.ts';
import type { StoredInvoice, StoredLine } from './read.ts';
import { type Speech, speechOf } from './speech.ts';

/** An invoice of more metered lines shows the days of the first ones; each of them is a reading of its own. */
const MAX_METERED = 100;

/** How each line came about, with the usage of each day of its period. */
export async function appendixOf(
  ctx: QueryCtx,
  { customerId, buyer }: Pick<StoredInvoice, 'customerId' | 'buyer'>,
  lines: readonly StoredLine[],
  coupons: ReadonlyMap<string, string>,
): Promise<DocumentAppendix> {
  const speech = speechOf(typeof buyer.locale === 'string' ? buyer.locale : null);
  const sections: DocumentAppendix['sections'][number][] = [];
  let metered = 0;
  for (const line of lines) {
    const isMetered = readingsOf(line) !== null;
    if (isMetered) metered += 1;
    sections.push({
      title: `${line.position}. ${line.description}: ${speech.money(line.amountMinor, line.currency)}`,
      steps: [...explanationSteps(line, speech), ...discountSteps(line, coupons, speech)],
      usage: isMetered && metered <= MAX_METERED ? await usageOf(ctx, customerId, line, speech) : null,
    });
  }
  return { sections };
}

const readingsOf = (line: StoredLine) => (line.explanation as unknown as StoredExplanation).readings;

async function usageOf(
  ctx: QueryCtx,
  customerId: string,
  line: StoredLine,
  speech: Speech,
): Promise<DocumentUsage | null> {
  const usage = await usageByDay(ctx, customerId, line);
  if (usage === null) return null;
  return {
    unit: usage.meter.unit,
    days: usage.days.map(({ start, quantity, eventCount }) => ({
      day: speech.day(start, usage.timeZone),
      quantity: speech.decimal(shortDecimal(formatDecimal12(quantity))),
      eventCount: speech.decimal(`${eventCount}`),
    })),
    hasLater: usage.hasLater,
  };
}
