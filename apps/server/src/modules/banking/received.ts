import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

export type ReceivedKind = 'transfer' | 'cash' | 'cheque' | 'other';

export type Received = {
  paymentId: string;
  lineId: string | null;
  kind: ReceivedKind;
  receivedOn: string;
  note: string | null;
  recordedBy: string;
};

/** Remembers how a payment came. */
export async function insertReceived(ctx: CommandCtx, row: Received): Promise<void> {
  await ctx.sql.run(
    `insert into received_payments (tenant_id, payment_id, line_id, kind, received_on, note, recorded_by, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ctx.tenant.id,
      row.paymentId,
      row.lineId,
      row.kind,
      row.receivedOn,
      row.note,
      row.recordedBy,
      iso(ctx.now),
    ],
  );
}

export async function markReversed(
  ctx: CommandCtx,
  paymentId: string,
  by: { actor: string; reason: string },
): Promise<void> {
  await ctx.sql.run(
    `update received_payments set reversed_at = $3, reversed_by = $4, reversal_reason = $5
     where tenant_id = $1 and payment_id = $2 and reversed_at is null`,
    [ctx.tenant.id, paymentId, iso(ctx.now), by.actor, by.reason],
  );
}

export function findReceived(ctx: QueryCtx, paymentId: string): Promise<Received | undefined> {
  return ctx.sql.row<Received>(
    `select payment_id as "paymentId", line_id as "lineId", kind, received_on::text as "receivedOn", note,
       recorded_by as "recordedBy"
     from received_payments where tenant_id = $1 and payment_id = $2`,
    [ctx.tenant.id, paymentId],
  );
}

/** What stands booked from lines: by line, in the order in which it was booked. */
export async function standingPayments(
  ctx: QueryCtx,
  lineIds: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  const rows = await ctx.sql.rows<{ lineId: string; paymentId: string }>(
    `select line_id as "lineId", payment_id as "paymentId" from received_payments
     where tenant_id = $1 and line_id = any ($2::uuid[]) and reversed_at is null order by recorded_at, payment_id`,
    [ctx.tenant.id, lineIds],
  );
  return new Map(
    [...Map.groupBy(rows, ({ lineId }) => lineId)].map(([lineId, group]) => [
      lineId,
      group.map(({ paymentId }) => paymentId),
    ]),
  );
}

/** The account that a payment came from, as the statement told it. */
export async function payersOf(
  ctx: QueryCtx,
  paymentIds: readonly string[],
): Promise<ReadonlyMap<string, { name: string | null; iban: string | null }>> {
  const rows = await ctx.sql.rows<{ paymentId: string; name: string | null; iban: string | null }>(
    `select r.payment_id as "paymentId", l.name, l.iban from received_payments r
     join bank_lines l on l.tenant_id = r.tenant_id and l.id = r.line_id
     where r.tenant_id = $1 and r.payment_id = any ($2::uuid[])`,
    [ctx.tenant.id, paymentIds],
  );
  return new Map(rows.map(({ paymentId, ...payer }) => [paymentId, payer]));
}
