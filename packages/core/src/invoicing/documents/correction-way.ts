import type { InvoiceStatus } from '../invoice.ts';

/** Where what a correction of usage costs is billed, as the seller chose. */
export type CorrectionBilling = 'next_invoice' | 'at_once' | 'debit_note';

/** A line that billed the period which costs more now. */
export interface BillingLine {
  readonly key: string;
  /** Before discounts, and after them. */
  readonly grossMinor: bigint;
  readonly amountMinor: bigint;
  readonly status: InvoiceStatus;
}

/**
 * The line that a debit note raises for a period that costs more: the last one that billed it and stands on an issued
 * invoice. Null where a charge on another invoice is right: lines that had discounts, as those are worked out anew from
 * what runs then, and periods that were billed at nothing, of which nobody knows what a discount would have taken.
 */
export function lineToRaise<Line extends BillingLine>(
  lines: readonly Line[],
  lineKeys: readonly string[],
): Line | null {
  const own = lines.filter(({ key }) => lineKeys.includes(key));
  if (own.some(({ grossMinor, amountMinor }) => grossMinor !== amountMinor)) return null;
  const standing = own.filter(
    ({ status, grossMinor }) => grossMinor > 0n && status !== 'void' && status !== 'skipped',
  );
  const byBilling = standing.toSorted(
    (one, other) => lineKeys.indexOf(one.key) - lineKeys.indexOf(other.key),
  );
  return byBilling.at(-1) ?? null;
}
