import { billingPart, setBilling } from './billing-part.ts';

/**
 * Loads Stripe Billing with its first use. A sandbox that nobody bills with starts without it, and takes less
 * memory. It stands apart from what it loads, which must not know of it.
 */
export async function loadBilling() {
  const known = billingPart();
  if (known !== null) return known;
  const { BILLING_PART } = await import('./billing/part.ts');
  setBilling(BILLING_PART);
  return BILLING_PART;
}
