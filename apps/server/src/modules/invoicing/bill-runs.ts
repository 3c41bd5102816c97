import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

/** A run that did nothing for so long was left by its process; what comes then is another run. */
const LEFT_AFTER_MS = 600_000;

/** The run that is under way, if it is. */
export async function findOpenBillRun(ctx: QueryCtx): Promise<string | null> {
  const row = await ctx.sql.row<{ id: string }>(
    'select id from bill_runs where tenant_id = $1 and ended_at is null',
    [ctx.tenant.id],
  );
  return row?.id ?? null;
}

/** Takes part in the run that is under way, or begins one. Answers its id. */
export async function joinBillRun(
  ctx: CommandCtx,
  { startedAt, dueCustomers }: { startedAt: Instant; dueCustomers: number },
): Promise<string> {
  await ctx.sql.run(
    `update bill_runs r set ended_at = greatest(r.started_at, l.at)
     from (select r.id, max(b.committed_at) as at from bill_runs r
       left join bill_run_batches b on b.tenant_id = r.tenant_id and b.run_id = r.id
       where r.tenant_id = $1 and r.ended_at is null group by r.id) l
     where r.tenant_id = $1 and r.id = l.id and r.ended_at is null and greatest(r.started_at, l.at) < $2`,
    [ctx.tenant.id, iso(ctx.wallNow - LEFT_AFTER_MS)],
  );
  await ctx.sql.run(
    `insert into bill_runs (tenant_id, id, billed_up_to, started_at, due_customers) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id) where ended_at is null do nothing`,
    [ctx.tenant.id, ctx.newId(), iso(ctx.now), iso(startedAt), dueCustomers],
  );
  const id = await findOpenBillRun(ctx);
  if (id === null) throw new Error('a run was begun and is not there');
  return id;
}

/** Remembers what a transaction of a run does, within it, for people and for the log of audits. */
export async function noteBillBatch(
  ctx: CommandCtx,
  runId: string,
  done: { customers: number; invoices: number; parked: number },
): Promise<void> {
  await ctx.sql.run(
    `insert into bill_run_batches (tenant_id, id, run_id, customers, invoices, parked, committed_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [ctx.tenant.id, ctx.newId(), runId, done.customers, done.invoices, done.parked, iso(ctx.wallNow)],
  );
  ctx.audit({
    action: 'bill_run.batch',
    objectKind: 'bill_run',
    objectId: encodeTypeId('brun', runId),
    details: { customers: done.customers, invoices: done.invoices, parked: done.parked },
  });
}

/** Nobody is due any more. */
export async function closeBillRun(ctx: CommandCtx, runId: string): Promise<void> {
  await ctx.sql.run(
    'update bill_runs set ended_at = $3 where tenant_id = $1 and id = $2 and ended_at is null',
    [ctx.tenant.id, runId, iso(ctx.wallNow)],
  );
}

export type BillRun = {
  id: string;
  billedUpTo: Instant;
  startedAt: Instant;
  endedAt: Instant | null;
  dueCustomers: bigint;
  customers: bigint;
  invoices: bigint;
  parked: bigint;
  /** When its last transaction so far began; null before the first. */
  lastAt: Instant | null;
};

/** The runs of a seller, newest first, with what each did. */
export function listBillRuns(
  ctx: QueryCtx,
  page: { limit: number; after: string | null },
): Promise<BillRun[]> {
  return ctx.sql.rows<BillRun>(
    `select r.id, r.billed_up_to as "billedUpTo", r.started_at as "startedAt", r.ended_at as "endedAt",
       r.due_customers as "dueCustomers", coalesce(b.customers, 0)::bigint as customers,
       coalesce(b.invoices, 0)::bigint as invoices, coalesce(b.parked, 0)::bigint as parked, b.at as "lastAt"
     from bill_runs r
     left join lateral (
       select sum(b.customers) as customers, sum(b.invoices) as invoices, sum(b.parked) as parked, max(b.committed_at) as at
       from bill_run_batches b where b.tenant_id = r.tenant_id and b.run_id = r.id
     ) b on true
     where r.tenant_id = $1 and ($2::uuid is null or r.id < $2)
     order by r.id desc limit $3`,
    [ctx.tenant.id, page.after, page.limit],
  );
}
