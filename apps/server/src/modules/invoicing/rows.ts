import { hash } from 'node:crypto';
import { canonicalInvoice, discountJson } from '@billhook/core/invoicing/canonical-invoice';
import type { InvoiceLine, IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { JsonObject } from '@billhook/core/kernel/json';
import type { InvoiceRow, LineRow } from './repo.ts';

/** The place of a document in its series, and its number; null for one that is skipped. */
export type Numbering = { series: string; year: number; sequence: bigint; number: string } | null;

export type Frozen = {
  invoice: IssuedInvoice;
  numbering: Numbering;
  seller: JsonObject;
  /** A text where the buyer is not known yet. */
  buyer: JsonObject | string;
  collection: 'automatic' | 'manual';
};

/** The texts of both parties as they are stored beside the document. */
type PartyTexts = { seller: string; buyer: string };

export type Naming = { newId(): string; unitOf(line: InvoiceLine): string };

/** The row of an invoice: the document is written out once, and says what its lines rest on. */
export function invoiceRowOf(request: Frozen): InvoiceRow {
  const { invoice, numbering, seller, buyer } = request;
  const number = numbering?.number ?? '';
  const frozen = canonicalInvoice(invoice, { number, seller, buyer });
  return invoiceRow(request, frozen, { seller: JSON.stringify(seller), buyer: JSON.stringify(buyer) });
}

/** The rows of its lines, which know nothing of its number. */
export function lineRowsOf(invoice: IssuedInvoice, { newId, unitOf }: Naming): LineRow[] {
  return invoice.lines.map((line) => lineRow(newId(), invoice.id, line, unitOf(line)));
}

/** The columns of an invoice. */
function invoiceRow(
  { invoice, numbering, collection }: Frozen,
  frozen: JsonObject,
  parties: PartyTexts,
): InvoiceRow {
  const { totals } = invoice;
  const canonical = canonicalJson(frozen);
  const subscriptions = new Set(invoice.lines.map((line) => line.subscriptionId));
  return {
    id: invoice.id,
    customer_id: invoice.customerId,
    subscription_id: subscriptions.size === 1 ? (invoice.lines[0]?.subscriptionId ?? null) : null,
    status: invoice.status,
    collection,
    series: numbering?.series ?? null,
    year: numbering?.year ?? null,
    sequence: numbering?.sequence ?? null,
    number: numbering === null ? null : (frozen.number as string),
    currency: invoice.currency,
    subtotal_minor: totals.netMinor,
    tax_minor: totals.taxMinor,
    total_minor: totals.totalMinor,
    tax_mode: invoice.taxMode,
    credit_applied_minor: totals.creditAppliedMinor,
    credit_granted_minor: totals.creditGrantedMinor,
    taxes: JSON.stringify(
      invoice.taxes.map(({ rate, netMinor, taxMinor }) => ({
        rate_id: rate.id,
        name: rate.name,
        percent: formatDecimal12(rate.percent),
        category: rate.category,
        ...(rate.exemption === undefined ? {} : { exemption: rate.exemption.text }),
        ...(rate.jurisdiction === undefined ? {} : { jurisdiction: { ...rate.jurisdiction } }),
        net_minor: `${netMinor}`,
        tax_minor: `${taxMinor}`,
      })),
    ),
    ...parties,
    issued_at: invoice.issuedAt,
    due_at: invoice.dueAt,
    paid_at: invoice.status === 'paid' ? invoice.issuedAt : null,
    replaces_invoice_id: invoice.replacesInvoiceId,
    raises_invoice_id: invoice.raises?.invoiceId ?? null,
    raise_reason: invoice.raises?.reason ?? null,
    canonical,
    content_sha256: hash('sha256', canonical, 'hex'),
  };
}

/** The columns of a line. How it came about stands in the document, and only there. */
function lineRow(id: string, invoiceId: string, line: InvoiceLine, unit: string): LineRow {
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
    quantity: line.quantity,
    unit,
    gross_minor: line.grossMinor,
    discounts: JSON.stringify(line.discounts.map((discount) => inStoredOrder(discountJson(discount)))),
    amount_minor: line.amountMinor,
    net_minor: line.netMinor,
    tax_minor: line.taxMinor,
    tax_rate_id: line.taxRateId,
    tax_code: line.taxCode,
    currency: line.currency,
    period_start: line.servicePeriod.start,
    period_end: line.servicePeriod.end,
    billing_start: line.explanation.billingPeriod.start,
    billing_end: line.explanation.billingPeriod.end,
    billable_at: line.billableAt,
    quantity_cutoff_at: line.quantityCutoffAt,
    collect_at: line.collectAt,
    explanation: null,
  };
}

/** The database keeps members by the length of their names: what comes in that order it need not sort for each line. */
function inStoredOrder(json: JsonObject): JsonObject {
  const isBefore = (left: string, right: string) =>
    left.length < right.length || (left.length === right.length && left < right);
  return Object.fromEntries(
    Object.entries(json).toSorted(([left], [right]) => (isBefore(left, right) ? -1 : 1)),
  );
}
