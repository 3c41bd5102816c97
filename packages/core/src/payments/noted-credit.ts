import type { PaymentAttempt } from './payment.ts';

type Payment = Pick<
  PaymentAttempt,
  'id' | 'status' | 'capturedMinor' | 'creditedMinor' | 'refundedMinor' | 'creditReturnedMinor'
>;

/** Sales that refunds of these payments took back, those under way among them. */
export function soldBackMinor(payments: readonly Payment[]): bigint {
  let sumMinor = 0n;
  for (const payment of payments) sumMinor += salesRefunded(payment);
  return sumMinor;
}

/**
 * What credit notes of an invoice made into credit, by payment: that much of each stands for no sales any more, and can
 * only go back out of the customer's credit.
 *
 * @param payments those of the invoice, oldest first
 * @param grantedMinor what all its notes made into credit
 */
export function notedCredit(payments: readonly Payment[], grantedMinor: bigint): ReadonlyMap<string, bigint> {
  const noted = new Map<string, bigint>();
  let leftMinor = grantedMinor;
  for (const payment of payments) {
    if (payment.status !== 'succeeded') continue;
    const salesMinor = payment.capturedMinor - payment.creditedMinor - salesRefunded(payment);
    const partMinor = salesMinor < leftMinor ? salesMinor : leftMinor;
    if (partMinor <= 0n) continue;
    noted.set(payment.id, partMinor);
    leftMinor -= partMinor;
  }
  return noted;
}

/** A payment with the credit that notes of its invoice made of it, as if it had come in beyond what was due. */
export function withNoted<P extends Payment>(payment: P, noted: ReadonlyMap<string, bigint>): P {
  return { ...payment, creditedMinor: payment.creditedMinor + (noted.get(payment.id) ?? 0n) };
}

function salesRefunded({ refundedMinor, creditReturnedMinor }: Payment): bigint {
  return refundedMinor - creditReturnedMinor;
}
