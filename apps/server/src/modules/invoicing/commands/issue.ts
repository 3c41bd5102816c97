import type { InvoiceLine, IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { formatInvoiceNumber } from '@billhook/core/invoicing/number';
import type { JsonObject } from '@billhook/core/kernel/json';
import { dateAt, dateFields } from '@billhook/core/time/calendar-date';
import { addMs, type Instant, later } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CommandCtx } from '../../../platform/context.ts';
import type { RowSet } from '../../../platform/set-insert.ts';
import { alikeInvoices, alikeLines, type Likeness } from '../alike-rows.ts';
import { type BuyerData, buyerOf, sellerOf } from '../parties.ts';
import * as repo from '../repo.ts';
import { type Frozen, invoiceRowOf, lineRowsOf, type Numbering } from '../rows.ts';
import { requireSellerData } from '../seller-data.ts';
import { taxGroundsOf } from '../tax-basis.ts';
import { bookSales } from '../tax-provider/bookings.ts';

export type InvoiceToIssue = {
  /** As core decided it. */
  invoice: IssuedInvoice;
  collection: 'automatic' | 'manual';
  buyer: BuyerData;
  /** Where it was decided by the invoice of a customer like this one. */
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
  const basisOf = await taxGroundsOf(ctx, requests.map(taxed));
  const numbered = requests.filter(({ invoice }) => invoice.status !== 'skipped');
  if (numbered.length > 0) requireSellerData(ctx.tenant);
  // Others wait for the numbers, so all that does without is done before.
  const lines = linesOf(requests, unitOf, ctx.newId);
  const sellerFor = sellersOf(ctx);
  const parties = requests.map((request) => {
    const { invoice, buyer } = request;
    const { basis, certificate } = basisOf(taxed(request), invoice.quote !== undefined);
    const frozen = request.frozenBuyer ?? buyerOf(buyer, basis, certificate);
    return { seller: sellerFor(buyer.locale), buyer: frozen };
  });
  const earliest = numbered.reduce<Instant>((at, { invoice }) => later(at, invoice.issuedAt), ctx.now);
  const { year } = dateFields(dateAt(earliest, zoneNamed(ctx.tenant.timeZone)));
  const numberings = await numberingsOf(ctx, numbered, year, earliest);
  const writeAlike = alikeInvoices(ctx.newId);
  const rows = repo.invoiceSet(requests.length);
  for (const [index, { invoice, collection, likeness }] of requests.entries()) {
    const numbering = numberings.get(invoice.id) ?? null;
    const document = numbering === null ? invoice : issuedAt(invoice, numbering.issuedAt);
    const frozen = { invoice: document, numbering, collection, ...(parties[index] as Parties) };
    rows.add(likeness === undefined ? invoiceRowOf(frozen) : writeAlike(frozen, likeness));
  }
  await Promise.all([rows.insert(ctx), lines.insert(ctx)]);
  await bookSales(
    ctx,
    numbered.map(({ invoice }) => invoice),
  );
}

/**
 * The places of documents in their series, in the order given. Debit notes are numbered beside the invoices:
 * `BH-DN-2026-000001`. The colon keeps the counters of both apart.
 */
async function numberingsOf(
  ctx: CommandCtx,
  requests: readonly InvoiceToIssue[],
  year: number,
  earliest: Instant,
): Promise<ReadonlyMap<string, NonNullable<Numbering> & { issuedAt: Instant }>> {
  const prefix = ctx.tenant.settings.invoiceSeries;
  const numberings = new Map<string, NonNullable<Numbering> & { issuedAt: Instant }>();
  for (const isDebit of [false, true]) {
    const own = requests.filter(({ invoice }) => (invoice.raises !== undefined) === isDebit);
    if (own.length === 0) continue;
    const series = isDebit ? `DN:${prefix}` : prefix;
    const taken = await repo.takeNumbers(ctx, series, year, own.length, earliest);
    for (const [index, { invoice }] of own.entries()) {
      const sequence = taken.first + BigInt(index);
      const plain = formatInvoiceNumber({ prefix, year }, sequence);
      const number = isDebit ? plain.replace('-', '-DN-') : plain;
      numberings.set(invoice.id, { series, year, sequence, number, issuedAt: taken.issuedAt });
    }
  }
  return numberings;
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

type Parties = Pick<Frozen, 'seller' | 'buyer'>;

function linesOf(
  requests: readonly InvoiceToIssue[],
  unitOf: (meterId: string) => string,
  newId: () => string,
): RowSet<repo.LineRow> {
  const leaderOf = ({ invoice, likeness }: InvoiceToIssue) => likeness?.leader ?? invoice;
  const set = repo.lineSet(requests.reduce((sum, request) => sum + leaderOf(request).lines.length, 0));
  const naming = {
    newId,
    unitOf: ({ meterId, explanation }: InvoiceLine) =>
      meterId === null ? unitOfFixed(explanation.rule) : unitOf(meterId),
  };
  const writeAlike = alikeLines(naming);
  for (const { invoice, likeness } of requests)
    for (const line of likeness === undefined ? lineRowsOf(invoice, naming) : writeAlike(likeness))
      set.add(line);
  return set;
}

const taxed = ({ invoice, buyer }: InvoiceToIssue) => ({ ...buyer, id: invoice.customerId });

function unitOfFixed(rule: string): string {
  return rule === 'seats' ? 'seats' : 'period';
}

function issuedAt(invoice: IssuedInvoice, at: Instant): IssuedInvoice {
  return at === invoice.issuedAt
    ? invoice
    : { ...invoice, issuedAt: at, dueAt: addMs(at, invoice.dueAt - invoice.issuedAt) };
}
