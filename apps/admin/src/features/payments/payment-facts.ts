import type { Payment } from '@billhook/sdk/generated/types';

/** How much of a payment can still be given back. */
export function refundable(payment: Payment): bigint {
  return payment.status === 'succeeded' ? BigInt(payment.amount) - BigInt(payment.refunded) : 0n;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The method of a payment as people know it. */
export function methodText({ paymentMethod, provider }: Payment): string {
  return paymentMethod ? `${capital(paymentMethod.brand)} ···· ${paymentMethod.last4}` : provider;
}
