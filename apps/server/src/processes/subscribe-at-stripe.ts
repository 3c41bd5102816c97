import { invariant } from '@billhook/core/kernel/invariant';
import type { AtStripe } from '../modules/checkout/api.ts';
import type { Transactor } from '../platform/transaction.ts';
import { pricesAtStripe } from './change-at-stripe.ts';

/** Pages of Stripe on which a subscription begins that Stripe computes. */
export function subscribeAtStripe({ transactor }: { transactor: Transactor }): AtStripe {
  return {
    async check(ctx, versionId) {
      await pricesAtStripe(ctx, versionId, 1n);
    },
    async open(request, { billing }, { checkout, ...page }) {
      const { planVersionId } = checkout;
      invariant(billing !== undefined && planVersionId !== null, 'A page of Stripe starts a plan there.');
      const prices = await transactor.query(request, (ctx) =>
        pricesAtStripe(ctx, planVersionId, BigInt(checkout.quantity)),
      );
      return billing.createSubscriptionPage(
        { ...page, checkoutId: checkout.id, prices, expiresAt: checkout.expiresAt },
        `checkout:${checkout.id}`,
      );
    },
  };
}
