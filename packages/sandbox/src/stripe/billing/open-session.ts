import type { PriceRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import type { SessionRecord } from '../../state/records.ts';
import { wholeOf } from './objects/price.ts';

const LIFE_SECONDS = 24 * 3_600;

/** Opens a checkout session that subscribes to one price, as a pricing table does. It leads back to `url`. */
export function openSubscriptionSession(
  draft: Draft,
  price: PriceRecord,
  from: {
    readonly clientReferenceId: string | null;
    readonly customerEmail: string | null;
    readonly url: string;
  },
): SessionRecord {
  const product = draft.get('product', price.product);
  const amount = wholeOf(price.amounts.unitAmount) ?? 0;
  const trialDays = price.recurring?.trialPeriodDays ?? null;
  const due = trialDays === null ? amount : 0;
  return draft.put('checkout_session', {
    id: draft.id('cs_test_', 58),
    created: draft.now,
    mode: 'subscription',
    status: 'open',
    currency: price.currency,
    lineItems: [
      {
        id: draft.id('li_'),
        priceId: price.id,
        productId: price.product,
        name: product?.name ?? 'Product',
        description: product?.description ?? null,
        quantity: 1,
        unitAmount: amount,
        amount,
        listed: true,
      },
    ],
    amountTotal: due,
    customer: null,
    customerCreation: 'always',
    customerEmail: from.customerEmail,
    customerDetails: null,
    clientReferenceId: from.clientReferenceId,
    metadata: {},
    intentData: {
      description: null,
      metadata: {},
      receiptEmail: null,
      setupFutureUsage: null,
      statementDescriptor: null,
      statementDescriptorSuffix: null,
    },
    subscribes: {
      description: null,
      metadata: {},
      trialDays,
      trialEnd: null,
      trialEndBehavior: 'create_invoice',
      taxRates: [],
      discounts: [],
      totals: { subtotal: due, discount: 0, tax: 0 },
      subscription: null,
      invoice: null,
    },
    paymentMethodTypes: ['card'],
    paymentIntent: null,
    setupIntent: null,
    successUrl: from.url,
    cancelUrl: from.url,
    locale: null,
    submitType: null,
    billingAddressCollection: null,
    expiresAt: draft.now + LIFE_SECONDS,
  });
}
