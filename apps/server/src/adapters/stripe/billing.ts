import type Stripe from 'stripe';
import type { ProviderBilling } from '../../modules/payments/provider-billing.ts';
import { notes } from './billing-notes.ts';
import {
  customerAtStripe,
  invoiceAtStripe,
  lineAtStripe,
  meterAtStripe,
  priceAtStripe,
  productAtStripe,
  subscriptionAtStripe,
} from './billing-objects.ts';
import { priceParams, toSeconds, updateParams } from './billing-params.ts';
import { previewOf } from './billing-preview.ts';
import type { Call } from './clients.ts';
import { discountNames } from './discounts.ts';
import { found } from './found.ts';
import { idOf, methodOf } from './objects.ts';
import { taxRatesOf } from './tax-rates.ts';

const PAGE = { limit: 100 } as const;
const PRICE_EXPAND = ['data.tiers'];
const DISCOUNT_EXPAND = ['discounts.source.coupon', 'discounts.promotion_code'];
const INVOICE_EXPAND = ['payments', ...DISCOUNT_EXPAND];
const SUBSCRIPTION_EXPAND = ['schedule', ...DISCOUNT_EXPAND];

/** Stripe as the one who computes: products, prices, subscriptions, invoices, meters. */
export function billing(call: Call): ProviderBilling {
  return {
    ...lookUps(call),
    ...lists(call),
    ...notes(call),
    ...catalogue(call),
    ...changes(call),
    ...usage(call),
  };
}

type LookUpIds =
  | 'retrieveSubscription'
  | 'retrieveInvoice'
  | 'retrieveScheduledId'
  | 'retrieveCustomer'
  | 'retrieveProduct'
  | 'retrievePrice';

function lookUps(call: Call): Pick<ProviderBilling, LookUpIds> {
  return {
    retrieveCustomer: (id) =>
      found(() =>
        call(async (stripe) => {
          const customer = await stripe.customers.retrieve(id);
          return customer.deleted === true ? null : customerAtStripe(customer);
        }),
      ),
    retrieveProduct: (id) =>
      found(() =>
        call(async (stripe) => {
          const product = await stripe.products.retrieve(id);
          const isGone = (product as object as { deleted?: boolean }).deleted === true;
          return isGone ? null : productAtStripe(product);
        }),
      ),
    retrievePrice: (id) =>
      found(() =>
        call(async (stripe) => priceAtStripe(await stripe.prices.retrieve(id, { expand: ['tiers'] }))),
      ),
    retrieveSubscription: (id) =>
      found(() =>
        call(async (stripe) =>
          subscriptionAtStripe(await stripe.subscriptions.retrieve(id, { expand: SUBSCRIPTION_EXPAND })),
        ),
      ),
    retrieveScheduledId: (id) =>
      found(() =>
        call(async (stripe) => {
          const schedule = await stripe.subscriptionSchedules.retrieve(id);
          return idOf(schedule.subscription) ?? schedule.released_subscription;
        }),
      ),
    retrieveInvoice: (id) =>
      found(() =>
        call(async (stripe) => {
          const invoice = await stripe.invoices.retrieve(id, { expand: INVOICE_EXPAND });
          return invoiceAtStripe(
            invoice,
            await linesOf(stripe, invoice),
            await taxRatesOf(stripe, invoice.total_taxes),
          );
        }),
      ),
  };
}

/** An invoice carries its first lines; long ones are asked for. */
async function linesOf(stripe: Stripe, invoice: Stripe.Invoice) {
  const names = discountNames(invoice.discounts);
  const read = (line: Stripe.InvoiceLineItem) => lineAtStripe(line, names);
  if (!invoice.lines.has_more) return invoice.lines.data.map(read);
  const all = await stripe.invoices.listLineItems(invoice.id, PAGE).autoPagingToArray({ limit: 10_000 });
  return all.map(read);
}

type ListIds =
  | 'listCustomers'
  | 'listMethods'
  | 'listProducts'
  | 'listPrices'
  | 'listMeters'
  | 'listSubscriptions'
  | 'listInvoiceIds';

function lists(call: Call): Pick<ProviderBilling, ListIds> {
  const all = <T, U>(list: (stripe: Stripe) => AsyncIterable<T>, read: (entry: T) => U): Promise<U[]> =>
    call(async (stripe) => {
      const entries: U[] = [];
      for await (const entry of list(stripe)) entries.push(read(entry));
      return entries;
    });
  return {
    listCustomers: () => all((stripe) => stripe.customers.list(PAGE), customerAtStripe),
    listMethods: (customerId) =>
      call(async (stripe) => {
        const customer = await stripe.customers.retrieve(customerId);
        const methods = await stripe.customers.listPaymentMethods(customerId, PAGE);
        const defaultId =
          customer.deleted === true ? null : idOf(customer.invoice_settings.default_payment_method);
        const known = methods.data.filter(({ type }) => type === 'card' || type === 'sepa_debit');
        return { methods: known.map((method) => methodOf(method)), defaultId };
      }),
    listProducts: () => all((stripe) => stripe.products.list(PAGE), productAtStripe),
    listPrices: (product) =>
      all(
        (stripe) =>
          stripe.prices.list({
            ...PAGE,
            ...(product === undefined ? {} : { product }),
            expand: PRICE_EXPAND,
          }),
        priceAtStripe,
      ),
    listMeters: () => all((stripe) => stripe.billing.meters.list(PAGE), meterAtStripe),
    listSubscriptions: (price) =>
      all(
        (stripe) =>
          stripe.subscriptions.list({
            ...PAGE,
            status: 'all',
            ...(price === undefined ? {} : { price }),
          }),
        subscriptionAtStripe,
      ),
    listInvoiceIds: (subscriptionId) =>
      all(
        (stripe) => stripe.invoices.list({ ...PAGE, subscription: subscriptionId }),
        ({ id }) => id,
      ),
  };
}

type CatalogueIds = 'createProduct' | 'updateProduct' | 'createPrice' | 'createMeter';

function catalogue(call: Call): Pick<ProviderBilling, CatalogueIds> {
  return {
    createProduct: ({ planId, key, name, description }, idempotencyKey) =>
      call(async (stripe) => {
        const about = description === '' ? {} : { description };
        const metadata = { billhook_plan: key, billhook_plan_id: planId };
        return productAtStripe(
          await stripe.products.create({ name, ...about, metadata }, { idempotencyKey }),
        );
      }),
    updateProduct: (id, { name, description, isSold }, idempotencyKey) =>
      call(async (stripe) => {
        const change = {
          ...(name === undefined ? {} : { name }),
          ...(description === undefined ? {} : { description }),
          ...(isSold === undefined ? {} : { active: isSold }),
        };
        return productAtStripe(await stripe.products.update(id, change, { idempotencyKey }));
      }),
    createPrice: (price, idempotencyKey) =>
      call(async (stripe) =>
        priceAtStripe(
          await stripe.prices.create({ ...priceParams(price), expand: ['tiers'] }, { idempotencyKey }),
        ),
      ),
    createMeter: ({ name, eventName, aggregation }, idempotencyKey) =>
      call(async (stripe) =>
        meterAtStripe(
          await stripe.billing.meters.create(
            {
              display_name: name,
              event_name: eventName,
              default_aggregation: { formula: aggregation },
              customer_mapping: { type: 'by_id', event_payload_key: 'stripe_customer_id' },
              value_settings: { event_payload_key: 'value' },
            },
            { idempotencyKey },
          ),
        ),
      ),
  };
}

type ChangeIds = 'createSubscriptionPage' | 'previewChange' | 'changeSubscription' | 'portalLink';

function changes(call: Call): Pick<ProviderBilling, ChangeIds> {
  return {
    createSubscriptionPage: (page, idempotencyKey) =>
      call(async (stripe) => {
        const metadata = { checkout_id: page.checkoutId };
        const session = await stripe.checkout.sessions.create(
          {
            mode: 'subscription',
            customer: page.providerCustomerId,
            client_reference_id: page.checkoutId,
            metadata,
            line_items: page.prices.map(({ priceId, quantity }) => ({
              price: priceId,
              ...(quantity === null ? {} : { quantity: Number(quantity) }),
            })),
            subscription_data: {
              metadata,
              ...(page.trialDays === 0 ? {} : { trial_period_days: page.trialDays }),
            },
            success_url: page.successUrl,
            cancel_url: page.cancelUrl,
            expires_at: toSeconds(page.expiresAt),
          },
          { idempotencyKey },
        );
        return { id: session.id, url: session.url, expiresAt: page.expiresAt };
      }),
    previewChange: (id, wish) =>
      call(async (stripe) => previewOf(stripe, await stripe.subscriptions.retrieve(id), wish)),
    changeSubscription: (id, wish, idempotencyKey) =>
      call(async (stripe) => {
        if (wish.kind === 'cancel' && wish.when === 'now') {
          await stripe.subscriptions.cancel(id, {}, { idempotencyKey });
          return;
        }
        const now = await stripe.subscriptions.retrieve(id);
        await stripe.subscriptions.update(id, updateParams(now, wish), { idempotencyKey });
      }),
    portalLink: (customer, returnUrl, idempotencyKey) =>
      call(async (stripe) => {
        const session = await stripe.billingPortal.sessions.create(
          { customer, return_url: returnUrl },
          { idempotencyKey },
        );
        return session.url;
      }),
  };
}

function usage(call: Call): Pick<ProviderBilling, 'reportUsage' | 'cancelUsage'> {
  return {
    reportUsage: ({ eventName, providerCustomerId, identifier, value, at }, idempotencyKey) =>
      call(async (stripe) => {
        await stripe.billing.meterEvents.create(
          {
            event_name: eventName,
            identifier,
            timestamp: toSeconds(at),
            payload: { stripe_customer_id: providerCustomerId, value },
          },
          { idempotencyKey },
        );
      }),
    cancelUsage: ({ eventName, identifier }, idempotencyKey) =>
      call(async (stripe) => {
        await stripe.billing.meterEventAdjustments.create(
          { event_name: eventName, type: 'cancel', cancel: { identifier } },
          { idempotencyKey },
        );
      }),
  };
}
