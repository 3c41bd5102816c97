import { linkOf, subscriptionsWaiting } from '../modules/mirror/api.ts';
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
  await followWaiting(work);
  return isSold;
}

/** What was bought before it was known here waits for it, however many there are. */
async function followWaiting(work: NewsWork): Promise<void> {
  const asked = { reason: 'mirror.price_unknown', limit: WAITING_AT_ONCE };
  for (let after = ''; ; ) {
    const page = await work.query((ctx) => subscriptionsWaiting(ctx, { ...asked, after }));
    for (const { stripeId } of page) await followSubscription(work, stripeId);
    const last = page.at(-1);
    if (last === undefined || page.length < WAITING_AT_ONCE) return;
    after = last.stripeId;
  }
}

/** News of an invoice at Stripe. True if it is somebody's here. */
export async function followInvoice(work: NewsWork, stripeId: string): Promise<boolean> {
  const { billing } = work.provider;
  if (billing === undefined) return false;
  return (await mirrorInvoice({ ...work, billing }, stripeId)) !== 'foreign';
}
