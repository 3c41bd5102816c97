import { invariant } from '../kernel/invariant.ts';
import { isAmountInRange } from '../money/money.ts';
import { applyCredits } from './apply-credits.ts';
import type { InvoiceTotals } from './invoice.ts';
import type { TaxedAmount } from './tax.ts';

/** Adds an invoice up. @throws InvariantError if a sum leaves the range of amounts */
export function totalsOf(amounts: readonly TaxedAmount[], creditBalanceMinor: bigint): InvoiceTotals {
  let netMinor = 0n;
  let taxMinor = 0n;
  for (const amount of amounts) {
    netMinor += amount.netMinor;
    taxMinor += amount.taxMinor;
  }
  const totalMinor = netMinor + taxMinor;
  const totals = { netMinor, taxMinor, totalMinor, ...applyCredits(totalMinor, creditBalanceMinor) };
  assertTotals(totals);
  return totals;
}

/** The law of every invoice: net + tax = total, and total + granted − applied = due. */
export function assertTotals(totals: InvoiceTotals): void {
  invariant(isAmountInRange(totals.totalMinor), 'An invoice lies within 9e14 minor units.');
  invariant(
    totals.netMinor + totals.taxMinor === totals.totalMinor,
    'Net and tax of an invoice add up to its total.',
  );
  const due = totals.totalMinor + totals.creditGrantedMinor - totals.creditAppliedMinor;
  invariant(
    due === totals.dueMinor && due >= 0n,
    'What is due is the total less credit, and never negative.',
  );
}
