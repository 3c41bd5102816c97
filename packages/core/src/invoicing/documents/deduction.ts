import { least } from '../../kernel/least.ts';
import { rational } from '../../money/rational.ts';
import { roundRational } from '../../money/round.ts';
import { type LineCredit, type LineToCredit, leftOf } from './correction-way.ts';

/** What of a correction is taken off another invoice, as credit notes of the ones that billed it cannot give it back. */
export interface Deduction {
  /** Before discounts, as what it takes back was billed; 0 for nothing. */
  readonly grossMinor: bigint;
  /** The same after the discounts that its lines had. */
  readonly amountMinor: bigint;
}

/**
 * What notes cannot give back of a period that costs less, because lines below zero lowered its invoices: an invoice that
 * gave back more than it claimed cannot be credited at all, yet its usage was paid for by what the customer was owed. No
 * more than notes and refunds have left of the lines and of all that the invoice claimed.
 *
 * @param credits what notes give back of it
 * @param earlierMinor what deductions before this one took back of the period, before discounts
 */
export function deductionOf<Line extends LineToCredit>(
  lines: readonly Line[],
  credits: readonly LineCredit<Line>[],
  lessMinor: bigint,
  earlierMinor: bigint,
): Deduction {
  const left = new Map(
    lines.map((line) => [line.invoiceId, line.invoiceLeftMinor + line.invoiceOffsetMinor] as const),
  );
  const use = ({ invoiceId, totalMinor, grossMinor }: Line, usedMinor: bigint) =>
    left.set(invoiceId, (left.get(invoiceId) ?? 0n) - (usedMinor * totalMinor) / grossMinor);
  let wantedMinor = lessMinor;
  for (const { line, amountMinor } of credits) {
    use(line, amountMinor);
    wantedMinor -= amountMinor;
  }
  let skippedMinor = earlierMinor;
  let grossMinor = 0n;
  let amountMinor = 0n;
  for (const line of lines) {
    if (line.status === 'void' || line.status === 'skipped') continue;
    if (line.invoiceOffsetMinor <= 0n || line.totalMinor <= 0n) continue;
    const notedMinor = credits.find((one) => one.line === line)?.amountMinor ?? 0n;
    const claimedMinor = ((left.get(line.invoiceId) ?? 0n) * line.grossMinor) / line.totalMinor;
    const room = least(leftOf(line) - notedMinor, claimedMinor);
    if (room <= 0n) continue;
    use(line, room);
    const skipped = least(room, skippedMinor);
    skippedMinor -= skipped;
    const taken = least(room - skipped, wantedMinor);
    wantedMinor -= taken;
    grossMinor += taken;
    amountMinor += roundRational(rational(taken * line.amountMinor, line.grossMinor), 'half_away_from_zero');
  }
  return { grossMinor, amountMinor };
}
