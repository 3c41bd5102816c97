import type { Consolidation } from '@billhook/core/invoicing/consolidation';
import { uuidColumn } from '../../platform/columns.ts';
import type { QueryCtx } from '../../platform/context.ts';
import { NO_E_INVOICE } from './e-invoice.ts';
import type { Customer, CustomerEInvoice } from './types.ts';

/** What stands on a document of all customers of a kind, and what is decided by. */
export type SharedData = Pick<
  Customer,
  | 'currency'
  | 'timeZone'
  | 'country'
  | 'taxId'
  | 'taxExempt'
  | 'paymentTermsDays'
  | 'invoiceConsolidation'
  | 'paysByTransfer'
  | 'locale'
  | 'address'
  | 'eInvoice'
> & {
  /** The credit of each currency, as one text. */
  creditText: string;
};

/** Customers of whom the same is known but for their names and addresses of mail. */
export type LikeCustomers = {
  shared: SharedData;
  /** Of each member the place among those asked for, from 1 on, as four bytes. */
  places: Buffer;
  names: readonly string[];
  emails: readonly (string | null)[];
};

type Row = Omit<SharedData, 'eInvoice' | 'invoiceConsolidation'> & {
  eInvoice: Partial<CustomerEInvoice>;
  invoiceConsolidation: Consolidation | null;
  places: Buffer;
  names: string[];
  emails: (string | null)[];
};

const SHARED = `c.currency, c.time_zone, c.country, c.tax_id, c.tax_exempt, c.payment_terms_days, c.invoice_consolidation,
  c.pays_by_transfer, c.locale, c.address, c.e_invoice, c.credit_balances`;

const LIKENESS = `select c.currency, c.time_zone as "timeZone", c.country, c.tax_id as "taxId", c.tax_exempt as "taxExempt",
    c.payment_terms_days as "paymentTermsDays", c.invoice_consolidation as "invoiceConsolidation",
    c.pays_by_transfer as "paysByTransfer", c.locale, c.address, c.e_invoice as "eInvoice",
    c.credit_balances::text as "creditText", string_agg(int4send(a.place::integer), ''::bytea) as places,
    json_agg(c.name) as names, json_agg(c.email) as emails
  from unnest($2::uuid[]) with ordinality a (id, place)
  cross join lateral (select c.* from customers c where c.tenant_id = $1 and c.id = a.id offset 0) c
  group by ${SHARED}`;

/** These customers, each with those of whom the same is known. */
export async function likeCustomers(ctx: QueryCtx, ids: readonly string[]): Promise<LikeCustomers[]> {
  const rows = await ctx.sql.rows<Row>(LIKENESS, [ctx.tenant.id, uuidColumn(ids)], 'customers.likeness');
  return rows.map(({ places, names, emails, eInvoice, ...shared }) => ({
    shared: { ...shared, eInvoice: { ...NO_E_INVOICE, ...eInvoice } },
    places,
    names,
    emails,
  }));
}
