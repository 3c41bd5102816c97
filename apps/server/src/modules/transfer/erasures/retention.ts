import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { keptFromYear, takenInYear } from '@billhook/core/privacy/erasure';
import { calendarDate, dateAt, dateFields, startOfDay } from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { Actor, CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { always, type DueSource } from '../../../platform/due.ts';
import { iso } from '../../../platform/sql.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import type { FileStore } from '../../files/api.ts';
import { sellerCountry } from './facts.ts';
import { readPrivacySettings } from './settings.ts';

const ACTOR: Actor = { kind: 'system', id: 'retention' };
const ERASED = `'{"name": "Erased customer"}'::jsonb`;

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
       union select pdf_file_id from customer_documents where tenant_id = $1 and customer_id = $2 and issued_at < $3)`,
    [ctx.tenant.id, due.customerId, iso(before)],
  );
  return { id: due.id, keys: rows.map(({ key }) => key) };
}

/** The first moment of issue from which documents must still be kept. */
async function keptFrom(ctx: QueryCtx): Promise<Instant> {
  const { retention } = await readPrivacySettings(ctx);
  const zone = zoneNamed(ctx.tenant.timeZone);
  const { year } = dateFields(dateAt(ctx.now, zone));
  return startOfYear(keptFromYear(year, sellerCountry(ctx), retention), ctx);
}

function startOfYear(year: number, ctx: QueryCtx): Instant {
  return startOfDay(calendarDate({ year, month: 1, day: 1 }), zoneNamed(ctx.tenant.timeZone));
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

/** In order: what refers to a document goes before it. Answers how many documents were taken away. */
async function takeAway(ctx: CommandCtx, customerId: string, before: Instant): Promise<number> {
  const values = [ctx.tenant.id, customerId, iso(before)];
  const old = 'tenant_id = $1 and customer_id = $2 and issued_at < $3';
  const untaken = `${old} and taken_away_at is null`;
  await ctx.sql.run(
    `delete from e_invoices where tenant_id = $1 and (invoice_id in (select id from invoices where ${old})
       or credit_note_id in (select id from credit_notes where ${old}))`,
    values,
  );
  await ctx.sql.run(
    `update files set name = 'erased', state = 'deleted' where tenant_id = $1 and state = 'clean' and id in (
       select pdf_file_id from invoices where ${old} union select pdf_file_id from credit_notes where ${old}
       union select pdf_file_id from customer_documents where ${old})`,
    values,
  );
  const now = [...values, iso(ctx.now)];
  const counts = [
    await ctx.sql.run(`delete from customer_documents where ${old}`, values),
    await ctx.sql.run(`delete from receipts where ${old}`, values),
    await ctx.sql.run(
      `update credit_notes set buyer = ${ERASED}, reason = 'Erased', pdf_file_id = null, taken_away_at = $4,
         canonical = (canonical::jsonb || jsonb_build_object('buyer', ${ERASED}, 'reason', 'Erased'))::text
       where ${untaken}`,
      now,
    ),
    await numbered(
      ctx,
      `update invoices set buyer = ${ERASED}, pdf_file_id = null, taken_away_at = $4,
         raise_reason = case when raise_reason is not null then 'Erased' end,
         canonical = ((canonical::jsonb || jsonb_build_object('buyer', ${ERASED})) #- '{raises,reason}')::text
       where ${untaken} returning number`,
      now,
    ),
  ];
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What was skipped names a customer and is no document. */
async function numbered(ctx: CommandCtx, sql: string, values: readonly unknown[]): Promise<number> {
  const rows = await ctx.sql.rows<{ number: string | null }>(sql, [...values]);
  return rows.filter(({ number }) => number !== null).length;
}

/** When the years of the oldest document that is left are over. */
async function nextLook(ctx: QueryCtx, customerId: string): Promise<string> {
  const row = await ctx.sql.row<{ year: number | null }>(
    `select min(extract(year from d.issued_at at time zone $3))::int as year from (
       select issued_at from invoices where tenant_id = $1 and customer_id = $2 and taken_away_at is null
       union all select issued_at from credit_notes where tenant_id = $1 and customer_id = $2 and taken_away_at is null
       union all select issued_at from receipts where tenant_id = $1 and customer_id = $2
       union all select issued_at from customer_documents where tenant_id = $1 and customer_id = $2) d`,
    [ctx.tenant.id, customerId, ctx.tenant.timeZone],
  );
  const year = row?.year ?? null;
  if (year === null) return 'infinity';
  const { retention } = await readPrivacySettings(ctx);
  return iso(startOfYear(takenInYear(year, sellerCountry(ctx), retention), ctx));
}
