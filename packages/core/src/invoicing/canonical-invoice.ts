import { canonicalJson } from '../kernel/canonical-json.ts';
import { formatDecimal12 } from '../kernel/decimal.ts';
import type { JsonObject } from '../kernel/json.ts';
import { formatRational } from '../money/rational.ts';
import { traceJson } from '../rating/trace-json.ts';
import { formatInstant } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import type { InvoiceLine, IssuedInvoice } from './invoice.ts';
import type { LineBasis, LineDiscount, MeasureBasis } from './line.ts';
import type { LineTax } from './tax.ts';

/** What stands on the document beside the figures, frozen with it. */
export interface InvoiceParties {
  readonly number: string;
  readonly seller: JsonObject;
  readonly buyer: JsonObject;
}

/**
 * The frozen form of an invoice: plain JSON with amounts as integer strings and times as text. Its SHA-256 is stored at
 * issue and proves later that nothing moved. The payment state is left out, because it moves.
 */
export function canonicalInvoice(invoice: IssuedInvoice, parties: InvoiceParties): JsonObject {
  const { totals } = invoice;
  return {
    format: 'billhook-invoice/1',
    id: invoice.id,
    number: parties.number,
    customer_id: invoice.customerId,
    seller: parties.seller,
    buyer: parties.buyer,
    currency: invoice.currency,
    issued_at: formatInstant(invoice.issuedAt),
    due_at: formatInstant(invoice.dueAt),
    tax_mode: invoice.taxMode,
    replaces_invoice_id: invoice.replacesInvoiceId,
    policies: {
      tax: { ...invoice.policies.tax },
      discounts: { ...invoice.policies.discounts },
    },
    lines: invoice.lines.map(canonicalLine),
    adjustments: invoice.adjustments.map((adjustment) => ({
      position: adjustment.position,
      kind: adjustment.kind,
      description: adjustment.description,
      amount_minor: `${adjustment.amountMinor}`,
      net_minor: `${adjustment.netMinor}`,
      tax_minor: `${adjustment.taxMinor}`,
      taxes: adjustment.taxes.map(lineTaxJson),
    })),
    taxes: invoice.taxes.map(({ rate, netMinor, taxMinor }) => ({
      rate_id: rate.id,
      name: rate.name,
      percent: formatDecimal12(rate.percent),
      category: rate.category,
      country: rate.country,
      ...(rate.exemption === undefined ? {} : { exemption: { ...rate.exemption } }),
      net_minor: `${netMinor}`,
      tax_minor: `${taxMinor}`,
    })),
    totals: {
      net_minor: `${totals.netMinor}`,
      tax_minor: `${totals.taxMinor}`,
      total_minor: `${totals.totalMinor}`,
      credit_applied_minor: `${totals.creditAppliedMinor}`,
      credit_granted_minor: `${totals.creditGrantedMinor}`,
      due_minor: `${totals.dueMinor}`,
    },
  };
}

/** The exact text that is hashed. */
export function canonicalInvoiceText(invoice: IssuedInvoice, parties: InvoiceParties): string {
  return canonicalJson(canonicalInvoice(invoice, parties));
}

/** One line as plain JSON, with its explanation. */
export function canonicalLine(line: InvoiceLine): JsonObject {
  return {
    position: line.position,
    key: line.key,
    kind: line.kind,
    subscription_id: line.subscriptionId,
    item_id: line.itemId,
    price_id: line.priceId,
    plan_version_id: line.planVersionId,
    description: line.description,
    service_period: periodJson(line.servicePeriod),
    billable_at: formatInstant(line.billableAt),
    quantity_cutoff_at: formatInstant(line.quantityCutoffAt),
    collect_at: formatInstant(line.collectAt),
    quantity: formatDecimal12(line.quantity),
    gross_minor: `${line.grossMinor}`,
    discounts: line.discounts.map(discountJson),
    amount_minor: `${line.amountMinor}`,
    net_minor: `${line.netMinor}`,
    tax_minor: `${line.taxMinor}`,
    tax_rate_id: line.taxRateId,
    taxes: line.taxes.map(lineTaxJson),
    explanation: explanationJson(line),
  };
}

/** The explanation of a line as plain JSON: the form in which it is stored and sent. */
export function explanationJson(line: Pick<InvoiceLine, 'explanation'>): JsonObject {
  const { explanation } = line;
  const { readings } = explanation;
  return {
    rule: explanation.rule,
    price_id: explanation.priceId,
    price_key: explanation.priceKey,
    plan_id: explanation.planId,
    plan_version_id: explanation.planVersionId,
    billing_period: periodJson(explanation.billingPeriod),
    period_index: explanation.periodIndex,
    time_zone: explanation.timeZone,
    zone_rules_version: explanation.zoneRulesVersion,
    quantity: formatDecimal12(explanation.quantity),
    readings:
      readings === null
        ? null
        : {
            meter_id: readings.meterId,
            period: periodJson(readings.period),
            event_count: `${readings.eventCount}`,
            digest: readings.digest,
            ...(readings.lateCount === undefined ? {} : { late_count: `${readings.lateCount}` }),
            ...(readings.measure === undefined ? {} : { measure: measureJson(readings.measure) }),
          },
    trace: explanation.trace === null ? null : traceJson(explanation.trace),
    basis: basisJson(explanation.basis),
    fraction: formatRational(explanation.fraction),
    proration: explanation.proration === null ? null : { ...explanation.proration },
    exact_minor: formatRational(explanation.exactMinor),
    rounding: explanation.rounding,
    ...(explanation.entry === undefined ? {} : { entry: explanation.entry }),
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
export function lineTaxJson({ rate, taxMinor }: LineTax): JsonObject {
  return { rate_id: rate.id, tax_minor: `${taxMinor}` };
}

/** A discount on a line as plain JSON. */
export function discountJson(discount: LineDiscount): JsonObject {
  return {
    discount_id: discount.discountId,
    coupon_id: discount.couponId,
    period_index: discount.periodIndex,
    percent: discount.percent === null ? null : formatDecimal12(discount.percent),
    available_minor: discount.availableMinor === null ? null : `${discount.availableMinor}`,
    amount_minor: `${discount.amountMinor}`,
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
    kind: 'charge',
    charged_key: basis.chargedKey,
    charged_minor: `${basis.chargedMinor}`,
    credited_minor: `${basis.creditedMinor}`,
    charged_fraction: formatRational(basis.chargedFraction),
  };
}

function periodJson(span: Period): JsonObject {
  return { start: formatInstant(span.start), end: formatInstant(span.end) };
}
