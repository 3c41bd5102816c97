import { createHash } from 'node:crypto';
import { ageingOf, nextLevel, overdueDays } from '@billhook/core/documents/open-items';
import { formatInvoiceNumber } from '@billhook/core/invoicing/number';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { JsonObject } from '@billhook/core/kernel/json';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { addDays, dateAt, dateFields, formatDate } from '@billhook/core/time/calendar-date';
import { addMs, type Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { listMeters } from '../../catalog/api.ts';
import { type Customer, creditIn } from '../../customers/api.ts';
import { type DocumentKind, insertDocument, lastLevel, openInvoices } from '../customer-documents.ts';
import type { InvoiceDocument } from '../document.ts';
import { buyerOf, partyOnDocument, sellerOf, termsOnDocument } from '../parties.ts';
import { unitText } from '../queries/document.ts';
import { shortDecimal } from '../queries/export.ts';
import type { InvoiceDraft } from '../queries/upcoming.ts';
import * as repo from '../repo.ts';
import { requireSellerData } from '../seller-data.ts';
import { unitOfFixed } from './issue.ts';

/** What a document says; its number, its day and the logo are given when it is issued. */
type Content = Omit<InvoiceDocument, 'number' | 'issuedOn' | 'logo'>;
/** A document that has no number yet. */
export type WrittenDocument = {
  kind: DocumentKind;
  content: Content;
  totalMinor: bigint;
  level: 1 | 2 | 3 | null;
};

const SERIES: Readonly<Record<DocumentKind, string>> = {
  pro_forma: 'PF',
  statement: 'SA',
  dunning_letter: 'DL',
};

/** What the next bill would say. It is no invoice: nothing is booked and no tax is owed by it. */
export async function writeProForma(
  ctx: QueryCtx,
  customer: Customer,
  currency: string,
  draft: InvoiceDraft,
): Promise<WrittenDocument> {
  const { speech, base, day } = await beginning(ctx, customer, currency);
  const { totals } = draft;
  const percents = new Map(draft.taxes.map(({ rate }) => [rate.id, formatDecimal12(rate.percent)]));
  const shown = (at: Instant) => speech.date(day(at));
  const meters = new Map((await listMeters(ctx)).map((meter) => [meter.id, meter.unit]));
  const unitOf = ({ meterId, explanation }: InvoiceDraft['lines'][number]) =>
    meterId === null ? unitOfFixed(explanation.rule) : meters.get(meterId) || 'units';
  const content: Content = {
    ...base,
    title: 'pro_forma',
    facts: [{ name: 'due', value: shown(draft.billsAt) }],
    notes: [speech.words.pro_forma_note, ...base.notes],
    lines: draft.lines.map((line) => ({
      description: line.description,
      period: speech.say('period', {
        from: shown(line.servicePeriod.start),
        to: shown(addMs(line.servicePeriod.end, -1)),
      }),
      quantity: speech.decimal(shortDecimal(formatDecimal12(line.quantity))),
      unit: unitText(unitOf(line), shortDecimal(formatDecimal12(line.quantity)), speech),
      amountMinor: `${line.amountMinor}`,
      taxPercent: line.taxRateId === null ? null : (percents.get(line.taxRateId) ?? null),
      explanation: [],
    })),
    subtotalMinor: `${totals.netMinor}`,
    taxes: draft.taxes.map(({ rate, netMinor, taxMinor }) => ({
      name: rate.name,
      percent: formatDecimal12(rate.percent),
      netMinor: `${netMinor}`,
      taxMinor: `${taxMinor}`,
    })),
    totalMinor: `${totals.totalMinor}`,
    creditAppliedMinor: `${totals.creditAppliedMinor}`,
    dueMinor: `${totals.dueMinor}`,
  };
  return { kind: 'pro_forma', content, totalMinor: totals.totalMinor, level: null };
}

/** What is open now in a currency, by age, with the customer's credit. */
export async function writeStatement(
  ctx: QueryCtx,
  customer: Customer,
  currency: string,
): Promise<WrittenDocument> {
  const { speech, base, items, today } = await openOf(ctx, customer, currency);
  const openMinor = items.reduce((sum, item) => sum + item.openMinor, 0n);
  const creditMinor = creditIn(customer, currency);
  const balanceMinor = openMinor - creditMinor;
  const content: Content = {
    ...base,
    title: 'statement',
    facts: [{ name: 'as_of', value: speech.date(today) }],
    notes: [speech.say('statement_note', { date: speech.date(today) }), ...base.notes],
    openItems: {
      items: items.map(itemText),
      ageingMinor: ageingOf(items).map(String),
      creditMinor: `${creditMinor}`,
      feeMinor: null,
      balanceMinor: `${balanceMinor}`,
    },
  };
  return { kind: 'statement', content, totalMinor: balanceMinor, level: null };
}

/**
 * A letter about what is overdue in a currency, one level above the last one that asked for any of it, with the fee that
 * the seller set for the level. The fee is asked for and not booked. Refuses with `document.nothing_overdue`.
 */
export async function writeLetter(
  ctx: QueryCtx,
  customer: Customer,
  currency: string,
): Promise<WrittenDocument> {
  const { speech, base, items, on } = await openOf(ctx, customer, currency);
  const overdue = items.filter(({ overdueDays: days }) => days > 0);
  const [oldest] = overdue;
  if (oldest === undefined) return refuse('document.nothing_overdue', `Nothing in ${currency} is overdue.`);
  const { letterFees, letterDays } = ctx.tenant.settings.documents;
  const level = nextLevel(await lastLevel(ctx, customer.id, currency, oldest.dueAt));
  const feeMinor = BigInt(letterFees[currency]?.[level - 1] ?? '0');
  const totalMinor = overdue.reduce((sum, item) => sum + item.openMinor, feeMinor);
  const payUntil = formatDate(addDays(on, letterDays));
  const content: Content = {
    ...base,
    title: `dunning_${level}`,
    facts: [{ name: 'due', value: speech.date(payUntil) }],
    introduction: [speech.say(`letter_${level}`, { date: speech.date(payUntil) })],
    notes: [speech.words.letter_paid, ...base.notes],
    openItems: {
      items: overdue.map(itemText),
      ageingMinor: null,
      creditMinor: '0',
      feeMinor: feeMinor === 0n ? null : `${feeMinor}`,
      balanceMinor: `${totalMinor}`,
    },
  };
  return { kind: 'dunning_letter', content, totalMinor, level };
}

async function openOf(ctx: QueryCtx, customer: Customer, currency: string) {
  const begun = await beginning(ctx, customer, currency);
  const on = dateAt(ctx.now, zoneNamed(ctx.tenant.timeZone));
  const open = await openInvoices(ctx, customer.id, currency);
  const items = open.map(({ number, issuedAt, dueAt, dueMinor }) => ({
    number,
    dueAt,
    issuedOn: begun.day(issuedAt),
    dueOn: begun.day(dueAt),
    overdueDays: overdueDays(dateAt(dueAt, zoneNamed(ctx.tenant.timeZone)), on),
    openMinor: dueMinor,
  }));
  return { ...begun, items, on, today: formatDate(on) };
}

function itemText(item: Awaited<ReturnType<typeof openOf>>['items'][number]) {
  const { number, issuedOn, dueOn, overdueDays: days, openMinor } = item;
  return { number, issuedOn, dueOn, overdueDays: days, openMinor: `${openMinor}` };
}

/** What all of them have: who writes to whom, in which language and with which figures. */
async function beginning(ctx: QueryCtx, customer: Customer, currency: string) {
  requireSellerData(ctx.tenant);
  // The words are many, so they are loaded with the first document.
  const { speechOf } = await import('../queries/speech.ts');
  const seller = sellerOf(ctx.tenant, customer.locale);
  const buyer = buyerOf(customer);
  const { locale, legalText, footer } = termsOnDocument(seller, buyer);
  const zone = zoneNamed(ctx.tenant.timeZone);
  const day = (at: Instant) => formatDate(dateAt(at, zone));
  const base = {
    credits: null,
    locale,
    currency,
    dueOn: day(ctx.now),
    seller: partyOnDocument(seller),
    buyer: partyOnDocument(buyer),
    notes: legalText === null ? [] : [legalText],
    footer,
    lines: [],
    subtotalMinor: '0',
    taxes: [],
    totalMinor: '0',
    creditAppliedMinor: '0',
    dueMinor: '0',
    settled: null,
    transfer: null,
    brandColour: ctx.tenant.settings.brandColour,
  } satisfies Content;
  return { speech: speechOf(locale), base, day };
}

/** Takes a number of the kind's own series and freezes the document. It locks the row of the series, last of all. */
export async function issueDocument(
  ctx: CommandCtx,
  customer: Customer,
  { kind, content, totalMinor, level }: WrittenDocument,
): Promise<string> {
  const id = ctx.newId();
  const prefix = ctx.tenant.settings.invoiceSeries;
  const zone = zoneNamed(ctx.tenant.timeZone);
  const { year } = dateFields(dateAt(ctx.now, zone));
  const series = `${SERIES[kind]}:${prefix}`;
  const { first, issuedAt } = await repo.takeNumbers(ctx, series, year, 1, ctx.now);
  const number = formatInvoiceNumber({ prefix, year }, first).replace('-', `-${SERIES[kind]}-`);
  const issuedOn = formatDate(dateAt(issuedAt, zone));
  // Through JSON, so that what is left out is left out of the frozen text as well.
  const frozen = JSON.parse(JSON.stringify({ ...content, number, issuedOn })) as JsonObject;
  const canonical = canonicalJson({ format: `billhook-document/1`, id, kind, document: frozen });
  await insertDocument(ctx, {
    id,
    customerId: customer.id,
    kind,
    level,
    series,
    year,
    sequence: first,
    number,
    currency: content.currency,
    totalMinor,
    issuedAt,
    canonical,
    contentSha256: createHash('sha256').update(canonical, 'utf8').digest('hex'),
  });
  ctx.audit({
    action: 'document.issue',
    objectKind: 'document',
    objectId: encodeTypeId('doc', id),
    details: { number, kind, total_minor: `${totalMinor}`, currency: content.currency },
  });
  return id;
}

/** What it would look like if it were issued now: the number is open. */
export function previewOf(ctx: QueryCtx, { kind, content }: WrittenDocument): InvoiceDocument {
  const on = dateAt(ctx.now, zoneNamed(ctx.tenant.timeZone));
  const number = `${ctx.tenant.settings.invoiceSeries}-${SERIES[kind]}-${dateFields(on).year}-…`;
  return { ...content, number, issuedOn: formatDate(on), logo: null };
}
