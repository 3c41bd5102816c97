import type Stripe from 'stripe';
import type { PreviewAtStripe, WishAtStripe } from '../../modules/payments/provider-billing.ts';
import { lineAtStripe, taxOf } from './billing-objects.ts';
import { itemParams } from './billing-params.ts';

/** What Stripe says the next invoice would be after a change. */
export async function previewOf(
  stripe: Stripe,
  subscription: Stripe.Subscription,
  wish: WishAtStripe,
): Promise<PreviewAtStripe> {
  const details = detailsOf(subscription, wish);
  const invoice = await stripe.invoices.createPreview({
    subscription: subscription.id,
    subscription_details: details,
  });
  return {
    currency: invoice.currency.toUpperCase(),
    totalMinor: BigInt(invoice.total),
    taxMinor: taxOf(invoice),
    dueMinor: BigInt(invoice.amount_due),
    lines: invoice.lines.data.map((line) => {
      const { description, amountMinor, isProration } = lineAtStripe(line, new Map());
      return { description, amountMinor, isProration };
    }),
  };
}

function detailsOf(
  subscription: Stripe.Subscription,
  wish: WishAtStripe,
): Stripe.InvoiceCreatePreviewParams.SubscriptionDetails {
  if (wish.kind === 'cancel')
    return wish.when === 'now' ? { cancel_now: true } : { cancel_at_period_end: true };
  if (wish.kind === 'keep') return { cancel_at_period_end: false };
  return { items: itemParams(subscription, wish.prices), proration_behavior: 'create_prorations' };
}
