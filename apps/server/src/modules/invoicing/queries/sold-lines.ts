import type { RevenueLine } from '@billhook/core/ledger/revenue-schedule';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';

/** A line of an issued invoice as the books see it. */
export type SoldLine = RevenueLine & {
  id: string;
  position: number;
  description: string;
  currency: string;
};

/** Lines of one invoice, or those whose service, invoice or correction lies after a moment. */
export type SoldFilter =
  | { invoiceId: string }
  | { since: Instant; issuedBefore: Instant | null; aheadOnly: boolean };

type Row = Pick<
  SoldLine,
  'id' | 'position' | 'description' | 'currency' | 'kind' | 'netMinor' | 'issuedAt'
> & {
  start: Instant;
  end: Instant;
  voidedAt: Instant | null;
  isCredited: boolean;
};

// A seller's lines may be many more than fit into memory at once.
const PAGE = 20_000;

/** Calls `take` with the lines, a page at a time. Each carries what credit notes and a void took back of it. */
export async function eachSoldLines(
  ctx: QueryCtx,
  filter: SoldFilter,
  take: (lines: readonly SoldLine[]) => void,
): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const rows: Row[] = await page(ctx, filter, after);
    const credits = await creditsOf(
      ctx,
      rows.filter(({ isCredited }) => isCredited).map(({ id }) => id),
    );
    take(rows.map((row) => soldLine(row, credits.get(row.id) ?? [])));
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.id ?? null;
  }
}

function page(ctx: QueryCtx, filter: SoldFilter, after: string | null): Promise<Row[]> {
  const [invoiceId, since, before, aheadOnly] =
    'invoiceId' in filter
      ? [filter.invoiceId, null, null, false]
      : [null, iso(filter.since), isoOrNull(filter.issuedBefore), filter.aheadOnly];
  return ctx.sql.rows<Row>(
    `select l.id, l.position, l.description, l.kind, l.net_minor as "netMinor", l.period_start as start, l.period_end as end,
       l.credited_minor <> 0 as "isCredited", i.currency, i.issued_at as "issuedAt", i.voided_at as "voidedAt"
     from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
     where l.tenant_id = $1 and i.status <> 'skipped' and ($2::uuid is null or l.invoice_id = $2)
       and ($3::timestamptz is null or l.period_end > $3 or (not $5 and (i.issued_at >= $3 or i.voided_at >= $3 or l.credited_minor <> 0)))
       and ($4::timestamptz is null or i.issued_at < $4) and ($6::uuid is null or l.id > $6)
     order by l.id limit ${PAGE}`,
    [ctx.tenant.id, invoiceId, since, before, aheadOnly, after],
  );
}

type Credit = { lineId: string; at: Instant; netMinor: bigint };

async function creditsOf(ctx: QueryCtx, lineIds: readonly string[]): Promise<Map<string, Credit[]>> {
  if (lineIds.length === 0) return new Map();
  const rows = await ctx.sql.rows<Credit>(
    `select n.line_id as "lineId", m.at, m.sign * n.net_minor as "netMinor"
     from credit_note_lines n join credit_notes c on c.tenant_id = n.tenant_id and c.id = n.credit_note_id
     cross join lateral (values (c.issued_at, 1), (c.voided_at, -1)) as m (at, sign)
     where n.tenant_id = $1 and n.line_id = any ($2::uuid[]) and m.at is not null order by m.at`,
    [ctx.tenant.id, lineIds],
  );
  return Map.groupBy(rows, ({ lineId }) => lineId);
}

function soldLine(
  { start, end, voidedAt, isCredited: _, ...row }: Row,
  credits: readonly Credit[],
): SoldLine {
  const corrections = credits.map(({ at, netMinor }) => ({ at, netMinor }));
  if (voidedAt !== null) {
    const left = corrections.reduce((sum, { netMinor }) => sum - netMinor, row.netMinor);
    corrections.push({ at: voidedAt, netMinor: left });
  }
  return { ...row, servicePeriod: { start, end }, corrections };
}

/** What is still due on invoices that are not expected to be paid any more, by currency. */
export async function doubtfulByCurrency(ctx: QueryCtx): Promise<Map<string, bigint>> {
  const rows = await ctx.sql.rows<{ currency: string; dueMinor: bigint }>(
    `select currency, sum(due_minor)::bigint as "dueMinor" from invoices
     where tenant_id = $1 and status = 'uncollectible' group by currency`,
    [ctx.tenant.id],
  );
  return new Map(rows.map(({ currency, dueMinor }) => [currency, dueMinor]));
}
