import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { DOCUMENTS } from './posted-documents.ts';

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
