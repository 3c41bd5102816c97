import type { OperatorRoutes } from '@billhook/contract/routes';
import type { Handlers } from '../http/handlers.ts';
import { closeMonths, holdBooks, listMonths, type MonthRow } from '../modules/ledger/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import { schedule, waterfall } from './earned-revenue.ts';
import { endNextMonth, monthOf, numberOf } from './end-months.ts';
import { invoiceRow } from './invoice-routes.ts';
import { taxAccountsOf } from './tax-accounts.ts';
import { taxOwedOf } from './tax-owed.ts';

type RouteIds =
  | 'listLedgerMonths'
  | 'closeLedgerMonth'
  | 'getRevenueWaterfall'
  | 'getRevenueSchedule'
  | 'getTaxOwed'
  | 'getTaxAccounts';

export function bookRoutes(): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listLedgerMonths: async (ctx) => ({
      object: 'ledger_months' as const,
      months: (await listMonths(ctx)).map(presentMonth),
    }),
    closeLedgerMonth: (ctx, { params }) => closeMonth(ctx, params.month),
    getRevenueWaterfall: (ctx, { query }) => waterfall(ctx, query),
    getTaxOwed: (ctx, { query }) => taxOwedOf(ctx, query),
    getTaxAccounts: (ctx, { query }) => taxAccountsOf(ctx, query),
    getRevenueSchedule: (ctx, { params }) => schedule(ctx, invoiceRow(params.id)),
  };
}

/**
 * Closes a month and all before it. A month that was closed stays as it is. Refuses `ledger.month_not_over` for one that
 * runs or lies ahead.
 */
async function closeMonth(ctx: CommandCtx, month: string) {
  if (numberOf(month) >= monthOf(ctx, ctx.now)) {
    return refuse('ledger.month_not_over', `The month ${month} is not over. It can be closed when it is.`);
  }
  await holdBooks(ctx);
  // A month closes with its end posted, also where the worker has not come to it yet.
  while (await endNextMonth(ctx));
  const found = (await listMonths(ctx)).find((row) => row.month === month);
  if (found === undefined) {
    return refuse('ledger.month_not_over', `The books begin after ${month}: there is nothing to close.`);
  }
  if (found.closedAt !== null) return presentMonth(found);
  await closeMonths(ctx, month, ctx.actor.id);
  ctx.audit({
    action: 'ledger.close_month',
    objectKind: 'ledger_month',
    objectId: month,
    details: { month },
  });
  return presentMonth({ ...found, closedAt: ctx.now, closedBy: ctx.actor.id });
}

function presentMonth({ month, endsAt, closedAt, closedBy, ends }: MonthRow) {
  return {
    object: 'ledger_month' as const,
    month,
    ends_at: iso(endsAt),
    closed_at: isoOrNull(closedAt),
    closed_by: closedBy,
    ends,
  };
}
