import { discountJson, explanationJson } from '@billhook/core/invoicing/canonical-invoice';
import type { InvoiceLine, InvoiceTotals } from '@billhook/core/invoicing/invoice';
import type { TaxSubtotal } from '@billhook/core/invoicing/tax';
import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import {
  type LineNames,
  loadLineNames,
  presentExplanation,
  presentLineDiscounts,
  type StoredDiscount,
} from '../modules/invoicing/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { iso } from '../platform/sql.ts';

/** Lines that are not issued, with their sums; null where nothing would be billed. */
export type Draft = {
  lines: readonly InvoiceLine[];
  taxes: readonly TaxSubtotal[];
  totals: InvoiceTotals;
} | null;

/** The lines and totals of an invoice that is not issued, as previews show them. */
export async function presentDraft(ctx: QueryCtx, draft: Draft, currency: string) {
  const lines = (draft?.lines ?? []).map(stored);
  const names = await loadLineNames(ctx, lines);
  const rates = new Map((draft?.taxes ?? []).map(({ rate }) => [rate.id, rate.percent]));
  return {
    currency,
    lines: lines.map((line) => presentLine(line, names, rates.get(line.taxRateId ?? ''))),
    taxes: (draft?.taxes ?? []).map(({ rate, netMinor, taxMinor }) => ({
      name: rate.name,
      rate: fractionOf(rate.percent),
      category: rate.category,
      exemption: rate.exemption?.text ?? null,
      jurisdiction: rate.jurisdiction === undefined ? null : { ...rate.jurisdiction },
      net: `${netMinor}`,
      tax: `${taxMinor}`,
    })),
    subtotal: `${draft?.totals.netMinor ?? 0n}`,
    tax: `${draft?.totals.taxMinor ?? 0n}`,
    total: `${draft?.totals.totalMinor ?? 0n}`,
    credit_applied: `${draft?.totals.creditAppliedMinor ?? 0n}`,
    due: `${draft?.totals.dueMinor ?? 0n}`,
  };
}

/** A line with its explanation and discounts in the form in which they would be stored. */
type DraftLine = ReturnType<typeof stored>;

function stored(line: InvoiceLine) {
  return { ...line, discounts: line.discounts.map(discountJson), explanation: explanationJson(line) };
}

function presentLine(line: DraftLine, names: LineNames, percent: Decimal12 | undefined) {
  return {
    kind: line.kind === 'proration_credit' ? ('proration' as const) : line.kind,
    description: line.description,
    quantity: formatDecimal12(line.quantity),
    unit: unitOf(line, names),
    gross: `${line.grossMinor}`,
    discounts: presentLineDiscounts(line.discounts as unknown as StoredDiscount[], names),
    amount: `${line.amountMinor}`,
    currency: line.currency as string,
    tax_rate: percent === undefined ? '0' : fractionOf(percent),
    tax: `${line.taxMinor}`,
    period: { start: iso(line.servicePeriod.start), end: iso(line.servicePeriod.end) },
    explanation: presentExplanation(line, names),
  };
}

function unitOf(line: DraftLine, names: LineNames): string {
  if (line.meterId === null) return line.explanation.rule === 'seats' ? 'seats' : 'period';
  return names.meters.get(line.meterId)?.unit || 'units';
}

/** 19 percent as 0.19. */
function fractionOf(percent: Decimal12): string {
  return formatDecimal12(decimal12FromScaled(percent / 100n));
}
