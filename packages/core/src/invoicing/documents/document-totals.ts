import { RATIONAL_ZERO, type Rational, rational } from '../../money/rational.ts';
import { type TaxableAmount, type TaxChoice, type TaxedAmount, type TaxSubtotal, taxLines } from '../tax.ts';
import type { TaxPolicy } from '../tax-policy.ts';
import { type AppliedCredit, applyInOrder, type OpenCredit } from './apply-in-order.ts';

/** An amount on the document as a whole, with its own tax: taken off or added, positive either way. */
export interface DocumentExtra extends TaxableAmount {
  readonly description: string;
}

export interface DocumentInput {
  /** After the lines' own discounts. */
  readonly lines: readonly TaxableAmount[];
  readonly allowances: readonly DocumentExtra[];
  readonly charges: readonly DocumentExtra[];
  readonly taxChoice: TaxChoice;
  readonly taxPolicy: TaxPolicy;
  /** What invoices at thresholds of the same period have billed, with tax: credited before anything else. */
  readonly progressiveMinor: bigint;
  /** In the order in which they are used. */
  readonly creditNotes: readonly OpenCredit[];
  /** Used after credit notes, in order. */
  readonly prepaidCredits: readonly OpenCredit[];
  /** What was paid in advance for this very document; it may exceed what is due. */
  readonly prepaidMinor: bigint;
  /** Added to what is due, so that it is an amount that can be paid in cash; of either sign. */
  readonly payableRoundingMinor: bigint;
}

/** All in minor units. The order is: coupons before this, tax, thresholds, credit notes, prepaid credits, prepayment. */
export interface DocumentTotals {
  readonly lineTotalMinor: bigint;
  readonly allowanceTotalMinor: bigint;
  readonly chargeTotalMinor: bigint;
  /** Lines − allowances + charges, before tax. */
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  /** Net + tax. */
  readonly totalMinor: bigint;
  readonly progressiveMinor: bigint;
  readonly creditNotes: readonly AppliedCredit[];
  readonly creditNotesMinor: bigint;
  readonly prepaidCredits: readonly AppliedCredit[];
  readonly prepaidCreditsMinor: bigint;
  readonly prepaidMinor: bigint;
  readonly payableRoundingMinor: bigint;
  /** What is left to pay. */
  readonly payableMinor: bigint;
  /** The lines with their tax, in order. */
  readonly lines: readonly TaxedAmount[];
  readonly taxes: readonly TaxSubtotal[];
}

/** Adds a document up: EN 16931, BR-CO-10 to BR-CO-16, and what pays it before money does. */
export function documentTotals(input: DocumentInput): DocumentTotals {
  const { lines, allowances, charges } = input;
  const amounts: TaxableAmount[] = [
    ...lines,
    ...allowances.map((extra) => ({ ...extra, amountMinor: -extra.amountMinor })),
    ...charges,
  ];
  const tax = taxLines(amounts, input.taxChoice, input.taxPolicy);
  const [lineTotalMinor, ofLines] = sumOf(tax.amounts.slice(0, lines.length));
  const [allowanceNetMinor, ofAllowances] = sumOf(
    tax.amounts.slice(lines.length, lines.length + allowances.length),
  );
  const [chargeTotalMinor, ofCharges] = sumOf(tax.amounts.slice(lines.length + allowances.length));
  const netMinor = lineTotalMinor + allowanceNetMinor + chargeTotalMinor;
  const taxMinor = ofLines + ofAllowances + ofCharges;
  const totalMinor = netMinor + taxMinor;
  const progressive = applyInOrder(totalMinor, [{ id: 'progressive', leftMinor: input.progressiveMinor }]);
  const notes = applyInOrder(progressive.leftMinor, input.creditNotes);
  const credits = applyInOrder(notes.leftMinor, input.prepaidCredits);
  return {
    lineTotalMinor,
    allowanceTotalMinor: -allowanceNetMinor,
    chargeTotalMinor,
    netMinor,
    taxMinor,
    totalMinor,
    progressiveMinor: progressive.appliedMinor,
    creditNotes: notes.applied,
    creditNotesMinor: notes.appliedMinor,
    prepaidCredits: credits.applied,
    prepaidCreditsMinor: credits.appliedMinor,
    prepaidMinor: input.prepaidMinor,
    payableRoundingMinor: input.payableRoundingMinor,
    payableMinor: credits.leftMinor - input.prepaidMinor + input.payableRoundingMinor,
    lines: tax.amounts.slice(0, lines.length),
    taxes: tax.subtotals,
  };
}

/** What has to be added to an amount to make it a multiple of a step, half away from zero: 5 centimes, whole kronor. */
export function roundingToStep(amountMinor: bigint, stepMinor: bigint): bigint {
  const magnitude = amountMinor < 0n ? -amountMinor : amountMinor;
  const rounded = ((magnitude * 2n + stepMinor) / (stepMinor * 2n)) * stepMinor;
  return (amountMinor < 0n ? -rounded : rounded) - amountMinor;
}

/** The tax in percent of the net, over all rates; 0 for a net of nothing. */
export function effectiveTaxPercent({
  netMinor,
  taxMinor,
}: Pick<DocumentTotals, 'netMinor' | 'taxMinor'>): Rational {
  return netMinor === 0n ? RATIONAL_ZERO : rational(taxMinor * 100n, netMinor);
}

function sumOf(amounts: readonly TaxedAmount[]): readonly [bigint, bigint] {
  let net = 0n;
  let tax = 0n;
  for (const { netMinor, taxMinor } of amounts) {
    net += netMinor;
    tax += taxMinor;
  }
  return [net, tax];
}
