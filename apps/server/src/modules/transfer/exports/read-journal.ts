import type { TaxCategory } from '@billhook/core/invoicing/tax';
import { invariant } from '@billhook/core/kernel/invariant';
import { type CurrencyCode, currencyCode } from '@billhook/core/money/currency';
import { type CalendarDate, dateAt } from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import { byTreatment, type TreatedPart } from '@billhook/core/transfer/datev/treatments';
import { type Entry, pairEntries } from '@billhook/core/transfer/pair-entries';
import type { QueryCtx } from '../../../platform/context.ts';
import { isoOrNull } from '../../../platform/sql.ts';
import type { ExportJob } from './repo.ts';

/** One booking as accountants have it: from an account, to an account. */
export type JournalBooking = {
  id: string;
  on: CalendarDate;
  document: string;
  text: string;
  debit: string;
  credit: string;
  amountMinor: bigint;
  currency: CurrencyCode;
  customerExternalId: string | null;
  customerName: string | null;
  /** The account that the seller keeps for this customer at the tax adviser's. */
  customerAccount: string | null;
};

type Row = {
  id: string;
  sourceKind: string;
  posting: string;
  currency: string;
  occurredAt: Instant;
  number: string | null;
  customerExternalId: string | null;
  customerName: string | null;
  customerAccount: string | null;
  entries: { account: string; side: Entry['side']; amount: string }[];
  parts: RatePart[] | null;
};

type RatePart = {
  net: string;
  tax: string;
  rate: { category?: TaxCategory; percent: string; country?: string | null } | null;
};

/** Net and tax of the lines of the document by rate: those of the note where there is one, else of its invoice. */
const PARTS = `select json_agg(json_build_object('net', s.net::text, 'tax', s.tax::text, 'rate',
      (select x from jsonb_array_elements(app.frozen_text(si)::jsonb -> 'taxes') x where x ->> 'rate_id' = s.rate_id limit 1))) as parts
  from (
    select l.tax_rate_id as rate_id, sum(coalesce(k.net_minor, l.net_minor)) as net, sum(coalesce(k.tax_minor, l.tax_minor)) as tax
    from invoice_lines l
    left join credit_note_lines k on k.tenant_id = l.tenant_id and k.line_id = l.id and k.credit_note_id = n.id
    where l.tenant_id = si.tenant_id and l.invoice_id = si.id and (n.id is null or k.line_id is not null)
    group by l.tax_rate_id
  ) s`;

const NONE = '00000000-0000-0000-0000-000000000000';

const CHOSEN = `t.tenant_id = $1 and t.id <= $2 and t.occurred_at >= $3::timestamptz and t.occurred_at < $4::timestamptz
  and ($5::text is null or t.currency = $5)`;

function boundsOf(ctx: QueryCtx, job: ExportJob): unknown[] {
  return [
    ctx.tenant.id,
    job.untilId,
    isoOrNull(job.start) ?? '-infinity',
    isoOrNull(job.end) ?? 'infinity',
    job.currency,
  ];
}

/** Transactions, by which progress is told. */
export async function countTransactions(ctx: QueryCtx, job: ExportJob): Promise<bigint> {
  const row = await ctx.sql.row<{ count: bigint }>(
    `select count(*) as count from ledger_transactions t where ${CHOSEN}`,
    boundsOf(ctx, job),
  );
  return row?.count ?? 0n;
}

/** The bookings of the transactions behind one, at most `limit` of these, and the last of them; null where no more are. */
export async function readJournal(
  ctx: QueryCtx,
  job: ExportJob,
  after: string | null,
  limit: number,
  treatments: 'joined' | 'apart' = 'joined',
): Promise<{ transactions: number; bookings: JournalBooking[]; next: string | null }> {
  const rows = await ctx.sql.rows<Row>(
    `select t.id, t.source_kind as "sourceKind", t.posting, t.currency, t.occurred_at as "occurredAt",
       coalesce(i.number, n.number, pi.number, p.provider_object_id, ri.number) as number,
       c.external_id as "customerExternalId", c.name as "customerName", c.metadata ->> 'datev_account' as "customerAccount",
       e.entries, p2.parts
     from (select * from ledger_transactions t where ${CHOSEN} and t.id > $6 order by t.id limit $7) t
     cross join lateral (
       select json_agg(json_build_object('account', x.account, 'side', x.side, 'amount', x.amount_minor::text)
           order by x.position) as entries,
         (array_agg(x.customer_id) filter (where x.customer_id is not null))[1] as customer_id
       from ledger_entries x where x.tenant_id = t.tenant_id and x.transaction_id = t.id) e
     left join customers c on c.tenant_id = t.tenant_id and c.id = e.customer_id
     left join invoices i on t.source_kind = 'invoice' and i.tenant_id = t.tenant_id and i.id = t.source_id
     left join credit_notes n on t.source_kind = 'credit_note' and n.tenant_id = t.tenant_id and n.id = t.source_id
     left join refunds r on t.source_kind = 'refund' and r.tenant_id = t.tenant_id and r.id = t.source_id
     left join payments p on p.tenant_id = t.tenant_id and p.id = case t.source_kind when 'payment' then t.source_id end
     left join payments rp on rp.tenant_id = t.tenant_id and rp.id = r.payment_id
     left join invoices pi on pi.tenant_id = p.tenant_id and pi.id = p.invoice_id
     left join invoices ri on ri.tenant_id = rp.tenant_id and ri.id = rp.invoice_id
     left join invoices si on si.tenant_id = t.tenant_id and si.id = case t.source_kind
       when 'invoice' then t.source_id when 'credit_note' then n.invoice_id when 'refund' then rp.invoice_id end and $8
     left join lateral (${PARTS}) p2 on si.id is not null
     order by t.id`,
    [...boundsOf(ctx, job), after ?? NONE, limit, treatments === 'apart'],
  );
  const zone = zoneNamed(ctx.tenant.timeZone);
  const divide: Divide =
    treatments === 'joined'
      ? (entries) => entries
      : (entries, parts) => byTreatment(entries, parts, homeOf(ctx));
  const bookings = rows.flatMap((row) => bookingsOf(row, dateAt(row.occurredAt, zone), divide));
  return {
    transactions: rows.length,
    bookings,
    next: rows.length < limit ? null : (rows.at(-1)?.id ?? null),
  };
}

/** Where the seller is established; null where nothing is said of it. */
export const homeOf = ({ tenant }: QueryCtx): string | null =>
  tenant.settings.taxRules?.country ?? tenant.settings.sellerIdentity?.country ?? null;

function treatedPart({ net, tax, rate }: RatePart): TreatedPart[] {
  // What the provider taxed, or nobody, has no treatment here.
  if (rate === null || rate.category === undefined) return [];
  const { category, percent, country } = rate;
  return [{ category, percent, country: country ?? null, netMinor: BigInt(net), taxMinor: BigInt(tax) }];
}

type Divide = (entries: readonly Entry[], parts: readonly TreatedPart[]) => readonly Entry[];

function bookingsOf(row: Row, on: CalendarDate, divide: Divide): JournalBooking[] {
  invariant(row.entries !== null, 'A transaction of the ledger has entries.');
  const entries = row.entries.map(({ account, side, amount }) => ({
    account,
    side,
    amountMinor: BigInt(amount),
  }));
  const said = row.posting.replaceAll('_', ' ');
  const divided = divide(entries, (row.parts ?? []).flatMap(treatedPart));
  return pairEntries(divided).map((booking) => ({
    ...booking,
    id: row.id,
    on,
    document: row.number ?? row.id.replaceAll('-', ''),
    text: row.customerName === null ? said : `${said}, ${row.customerName}`,
    currency: currencyCode(row.currency),
    customerExternalId: row.customerExternalId,
    customerName: row.customerName,
    customerAccount: row.customerAccount,
  }));
}
