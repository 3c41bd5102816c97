import type { CellKind, ExportColumn } from '@billhook/core/transfer/cell';

/** A column, where it comes from, and the prefix of its id if it is one. */
export type Field = ExportColumn & { readonly sql: string; readonly prefix?: string };

/**
 * A table for people. Rows come in the order of `key` and `position`, which an index has, so that each page goes on where
 * the one before ended and nothing is read twice.
 */
export type Dataset = {
  readonly fields: readonly Field[];
  readonly from: string;
  readonly key: string;
  readonly position: string;
  /** When it happened, in business time. */
  readonly time: string;
  readonly currency: string;
  readonly customer: string;
  readonly where: string;
};

export type DatasetName = 'invoices' | 'invoice_lines' | 'payments' | 'ledger';

const field =
  (kind: CellKind) =>
  (name: string, sql: string): Field => ({ name, kind, sql });
const text = field('text');
const amount = field('amount');
const instant = field('instant');
const decimal = field('decimal');
const idOf = (name: string, prefix: string, sql: string): Field => ({ name, kind: 'text', sql, prefix });

const invoices: Dataset = {
  fields: [
    idOf('id', 'inv', 'i.id'),
    text('number', 'i.number'),
    text('status', 'i.status'),
    instant('issued_at', 'i.issued_at'),
    instant('due_at', 'i.due_at'),
    instant('paid_at', 'i.paid_at'),
    instant('voided_at', 'i.voided_at'),
    idOf('customer', 'cus', 'i.customer_id'),
    text('customer_external_id', 'c.external_id'),
    text('buyer_name', "i.buyer ->> 'name'"),
    text('buyer_country', "i.buyer ->> 'country'"),
    text('buyer_tax_id', "i.buyer ->> 'taxId'"),
    idOf('subscription', 'sub', 'i.subscription_id'),
    text('currency', 'i.currency'),
    amount('net', 'i.subtotal_minor'),
    amount('tax', 'i.tax_minor'),
    amount('total', 'i.total_minor'),
    amount('credit_applied', 'i.credit_applied_minor'),
    amount('credit_granted', 'i.credit_granted_minor'),
    amount('paid', 'i.paid_minor'),
    amount('paid_by_credit', 'i.credit_paid_minor'),
    amount('credited', 'i.credited_minor'),
    amount('refunded', 'i.refunded_minor'),
    amount('due', 'i.due_minor'),
    text('tax_mode', 'i.tax_mode'),
    text('authority', 'i.authority'),
    text('kind', "case when i.raises_invoice_id is null then 'invoice' else 'debit_note' end"),
    idOf('raises', 'inv', 'i.raises_invoice_id'),
  ],
  from: 'invoices i join customers c on c.tenant_id = i.tenant_id and c.id = i.customer_id',
  key: 'i.id',
  position: '0::integer',
  time: 'i.issued_at',
  currency: 'i.currency',
  customer: 'i.customer_id',
  where: "i.tenant_id = $1 and i.status <> 'skipped'",
};

const lines: Dataset = {
  fields: [
    idOf('id', 'il', 'l.id'),
    idOf('invoice', 'inv', 'l.invoice_id'),
    text('invoice_number', 'i.number'),
    instant('issued_at', 'i.issued_at'),
    idOf('customer', 'cus', 'i.customer_id'),
    idOf('subscription', 'sub', 'l.subscription_id'),
    text('kind', 'l.kind'),
    text('description', 'l.description'),
    instant('period_start', 'l.period_start'),
    instant('period_end', 'l.period_end'),
    decimal('quantity', 'l.quantity'),
    text('unit', 'l.unit'),
    text('currency', 'l.currency'),
    amount('amount', 'l.amount_minor'),
    amount('net', 'l.net_minor'),
    amount('tax', 'l.tax_minor'),
    amount('credited', 'l.credited_minor'),
    text('tax_rate', 'l.tax_rate_id'),
    text('tax_code', 'l.tax_code'),
    instant('voided_at', 'l.voided_at'),
  ],
  from: 'invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id',
  key: 'l.id',
  position: '0::integer',
  time: 'i.issued_at',
  currency: 'l.currency',
  customer: 'i.customer_id',
  where: "l.tenant_id = $1 and i.status <> 'skipped'",
};

const payments: Dataset = {
  fields: [
    idOf('id', 'pay', 'p.id'),
    instant('succeeded_at', 'p.succeeded_at'),
    instant('reversed_at', 'p.reversed_at'),
    idOf('customer', 'cus', 'p.customer_id'),
    idOf('invoice', 'inv', 'p.invoice_id'),
    text('invoice_number', 'i.number'),
    text('provider', 'p.provider'),
    text('provider_reference', 'p.provider_object_id'),
    text('currency', 'p.currency'),
    amount('amount', 'p.amount_minor'),
    amount('fee', 'p.fee_minor'),
    amount('credited', 'p.credited_minor'),
    amount('refunded', 'p.refunded_minor'),
  ],
  from: 'payments p left join invoices i on i.tenant_id = p.tenant_id and i.id = p.invoice_id',
  key: 'p.id',
  position: '0::integer',
  time: 'p.succeeded_at',
  currency: 'p.currency',
  customer: 'p.customer_id',
  where: 'p.tenant_id = $1',
};

const ledger: Dataset = {
  fields: [
    idOf('transaction', 'txn', 'e.transaction_id'),
    { name: 'position', kind: 'integer', sql: 'e.position::bigint' },
    instant('occurred_at', 't.occurred_at'),
    text('source_kind', 't.source_kind'),
    text('source', 't.source_id::text'),
    text('posting', 't.posting'),
    text('account', 'e.account'),
    text('side', 'e.side'),
    text('currency', 'e.currency'),
    amount('amount', 'e.amount_minor'),
    idOf('customer', 'cus', 'e.customer_id'),
  ],
  from: 'ledger_entries e join ledger_transactions t on t.tenant_id = e.tenant_id and t.id = e.transaction_id',
  key: 'e.transaction_id',
  position: 'e.position',
  time: 't.occurred_at',
  currency: 'e.currency',
  customer: 'e.customer_id',
  where: 'e.tenant_id = $1',
};

export const DATASETS: Readonly<Record<DatasetName, Dataset>> = {
  invoices,
  invoice_lines: lines,
  payments,
  ledger,
};
