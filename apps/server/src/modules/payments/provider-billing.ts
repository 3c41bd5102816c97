import type { CreditNoteAtStripe } from '@billhook/core/mirror/credit-note-at-stripe';
import type { SoldFace } from '@billhook/core/mirror/follow-catalogue';
import type { PriceAtStripe, ProductAtStripe } from '@billhook/core/mirror/import-catalogue';
import type { InvoiceAtStripe } from '@billhook/core/mirror/invoice-at-stripe';
import type { PriceFiguresAtStripe } from '@billhook/core/mirror/price-at-stripe';
import type { SubscriptionAtStripe } from '@billhook/core/mirror/subscription-at-stripe';
import type { Instant } from '@billhook/core/time/instant';
import type { ProviderMethod } from './provider.ts';

export type CustomerAtStripe = {
  id: string;
  name: string;
  email: string | null;
  /** Our customer, as written into the metadata. */
  customerId: string | null;
  /** Two capital letters. */
  country: string | null;
  address: { line1?: string; line2?: string; postal_code?: string; city?: string; region?: string };
};

export type MeterAtStripe = {
  id: string;
  name: string;
  eventName: string;
  /** How Stripe joins the values of a period. */
  aggregation: string;
  isActive: boolean;
};

export type NewProductAtStripe = { planId: string; key: string; name: string; description: string };

export type NewPriceAtStripe = {
  /** Of ours; its key is made of it, and so is the lookup key at Stripe. */
  priceId: string;
  productId: string;
  lookupKey: string;
  nickname: string;
  figures: PriceFiguresAtStripe;
  /** Stripe's id of the meter; null for licensed prices. */
  meterId: string | null;
  taxBehaviour: 'exclusive' | 'inclusive';
};

/** What shall become of a subscription at Stripe. */
export type WishAtStripe =
  | {
      kind: 'items';
      /** Prices that there shall be, with their quantities; null for metered ones. Items of other prices end. */
      prices: readonly { priceId: string; quantity: bigint | null }[];
    }
  | { kind: 'cancel'; when: 'now' | 'period_end' }
  | { kind: 'keep' };

/** What Stripe says that a change costs. */
export type PreviewAtStripe = {
  currency: string;
  totalMinor: bigint;
  taxMinor: bigint;
  dueMinor: bigint;
  lines: readonly { description: string; amountMinor: bigint; isProration: boolean }[];
};

export type NewSubscriptionPage = {
  checkoutId: string;
  providerCustomerId: string;
  prices: readonly { priceId: string; quantity: bigint | null }[];
  trialDays: number;
  successUrl: string;
  cancelUrl: string;
  expiresAt: Instant;
};

/**
 * Port: a provider that computes subscriptions by itself. Look-ups answer null for what is not there. Every mutating
 * call takes the key that was committed before it. Calls throw `ProviderFault`.
 */
export type ProviderBilling = {
  retrieveSubscription(id: string): Promise<SubscriptionAtStripe | null>;
  retrieveInvoice(id: string): Promise<InvoiceAtStripe | null>;
  /** Which subscription a schedule is, or was, about. */
  retrieveScheduledId(id: string): Promise<string | null>;
  /** Of an invoice, oldest first; void ones too. */
  listCreditNotes(invoiceId: string): Promise<CreditNoteAtStripe[]>;
  /** Which invoice a credit note is about. */
  retrieveNotedInvoiceId(id: string): Promise<string | null>;
  retrieveCustomer(id: string): Promise<CustomerAtStripe | null>;
  listCustomers(): Promise<CustomerAtStripe[]>;
  listMethods(customerId: string): Promise<{ methods: ProviderMethod[]; defaultId: string | null }>;
  listProducts(): Promise<ProductAtStripe[]>;
  retrieveProduct(id: string): Promise<ProductAtStripe | null>;
  retrievePrice(id: string): Promise<PriceAtStripe | null>;
  /** Every price, or those of one product; also what is not sold any more. */
  listPrices(productId?: string): Promise<PriceAtStripe[]>;
  listMeters(): Promise<MeterAtStripe[]>;
  /** Every subscription, or those that have one price; ended ones too. */
  listSubscriptions(priceId?: string): Promise<SubscriptionAtStripe[]>;
  listInvoiceIds(subscriptionId: string): Promise<string[]>;
  createProduct(product: NewProductAtStripe, key: string): Promise<ProductAtStripe>;
  updateProduct(id: string, product: Partial<SoldFace>, key: string): Promise<ProductAtStripe>;
  createPrice(price: NewPriceAtStripe, key: string): Promise<PriceAtStripe>;
  createMeter(
    meter: { name: string; eventName: string; aggregation: 'sum' },
    key: string,
  ): Promise<MeterAtStripe>;
  createSubscriptionPage(
    page: NewSubscriptionPage,
    key: string,
  ): Promise<{ id: string; url: string | null; expiresAt: Instant }>;
  previewChange(subscriptionId: string, wish: WishAtStripe): Promise<PreviewAtStripe>;
  changeSubscription(subscriptionId: string, wish: WishAtStripe, key: string): Promise<void>;
  /** A page of Stripe on which the customer looks after what is billed there. */
  portalLink(providerCustomerId: string, returnUrl: string, key: string): Promise<string>;
  reportUsage(
    report: {
      eventName: string;
      providerCustomerId: string;
      identifier: string;
      /** Decimal text. */
      value: string;
      at: Instant;
    },
    key: string,
  ): Promise<void>;
  cancelUsage(report: { eventName: string; identifier: string }, key: string): Promise<void>;
};
