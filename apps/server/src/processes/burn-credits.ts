import { lockCustomer } from '../modules/customers/api.ts';
import { burnSome } from '../modules/entitlements/api.ts';
import { areBurnsWaiting, customersToBurn } from '../modules/usage/api.ts';
import type { Actor } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import { createSetbacks } from '../platform/setbacks.ts';
import type { Transactor } from '../platform/transaction.ts';
import { tellOfFailing } from './failing-work.ts';

const ACTOR: Actor = { kind: 'system', id: 'burn-credits' };
const FAILING = {
  kind: 'credit_use.failing',
  detail: 'What this customer used cannot be paid with credits. It is tried again every hour.',
};
/** What comes in meanwhile is paid for together. */
const REST_MS = 200;

/**
 * Pays in credits for events that came in without asking first: a batch, a stream, a quarantined one that was assigned. Each
 * was marked in the transaction that counted it, and the mark goes with the payment, so none is missed or paid for twice.
 * The worker looks twice a second; how many wait is shown with the customer's credits. Whoever consumes, tracks or bills
 * pays for what waits first, so that the delay never decides anything.
 */
export function burnCreditsSource(transactor: Transactor): DueSource {
  const request = (tenantId: number) => ({ tenantId, actor: ACTOR, requestId: null });
  const setbacks = createSetbacks(() => transactor.wallNow(), tellOfFailing(transactor, FAILING));
  return {
    name: 'burn-credits',
    restMs: REST_MS,
    async tenantsDue(sql) {
      const rows = await sql.rows<{ id: number }>(
        'select t.id from tenants t where exists (select from usage_burn_marks m where m.tenant_id = t.id)',
      );
      return rows.map(({ id }) => id);
    },
    nextDueAt: async (ctx) => ((await areBurnsWaiting(ctx)) ? ctx.now : null),
    async run(tenantId, limit, goesOn = always) {
      const most = setbacks.room(tenantId, limit);
      const { ids, isStanding } = await transactor.query(request(tenantId), async (ctx) => ({
        ids: await customersToBurn(ctx, most),
        isStanding: ctx.now !== ctx.wallNow,
      }));
      const pieces = ids.map((id) => ({
        key: id,
        customerId: id,
        work: () =>
          transactor.command(request(tenantId), async (ctx) => {
            await lockCustomer(ctx, id);
            await burnSome(ctx, id);
          }),
      }));
      return setbacks.each({ id: tenantId, isStanding }, pieces, goesOn);
    },
  };
}
