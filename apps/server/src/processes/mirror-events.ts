import { linkOf } from '../modules/mirror/api.ts';
import { mirrorInvoice } from './mirror-invoice.ts';
import { type MirrorWork, mirrorSubscription } from './mirror-subscription.ts';

/** The tenant's account; one that computes no subscriptions has no billing. */
export type NewsWork = Omit<MirrorWork, 'billing'>;

/** News of a subscription at Stripe. One that becomes known brings its invoices. True if it is somebody's here. */
export async function followSubscription(work: NewsWork, stripeId: string): Promise<boolean> {
  const { billing } = work.provider;
  if (billing === undefined) return false;
  const before = await work.query((ctx) => linkOf(ctx, 'subscription', stripeId));
  const state = await mirrorSubscription({ ...work, billing }, stripeId);
  const after = await work.query((ctx) => linkOf(ctx, 'subscription', stripeId));
  if (before === undefined && after !== undefined) {
    // Invoices that came before it belonged to nobody until now.
    for (const id of await billing.listInvoiceIds(stripeId)) await mirrorInvoice({ ...work, billing }, id);
  }
  return state !== 'foreign';
}

/** News of an invoice at Stripe. True if it is somebody's here. */
export async function followInvoice(work: NewsWork, stripeId: string): Promise<boolean> {
  const { billing } = work.provider;
  if (billing === undefined) return false;
  return (await mirrorInvoice({ ...work, billing }, stripeId)) !== 'foreign';
}
