import type { SentReport } from '@billhook/core/mirror/meter-report';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { decimalFromNumeric } from '../../platform/numeric.ts';
import { iso } from '../../platform/sql.ts';

/** An hour of a customer's meter. */
export type ReportedHour = { customerId: string; meterId: string; hour: Instant };

export type ReportStatus = 'created' | 'sent' | 'canceling' | 'canceled' | 'failed';

export type Report = ReportedHour &
  SentReport & {
    status: ReportStatus;
    createdAt: Instant;
  };

type Row = Omit<Report, 'quantity' | 'sentAt' | 'isCanceled'> & { quantity: string; sentAt: Instant | null };

const REPORT = `customer_id as "customerId", meter_id as "meterId", hour, revision, identifier,
  quantity::text as quantity, status, created_at as "createdAt", sent_at as "sentAt"`;

const toReport = (row: Row): Report => ({
  ...row,
  quantity: decimalFromNumeric(row.quantity),
  sentAt: row.sentAt ?? row.createdAt,
  // Of one that failed nobody knows for certain that Stripe has not counted it, so it is never told again by itself.
  isCanceled: row.status === 'canceled',
});

/** What Stripe was, or is about to be, told of these hours. */
export async function reportsOf(ctx: QueryCtx, hours: readonly ReportedHour[]): Promise<Report[]> {
  const rows = await ctx.sql.rows<Row>(
    `select ${REPORT}
     from (select distinct * from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) as k (customer, meter, at)) as k
     cross join lateral (
       select * from stripe_meter_reports where tenant_id = $1 and customer_id = customer and meter_id = meter and hour = at
       offset 0
     ) as r
     order by customer_id, meter_id, hour, revision`,
    [
      ctx.tenant.id,
      hours.map(({ customerId }) => customerId),
      hours.map(({ meterId }) => meterId),
      hours.map(({ hour }) => iso(hour)),
    ],
  );
  return rows.map(toReport);
}

/** What was written down and Stripe has not confirmed. */
export async function unsentReports(ctx: QueryCtx, limit: number): Promise<Report[]> {
  const rows = await ctx.sql.rows<Row>(
    `select ${REPORT} from stripe_meter_reports where tenant_id = $1 and status in ('created', 'canceling')
     order by hour, customer_id, meter_id, revision limit $2`,
    [ctx.tenant.id, limit],
  );
  return rows.map(toReport);
}

/** Writes down what Stripe is about to be told. One revision of an hour is written once, whoever is first. */
export async function insertReport(
  ctx: CommandCtx,
  report: ReportedHour & Pick<SentReport, 'revision' | 'quantity' | 'identifier'> & { quantityText: string },
): Promise<void> {
  await ctx.sql.run(
    `insert into stripe_meter_reports (tenant_id, customer_id, meter_id, hour, revision, identifier, quantity, status,
       created_at)
     values ($1, $2, $3, $4, $5, $6, $7::numeric, 'created', $8) on conflict do nothing`,
    [
      ctx.tenant.id,
      report.customerId,
      report.meterId,
      iso(report.hour),
      report.revision,
      report.identifier,
      report.quantityText,
      iso(ctx.now),
    ],
  );
}

export async function moveReport(
  ctx: CommandCtx,
  identifier: string,
  status: ReportStatus,
  failure: string | null = null,
): Promise<void> {
  await ctx.sql.run(
    `update stripe_meter_reports set status = $3, failure = $4,
       sent_at = case when $3 = 'sent' then $5::timestamptz else sent_at end
     where tenant_id = $1 and identifier = $2`,
    [ctx.tenant.id, identifier, status, failure, iso(ctx.now)],
  );
}

export type HourOfUsage = ReportedHour & {
  /** Decimal text; what the hour counts now. */
  quantity: string;
};

/**
 * Ended hours of usage that Stripe bills and that count something else than Stripe was told: of meters that stand there,
 * of customers whose running or ended item at Stripe charges for them. Stripe takes no usage older than 35 days.
 */
export async function hoursToReport(
  ctx: QueryCtx,
  range: { from: Instant; until: Instant; limit: number },
): Promise<HourOfUsage[]> {
  return ctx.sql.rows<HourOfUsage>(
    `with charged as (
       select distinct s.customer_id, p.meter_id, i.active_from, i.active_to
       from subscriptions s
       join subscription_items i on i.tenant_id = s.tenant_id and i.subscription_id = s.id
       join prices p on p.tenant_id = i.tenant_id and p.id = i.price_id and p.meter_id is not null
       join stripe_links l on l.tenant_id = p.tenant_id and l.kind = 'meter' and l.object_id = p.meter_id
       where s.tenant_id = $1 and s.billing_authority = 'stripe'),
     told as (
       select customer_id, meter_id, hour, sum(quantity) as quantity from stripe_meter_reports
       where tenant_id = $1 and hour >= $2 and hour < $3 and status <> 'canceled'
       group by customer_id, meter_id, hour),
     counted as (
       select r.customer_id, r.meter_id, r.hour, sum(r.quantity) as quantity from usage_hours r
       where r.tenant_id = $1 and r.hour >= $2 and r.hour < $3 and exists (
         select from charged c where c.customer_id = r.customer_id and c.meter_id = r.meter_id
           and r.hour >= date_trunc('hour', c.active_from) and (c.active_to is null or r.hour < c.active_to))
       group by r.customer_id, r.meter_id, r.hour)
     select coalesce(c.customer_id, t.customer_id) as "customerId", coalesce(c.meter_id, t.meter_id) as "meterId",
       coalesce(c.hour, t.hour) as hour, coalesce(greatest(c.quantity, 0), 0)::text as quantity
     from counted c full join told t using (customer_id, meter_id, hour)
     where coalesce(greatest(c.quantity, 0), 0) <> coalesce(t.quantity, 0)
     order by 3, 1, 2 limit $4`,
    [ctx.tenant.id, iso(range.from), iso(range.until), range.limit],
  );
}

export async function countReports(ctx: QueryCtx): Promise<{ status: ReportStatus; count: number }[]> {
  return ctx.sql.rows(
    'select status, count(*)::int as count from stripe_meter_reports where tenant_id = $1 group by status',
    [ctx.tenant.id],
  );
}

/** Up to when usage was looked through; null before the first time. */
export async function lookedUntil(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant }>(
    'select looked_until as at from stripe_meter_marks where tenant_id = $1',
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}

export async function setLookedUntil(ctx: CommandCtx, at: Instant): Promise<void> {
  await ctx.sql.run(
    `insert into stripe_meter_marks as m (tenant_id, looked_until) values ($1, $2)
     on conflict (tenant_id) do update set looked_until = greatest(m.looked_until, excluded.looked_until)`,
    [ctx.tenant.id, iso(at)],
  );
}
