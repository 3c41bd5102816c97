import type { InvoiceLine, IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { formatInvoiceNumber } from '@billhook/core/invoicing/number';
import type { JsonObject } from '@billhook/core/kernel/json';
import { dateAt, dateFields } from '@billhook/core/time/calendar-date';
import { type Instant, later } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CommandCtx } from '../../../platform/context.ts';
import type { RowSet } from '../../../platform/set-insert.ts';
import {
  documentPatterns,
  type IssuedAt,
  type Likeness,
  type Numbered,
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
  /** As core decided it; where it was decided by that of a customer like this one, the other's. */
  invoice: IssuedInvoice;
  collection: 'automatic' | 'manual';
  buyer: BuyerData;
  /** Set where it was decided by the invoice of a customer like this one, which is issued with it. */
  likeness?: Likeness;
  /** The buyer as copied onto the invoice that a debit note raises; left out by an invoice. */
  frozenBuyer?: JsonObject;
};

/**
 * Writes decided invoices: numbers without a gap per series and local year, frozen text with its digest, lines with
 * their explanation. It locks the row of the series, so it must be the last lock that a transaction takes; what fails
 * afterwards gives the numbers back with everything else.
 *
 * @param unitOf the unit of a meter's quantity, such as `requests`
 * @returns the time of issue, which may be a little later than decided, so that dates never fall as numbers rise
 */
export async function issueInvoices(
  ctx: CommandCtx,
  requests: readonly InvoiceToIssue[],
  unitOf: (meterId: string) => string,
): Promise<void> {
  if (requests.length === 0) return;
  const numbered = requests.filter(({ invoice }) => invoice.status !== 'skipped');
  if (numbered.length > 0) requireSellerData(ctx.tenant);
  // Others wait for the numbers, so all that does without is done before.
  const unit = ({ meterId, explanation }: InvoiceLine) =>
    meterId === null ? unitOfFixed(explanation.rule) : unitOf(meterId);
  await Promise.all([
    linesOf(requests, { newId: ctx.newId, unitOf: unit }).insert(ctx),
    insertAlikeLines(
      ctx,
      requests.flatMap(({ likeness }) => likeness ?? []),
      unit,
    ),
  ]);
  const earliest = numbered.reduce<Instant>((at, { invoice }) => later(at, invoice.issuedAt), ctx.now);
  const documents = await documentsOf(ctx, requests, earliest);
  const early = documentPatterns(ctx, documents, () => earliest);
  const { numbers, issuedAt, isLater } = await numbersOf(ctx, documents, earliest);
  const frozen = isLater ? documentPatterns(ctx, documents, issuedAt) : early;
  await frozen.insert(numbers);
  await bookSales(
    ctx,
    numbered.map(({ invoice }) => invoice),
  );
}

/** What is written of each, its number apart. Who is decided about by another rests its tax on the same as that one. */
async function documentsOf(
  ctx: CommandCtx,
  requests: readonly InvoiceToIssue[],
  earliest: Instant,
): Promise<ToFreeze[]> {
  const alone = requests.filter(({ likeness }) => likeness === undefined);
  const groundsOf = await taxGroundsOf(ctx, alone.map(taxed));
  const grounds = new Map(
    alone.map((request) => [
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
  return requests.map(({ invoice, buyer, frozenBuyer, collection, likeness }) => {
    const { basis, certificate } = grounds.get(invoice.id) as TaxGrounds;
    return {
      invoice,
      collection,
      seller: sellerFor(buyer.locale),
      buyer: frozenBuyer ?? buyerOf(buyer, basis, certificate),
      series: invoice.status === 'skipped' ? null : invoice.raises === undefined ? plain : debit,
      ...(likeness === undefined ? {} : { likeness }),
    };
  });
}

type Places = {
  numbers: Numbered[];
  issuedAt: IssuedAt;
  /** Some are issued later than was decided. */
  isLater: boolean;
};

/**
 * The places of documents in their series, in the order given. Debit notes are numbered beside the invoices:
 * `BH-DN-2026-000001`.
 */
async function numbersOf(
  ctx: CommandCtx,
  documents: readonly ToFreeze[],
  earliest: Instant,
): Promise<Places> {
  const prefix = ctx.tenant.settings.invoiceSeries;
  const bySeries = Map.groupBy(
    documents.flatMap(({ series }) => series ?? []),
    (series) => series,
  );
  const next = new Map<Series, bigint>();
  const times = new Map<Series, Instant>();
  // In one order, whatever comes first: nobody waits for somebody who waits for him.
  for (const [series, { length }] of [...bySeries].sort(([left], [right]) =>
    left.name < right.name ? -1 : 1,
  )) {
    const taken = await repo.takeNumbers(ctx, series.name, series.year, length, earliest);
    next.set(series, taken.first);
    times.set(series, taken.issuedAt);
  }
  const numbers = documents.map(({ series }): Numbered => {
    if (series === null) return null;
    const sequence = next.get(series) as bigint;
    next.set(series, sequence + 1n);
    const plain = formatInvoiceNumber({ prefix, year: series.year }, sequence);
    return { sequence, number: series.name === prefix ? plain : plain.replace('-', '-DN-') };
  });
  return {
    numbers,
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
  const alone = requests.filter(({ likeness }) => likeness === undefined);
  const set = repo.lineSet(alone.reduce((sum, { invoice }) => sum + invoice.lines.length, 0));
  for (const { invoice } of alone) for (const line of lineRowsOf(invoice, naming)) set.add(line);
  return set;
}

const taxed = ({ invoice, buyer }: InvoiceToIssue) => ({ ...buyer, id: invoice.customerId });

export function unitOfFixed(rule: string): string {
  return rule === 'seats' ? 'seats' : 'period';
}
