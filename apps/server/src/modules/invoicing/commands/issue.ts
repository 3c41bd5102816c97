import type { InvoiceLine, IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { formatInvoiceNumber } from '@billhook/core/invoicing/number';
import type { JsonObject } from '@billhook/core/kernel/json';
import { dateAt, dateFields } from '@billhook/core/time/calendar-date';
import { type Instant, later } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CommandCtx } from '../../../platform/context.ts';
import type { RowSet } from '../../../platform/set-insert.ts';
import { type AlikeInvoices, buyerTexts } from '../alike-invoices.ts';
import {
  type AlikeToFreeze,
  documentPatterns,
  type IssuedAt,
  type Issuing,
  type Numbers,
  type Series,
  type ToFreeze,
} from '../document-patterns.ts';
import { insertAlikeLines } from '../line-patterns.ts';
import { type BuyerData, buyerOf, sellerOf } from '../parties.ts';
import * as repo from '../repo.ts';
import { lineRowsOf, type Naming } from '../rows.ts';
import { requireSellerData } from '../seller-data.ts';
import { type TaxGrounds, taxGroundsOf } from '../tax-basis.ts';
import { bookSales } from '../tax-provider/bookings.ts';

export type InvoiceToIssue = {
  invoice: IssuedInvoice;
  collection: 'automatic' | 'manual';
  buyer: BuyerData;
  /** The buyer as copied onto the invoice that a debit note raises; left out by an invoice. */
  frozenBuyer?: JsonObject;
  /** Where its customer stands in the order of the numbers, beside invoices that are alike; else they come as they are given. */
  place?: number;
};

/**
 * Writes decided invoices: numbers without a gap per series and local year, frozen text with its digest, lines with
 * their explanation. It locks the row of the series, so it must be the last lock that a transaction takes; what fails
 * afterwards gives the numbers back with everything else.
 *
 * @param unitOf the unit of a meter's quantity, such as `requests`
 * @param alike invoices like some of these, which are issued with them
 */
export async function issueInvoices(
  ctx: CommandCtx,
  requests: readonly InvoiceToIssue[],
  unitOf: (meterId: string) => string,
  alike: AlikeInvoices | null = null,
): Promise<void> {
  if (requests.length === 0) return;
  const numbered = requests.filter(({ invoice }) => invoice.status !== 'skipped');
  if (numbered.length > 0) requireSellerData(ctx.tenant);
  // Others wait for the numbers, so all that does without is done before.
  const unit = ({ meterId, explanation }: InvoiceLine) =>
    meterId === null ? unitOfFixed(explanation.rule) : unitOf(meterId);
  await Promise.all([
    linesOf(requests, { newId: ctx.newId, unitOf: unit }).insert(ctx),
    alike === null ? undefined : insertAlikeLines(ctx, alike, unit),
  ]);
  const earliest = numbered.reduce<Instant>((at, { invoice }) => later(at, invoice.issuedAt), ctx.now);
  const issuing = await documentsOf(ctx, requests, alike, earliest);
  const early = documentPatterns(ctx, issuing, () => earliest);
  const { numbers, issuedAt, isLater } = await numbersOf(ctx, issuing, earliest);
  const frozen = isLater ? documentPatterns(ctx, issuing, issuedAt) : early;
  await frozen.insert(numbers);
  // Who is like another has no tax that somebody else worked out.
  await bookSales(
    ctx,
    numbered.map(({ invoice }) => invoice),
  );
}

/** What is written of each, its number apart. Who is decided about by another rests its tax on the same as that one. */
async function documentsOf(
  ctx: CommandCtx,
  requests: readonly InvoiceToIssue[],
  alike: AlikeInvoices | null,
  earliest: Instant,
): Promise<Issuing> {
  const groundsOf = await taxGroundsOf(ctx, requests.map(taxed));
  const grounds = new Map(
    requests.map((request) => [
      request.invoice.id,
      groundsOf(taxed(request), request.invoice.quote !== undefined),
    ]),
  );
  const { year } = dateFields(dateAt(earliest, zoneNamed(ctx.tenant.timeZone)));
  const prefix = ctx.tenant.settings.invoiceSeries;
  const plain = { name: prefix, year };
  // The colon keeps the counters of both apart.
  const debit = { name: `DN:${prefix}`, year };
  const sellerFor = sellersOf(ctx);
  const documents = requests.map(({ invoice, buyer, frozenBuyer, collection, place = 0 }): ToFreeze => {
    const { basis, certificate } = grounds.get(invoice.id) as TaxGrounds;
    return {
      invoice,
      collection,
      seller: sellerFor(buyer.locale),
      buyer: frozenBuyer ?? buyerOf(buyer, basis, certificate),
      series: invoice.status === 'skipped' ? null : invoice.raises === undefined ? plain : debit,
      place,
    };
  });
  if (alike === null) return { documents, alike, order: orderOf(documents, null) };
  const buyers = buyerTexts(ctx, alike, ({ id }) => grounds.get(id) as TaxGrounds);
  const sellers = Array.from(alike.places, (_, member) => sellerFor(alike.buyerOf(member).shared.locale));
  return {
    documents,
    alike: { ...alike, buyers, sellers, series: plain },
    order: orderOf(documents, alike.places),
  };
}

/** Both come in the order of their places. */
function orderOf(documents: readonly ToFreeze[], places: Int32Array | null): Int32Array {
  const order = new Int32Array(documents.length + (places?.length ?? 0));
  let alone = 0;
  let alike = 0;
  for (let index = 0; index < order.length; index += 1) {
    const place = documents[alone]?.place ?? Number.POSITIVE_INFINITY;
    const isAlone = place < (places?.[alike] ?? Number.POSITIVE_INFINITY) || alike === (places?.length ?? 0);
    order[index] = isAlone ? alone++ : documents.length + alike++;
  }
  return order;
}

type Places = {
  numbers: Numbers;
  issuedAt: IssuedAt;
  /** Some are issued later than was decided. */
  isLater: boolean;
};

/** The places of documents in their series. Debit notes are numbered beside the invoices: `BH-DN-2026-000001`. */
async function numbersOf(
  ctx: CommandCtx,
  { documents, alike, order }: Issuing,
  earliest: Instant,
): Promise<Places> {
  const prefix = ctx.tenant.settings.invoiceSeries;
  const inSeries = Array.from(order, (issue) => (documents[issue] ?? (alike as AlikeToFreeze)).series);
  const counts = new Map<Series, number>();
  for (const series of inSeries) if (series !== null) counts.set(series, (counts.get(series) ?? 0) + 1);
  const next = new Map<Series, bigint>();
  const times = new Map<Series, Instant>();
  // In one order, whatever comes first: nobody waits for somebody who waits for him.
  for (const [series, count] of [...counts].sort(([left], [right]) => (left.name < right.name ? -1 : 1))) {
    const taken = await repo.takeNumbers(ctx, series.name, series.year, count, earliest);
    next.set(series, taken.first);
    times.set(series, taken.issuedAt);
  }
  const sequences = inSeries.map((series) => {
    if (series === null) return null;
    const sequence = next.get(series) as bigint;
    next.set(series, sequence + 1n);
    return sequence;
  });
  const numbers = inSeries.map((series, index) => {
    if (series === null) return null;
    const plain = formatInvoiceNumber({ prefix, year: series.year }, sequences[index] as bigint);
    return series.name === prefix ? plain : plain.replace('-', '-DN-');
  });
  return {
    numbers: { sequences, numbers },
    issuedAt: (series) => times.get(series) as Instant,
    isLater: [...times.values()].some((at) => at !== earliest),
  };
}

/** The seller as each language has it, put together once. */
function sellersOf({ tenant }: CommandCtx): (locale: string | undefined) => JsonObject {
  const known = new Map<string | undefined, JsonObject>();
  return (locale) => {
    const seller = known.get(locale) ?? sellerOf(tenant, locale);
    known.set(locale, seller);
    return seller;
  };
}

function linesOf(requests: readonly InvoiceToIssue[], naming: Naming): RowSet<repo.LineRow> {
  const set = repo.lineSet(requests.reduce((sum, { invoice }) => sum + invoice.lines.length, 0));
  for (const { invoice } of requests) for (const line of lineRowsOf(invoice, naming)) set.add(line);
  return set;
}

const taxed = ({ invoice, buyer }: InvoiceToIssue) => ({ ...buyer, id: invoice.customerId });

export function unitOfFixed(rule: string): string {
  return rule === 'seats' ? 'seats' : 'period';
}
