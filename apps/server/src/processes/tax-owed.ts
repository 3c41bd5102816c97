import { monthText } from '@billhook/core/ledger/revenue-waterfall';
import { fractionOf, taxOwed } from '../modules/invoicing/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { endOf, monthOf, numberOf } from './end-months.ts';

const MAX_MONTHS = 60;

/** The months that a report is about, the running one where none are named. Refuses with `ledger.range_invalid`. */
export function monthsAsked(
  ctx: QueryCtx,
  query: { from?: string; to?: string },
): { from: number; to: number } {
  const to = query.to === undefined ? monthOf(ctx, ctx.now) : numberOf(query.to);
  const from = query.from === undefined ? to : numberOf(query.from);
  if (from > to || to - from >= MAX_MONTHS)
    return refuse('ledger.range_invalid', `Ask for 1 to ${MAX_MONTHS} months, the first before the last.`);
  return { from, to };
}

/** How much tax is owed to whom, by rate and jurisdiction; without a range, of the running month. */
export async function taxOwedOf(ctx: QueryCtx, query: { from?: string; to?: string }) {
  const { from: fromMonth, to: toMonth } = monthsAsked(ctx, query);
  const rows = await taxOwed(ctx, endOf(ctx, fromMonth - 1), endOf(ctx, toMonth));
  return {
    object: 'tax_owed' as const,
    time_zone: ctx.tenant.timeZone,
    from: monthText(fromMonth),
    to: monthText(toMonth),
    rows: rows.map(({ currency, name, percent, jurisdiction, netMinor, chargedMinor, takenBackMinor }) => ({
      currency,
      name,
      rate: fractionOf(percent),
      jurisdiction,
      net: `${netMinor}`,
      charged: `${chargedMinor}`,
      taken_back: `${takenBackMinor}`,
      owed: `${chargedMinor - takenBackMinor}`,
    })),
  };
}
