import { canonicalJson } from '../kernel/canonical-json.ts';
import { formatDecimal12 } from '../kernel/decimal.ts';
import type { JsonObject } from '../kernel/json.ts';
import { formatRational } from '../money/rational.ts';
import { traceJson } from '../rating/trace-json.ts';
import { quoteJson } from '../tax/quote-json.ts';
import { formatInstant } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import type { InvoiceLine, IssuedInvoice, RaisedInvoice } from './invoice.ts';
import type { LineBasis, LineDiscount, MeasureBasis } from './line.ts';
import type { LineTax } from './tax.ts';

/** What stands on the document beside the figures, frozen with it. */
export interface InvoiceParties {
  readonly number: string;
  readonly seller: JsonObject;
  /** A text stands in its place where a document is the pattern of others. */
  readonly buyer: JsonObject | string;
}

/**
 * The frozen form of an invoice: plain JSON with amounts as integer strings and times as text. Its SHA-256 is stored at
 * issue and proves later that nothing moved. The payment state is left out, because it moves. Members come in the order of
 * canonical JSON, which makes writing it out three times as fast.
 */
export function canonicalInvoice(invoice: IssuedInvoice, parties: InvoiceParties): JsonObject {
  const { totals } = invoice;
  return {
    adjustments: invoice.adjustments.map((adjustment) => ({
      amount_minor: `${adjustment.amountMinor}`,
      description: adjustment.description,
      kind: adjustment.kind,
      net_minor: `${adjustment.netMinor}`,
      position: adjustment.position,
      tax_minor: `${adjustment.taxMinor}`,
      taxes: adjustment.taxes.map(lineTaxJson),
    })),
    buyer: parties.buyer,
    currency: invoice.currency,
    customer_id: invoice.customerId,
    due_at: formatInstant(invoice.dueAt),
    format: 'billhook-invoice/1',
    id: invoice.id,
    issued_at: formatInstant(invoice.issuedAt),
    lines: invoice.lines.map(canonicalLine),
    number: parties.number,
    policies: {
      discounts: inOrder(invoice.policies.discounts),
      tax: inOrder(invoice.policies.tax),
    },
    ...(invoice.raises === undefined ? {} : { raises: raisesJson(invoice.raises) }),
    replaces_invoice_id: invoice.replacesInvoiceId,
    seller: parties.seller,
    tax_mode: invoice.taxMode,
    ...(invoice.quote === undefined ? {} : { tax_quote: quoteJson(invoice.quote) }),
    taxes: invoice.taxes.map(({ rate, netMinor, taxMinor }) => ({
      category: rate.category,
      country: rate.country,
      ...(rate.exemption === undefined ? {} : { exemption: { ...rate.exemption } }),
      ...(rate.jurisdiction === undefined ? {} : { jurisdiction: inOrder(rate.jurisdiction) }),
      name: rate.name,
      net_minor: `${netMinor}`,
      percent: formatDecimal12(rate.percent),
      rate_id: rate.id,
      tax_minor: `${taxMinor}`,
    })),
    totals: {
      credit_applied_minor: `${totals.creditAppliedMinor}`,
      credit_granted_minor: `${totals.creditGrantedMinor}`,
      due_minor: `${totals.dueMinor}`,
      net_minor: `${totals.netMinor}`,
      tax_minor: `${totals.taxMinor}`,
      total_minor: `${totals.totalMinor}`,
    },
  };
}

function raisesJson({ invoiceId, invoiceNumber, reason }: RaisedInvoice): JsonObject {
  return { invoice_id: invoiceId, invoice_number: invoiceNumber, reason };
}

/** The exact text that is hashed. */
export function canonicalInvoiceText(invoice: IssuedInvoice, parties: InvoiceParties): string {
  return canonicalJson(canonicalInvoice(invoice, parties));
}

/** One line as plain JSON, with its explanation. */
export function canonicalLine(line: InvoiceLine): JsonObject {
  return {
    amount_minor: `${line.amountMinor}`,
    billable_at: formatInstant(line.billableAt),
    collect_at: formatInstant(line.collectAt),
    description: line.description,
    discounts: line.discounts.map(discountJson),
    explanation: explanationJson(line),
    gross_minor: `${line.grossMinor}`,
    item_id: line.itemId,
    key: line.key,
    kind: line.kind,
    net_minor: `${line.netMinor}`,
    plan_version_id: line.planVersionId,
    position: line.position,
    price_id: line.priceId,
    quantity: formatDecimal12(line.quantity),
    quantity_cutoff_at: formatInstant(line.quantityCutoffAt),
    service_period: periodJson(line.servicePeriod),
    subscription_id: line.subscriptionId,
    tax_minor: `${line.taxMinor}`,
    tax_rate_id: line.taxRateId,
    taxes: line.taxes.map(lineTaxJson),
  };
}

/** The explanation of a line as plain JSON: the form in which it is stored and sent. */
export function explanationJson(line: Pick<InvoiceLine, 'explanation'>): JsonObject {
  const { explanation } = line;
  const { readings } = explanation;
  return {
    basis: basisJson(explanation.basis),
    billing_period: periodJson(explanation.billingPeriod),
    ...(explanation.entry === undefined ? {} : { entry: explanation.entry }),
    exact_minor: formatRational(explanation.exactMinor),
    fraction: formatRational(explanation.fraction),
    period_index: explanation.periodIndex,
    plan_id: explanation.planId,
    plan_version_id: explanation.planVersionId,
    price_id: explanation.priceId,
    price_key: explanation.priceKey,
    proration: explanation.proration === null ? null : inOrder(explanation.proration),
    quantity: formatDecimal12(explanation.quantity),
    readings:
      readings === null
        ? null
        : {
            digest: readings.digest,
            event_count: `${readings.eventCount}`,
            ...(readings.lateCount === undefined ? {} : { late_count: `${readings.lateCount}` }),
            ...(readings.measure === undefined ? {} : { measure: measureJson(readings.measure) }),
            meter_id: readings.meterId,
            period: periodJson(readings.period),
          },
    rounding: explanation.rounding,
    rule: explanation.rule,
    time_zone: explanation.timeZone,
    trace: explanation.trace === null ? null : traceJson(explanation.trace),
    zone_rules_version: explanation.zoneRulesVersion,
  };
}

function measureJson({ aggregation, percentile, weightedBy, measured, rounding }: MeasureBasis): JsonObject {
  return {
    aggregation,
    ...(percentile === null ? {} : { percentile: formatDecimal12(percentile) }),
    ...(weightedBy === null ? {} : { weighted_by: weightedBy }),
    measured: formatDecimal12(measured),
    ...(rounding === null ? {} : { step: formatDecimal12(rounding.step), mode: rounding.mode }),
  };
}

/** What one rate adds to a line, as plain JSON. */
export function lineTaxJson({ rate, taxMinor, taxableMinor }: LineTax): JsonObject {
  return {
    rate_id: rate.id,
    tax_minor: `${taxMinor}`,
    ...(taxableMinor === undefined ? {} : { taxable_minor: `${taxableMinor}` }),
  };
}

/** A discount on a line as plain JSON. */
export function discountJson(discount: LineDiscount): JsonObject {
  return {
    amount_minor: `${discount.amountMinor}`,
    available_minor: discount.availableMinor === null ? null : `${discount.availableMinor}`,
    coupon_id: discount.couponId,
    discount_id: discount.discountId,
    percent: discount.percent === null ? null : formatDecimal12(discount.percent),
    period_index: discount.periodIndex,
  };
}

function basisJson(basis: LineBasis | null): JsonObject | null {
  if (basis === null) return null;
  if (basis.kind === 'spend') {
    const { spentMinor, minimumMinor, maximumMinor } = basis;
    return {
      kind: 'spend',
      spent_minor: `${spentMinor}`,
      minimum_minor: minimumMinor === null ? null : `${minimumMinor}`,
      maximum_minor: maximumMinor === null ? null : `${maximumMinor}`,
    };
  }
  return {
    charged_fraction: formatRational(basis.chargedFraction),
    charged_key: basis.chargedKey,
    charged_minor: `${basis.chargedMinor}`,
    credited_minor: `${basis.creditedMinor}`,
    kind: 'charge',
  };
}

/** A plain record with its members in the order of canonical JSON. */
function inOrder(record: object): JsonObject {
  return Object.fromEntries(
    Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)),
  ) as JsonObject;
}

function periodJson(span: Period): JsonObject {
  return { end: formatInstant(span.end), start: formatInstant(span.start) };
}
