import { linkOf, listWaiting } from '../modules/mirror/api.ts';
import { followPrice, followProduct, followsCatalogue } from './mirror-catalogue.ts';
import { mirrorInvoice } from './mirror-invoice.ts';
import { type MirrorWork, mirrorSubscription } from './mirror-subscription.ts';

/** The tenant's account; one that computes no subscriptions has no billing. */
export type NewsWork = Omit<MirrorWork, 'billing'>;

/** News of a subscription at Stripe. One that becomes known brings its invoices. True if it is somebody's here. */
export async function followSubscription(work: NewsWork, stripeId: string): Promise<boolean> {
  const { billing } = work.provider;
  if (billing === undefined) return false;
  const before = await work.query((ctx) => linkOf(ctx, 'subscription', stripeId));
  let state = await mirrorSubscription({ ...work, billing }, stripeId);
  const strange = await strangePrices({ ...work, billing }, stripeId);
  if (strange.length > 0 && state !== 'foreign' && (await followsCatalogue(work))) {
    // It may have come before the news of what was bought, or is the first to buy it.
    for (const priceId of strange) await followPrice({ ...work, billing }, priceId);
    state = await mirrorSubscription({ ...work, billing }, stripeId);
  }
  const after = await work.query((ctx) => linkOf(ctx, 'subscription', stripeId));
  if (before === undefined && after !== undefined) {
    // Invoices that came before it belonged to nobody until now.
    for (const id of await billing.listInvoiceIds(stripeId)) await mirrorInvoice({ ...work, billing }, id);
  }
  return state !== 'foreign';
}

async function strangePrices(work: MirrorWork, stripeId: string): Promise<string[]> {
  const facts = await work.billing.retrieveSubscription(stripeId);
  const strange: string[] = [];
  const items = [...(facts?.items ?? []), ...(facts?.phases ?? []).flatMap((phase) => phase.items)];
  for (const { priceId } of items)
    if ((await work.query((ctx) => linkOf(ctx, 'price', priceId))) === undefined) strange.push(priceId);
  return strange;
}

const WAITING_AT_ONCE = 100;

/** News of a product or a price at Stripe, for sellers whose truth is there. True if it is sold here. */
export async function followSold(
  work: NewsWork,
  about: 'product' | 'price',
  stripeId: string,
): Promise<boolean> {
  const { billing } = work.provider;
  if (billing === undefined || !(await followsCatalogue(work))) return false;
  const whole = { ...work, billing };
  const isSold = await (about === 'product' ? followProduct(whole, stripeId) : followPrice(whole, stripeId));
  // What was bought before it was known here waits for it.
  for (const { kind, stripeId: id, reason } of await work.query((ctx) => listWaiting(ctx, WAITING_AT_ONCE)))
    if (kind === 'subscription' && reason === 'mirror.price_unknown') await followSubscription(work, id);
  return isSold;
}

/** News of an invoice at Stripe. True if it is somebody's here. */
export async function followInvoice(work: NewsWork, stripeId: string): Promise<boolean> {
  const { billing } = work.provider;
  if (billing === undefined) return false;
  return (await mirrorInvoice({ ...work, billing }, stripeId)) !== 'foreign';
}
