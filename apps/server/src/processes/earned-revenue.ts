import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { revenueSchedule } from '@billhook/core/ledger/revenue-schedule';
import { monthText, revenueWaterfall, type WaterfallMonth } from '@billhook/core/ledger/revenue-waterfall';
import { zoneNamed } from '@billhook/core/time/zone';
import { eachSoldLines, findInvoice, type SoldLine } from '../modules/invoicing/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import { endOf, monthOf, numberOf } from './end-months.ts';

const MAX_MONTHS = 60;

/** Month by month what was invoiced, earned and is ahead; without a range, a year back and a year ahead. */
export async function waterfall(ctx: QueryCtx, query: { from?: string; to?: string }) {
  const running = monthOf(ctx, ctx.now);
  const fromMonth = query.from === undefined ? running - 11 : numberOf(query.from);
  const toMonth = query.to === undefined ? Math.max(running + 12, fromMonth) : numberOf(query.to);
  if (fromMonth > toMonth || toMonth - fromMonth >= MAX_MONTHS) {
    return refuse('ledger.range_invalid', `Ask for 1 to ${MAX_MONTHS} months, the first before the last.`);
  }
  const range = { fromMonth, toMonth };
  const zone = zoneNamed(ctx.tenant.timeZone);
  const sums = new Map<string, readonly WaterfallMonth[]>();
  const filter = { since: endOf(ctx, fromMonth - 1), issuedBefore: null, aheadOnly: false };
  await eachSoldLines(ctx, filter, (lines) => {
    for (const [currency, own] of Map.groupBy(lines, (line) => line.currency)) {
      const months = revenueWaterfall(own, range, zone);
      const before = sums.get(currency);
      sums.set(currency, before === undefined ? months : months.map((month, at) => added(month, before[at])));
    }
  });
  return {
    object: 'revenue_waterfall' as const,
    time_zone: ctx.tenant.timeZone,
    currencies: [...sums].sort().map(([currency, months]) => ({ currency, months: months.map(presentStep) })),
  };
}

function added(month: WaterfallMonth, more: WaterfallMonth | undefined): WaterfallMonth {
  if (more === undefined) return month;
  return {
    month: month.month,
    deferredBeforeMinor: month.deferredBeforeMinor + more.deferredBeforeMinor,
    billedMinor: month.billedMinor + more.billedMinor,
    earnedMinor: month.earnedMinor + more.earnedMinor,
    deferredMinor: month.deferredMinor + more.deferredMinor,
  };
}

/** In which months each line of an invoice is earned. */
export async function schedule(ctx: QueryCtx, invoiceId: string) {
  const invoice = await findInvoice(ctx, invoiceId);
  if (invoice === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
  const lines: SoldLine[] = [];
  await eachSoldLines(ctx, { invoiceId }, (page) => lines.push(...page));
  const zone = zoneNamed(ctx.tenant.timeZone);
  return {
    object: 'revenue_schedule' as const,
    invoice: encodeTypeId('inv', invoiceId),
    currency: invoice.currency,
    time_zone: ctx.tenant.timeZone,
    lines: lines
      .sort((left, right) => left.position - right.position)
      .map((line) => ({
        id: encodeTypeId('il', line.id),
        position: line.position,
        description: line.description,
        net: `${line.netMinor}`,
        corrected: `${line.corrections.reduce((sum, { netMinor }) => sum + netMinor, 0n)}`,
        period_start: iso(line.servicePeriod.start),
        period_end: iso(line.servicePeriod.end),
        months: revenueSchedule(line, zone).map(({ month, earnedMinor }) => ({
          month: monthText(month),
          earned: `${earnedMinor}`,
        })),
      })),
  };
}

function presentStep(step: WaterfallMonth) {
  return {
    month: monthText(step.month),
    before: `${step.deferredBeforeMinor}`,
    billed: `${step.billedMinor}`,
    earned: `${step.earnedMinor}`,
    deferred: `${step.deferredMinor}`,
  };
}
