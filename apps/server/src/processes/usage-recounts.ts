import { addMs, MS_PER_HOUR } from '@billhook/core/time/instant';
import { lockCustomers } from '../modules/customers/api.ts';
import { customersToRecount, nextRecountAt, requestRecounts, takeRecounts } from '../modules/usage/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import { Refusal } from '../platform/refuse.ts';
import { createSetbacks } from '../platform/setbacks.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { settleUsage } from './correct-usage.ts';
import { tellOfFailing } from './failing-work.ts';

const ACTOR = { kind: 'system', id: 'usage-recounts' } as const;
const FAILING = {
  kind: 'usage.failing',
  detail: 'Late usage of this customer cannot be settled. It is tried again every hour.',
};

/**
 * Late usage that counts at its own time, by the seller's choice: what it changes of the bill is charged or credited,
 * for all that came in meanwhile at once. What cannot be settled now, because a payment of the invoice is under way or a
 * period cannot be rated, is tried again an hour later.
 */
export function usageRecountsSource(transactor: Transactor): DueSource {
  const setbacks = createSetbacks(() => transactor.wallNow(), tellOfFailing(transactor, FAILING));
  return {
    name: 'usage-recounts',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select t.id from tenants t where exists (
           select 1 from usage_recounts r where r.tenant_id = t.id and r.due_at <= coalesce(t.frozen_at, $1))`,
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    nextDueAt: nextRecountAt,
    async run(tenantId, limit, goesOn = always) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      const most = setbacks.room(tenantId, limit);
      const { ids, isStanding } = await transactor.query(request, async (ctx) => ({
        ids: await customersToRecount(ctx, most),
        isStanding: ctx.now !== ctx.wallNow,
      }));
      const pieces = ids.map((id) => ({
        key: id,
        customerId: id,
        work: async () => {
          try {
            await transactor.command(request, (ctx) => recount(ctx, id));
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            await transactor.command(request, (ctx) => putOff(ctx, id));
          }
        },
      }));
      return setbacks.each({ id: tenantId, isStanding }, pieces, goesOn);
    },
  };
}

/** Settles what is due of one customer. */
export async function recount(ctx: CommandCtx, customerId: string): Promise<void> {
  await lockCustomers(ctx, [customerId]);
  await settleUsage(ctx, await takeRecounts(ctx, customerId));
}

async function putOff(ctx: CommandCtx, customerId: string): Promise<void> {
  await lockCustomers(ctx, [customerId]);
  await requestRecounts(ctx, await takeRecounts(ctx, customerId), addMs(ctx.now, MS_PER_HOUR));
}
