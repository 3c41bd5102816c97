import type { OperatorRoutes } from '@billhook/contract/routes';
import { remainingSeconds } from '@billhook/core/invoicing/run-progress';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Handlers } from '../http/handlers.ts';
import { type BillRun, listBillRuns } from '../modules/invoicing/api.ts';
import { countDueCustomers } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { iso, isoOrNull } from '../platform/sql.ts';

/** How far large runs of billing are. */
export function billRunRoutes(): Pick<Handlers<OperatorRoutes>, 'listBillRuns'> {
  return {
    listBillRuns: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const runs = await listBillRuns(ctx, {
        limit: limit + 1,
        after: readCursorId('brun', query.starting_after),
      });
      const shown = await Promise.all(runs.map((run) => present(ctx, run)));
      return pageOf(
        shown,
        limit,
        (run) => run,
        (run) => run.id,
      );
    },
  };
}

async function present(ctx: QueryCtx, run: BillRun) {
  const isDone = run.endedAt !== null;
  const remaining = isDone ? 0 : await countDueCustomers(ctx, run.billedUpTo);
  const billed = Number(run.customers);
  return {
    id: encodeTypeId('brun', run.id),
    object: 'bill_run' as const,
    status: isDone ? ('done' as const) : ('running' as const),
    billed_up_to: iso(run.billedUpTo),
    started_at: iso(run.startedAt),
    ended_at: isoOrNull(run.endedAt),
    due_customers: Number(run.dueCustomers),
    billed_customers: billed,
    invoices: Number(run.invoices),
    parked_customers: Number(run.parked),
    remaining_customers: remaining,
    remaining_seconds: isDone
      ? null
      : remainingSeconds({ billed, remaining, elapsedMs: ctx.wallNow - run.startedAt }),
  };
}
