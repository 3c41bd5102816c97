import { invariant } from '../kernel/invariant.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';

/** Which row of counters an invoice is numbered from: gapless per seller, series and year. */
export interface InvoiceSeries {
  /** 1 to 12 capital letters or digits, such as `INV`. */
  readonly prefix: string;
  /** The local year of issue in the seller's time zone. */
  readonly year: number;
}

const PREFIX = /^[A-Z][A-Z0-9]{0,11}$/;
const NUMBER = /^([A-Z][A-Z0-9]{0,11})-(\d{4})-(\d{6,12})$/;

/** Writes a number such as `INV-2026-000042`; the counter is padded to six digits and may grow beyond. */
export function formatInvoiceNumber(series: InvoiceSeries, counter: bigint): string {
  invariant(
    PREFIX.test(series.prefix) && counter >= 1n,
    'An invoice number has a series and a counter from 1 on.',
  );
  return `${series.prefix}-${series.year.toString().padStart(4, '0')}-${counter.toString().padStart(6, '0')}`;
}

/** Refusal: `invoice_number.malformed`. */
export function parseInvoiceNumber(
  text: string,
): Result<{ readonly series: InvoiceSeries; readonly counter: bigint }> {
  const match = NUMBER.exec(text);
  if (match === null)
    return refuse('invoice_number.malformed', 'An invoice number looks like INV-2026-000042.');
  const [, prefix, year, counter] = match as unknown as [string, string, string, string];
  return ok({ series: { prefix, year: Number(year) }, counter: BigInt(counter) });
}
