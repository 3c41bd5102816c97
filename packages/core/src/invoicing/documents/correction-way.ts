import { least } from '../../kernel/least.ts';
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

/** A line that billed the period which costs less now, or an earlier correction of it. */
export interface LineToCredit extends BillingLine {
  readonly invoiceId: string;
  /** Net and tax. */
  readonly totalMinor: bigint;
  /** What credit notes took back of it, after discounts. */
  readonly creditedMinor: bigint;
  /** What credit notes, and refunds without one, have left of its whole invoice; less than 0 where that is a credit itself. */
  readonly invoiceLeftMinor: bigint;
  /** What lines of its invoice below zero took of that, net and tax; 0 or more. */
  readonly invoiceOffsetMinor: bigint;
  /** What deductions before took back of the line, before discounts. */
  readonly deductedMinor: bigint;
  /** What deductions before took back of its whole invoice, for whatever period, net and tax. */
  readonly invoiceDeductedMinor: bigint;
}

export interface LineCredit<Line> {
  readonly line: Line;
  /** Before discounts; more than 0. */
  readonly amountMinor: bigint;
}

/**
 * How what a period costs less is given back: of one line after the other in their order, as much as credit notes have
 * left of it and of its invoice: a line on an invoice that gave back more than it claimed has nothing left. It comes to
 * less than what was asked where nothing more is left. What deductions took back of all that the invoice claimed is not left.
 */
export function creditsOf<Line extends LineToCredit>(
  lines: readonly Line[],
  lessMinor: bigint,
): readonly LineCredit<Line>[] {
  const credits: LineCredit<Line>[] = [];
  const left = new Map(
    lines.map((line) => [line.invoiceId, least(line.invoiceLeftMinor, claimLeftOf(line))]),
  );
  let leftMinor = lessMinor;
  for (const line of lines) {
    if (line.status === 'void' || line.status === 'skipped') continue;
    const { invoiceId, grossMinor, totalMinor } = line;
    const invoiceLeftMinor = left.get(invoiceId) ?? 0n;
    const amountMinor = least(leftMinor, leftOf(line), within(line, invoiceLeftMinor));
    if (amountMinor <= 0n) continue;
    left.set(invoiceId, invoiceLeftMinor - (amountMinor * totalMinor) / grossMinor);
    credits.push({ line, amountMinor });
    leftMinor -= amountMinor;
  }
  return credits;
}

/** The part of a line, before discounts, of which no more is left than its invoice has; tax may round up by a unit. */
function within({ grossMinor, totalMinor }: LineToCredit, invoiceLeftMinor: bigint): bigint {
  if (totalMinor <= 0n || invoiceLeftMinor >= totalMinor) return invoiceLeftMinor > 0n ? grossMinor : 0n;
  return ((invoiceLeftMinor - 1n) * grossMinor) / totalMinor;
}

/** What notes, refunds and deductions have left of all that an invoice claimed by its lines above zero, net and tax. */
export function claimLeftOf({
  invoiceLeftMinor,
  invoiceOffsetMinor,
  invoiceDeductedMinor,
}: LineToCredit): bigint {
  return invoiceLeftMinor + invoiceOffsetMinor - invoiceDeductedMinor;
}

/** What credit notes have left of a line, before discounts. */
export function leftOf({ grossMinor, amountMinor, creditedMinor }: LineToCredit): bigint {
  if (amountMinor === 0n || creditedMinor === 0n) return amountMinor === 0n ? 0n : grossMinor;
  return grossMinor - (creditedMinor * grossMinor + amountMinor - 1n) / amountMinor;
}
