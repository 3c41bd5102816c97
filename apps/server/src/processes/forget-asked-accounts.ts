import { runOutApprovals } from '../modules/identity/api.ts';
import { dropAskedAccount, requestsWithAccount } from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { sweepSource } from '../platform/sweep.ts';
import type { Transactor } from '../platform/transaction.ts';

/** Forgets where refunds were to be transferred that nobody agreed to in time: nobody can any more. */
export function askedAccountsSource(transactor: Transactor): DueSource {
  return sweepSource(transactor, 'asked-refund-accounts', (request, limit) =>
    transactor.command(request, (ctx) => forgetRunOut(ctx, limit)),
  );
}

async function forgetRunOut(ctx: CommandCtx, limit: number): Promise<number> {
  // Accounts stand only beside requests that are not decided, so they are few.
  const ids = (await runOutApprovals(ctx, await requestsWithAccount(ctx))).slice(0, limit);
  for (const id of ids) await dropAskedAccount(ctx, id);
  return ids.length;
}
