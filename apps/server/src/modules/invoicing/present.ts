import { decimal12FromScaled, formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { type Customer, getCustomers } from '../customers/api.ts';
import { type LineNames, loadLineNames } from './line-names.ts';
import { presentBasis, presentUsed } from './parties.ts';
import { presentExplanation } from './present-explanation.ts';
import { shortDecimal } from './queries/export.ts';
import { lineTaxPercent } from './queries/line-tax.ts';
import { linkedDocuments } from './queries/linked.ts';
import { namedGroups } from './queries/named-groups.ts';
import type { StoredInvoice, StoredLine } from './queries/read.ts';
import { discountName } from './stored-explanation.ts';

export const invoiceId = (uuid: string) => encodeTypeId('inv', uuid);
export const lineId = (uuid: string) => encodeTypeId('il', uuid);

/** Invoices as lists show them, set-wise. */
export async function presentSummaries(ctx: QueryCtx, invoices: readonly StoredInvoice[]) {
  const customers = await getCustomers(
    ctx,
    invoices.map((invoice) => invoice.customerId),
  );
  return invoices.map((invoice) => presentSummary(invoice, customers.get(invoice.customerId)));
}

/** Every part of an invoice but its payments and credit notes. */
export async function presentInvoice(ctx: QueryCtx, invoice: StoredInvoice, lines: readonly StoredLine[]) {
  const [summary] = await presentSummaries(ctx, [invoice]);
  invariant(summary !== undefined, 'One invoice has one summary.');
  const { replacedBy, raises, raisedBy } = await linkedDocuments(ctx, invoice.id);
  const names = await loadLineNames(ctx, lines);
  const { seller, buyer } = invoice;
  return {
    ...summary,
    replaces: invoice.replacesInvoiceId === null ? null : invoiceId(invoice.replacesInvoiceId),
    replaced_by: replacedBy === null ? null : invoiceId(replacedBy.id),
    raises_number: raises?.number ?? null,
    raise_reason: invoice.raiseReason,
    debit_notes: raisedBy.map(({ id, number }) => ({ id: invoiceId(id), number })),
    lines: lines.map((line) => presentLine(line, invoice, names)),
    groups: namedGroups(lines, names).map(({ subscriptionId, name, subtotalMinor }) => ({
      subscription: encodeTypeId('sub', subscriptionId),
      name,
      subtotal: `${subtotalMinor}`,
    })),
    taxes: invoice.taxes.map((tax) => ({
      name: tax.name,
      rate: fractionOf(tax.percent),
      category: tax.category ?? null,
      exemption: tax.exemption ?? null,
      jurisdiction: tax.jurisdiction ?? null,
      net: tax.net_minor,
      tax: tax.tax_minor,
    })),
    seller: {
      legal_name: textOf(seller.legal_name) ?? '',
      address: textsOf(seller.address),
      tax_id: textOf(seller.tax_id),
      email: textOf(seller.email),
    },
    buyer: {
      name: textOf(buyer.name) ?? '',
      address: textsOf(buyer.address),
      country: textOf(buyer.country),
      tax_id: textOf(buyer.tax_id),
      email: textOf(buyer.email),
    },
    tax_basis: presentBasis(buyer.tax),
    tax_certificate: presentUsed(buyer.tax_certificate),
    content_sha256: Buffer.from(invoice.contentSha256).toString('hex'),
  };
}

function presentSummary(invoice: StoredInvoice, customer: Customer | undefined) {
  const { status } = invoice;
  invariant(status !== 'skipped', 'A skipped invoice is no document and is never shown.');
  return {
    id: invoiceId(invoice.id),
    object: 'invoice' as const,
    kind: invoice.raisesInvoiceId === null ? ('invoice' as const) : ('debit_note' as const),
    raises: invoice.raisesInvoiceId === null ? null : invoiceId(invoice.raisesInvoiceId),
    number: invoice.number,
    status,
    authority: invoice.authority,
    hosted_url: invoice.hostedUrl,
    customer: encodeTypeId('cus', invoice.customerId),
    customer_name: customer?.name ?? textOf(invoice.buyer.name) ?? '',
    customer_external_id: customer?.externalId ?? null,
    subscription: invoice.subscriptionId === null ? null : encodeTypeId('sub', invoice.subscriptionId),
    currency: invoice.currency,
    subtotal: `${invoice.subtotalMinor}`,
    tax: `${invoice.taxMinor}`,
    total: `${invoice.totalMinor}`,
    credit_applied: `${invoice.creditAppliedMinor + invoice.creditPaidMinor - invoice.noteReducedMinor}`,
    paid: `${invoice.paidMinor}`,
    refunded: `${invoice.refundedMinor}`,
    credited: `${invoice.creditedMinor}`,
    due: `${status === 'void' ? 0n : invoice.dueMinor}`,
    issued_at: iso(invoice.issuedAt),
    due_at: iso(invoice.dueAt),
    paid_at: isoOrNull(invoice.paidAt),
    voided_at: isoOrNull(invoice.voidedAt),
    created_at: iso(invoice.issuedAt),
  };
}

function presentLine(line: StoredLine, invoice: StoredInvoice, names: LineNames) {
  const percent = lineTaxPercent(line, invoice);
  return {
    id: lineId(line.id),
    object: 'invoice_line' as const,
    invoice: invoiceId(line.invoiceId),
    position: line.position,
    subscription: encodeTypeId('sub', line.subscriptionId),
    kind: line.kind === 'proration_credit' ? ('proration' as const) : line.kind,
    description: line.description,
    quantity: shortDecimal(line.quantity),
    unit: line.unit,
    gross: `${line.grossMinor}`,
    discounts: presentLineDiscounts(line.discounts, names),
    amount: `${line.amountMinor}`,
    credited: `${line.creditedMinor}`,
    currency: line.currency,
    tax_rate: percent === null ? '0' : fractionOf(percent),
    tax: `${line.taxMinor}`,
    period: { start: iso(line.periodStart), end: iso(line.periodEnd) },
    explanation: presentExplanation(line, names),
    created_at: iso(invoice.issuedAt),
  };
}

/** What coupons took off a line. */
export function presentLineDiscounts(discounts: StoredLine['discounts'], names: LineNames) {
  return discounts.map((discount) => ({
    coupon: discountName(discount, names.coupons) ?? '',
    coupon_id: discount.coupon_id === null ? null : encodeTypeId('coup', discount.coupon_id),
    amount: discount.amount_minor,
  }));
}

/** The explanation of one line, for a caller who asks for nothing else. */
export async function presentOneExplanation(ctx: QueryCtx, line: StoredLine) {
  return presentExplanation(line, await loadLineNames(ctx, [line]));
}

/** 19 percent as 0.19. */
export function fractionOf(percent: string): string {
  const value = parseDecimal12(percent);
  invariant(value.ok, 'A stored percentage is a decimal.');
  return formatDecimal12(decimal12FromScaled(value.value / 100n));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((line): line is string => typeof line === 'string') : [];
}
