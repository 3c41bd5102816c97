import type { Consolidation } from '@billhook/core/invoicing/consolidation';
import type { Instant } from '@billhook/core/time/instant';
import { textColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, EarlyCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { NO_E_INVOICE } from './e-invoice.ts';
import type { Address, Customer, CustomerEInvoice } from './types.ts';

type CustomerRow = {
  id: string;
  external_id: string | null;
  name: string;
  email: string | null;
  currency: string;
  time_zone: string;
  country: string | null;
  address: Address;
  tax_id: string | null;
  tax_exempt: boolean;
  e_invoice: Partial<CustomerEInvoice>;
  payment_terms_days: number | null;
  invoice_consolidation: Consolidation | null;
  pays_by_transfer: boolean;
  locale: string;
  metadata: Record<string, string>;
  credit_balances: Record<string, number>;
  parked_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
};

const CUSTOMER = `id, external_id, name, email, currency, time_zone, country, address, tax_id, tax_exempt, e_invoice, locale,
  metadata, payment_terms_days, invoice_consolidation, pays_by_transfer, credit_balances, parked_at, created_at, updated_at`;

const toCustomer = (row: CustomerRow): Customer => ({
  id: row.id,
  externalId: row.external_id,
  name: row.name,
  email: row.email,
  currency: row.currency,
  timeZone: row.time_zone,
  country: row.country,
  address: row.address,
  taxId: row.tax_id,
  taxExempt: row.tax_exempt,
  eInvoice: { ...NO_E_INVOICE, ...row.e_invoice },
  paymentTermsDays: row.payment_terms_days,
  invoiceConsolidation: row.invoice_consolidation,
  paysByTransfer: row.pays_by_transfer,
  locale: row.locale,
  metadata: row.metadata,
  creditBalances: new Map(
    Object.entries(row.credit_balances).map(([currency, minor]) => [currency, BigInt(minor)]),
  ),
  parkedAt: row.parked_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** Customers by id, in order of id. */
export async function customersById(ctx: QueryCtx, ids: readonly string[]): Promise<Customer[]> {
  const rows = await ctx.sql.rows<CustomerRow>(
    `select ${CUSTOMER} from customers where tenant_id = $1 and id = any ($2::uuid[]) order by id`,
    [ctx.tenant.id, ids],
  );
  return rows.map(toCustomer);
}

/** Locks customers in order of id, so that two commands over the same customers never wait for each other in a circle. */
export async function lockCustomerRows(ctx: CommandCtx, ids: readonly string[]): Promise<Customer[]> {
  const rows = await ctx.sql.rows<CustomerRow>(
    `select ${CUSTOMER} from customers where tenant_id = $1 and id = any ($2::uuid[]) order by id for update`,
    [ctx.tenant.id, ids],
  );
  return rows.map(toCustomer);
}

/** Those of the given external ids that exist. */
export async function idsByExternalId(
  ctx: QueryCtx,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await ctx.sql.rows<{ id: string; external_id: string }>(
    'select id, external_id from customers where tenant_id = $1 and external_id = any ($2::text[])',
    [ctx.tenant.id, externalIds],
  );
  return new Map(rows.map((row) => [row.external_id, row.id]));
}

/** Those of the given ids that exist. */
export async function existingIds(ctx: QueryCtx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await ctx.sql.rows<{ id: string }>(
    'select id from customers where tenant_id = $1 and id = any ($2::uuid[])',
    [ctx.tenant.id, ids],
  );
  return new Set(rows.map((row) => row.id));
}

/**
 * Keeps billing of these customers out until the transaction ends, without keeping other writers of usage out: the
 * weakest row lock, which only a full lock of the row waits for.
 */
export async function shareCustomerRows(ctx: CommandCtx, ids: readonly string[]): Promise<void> {
  await ctx.sql.rows(
    'select 1 from customers where tenant_id = $1 and id = any ($2::uuid[]) order by id for key share',
    [ctx.tenant.id, ids],
  );
}

/** `share` keeps billing out but not other writers of usage; `lock` keeps out everybody. */
export type LockStrength = 'share' | 'lock';

const LOCKING = { share: 'for key share', lock: 'for update' } as const;

/**
 * Customers by external id or row id: finds and locks all in one statement, in the order of their ids. They
 * are named as lists, not looked up one after another: before statistics of the table are known a plan may take the wrong
 * index, and then it should read that once.
 */
export function holdByIds(
  { sql, tenant }: EarlyCtx,
  externalIds: readonly string[],
  ids: readonly string[],
  strength: LockStrength,
): Promise<{ id: string; external_id: string | null }[]> {
  const whose = [
    ...(externalIds.length > 0 ? ['external_id = any ($2::text[])'] : []),
    ...(ids.length > 0 ? ['id = any ($3::uuid[])'] : []),
  ];
  if (whose.length === 0) return Promise.resolve([]);
  return sql.rows(
    `with sent as (select $2::text[], $3::uuid[])
     select id, external_id from customers where tenant_id = $1 and (${whose.join(' or ')}) order by id ${LOCKING[strength]}`,
    [tenant.id, textColumn(externalIds), uuidColumn(ids)],
    `customers.${strength}${externalIds.length > 0 ? '_by_external' : ''}${ids.length > 0 ? '_by_row' : ''}`,
  );
}

/** A customer by its row, and what a caller called it where that was its external id. */
export type Called = { id: string; externalId: string | null };

/**
 * Shares customers as `holdByIds` does, and ends the transaction unless each is there and still called so. They must be in
 * order of ids.
 */
export function insistOnCalled({ sql, tenant }: EarlyCtx, called: readonly Called[]): Promise<unknown> {
  const byRow = called.flatMap(({ id, externalId }) => (externalId === null ? [id] : []));
  const kept =
    byRow.length === 0 ? 'external_id' : 'case when id = any ($4::uuid[]) then null else external_id end';
  return sql.run(
    `with sent as (select $4::uuid[])
     select app.insist(
       array(select ${kept} from customers where tenant_id = $1 and id = any ($2::uuid[]) order by id for key share) = $3::text[],
       'customers')`,
    [
      tenant.id,
      uuidColumn(called.map(({ id }) => id)),
      textColumn(called.map(({ externalId }) => externalId)),
      uuidColumn(byRow),
    ],
    `customers.insist_on_called${byRow.length === 0 ? '' : '_by_row'}`,
  );
}

/** False if the external id is taken. */
export async function insertCustomer(ctx: CommandCtx, customer: Customer): Promise<boolean> {
  const added = await ctx.sql.run(
    `insert into customers (tenant_id, id, external_id, name, email, currency, time_zone, country, address, tax_id,
       tax_exempt, locale, metadata, payment_terms_days, e_invoice, pays_by_transfer, invoice_consolidation, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12, $13::jsonb, $14, $15::jsonb, $16, $17, $18, $18)
     on conflict (tenant_id, external_id) do nothing`,
    [ctx.tenant.id, ...values(customer), iso(ctx.now)],
  );
  return added === 1;
}

/** Writes what a seller may edit. A taken external id violates the unique key; look before. */
export async function updateCustomerRow(ctx: CommandCtx, customer: Customer): Promise<void> {
  await ctx.sql.run(
    `update customers set external_id = $3, name = $4, email = $5, currency = $6, time_zone = $7, country = $8,
       address = $9::jsonb, tax_id = $10, tax_exempt = $11, locale = $12, metadata = $13::jsonb,
       payment_terms_days = $14, e_invoice = $15::jsonb, pays_by_transfer = $16,
       invoice_consolidation = $17, updated_at = $18
     where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, ...values(customer), iso(ctx.now)],
  );
}

function values(customer: Customer): readonly unknown[] {
  return [
    customer.id,
    customer.externalId,
    customer.name,
    customer.email,
    customer.currency,
    customer.timeZone,
    customer.country,
    JSON.stringify(customer.address),
    customer.taxId,
    customer.taxExempt,
    customer.locale,
    JSON.stringify(customer.metadata),
    customer.paymentTermsDays,
    JSON.stringify(customer.eInvoice),
    customer.paysByTransfer,
    customer.invoiceConsolidation,
  ];
}

/** Adds to the balance in a currency unless it would fall below zero; then undefined. */
export async function addCredit(
  ctx: CommandCtx,
  id: string,
  { currency, deltaMinor }: { currency: string; deltaMinor: bigint },
): Promise<bigint | undefined> {
  const row = await ctx.sql.row<{ balance: bigint }>(
    `update customers set
       credit_balances = credit_balances
         || jsonb_build_object($3::text, coalesce((credit_balances ->> $3)::bigint, 0) + $4::bigint),
       updated_at = $5
     where tenant_id = $1 and id = $2 and coalesce((credit_balances ->> $3)::bigint, 0) + $4::bigint >= 0
     returning (credit_balances ->> $3)::bigint as balance`,
    [ctx.tenant.id, id, currency, deltaMinor, iso(ctx.now)],
  );
  return row?.balance;
}

/** Puts billing on hold; one that is on hold already keeps its time. */
export async function setParked(ctx: CommandCtx, ids: readonly string[]): Promise<void> {
  await ctx.sql.run(
    `update customers set parked_at = $3, updated_at = $3
     where tenant_id = $1 and id = any ($2::uuid[]) and parked_at is null`,
    [ctx.tenant.id, ids, iso(ctx.now)],
  );
}

/** Takes a customer off hold. False if it is not on hold. */
export async function clearParked(ctx: CommandCtx, id: string): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update customers set parked_at = null, updated_at = $3
     where tenant_id = $1 and id = $2 and parked_at is not null`,
    [ctx.tenant.id, id, iso(ctx.now)],
  );
  return changed === 1;
}

/** From now on nothing is sold to the customer. */
export async function setErased(ctx: CommandCtx, id: string): Promise<void> {
  await ctx.sql.run(
    'update customers set erased_at = coalesce(erased_at, $3) where tenant_id = $1 and id = $2',
    [ctx.tenant.id, id, iso(ctx.now)],
  );
}

export async function isErasedRow(ctx: QueryCtx, id: string): Promise<boolean> {
  const row = await ctx.sql.row<{ erased: boolean }>(
    'select erased_at is not null as erased from customers where tenant_id = $1 and id = $2',
    [ctx.tenant.id, id],
  );
  return row?.erased ?? false;
}
