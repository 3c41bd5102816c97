import { termsWithCoupon } from '../modules/mirror/api.ts';
import { followInvoice, followSubscription, type NewsWork } from './mirror-events.ts';

/** News of a credit note are news of its invoice. */
export async function followCreditNote(work: NewsWork, stripeId: string): Promise<boolean> {
  const invoiceId = (await work.provider.billing?.retrieveNotedInvoiceId(stripeId)) ?? null;
  return invoiceId === null ? false : followInvoice(work, invoiceId);
}

/** News of a schedule are news of its subscription. */
export async function followSchedule(work: NewsWork, stripeId: string): Promise<boolean> {
  const subscriptionId = (await work.provider.billing?.retrieveScheduledId(stripeId)) ?? null;
  return subscriptionId === null ? false : followSubscription(work, subscriptionId);
}

/** A coupon is called something else, or is gone: whoever has it is looked at again. */
export async function followCoupon(work: NewsWork, stripeId: string): Promise<boolean> {
  const ids = await work.query((ctx) => termsWithCoupon(ctx, stripeId));
  for (const id of ids) await followSubscription(work, id);
  return ids.length > 0;
}
