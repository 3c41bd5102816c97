import { compareRational, RATIONAL_ZERO, rational, subtractRational } from '../../money/rational.ts';
import type { TaxMode } from '../tax.ts';
import { type CreditedPart, exactTotalOf } from './credit-amounts.ts';

/**
 * Whether earlier notes, of which only the totals are known, have credited all that a note leaves of its invoice: their
 * sum is that of the rest, but for the rounding of each of them.
 *
 * @param parts every line of the invoice, with what the note credits of it
 */
export function coversRest(
  parts: readonly CreditedPart[],
  earlierTotalsMinor: readonly bigint[],
  mode: TaxMode,
): boolean {
  const rest = parts.map((part) => ({ ...part, creditMinor: part.grossMinor - part.creditMinor }));
  let exact = exactTotalOf(rest, mode);
  for (const totalMinor of earlierTotalsMinor) exact = subtractRational(exact, rational(totalMinor, 1n));
  const distance = exact.numerator < 0n ? subtractRational(RATIONAL_ZERO, exact) : exact;
  return compareRational(distance, rational(BigInt(earlierTotalsMinor.length), 2n)) <= 0;
}
