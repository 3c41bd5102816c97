import { monthText } from '@billhook/core/ledger/revenue-waterfall';
import { fractionOf, taxOwed } from '../modules/invoicing/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { endOf, monthOf, numberOf } from './end-months.ts';

const MAX_MONTHS = 60;

/** How much tax is owed to whom, by rate and jurisdiction; without a range, of the running month. */
export async function taxOwedOf(ctx: QueryCtx, query: { from?: string; to?: string }) {
  const running = monthOf(ctx, ctx.now);
  const toMonth = query.to === undefined ? running : numberOf(query.to);
  const fromMonth = query.from === undefined ? toMonth : numberOf(query.from);
  if (fromMonth > toMonth || toMonth - fromMonth >= MAX_MONTHS) {
    return refuse('ledger.range_invalid', `Ask for 1 to ${MAX_MONTHS} months, the first before the last.`);
  }
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
