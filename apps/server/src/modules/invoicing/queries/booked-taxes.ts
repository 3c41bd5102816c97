import type { LedgerAccount } from '@billhook/core/ledger/accounts';
import { placedShares } from '@billhook/core/ledger/tax-by-place';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { placedTaxes } from '../placed-taxes.ts';
import type { StoredInvoice } from './read.ts';

type Booked = { id: string; minor: bigint; isBefore: boolean } & Pick<StoredInvoice, 'taxes' | 'authority'>;

const PAGE_ROWS = 2_000;
const NONE = '00000000-0000-0000-0000-000000000000';

/** The documents that a posting comes from: `i` an invoice, `n` a note, `ri` the invoice whose payment went back. */
const DOCUMENTS = `
  left join invoices i on t.source_kind = 'invoice' and i.tenant_id = t.tenant_id and i.id = t.source_id
  left join credit_notes n on t.source_kind = 'credit_note' and n.tenant_id = t.tenant_id and n.id = t.source_id
  left join invoices ni on ni.tenant_id = n.tenant_id and ni.id = n.invoice_id
  left join refunds r on t.source_kind = 'refund' and r.tenant_id = t.tenant_id and r.id = t.source_id
  left join payments rp on rp.tenant_id = r.tenant_id and rp.id = r.payment_id
  left join invoices ri on ri.tenant_id = rp.tenant_id and ri.id = rp.invoice_id`;

/**
 * What was recorded until a moment on the one account of all tax, by the account on which its documents would book it: credits less debits.
 */
export async function unplacedTax(
  ctx: QueryCtx,
  currency: string,
  until: Instant,
): Promise<Map<LedgerAccount, bigint>> {
  const shares = new Map<LedgerAccount, bigint>();
  for (let after = NONE; ; ) {
    const rows = await ctx.sql.rows<Booked>(
      `select e.transaction_id as id, e.minor, coalesce(i.taxes, n.taxes, ri.taxes, '[]'::jsonb) as taxes,
         coalesce(i.authority, ri.authority, 'billhook') as authority, t.recorded_at <= $5 as "isBefore"
       from (
         select transaction_id, sum(case side when 'credit' then amount_minor else -amount_minor end)::bigint as minor
         from ledger_entries where tenant_id = $1 and account = 'tax' and currency = $2 and transaction_id > $3
         group by transaction_id order by transaction_id limit $4
       ) e join ledger_transactions t on t.tenant_id = $1 and t.id = e.transaction_id ${DOCUMENTS}
       order by e.transaction_id`,
      [ctx.tenant.id, currency, after, PAGE_ROWS, iso(until)],
    );
    for (const row of rows.filter(({ isBefore }) => isBefore))
      for (const [account, minor] of placedShares(row.minor, placedTaxes(row)))
        shares.set(account, (shares.get(account) ?? 0n) + minor);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return shares;
    after = last.id;
  }
}

/** What was booked on one account of tax over a stretch of time, in minor units. */
export type PlacedTaxRow = {
  currency: string;
  account: string;
  chargedMinor: bigint;
  takenBackMinor: bigint;
  /** What was sold at this rate, by the documents, less what was taken back. */
  netMinor: bigint;
};

/** The account of a row of a document's table of taxes, as `taxAccount` of core names it. */
const ACCOUNT = `'tax:' || coalesce(
    (x -> 'jurisdiction' ->> 'country') || case when x -> 'jurisdiction' ->> 'region' ~ '^[A-Z0-9]{1,6}$'
      then '-' || (x -> 'jurisdiction' ->> 'region') else '' end,
    substring(x ->> 'rate_id' from '^([A-Z]{2}(?:-[A-Z0-9]{1,6})?)/')) || ':' || (x ->> 'percent')`;

/**
 * Tax by account as it stands in the books, by the day on which it was booked. Net is that of the document's rows: where
 * a part of them was moved, as by the refund of a part, the same part of it.
 */
export function taxByPlace(ctx: QueryCtx, from: Instant, until: Instant): Promise<PlacedTaxRow[]> {
  return ctx.sql.rows<PlacedTaxRow>(
    `with moved as (
       select t.tenant_id, t.id, t.source_kind, t.source_id, t.posting, e.currency, e.account,
         sum(case e.side when 'credit' then e.amount_minor else -e.amount_minor end) as minor
       from ledger_transactions t join ledger_entries e on e.tenant_id = t.tenant_id and e.transaction_id = t.id
       where t.tenant_id = $1 and t.occurred_at >= $2 and t.occurred_at < $3 and e.account like 'tax:%'
         and t.posting <> 'tax_by_place'
       group by t.tenant_id, t.id, t.source_kind, t.source_id, t.posting, e.currency, e.account
     )
     select t.currency, t.account,
       coalesce(sum(t.minor) filter (where t.posting = 'invoice_issued'), 0)::bigint as "chargedMinor",
       coalesce(-sum(t.minor) filter (where t.posting <> 'invoice_issued'), 0)::bigint as "takenBackMinor",
       coalesce(sum(round(t.minor * d.net / nullif(d.tax, 0))), 0)::bigint as "netMinor"
     from moved t ${DOCUMENTS}
     left join lateral (
       select sum((x ->> 'net_minor')::numeric) as net, sum((x ->> 'tax_minor')::numeric) as tax
       from jsonb_array_elements(coalesce(i.taxes,
         case when not exists (select from jsonb_array_elements(n.taxes) y where y ->> 'net_minor' is null) then n.taxes end,
         ni.taxes, ri.taxes)) x where ${ACCOUNT} = t.account
     ) d on true
     group by t.currency, t.account order by t.currency, t.account`,
    [ctx.tenant.id, iso(from), iso(until)],
  );
}
