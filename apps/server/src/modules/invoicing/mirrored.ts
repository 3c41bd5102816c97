import { createHash } from 'node:crypto';
import type { InvoiceStatus } from '@billhook/core/invoicing/invoice';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import type { JsonObject } from '@billhook/core/kernel/json';
import type { MirroredDocument, MirroredLine } from '@billhook/core/mirror/decide-invoice';
import type { InvoiceAtStripe } from '@billhook/core/mirror/invoice-at-stripe';
import type { CommandCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { type BuyerData, buyerOf, sellerOf } from './parties.ts';
import * as repo from './repo.ts';
import type { StoredDiscount } from './stored-explanation.ts';

/** What a line at Stripe is about here. */
export type LineFace = {
  priceId: string | null;
  priceKey: string;
  planVersionId: string;
};

export type MirroredInvoice = {
  document: MirroredDocument;
  facts: InvoiceAtStripe;
  customerId: string;
  buyer: BuyerData;
  subscription: { id: string; timeZone: string };
  faceOf(priceId: string | null): LineFace;
};

/**
 * Writes an invoice that Stripe computed, as it stands there: frozen and hashed like one of ours, with Stripe's number,
 * tax and lines. Its lines rest on no item, so billing never takes them for its own.
 */
export async function insertMirroredInvoice(ctx: CommandCtx, invoice: MirroredInvoice): Promise<void> {
  const { document, facts, subscription } = invoice;
  const { totals } = document;
  const parties = { seller: sellerOf(ctx.tenant), buyer: buyerOf(invoice.buyer) };
  const taxes = facts.taxes.map((tax, index) => ({
    rate_id: `stripe:${index}`,
    name: tax.name,
    percent: tax.percent ?? '0',
    net_minor: `${tax.netMinor}`,
    tax_minor: `${tax.taxMinor}`,
  }));
  const canonical = canonicalJson(canonicalOf(invoice, parties, taxes));
  await ctx.sql.run(
    `insert into invoices (tenant_id, id, customer_id, subscription_id, authority, hosted_url, status, collection, number,
       currency, subtotal_minor, tax_minor, total_minor, tax_mode, credit_applied_minor, credit_granted_minor, taxes,
       seller, buyer, issued_at, due_at, paid_at, canonical, content_sha256)
     values ($1, $2, $3, $4, 'stripe', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
       $22, $23)`,
    [
      ctx.tenant.id,
      document.invoiceId,
      invoice.customerId,
      subscription.id,
      facts.hostedUrl,
      document.status,
      facts.collection,
      document.number,
      facts.currency,
      `${totals.netMinor}`,
      `${totals.taxMinor}`,
      `${totals.totalMinor}`,
      document.taxMode,
      `${totals.balanceAppliedMinor}`,
      `${totals.totalMinor < 0n ? -totals.totalMinor : 0n}`,
      JSON.stringify(taxes),
      JSON.stringify(parties.seller),
      JSON.stringify(parties.buyer),
      iso(document.issuedAt),
      iso(document.dueAt),
      document.status === 'paid' ? iso(document.issuedAt) : null,
      canonical,
      createHash('sha256').update(canonical, 'utf8').digest(),
    ],
  );
  const rows = document.lines.map((line, index) => mirroredRow(ctx, invoice, line, index + 1));
  const lines = repo.lineSet(rows.length);
  for (const row of rows) lines.add(row);
  await lines.insert(ctx);
}

function mirroredRow(
  ctx: CommandCtx,
  invoice: MirroredInvoice,
  { line, netMinor, taxMinor }: MirroredLine,
  position: number,
): repo.LineRow {
  const { document, facts, subscription } = invoice;
  const face = invoice.faceOf(line.priceId);
  const { start, end } = line.period;
  const amountMinor = line.amountMinor - line.discountMinor;
  return {
    id: ctx.newId(),
    invoice_id: document.invoiceId,
    position,
    key: `stripe:${facts.id}:${line.id}`,
    kind: 'mirrored',
    description: line.description,
    subscription_id: subscription.id,
    item_id: null,
    charge_id: null,
    price_id: face.priceId,
    plan_version_id: face.planVersionId,
    meter_id: null,
    quantity: repo.decimalOf(line.quantity),
    unit: 'units',
    gross_minor: line.amountMinor,
    discounts: JSON.stringify(line.discounts.map(discountJson)),
    amount_minor: amountMinor,
    net_minor: netMinor,
    tax_minor: taxMinor,
    tax_rate_id: facts.taxes.length === 1 && taxMinor !== 0n ? 'stripe:0' : null,
    tax_code: 'standard',
    currency: facts.currency,
    period_start: start,
    period_end: end,
    billing_start: start,
    billing_end: end,
    billable_at: document.issuedAt,
    quantity_cutoff_at: document.issuedAt,
    collect_at: document.dueAt,
    explanation: JSON.stringify({
      rule: 'computed_at_stripe',
      price_id: face.priceId,
      price_key: face.priceKey,
      plan_version_id: face.planVersionId,
      billing_period: { start: iso(start), end: iso(end) },
      period_index: 0,
      time_zone: subscription.timeZone,
      zone_rules_version: '',
      quantity: line.quantity,
      readings: null,
      trace: null,
      basis: null,
      fraction: '1',
      proration: null,
      exact_minor: `${amountMinor}`,
      rounding: 'half_away_from_zero',
    }),
  };
}

/** A discount of Stripe has a name and no coupon here. */
function discountJson({ name, amountMinor }: MirroredLine['line']['discounts'][number]): StoredDiscount {
  const none = { discount_id: null, coupon_id: null, percent: null, available_minor: null };
  return { ...none, name, amount_minor: `${amountMinor}` };
}

function canonicalOf(
  { document, facts, customerId }: MirroredInvoice,
  parties: { seller: JsonObject; buyer: JsonObject },
  taxes: readonly JsonObject[],
): JsonObject {
  const { totals } = document;
  return {
    format: 'billhook-mirrored-invoice/1',
    computed_by: 'stripe',
    provider_invoice_id: facts.id,
    id: document.invoiceId,
    number: document.number,
    customer_id: customerId,
    ...parties,
    currency: facts.currency,
    issued_at: iso(document.issuedAt),
    due_at: iso(document.dueAt),
    tax_mode: document.taxMode,
    lines: document.lines.map(({ line, netMinor, taxMinor }) => ({
      provider_line_id: line.id,
      provider_price_id: line.priceId,
      description: line.description,
      quantity: line.quantity,
      proration: line.isProration,
      period: { start: iso(line.period.start), end: iso(line.period.end) },
      amount_minor: `${line.amountMinor}`,
      discount_minor: `${line.discountMinor}`,
      discounts: line.discounts.map(({ name, amountMinor }) => ({ name, amount_minor: `${amountMinor}` })),
      net_minor: `${netMinor}`,
      tax_minor: `${taxMinor}`,
    })),
    taxes: [...taxes],
    totals: {
      net_minor: `${totals.netMinor}`,
      tax_minor: `${totals.taxMinor}`,
      total_minor: `${totals.totalMinor}`,
      balance_applied_minor: `${totals.balanceAppliedMinor}`,
    },
  };
}

/** Where the customer sees and pays it; the address may change. */
export async function setHostedUrl(ctx: CommandCtx, invoiceId: string, url: string | null): Promise<void> {
  await ctx.sql.run(
    `update invoices set hosted_url = $3
     where tenant_id = $1 and id = $2 and authority = 'stripe' and hosted_url is distinct from $3`,
    [ctx.tenant.id, invoiceId, url],
  );
}

/** Moves the status of a mirrored invoice without money; false if it has another one by now. */
export async function moveMirroredInvoice(
  ctx: CommandCtx,
  invoiceId: string,
  { from, to }: { from: InvoiceStatus; to: InvoiceStatus },
): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update invoices set status = $4, voided_at = case when $4 = 'void' then $5::timestamptz end,
       retry_at = case when $4 = 'open' then retry_at end
     where tenant_id = $1 and id = $2 and status = $3 and authority = 'stripe'`,
    [ctx.tenant.id, invoiceId, from, to, iso(ctx.now)],
  );
  if (changed === 1 && to === 'void') {
    await ctx.sql.run(
      'update invoice_lines set voided_at = $3 where tenant_id = $1 and invoice_id = $2 and voided_at is null',
      [ctx.tenant.id, invoiceId, iso(ctx.now)],
    );
  }
  return changed === 1;
}
