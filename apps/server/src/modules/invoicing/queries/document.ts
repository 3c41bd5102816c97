import { currencyCode } from '@billhook/core/money/currency';
import { formatMinor } from '@billhook/core/money/format';
import { dateAt, formatDate } from '@billhook/core/time/calendar-date';
import { addMs, type Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { QueryCtx } from '../../../platform/context.ts';
import type { StoredNote, StoredNoteLine } from '../credit-notes.ts';
import type { DocumentSettlement, InvoiceDocument } from '../document.ts';
import { partyOnDocument } from '../parties.ts';
import { explanationSteps } from './document-steps.ts';
import { shortDecimal } from './export.ts';
import type { StoredInvoice, StoredLine } from './read.ts';

/** What the renderer shows of a frozen invoice. Days are those of the seller's time zone. */
export function documentOf(
  ctx: QueryCtx,
  invoice: StoredInvoice,
  lines: readonly StoredLine[],
  logo: Uint8Array | null,
  /** Names of coupons by the id of the discount. */
  coupons: ReadonlyMap<string, string> = new Map(),
): InvoiceDocument {
  const zone = zoneNamed(ctx.tenant.timeZone);
  const day = (at: Instant) => formatDate(dateAt(at, zone));
  const percents = new Map(invoice.taxes.map((tax) => [tax.rate_id, tax.percent]));
  return {
    credits: null,
    number: invoice.number,
    currency: invoice.currency,
    issuedOn: day(invoice.issuedAt),
    dueOn: day(invoice.dueAt),
    seller: partyOnDocument(invoice.seller),
    buyer: partyOnDocument(invoice.buyer),
    lines: lines.map((line) => ({
      description: line.description,
      period: periodOf(line, day),
      quantity: shortDecimal(line.quantity),
      unit: line.unit,
      amountMinor: `${line.amountMinor}`,
      taxPercent: line.taxRateId === null ? null : (percents.get(line.taxRateId) ?? null),
      explanation: [...explanationSteps(line), ...discountSteps(line, coupons)],
    })),
    subtotalMinor: `${invoice.subtotalMinor}`,
    taxes: invoice.taxes.map((tax) => ({
      name: tax.name,
      percent: tax.percent,
      netMinor: tax.net_minor,
      taxMinor: tax.tax_minor,
      exemption: tax.exemption,
    })),
    totalMinor: `${invoice.totalMinor}`,
    creditAppliedMinor: `${invoice.creditAppliedMinor}`,
    dueMinor: `${invoice.totalMinor + invoice.creditGrantedMinor - invoice.creditAppliedMinor}`,
    settled: settlementOf(invoice, day),
    transfer: null,
    brandColour: ctx.tenant.settings.brandColour,
    logo,
  };
}

/** Payments, credits and credit notes since the issue, as far as the amount due knows them. */
function settlementOf(invoice: StoredInvoice, day: (at: Instant) => string): DocumentSettlement | null {
  const { paidMinor, creditPaidMinor, noteReducedMinor, status, paidAt } = invoice;
  const isVoid = status === 'void';
  if (!isVoid && paidMinor === 0n && creditPaidMinor === 0n) return null;
  return {
    creditNotesMinor: `${noteReducedMinor}`,
    creditMinor: `${creditPaidMinor - noteReducedMinor}`,
    paidMinor: `${paidMinor}`,
    paidOn: paidAt === null ? null : day(paidAt),
    isVoid,
    dueMinor: isVoid ? '0' : `${invoice.dueMinor}`,
  };
}

/** What the renderer shows of a frozen credit note. */
export function noteDocumentOf(
  ctx: QueryCtx,
  note: StoredNote,
  lines: readonly StoredNoteLine[],
): InvoiceDocument {
  const day = formatDate(dateAt(note.issuedAt, zoneNamed(ctx.tenant.timeZone)));
  return {
    credits: { invoiceNumber: note.invoiceNumber, reason: note.reason },
    number: note.number,
    currency: note.currency,
    issuedOn: day,
    dueOn: day,
    seller: partyOnDocument(note.seller),
    buyer: partyOnDocument(note.buyer),
    lines: lines.map((line) => ({
      description: line.description,
      period: null,
      quantity: '',
      unit: '',
      amountMinor: `${line.amountMinor}`,
      taxPercent: null,
      explanation: [],
    })),
    subtotalMinor: `${note.netMinor}`,
    taxes: note.taxes.map((tax) => ({
      name: tax.name,
      percent: tax.percent,
      netMinor: `${note.netMinor}`,
      taxMinor: tax.tax_minor,
      exemption: tax.exemption,
    })),
    totalMinor: `${note.totalMinor}`,
    creditAppliedMinor: '0',
    dueMinor: '0',
    settled: null,
    transfer: null,
    brandColour: ctx.tenant.settings.brandColour,
    logo: null,
  };
}

/** The end of a period belongs to the next one, so the last day shown is the one before it. */
function periodOf({ periodStart, periodEnd }: StoredLine, day: (at: Instant) => string): string {
  if (periodStart === periodEnd) return day(periodStart);
  return `${day(periodStart)} to ${day(addMs(periodEnd, -1))}`;
}

/** What the line cost before coupons, and what each took off. */
function discountSteps(line: StoredLine, coupons: ReadonlyMap<string, string>): string[] {
  if (line.discounts.length === 0) return [];
  const currency = currencyCode(line.currency);
  const money = (minor: bigint) => `${formatMinor(minor, currency)} ${line.currency}`;
  return [
    `Before discounts ${money(line.grossMinor)}`,
    ...line.discounts.map(({ discount_id: id, amount_minor: minor }) => {
      return `${coupons.get(id) ?? 'Discount'}: ${money(-BigInt(minor))}`;
    }),
  ];
}
