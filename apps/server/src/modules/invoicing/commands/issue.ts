import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { dateAt, dateFields } from '@billhook/core/time/calendar-date';
import { addMs, type Instant, later } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CommandCtx } from '../../../platform/context.ts';
import { type BuyerData, buyerOf, sellerOf } from '../parties.ts';
import * as repo from '../repo.ts';
import { invoiceRow, lineRow } from '../rows.ts';
import { taxBasesOf } from '../tax-basis.ts';

export type InvoiceToIssue = {
  /** As core decided it. */
  invoice: IssuedInvoice;
  collection: 'automatic' | 'manual';
  buyer: BuyerData;
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
  const basisOf = await taxBasesOf(ctx, requests.map(taxed));
  const numbered = requests.filter(({ invoice }) => invoice.status !== 'skipped');
  const earliest = numbered.reduce<Instant>((at, { invoice }) => later(at, invoice.issuedAt), ctx.now);
  const series = ctx.tenant.settings.invoiceSeries;
  const { year } = dateFields(dateAt(earliest, zoneNamed(ctx.tenant.timeZone)));
  const taken =
    numbered.length === 0
      ? { first: 0n, issuedAt: ctx.now }
      : await repo.takeNumbers(ctx, series, year, numbered.length, earliest);
  const seller = sellerOf(ctx.tenant);
  let sequence = taken.first;
  const rows = requests.map((request) => {
    const { invoice, collection, buyer } = request;
    const isNumbered = invoice.status !== 'skipped';
    const numbering = isNumbered ? { series, year, sequence } : null;
    if (isNumbered) sequence += 1n;
    return invoiceRow({
      invoice: isNumbered ? issuedAt(invoice, taken.issuedAt) : invoice,
      numbering,
      seller,
      buyer: buyerOf(buyer, basisOf(taxed(request))),
      collection,
    });
  });
  await repo.insertInvoices(ctx, rows);
  const lines = requests.flatMap(({ invoice }) =>
    invoice.lines.map((line) =>
      lineRow(
        ctx.newId(),
        invoice.id,
        line,
        line.meterId === null ? unitOfFixed(line.explanation.rule) : unitOf(line.meterId),
      ),
    ),
  );
  if (lines.length > 0) await repo.insertLines(ctx, lines);
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
