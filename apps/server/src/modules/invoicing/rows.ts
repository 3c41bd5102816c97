import { createHash } from 'node:crypto';
import {
  canonicalInvoiceText,
  discountJson,
  explanationJson,
} from '@billhook/core/invoicing/canonical-invoice';
import type { InvoiceLine, IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { formatInvoiceNumber } from '@billhook/core/invoicing/number';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { JsonObject } from '@billhook/core/kernel/json';
import { iso } from '../../platform/sql.ts';

/** The place of an invoice in its series; null for one that is skipped. */
export type Numbering = { series: string; year: number; sequence: bigint } | null;

export type Frozen = {
  invoice: IssuedInvoice;
  numbering: Numbering;
  seller: JsonObject;
  buyer: JsonObject;
  collection: 'automatic' | 'manual';
};

/** The columns of an invoice, as JSON that PostgreSQL reads into a record set. */
export function invoiceRow({ invoice, numbering, seller, buyer, collection }: Frozen): JsonObject {
  const { totals } = invoice;
  const number =
    numbering === null
      ? null
      : formatInvoiceNumber({ prefix: numbering.series, year: numbering.year }, numbering.sequence);
  const canonical = canonicalInvoiceText(invoice, { number: number ?? '', seller, buyer });
  const subscriptions = new Set(invoice.lines.map((line) => line.subscriptionId));
  return {
    id: invoice.id,
    customer_id: invoice.customerId,
    subscription_id: subscriptions.size === 1 ? (invoice.lines[0]?.subscriptionId ?? null) : null,
    status: invoice.status,
    collection,
    series: numbering?.series ?? null,
    year: numbering?.year ?? null,
    sequence: numbering === null ? null : `${numbering.sequence}`,
    number,
    currency: invoice.currency,
    subtotal_minor: `${totals.netMinor}`,
    tax_minor: `${totals.taxMinor}`,
    total_minor: `${totals.totalMinor}`,
    tax_mode: invoice.taxMode,
    credit_applied_minor: `${totals.creditAppliedMinor}`,
    credit_granted_minor: `${totals.creditGrantedMinor}`,
    taxes: invoice.taxes.map(({ rate, netMinor, taxMinor }) => ({
      rate_id: rate.id,
      name: rate.name,
      percent: formatDecimal12(rate.percent),
      category: rate.category,
      ...(rate.exemption === undefined ? {} : { exemption: rate.exemption.text }),
      net_minor: `${netMinor}`,
      tax_minor: `${taxMinor}`,
    })),
    seller,
    buyer,
    issued_at: iso(invoice.issuedAt),
    due_at: iso(invoice.dueAt),
    paid_at: invoice.status === 'paid' ? iso(invoice.issuedAt) : null,
    replaces_invoice_id: invoice.replacesInvoiceId,
    canonical,
    content_sha256: createHash('sha256').update(canonical, 'utf8').digest('hex'),
  };
}

/** The columns of a line. */
export function lineRow(id: string, invoiceId: string, line: InvoiceLine, unit: string): JsonObject {
  return {
    id,
    invoice_id: invoiceId,
    position: line.position,
    key: line.key,
    kind: line.kind,
    description: line.description,
    subscription_id: line.subscriptionId,
    item_id: line.kind === 'one_off' ? null : line.itemId,
    charge_id: line.kind === 'one_off' ? line.itemId : null,
    // A price that was named by hand bears the id of its charge and stands in no catalogue.
    price_id: line.priceId === line.itemId ? null : line.priceId,
    plan_version_id: line.planVersionId,
    meter_id: line.meterId,
    quantity: formatDecimal12(line.quantity),
    unit,
    gross_minor: `${line.grossMinor}`,
    discounts: line.discounts.map(discountJson),
    amount_minor: `${line.amountMinor}`,
    net_minor: `${line.netMinor}`,
    tax_minor: `${line.taxMinor}`,
    tax_rate_id: line.taxRateId,
    tax_code: line.taxCode,
    currency: line.currency,
    period_start: iso(line.servicePeriod.start),
    period_end: iso(line.servicePeriod.end),
    billing_start: iso(line.explanation.billingPeriod.start),
    billing_end: iso(line.explanation.billingPeriod.end),
    billable_at: iso(line.billableAt),
    quantity_cutoff_at: iso(line.quantityCutoffAt),
    collect_at: iso(line.collectAt),
    explanation: explanationJson(line),
  };
}
