import type { TaxJurisdiction } from '@billhook/core/invoicing/tax';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

/** The tax of one rate in one currency over a stretch of time, in minor units. */
export type TaxOwed = {
  currency: string;
  name: string;
  percent: string;
  jurisdiction: TaxJurisdiction | null;
  netMinor: bigint;
  chargedMinor: bigint;
  takenBackMinor: bigint;
};

/**
 * What invoices charged that were issued in the stretch, and what notes and voids of it took back, whenever their invoice was
 * issued: so that months add up and none that is over changes. What Stripe issues is in its own books.
 */
export function taxOwed(ctx: QueryCtx, from: Instant, until: Instant): Promise<TaxOwed[]> {
  return ctx.sql.rows<TaxOwed>(
    `with moved as (
       select currency, taxes, 1 as sign, false as is_back from invoices
       where tenant_id = $1 and authority = 'billhook' and status <> 'skipped' and issued_at >= $2 and issued_at < $3
       union all
       select currency, taxes, -1, true from invoices
       where tenant_id = $1 and authority = 'billhook' and voided_at >= $2 and voided_at < $3
       union all
       select currency, taxes, -1, true from credit_notes
       where tenant_id = $1 and authority = 'billhook' and issued_at >= $2 and issued_at < $3)
     select m.currency, t.tax ->> 'name' as name, t.tax ->> 'percent' as percent, t.tax -> 'jurisdiction' as jurisdiction,
       sum(m.sign * coalesce((t.tax ->> 'net_minor')::bigint, 0))::bigint as "netMinor",
       coalesce(sum((t.tax ->> 'tax_minor')::bigint) filter (where not m.is_back), 0)::bigint as "chargedMinor",
       coalesce(sum((t.tax ->> 'tax_minor')::bigint) filter (where m.is_back), 0)::bigint as "takenBackMinor"
     from moved m cross join lateral jsonb_array_elements(m.taxes) as t (tax)
     group by 1, 2, 3, 4
     order by 1, (t.tax -> 'jurisdiction') ->> 'country' nulls first, (t.tax -> 'jurisdiction') ->> 'region' nulls first,
       array_position('{country,state,county,city,district}'::text[], (t.tax -> 'jurisdiction') ->> 'level'), 2, 3`,
    [ctx.tenant.id, iso(from), iso(until)],
  );
}
