import { exemptionIn } from '@billhook/core/documents/exemption-words';
import type { DocumentWords } from '@billhook/core/documents/words';
import { dateAt, formatDate } from '@billhook/core/time/calendar-date';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { QueryCtx } from '../../../platform/context.ts';
import type { StoredNote, StoredNoteLine } from '../credit-notes.ts';
import type { DocumentSettlement, InvoiceDocument } from '../document.ts';
import { partyOnDocument, termsOnDocument } from '../parties.ts';
import { discountName } from '../stored-explanation.ts';
import { explanationSteps } from './document-steps.ts';
import { shortDecimal } from './export.ts';
import { lineTaxPercent } from './line-tax.ts';
import type { LinkedDocuments } from './linked.ts';
import type { NamedGroup } from './named-groups.ts';
import type { StoredInvoice, StoredLine } from './read.ts';
import { type Speech, speechOf } from './speech.ts';

type DocumentExtras = {
  /** Names of coupons by the id of the discount. */
  coupons: ReadonlyMap<string, string>;
  linked: LinkedDocuments;
  /** The lines by subscription; empty where there is one. */
  groups: readonly NamedGroup[];
  /** Where the customer pays it; null where it is not paid by hand. */
  payUrl: string | null;
};

/** What the renderer shows of a frozen invoice. Days are those of the seller's time zone. */
export function documentOf(
  ctx: QueryCtx,
  invoice: StoredInvoice,
  lines: readonly StoredLine[],
  { coupons, linked, groups, payUrl }: DocumentExtras,
): InvoiceDocument {
  const zone = zoneNamed(ctx.tenant.timeZone);
  const day = (at: Instant) => formatDate(dateAt(at, zone));
  const { locale, legalText, footer } = termsOnDocument(invoice.seller, invoice.buyer);
  const speech = speechOf(locale);
  const ordered = groups.length === 0 ? lines : groups.flatMap((group) => group.lines);
  return {
    credits: null,
    locale,
    ...titleOf(linked),
    raises: linked.raises === null ? null : { invoiceNumber: linked.raises.number },
    introduction: introductionOf(invoice, linked, speech),
    notes: [...termsOf(invoice, payUrl, speech, day), ...(legalText === null ? [] : [legalText])],
    footer,
    number: invoice.number,
    currency: invoice.currency,
    issuedOn: day(invoice.issuedAt),
    dueOn: day(invoice.dueAt),
    seller: partyOnDocument(invoice.seller),
    buyer: partyOnDocument(invoice.buyer),
    groups: groups.map(({ name, lines: own, subtotalMinor }) => ({
      title: name,
      count: own.length,
      subtotalMinor: `${subtotalMinor}`,
    })),
    lines: ordered.map((line) => ({
      description: line.description,
      period: periodOf(line, (at) => speech.date(day(at)), speech),
      quantity: speech.decimal(shortDecimal(line.quantity)),
      unit: unitText(line.unit, shortDecimal(line.quantity), speech),
      amountMinor: `${line.amountMinor}`,
      taxPercent: lineTaxPercent(line, invoice),
      explanation: [...explanationSteps(line, speech), ...discountSteps(line, coupons, speech)],
    })),
    subtotalMinor: `${invoice.subtotalMinor}`,
    taxes: invoice.taxes.map((tax) => ({
      name: tax.name,
      percent: tax.percent,
      netMinor: tax.net_minor,
      taxMinor: tax.tax_minor,
      exemption: exemptionOf(tax, speech.words),
    })),
    totalMinor: `${invoice.totalMinor}`,
    creditAppliedMinor: `${invoice.creditAppliedMinor}`,
    dueMinor: `${invoice.totalMinor + invoice.creditGrantedMinor - invoice.creditAppliedMinor}`,
    settled: settlementOf(invoice, day),
    transfer: null,
    brandColour: ctx.tenant.settings.brandColour,
    logo: null,
  };
}

function exemptionOf({ exemption }: { exemption?: string }, words: DocumentWords): string | undefined {
  return exemption === undefined ? undefined : exemptionIn(words, exemption);
}

function titleOf({ replaces, raises }: LinkedDocuments): Pick<InvoiceDocument, 'title'> {
  if (raises !== null) return { title: 'debit_note' };
  return replaces === null ? {} : { title: 'corrected_invoice' };
}

function introductionOf(
  { raiseReason }: StoredInvoice,
  { replaces, replacedBy, raises }: LinkedDocuments,
  { say }: Speech,
): string[] {
  return [
    ...(raises === null ? [] : [say('raises_note', { number: raises.number, reason: raiseReason ?? '' })]),
    ...(replaces === null ? [] : [say('corrects_note', { number: replaces.number })]),
    ...(replacedBy === null ? [] : [say('replaced_note', { number: replacedBy.number })]),
  ];
}

/** How long there is to pay and where, on what is open and not collected by itself. */
function termsOf(
  { collection, status, issuedAt, dueAt, dueMinor }: StoredInvoice,
  payUrl: string | null,
  { say, date, words, isOne }: Speech,
  day: (at: Instant) => string,
): string[] {
  if (collection === 'automatic' || status !== 'open' || dueMinor === 0n) return [];
  const days = Math.round((dueAt - issuedAt) / MS_PER_DAY);
  return [
    days === 0
      ? words.terms_now
      : say(isOne(days) ? 'terms_one' : 'terms', { days: `${days}`, date: date(day(dueAt)) }),
    ...(payUrl === null ? [] : [say('pay_online', { url: payUrl })]),
  ];
}

/** Units of ours have words; those of a meter are the seller's. */
export function unitText(unit: string, quantity: string, { words, isOne }: Speech): string {
  const isSingle = isOne(quantity);
  if (unit === 'seats') return isSingle ? words.unit_seats_one : words.unit_seats;
  if (unit === 'period') return words.unit_period;
  if (unit !== 'units') return unit;
  return isSingle ? words.unit_units_one : words.unit_units;
}

/** Whether something has become of what was due. Then the document says so. */
export function isSettled({ status, paidMinor, creditPaidMinor }: StoredInvoice): boolean {
  return status === 'void' || paidMinor !== 0n || creditPaidMinor !== 0n;
}

/** Payments, credits and credit notes since the issue, as far as the amount due knows them. */
function settlementOf(invoice: StoredInvoice, day: (at: Instant) => string): DocumentSettlement | null {
  const { paidMinor, creditPaidMinor, noteReducedMinor, status, paidAt } = invoice;
  if (!isSettled(invoice)) return null;
  const isVoid = status === 'void';
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
  const { locale, legalText, footer } = termsOnDocument(note.seller, note.buyer);
  return {
    credits: {
      invoiceNumber: note.invoiceNumber,
      isDebitNote: note.invoiceKind === 'debit_note',
      reason: note.reason,
    },
    locale,
    notes: legalText === null ? [] : [legalText],
    footer,
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
      exemption: exemptionOf(tax, speechOf(locale).words),
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
function periodOf(
  { periodStart, periodEnd }: StoredLine,
  day: (at: Instant) => string,
  { say }: Speech,
): string {
  if (periodStart === periodEnd) return day(periodStart);
  return say('period', { from: day(periodStart), to: day(addMs(periodEnd, -1)) });
}

/** What the line cost before coupons, and what each took off. */
export function discountSteps(
  line: StoredLine,
  coupons: ReadonlyMap<string, string>,
  speech: Speech,
): string[] {
  if (line.discounts.length === 0) return [];
  const money = (minor: bigint) => speech.money(minor, line.currency);
  return [
    speech.say('before_discounts', { amount: money(line.grossMinor) }),
    ...line.discounts.map((discount) => {
      const name = discountName(discount, coupons) ?? speech.words.discount;
      return `${name}: ${money(-BigInt(discount.amount_minor))}`;
    }),
  ];
}
