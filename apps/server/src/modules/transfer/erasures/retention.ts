import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import type { Actor, CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { always, type DueSource } from '../../../platform/due.ts';
import { iso } from '../../../platform/sql.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import type { FileStore } from '../../files/api.ts';
import { keptFrom, nextLook } from './retention-years.ts';
import { PAPERS, takeAway } from './take-away.ts';

const ACTOR: Actor = { kind: 'system', id: 'retention' };

type Due = { id: string; customerId: string };

/**
 * Takes documents of erased customers away when the years of the law are over, by the seller's clock: files and letters go
 * whole; of what the books rest on, number, day and amounts stay and who bought goes.
 */
export function retentionSource(deps: { transactor: Transactor; store: FileStore }): DueSource {
  const { transactor, store } = deps;
  return {
    name: 'retention',
    // Years are over at the turn of one: nobody waits for its first second.
    restMs: 1_000,
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct e.tenant_id as id from erasures e join tenants t on t.id = e.tenant_id
         where e.state in ('swept', 'done') and e.retention_at <= coalesce(t.frozen_at, $1)`,
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    async nextDueAt(ctx) {
      const row = await ctx.sql.row<{ at: Instant | null }>(
        `select min(greatest(retention_at, $2::timestamptz)) as at from erasures
         where tenant_id = $1 and state in ('swept', 'done') and retention_at < 'infinity'`,
        [ctx.tenant.id, iso(ctx.now)],
      );
      return row?.at ?? null;
    },
    async run(tenantId, limit, goesOn = always) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      let done = 0;
      while (done < limit && goesOn()) {
        const due = await transactor.query(request, keysDue);
        if (due === null) break;
        // Bytes go first: a row that is gone would leave nobody to find them.
        for (const key of due.keys) await store.delete(key);
        await transactor.command(request, (ctx) => takeAwayOf(ctx, due.id));
        done += 1;
      }
      return done;
    },
  };
}

/** The first erasure that is due, and where the bytes of documents lie whose years are over; null where none is due. */
async function keysDue(ctx: QueryCtx): Promise<{ id: string; keys: readonly string[] } | null> {
  const due = await ctx.sql.row<Due>(
    `select id, customer_id as "customerId" from erasures
     where tenant_id = $1 and state in ('swept', 'done') and retention_at <= $2 order by retention_at, id limit 1`,
    [ctx.tenant.id, iso(ctx.now)],
  );
  if (due === undefined) return null;
  const before = await keptFrom(ctx);
  const rows = await ctx.sql.rows<{ key: string }>(
    `select f.storage_key as key from files f where f.tenant_id = $1 and f.id in (
       select pdf_file_id from invoices where tenant_id = $1 and customer_id = $2 and issued_at < $3
       union select pdf_file_id from credit_notes where tenant_id = $1 and customer_id = $2 and issued_at < $3
       union select pdf_file_id from customer_documents where tenant_id = $1 and customer_id = $2 and issued_at < $3
       union ${PAPERS})`,
    [ctx.tenant.id, due.customerId, iso(before)],
  );
  return { id: due.id, keys: rows.map(({ key }) => key) };
}

async function takeAwayOf(ctx: CommandCtx, id: string): Promise<void> {
  const due = await ctx.sql.row<Due>(
    `select id, customer_id as "customerId" from erasures
     where tenant_id = $1 and id = $2 and retention_at <= $3 for update`,
    [ctx.tenant.id, id, iso(ctx.now)],
  );
  if (due === undefined) return;
  const before = await keptFrom(ctx);
  const taken = await takeAway(ctx, due.customerId, before);
  await ctx.sql.run(
    'update erasures set retention_at = $3, documents_taken = documents_taken + $4 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, due.id, await nextLook(ctx, due.customerId), taken],
  );
  if (taken === 0) return;
  ctx.audit({
    action: 'documents.take_away',
    objectKind: 'erasure',
    objectId: encodeTypeId('era', due.id),
    details: {
      customer: encodeTypeId('cus', due.customerId),
      documents: `${taken}`,
      issued_before: iso(before),
    },
  });
}
