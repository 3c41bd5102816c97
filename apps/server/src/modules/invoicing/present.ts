import type { LineRule } from '@billhook/core/invoicing/line';
import { decimal12FromScaled, formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { TierSlice } from '@billhook/core/rating/trace';
import type { QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import {
  getPlans,
  getPlanVersions,
  listMeters,
  type StoredMeter,
  type StoredPlan,
  type StoredPlanVersion,
} from '../catalog/api.ts';
import { type Customer, getCustomers } from '../customers/api.ts';
import { shortDecimal } from './queries/export.ts';
import type { StoredInvoice, StoredLine } from './queries/read.ts';

type Names = {
  versions: ReadonlyMap<string, StoredPlanVersion>;
  plans: ReadonlyMap<string, StoredPlan>;
  meters: ReadonlyMap<string, StoredMeter>;
};

export const invoiceId = (uuid: string) => encodeTypeId('inv', uuid);
export const lineId = (uuid: string) => encodeTypeId('il', uuid);

/** The words that explanations need beside what is stored: keys of plans and meters. */
async function loadNames(ctx: QueryCtx, lines: readonly StoredLine[]): Promise<Names> {
  const versions = await getPlanVersions(
    ctx,
    lines.map((line) => line.planVersionId),
  );
  const plans = await getPlans(
    ctx,
    [...versions.values()].map((version) => version.planId),
  );
  const meters = lines.some((line) => line.meterId !== null) ? await listMeters(ctx) : [];
  return { versions, plans, meters: new Map(meters.map((meter) => [meter.id, meter])) };
}

/** Invoices as lists show them, set-wise. */
export async function presentSummaries(ctx: QueryCtx, invoices: readonly StoredInvoice[]) {
  const customers = await getCustomers(
    ctx,
    invoices.map((invoice) => invoice.customerId),
  );
  return invoices.map((invoice) => presentSummary(invoice, customers.get(invoice.customerId)));
}

/** Every part of an invoice but its payments, which another module knows. */
export async function presentInvoice(ctx: QueryCtx, invoice: StoredInvoice, lines: readonly StoredLine[]) {
  const [summary] = await presentSummaries(ctx, [invoice]);
  invariant(summary !== undefined, 'One invoice has one summary.');
  const names = await loadNames(ctx, lines);
  const { seller, buyer } = invoice;
  return {
    ...summary,
    lines: lines.map((line) => presentLine(line, invoice, names)),
    taxes: invoice.taxes.map((tax) => ({
      name: tax.name,
      rate: fractionOf(tax.percent),
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
    content_sha256: Buffer.from(invoice.contentSha256).toString('hex'),
  };
}

function presentSummary(invoice: StoredInvoice, customer: Customer | undefined) {
  const { status } = invoice;
  invariant(status !== 'skipped', 'A skipped invoice is no document and is never shown.');
  return {
    id: invoiceId(invoice.id),
    object: 'invoice' as const,
    number: invoice.number,
    status,
    customer: encodeTypeId('cus', invoice.customerId),
    customer_name: customer?.name ?? textOf(invoice.buyer.name) ?? '',
    customer_external_id: customer?.externalId ?? null,
    subscription: invoice.subscriptionId === null ? null : encodeTypeId('sub', invoice.subscriptionId),
    currency: invoice.currency,
    subtotal: `${invoice.subtotalMinor}`,
    tax: `${invoice.taxMinor}`,
    total: `${invoice.totalMinor}`,
    credit_applied: `${invoice.creditAppliedMinor + invoice.creditPaidMinor}`,
    paid: `${invoice.paidMinor}`,
    refunded: `${invoice.refundedMinor}`,
    due: `${status === 'void' ? 0n : invoice.dueMinor}`,
    issued_at: iso(invoice.issuedAt),
    due_at: iso(invoice.dueAt),
    paid_at: isoOrNull(invoice.paidAt),
    voided_at: isoOrNull(invoice.voidedAt),
    created_at: iso(invoice.issuedAt),
  };
}

function presentLine(line: StoredLine, invoice: StoredInvoice, names: Names) {
  const tax = invoice.taxes.find((one) => one.rate_id === line.taxRateId);
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
    amount: `${line.amountMinor}`,
    currency: line.currency,
    tax_rate: tax === undefined ? '0' : fractionOf(tax.percent),
    tax: `${line.taxMinor}`,
    period: { start: iso(line.periodStart), end: iso(line.periodEnd) },
    explanation: presentExplanation(line, names),
    created_at: iso(invoice.issuedAt),
  };
}

/** The explanation of one line, for a caller who asks for nothing else. */
export async function presentOneExplanation(ctx: QueryCtx, line: StoredLine) {
  return presentExplanation(line, await loadNames(ctx, [line]));
}

/** The stored form of an explanation, as `explanationJson` of core writes it. */
type StoredExplanation = {
  rule: LineRule;
  price_id: string;
  price_key: string;
  plan_version_id: string;
  billing_period: { start: string; end: string };
  period_index: number;
  time_zone: string;
  zone_rules_version: string;
  quantity: string;
  readings: {
    meter_id: string;
    period: { start: string; end: string };
    event_count: string;
    digest: string | null;
  } | null;
  trace: { slices: StoredSlice[] } | null;
  fraction: string;
  exact_minor: string;
  rounding: string;
};

type StoredSlice = {
  /** Missing on lines that were issued before prices had these. */
  label?: string | null;
  unit?: string;
  cap_minor?: string | null;
  from: string;
  up_to: string | null;
  quantity: string;
  unit_price: string;
  per: string;
  flat_minor: string;
  exact_minor: string;
};

function presentExplanation(line: StoredLine, names: Names) {
  const stored = line.explanation as unknown as StoredExplanation;
  const version = names.versions.get(stored.plan_version_id);
  const plan = names.plans.get(version?.planId ?? '');
  const { readings } = stored;
  const [numerator = '1', denominator = '1'] = stored.fraction.split('/');
  return {
    rule: stored.rule,
    price:
      plan === undefined || version === undefined
        ? null
        : {
            id: encodeTypeId('price', stored.price_id),
            key: stored.price_key,
            plan_key: plan.key,
            plan_version: version.number,
          },
    period: { ...stored.billing_period, index: stored.period_index },
    time_zone: stored.time_zone,
    zone_rules: stored.zone_rules_version,
    quantity: stored.quantity,
    readings:
      readings === null
        ? null
        : {
            meter: encodeTypeId('meter', readings.meter_id),
            meter_key: names.meters.get(readings.meter_id)?.key ?? '',
            ...readings.period,
            event_count: Number(readings.event_count),
            digest: readings.digest,
          },
    tiers: (stored.trace?.slices ?? []).map((slice) => ({
      label: slice.label ?? null,
      unit: (slice.unit ?? 'units') as TierSlice['unit'],
      from: slice.from,
      up_to: slice.up_to,
      quantity: slice.quantity,
      unit_amount: slice.unit_price,
      per: slice.per,
      flat_amount: slice.flat_minor,
      max_exact: slice.cap_minor ?? null,
      exact: slice.exact_minor,
    })),
    proration: stored.fraction === '1' ? null : { numerator, denominator },
    rounding: { exact: stored.exact_minor, mode: stored.rounding, amount: `${line.amountMinor}` },
  };
}

/** 19 percent as 0.19. */
function fractionOf(percent: string): string {
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
