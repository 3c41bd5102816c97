import { least } from '../../kernel/least.ts';
import { rational } from '../../money/rational.ts';
import { roundRational } from '../../money/round.ts';
import { claimLeftOf, type LineCredit, type LineToCredit, leftOf } from './correction-way.ts';

/** What of a correction is taken off another invoice, as credit notes of the ones that billed it cannot give it back. */
export interface Deduction<Line> {
  /** Before discounts, as what it takes back was billed; 0 for nothing. */
  readonly grossMinor: bigint;
  /** The same after the discounts that its lines had. */
  readonly amountMinor: bigint;
  readonly parts: readonly DeductedPart<Line>[];
}

/** What a deduction takes back of one line. Whoever deducts later of the line, or of its invoice, has so much less. */
export interface DeductedPart<Line> {
  readonly line: Line;
  /** Before discounts; more than 0. */
  readonly grossMinor: bigint;
  /** Net and tax, a part of a unit counted as a whole one. */
  readonly totalMinor: bigint;
}

/**
 * What notes cannot give back of a period that costs less, because lines below zero lowered its invoices: an invoice that
 * gave back more than it claimed cannot be credited at all, yet its usage was paid for by what the customer was owed. No
 * more than notes, refunds and earlier deductions have left of the lines, and of all that the invoice claimed for whatever
 * period.
 *
 * @param credits what notes give back of it
 */
export function deductionOf<Line extends LineToCredit>(
  lines: readonly Line[],
  credits: readonly LineCredit<Line>[],
  lessMinor: bigint,
): Deduction<Line> {
  const left = new Map(lines.map((line) => [line.invoiceId, claimLeftOf(line)]));
  const use = (line: Line, grossMinor: bigint): bigint => {
    const totalMinor = shareOf(line, grossMinor);
    left.set(line.invoiceId, (left.get(line.invoiceId) ?? 0n) - totalMinor);
    return totalMinor;
  };
  let wantedMinor = lessMinor;
  for (const { line, amountMinor } of credits) {
    use(line, amountMinor);
    wantedMinor -= amountMinor;
  }
  const parts: DeductedPart<Line>[] = [];
  let sumMinor = 0n;
  for (const line of lines) {
    if (line.status === 'void' || line.status === 'skipped') continue;
    if (line.invoiceOffsetMinor <= 0n || line.totalMinor <= 0n) continue;
    const notedMinor = credits.find((one) => one.line === line)?.amountMinor ?? 0n;
    const claimedMinor = ((left.get(line.invoiceId) ?? 0n) * line.grossMinor) / line.totalMinor;
    const grossMinor = least(leftOf(line) - notedMinor - line.deductedMinor, claimedMinor, wantedMinor);
    if (grossMinor <= 0n) continue;
    wantedMinor -= grossMinor;
    sumMinor += roundRational(
      rational(grossMinor * line.amountMinor, line.grossMinor),
      'half_away_from_zero',
    );
    parts.push({ line, grossMinor, totalMinor: use(line, grossMinor) });
  }
  return { grossMinor: parts.reduce((sum, part) => sum + part.grossMinor, 0n), amountMinor: sumMinor, parts };
}

/** Net and tax of a part of a line; a part of a unit is one, so that parts never come to less than the whole. */
function shareOf({ totalMinor, grossMinor }: LineToCredit, partMinor: bigint): bigint {
  return (partMinor * totalMinor + grossMinor - 1n) / grossMinor;
}
