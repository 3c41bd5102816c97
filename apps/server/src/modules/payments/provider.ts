import type { Instant } from '@billhook/core/time/instant';

/** What a provider says of one payment. Amounts are in minor units. */
export type ProviderIntent = {
  id: string;
  status: 'succeeded' | 'processing' | 'requires_action' | 'failed' | 'canceled';
  capturedMinor: bigint;
  /** The provider's fee, where it is known and in the currency of the payment; else 0. */
  feeMinor: bigint;
  currency: string;
  failureCode: string | null;
  failureMessage: string | null;
  /** Our attempt, as written into the provider's metadata. */
  attemptId: string | null;
  methodId: string | null;
};

export type ProviderRefund = {
  id: string;
  intentId: string;
  status: 'pending' | 'succeeded' | 'failed';
  amountMinor: bigint;
  currency: string;
  /** Our refund, as written into the provider's metadata; null for one made at the provider itself. */
  refundId: string | null;
};

export type ProviderMethod = {
  id: string;
  providerCustomerId: string | null;
  kind: 'card';
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
};

export type ProviderSession = {
  id: string;
  url: string | null;
  status: 'open' | 'complete' | 'expired';
  /** Our checkout, as written into the provider's metadata. */
  checkoutId: string | null;
  expiresAt: Instant;
  intentId: string | null;
  /** The method that was used or saved; null until the session is complete. */
  methodId: string | null;
};

export type NewSession = {
  checkoutId: string;
  mode: 'payment' | 'setup';
  providerCustomerId: string;
  currency: string;
  amountMinor: bigint;
  /** What is bought, as the customer reads it on the page. */
  description: string;
  successUrl: string;
  cancelUrl: string;
  expiresAt: Instant;
};

export type OffSessionCharge = {
  attemptId: string;
  providerCustomerId: string;
  providerMethodId: string;
  currency: string;
  amountMinor: bigint;
  description: string;
};

/** A webhook whose signature is genuine. */
export type ProviderNews = {
  id: string;
  type: string;
  objectId: string;
  /** For an event about a charge or a refund: the payment that it belongs to. */
  intentId: string | null;
  isLive: boolean;
};

/**
 * Port: one seller's account at a payment provider. Every mutating call takes the key that was committed before it,
 * and repeats of a key have one effect. Calls throw `ProviderFault`; a decline is no fault but an answer.
 */
export type PaymentProvider = {
  readonly name: string;
  createCustomer(
    customer: { customerId: string; name: string; email: string | null },
    key: string,
  ): Promise<string>;
  createCheckoutSession(session: NewSession, key: string): Promise<ProviderSession>;
  retrieveSession(id: string): Promise<ProviderSession>;
  /** Closes an open session, so that it can no longer take money. One that is closed already is answered as it is. */
  expireSession(id: string): Promise<ProviderSession>;
  chargeOffSession(charge: OffSessionCharge, key: string): Promise<ProviderIntent>;
  retrieveIntent(id: string): Promise<ProviderIntent>;
  /** The payment of an attempt, found without knowing the provider's id. Null if there is none. */
  findIntent(search: { providerCustomerId: string; attemptId: string }): Promise<ProviderIntent | null>;
  refund(
    refund: { refundId: string; intentId: string; amountMinor: bigint },
    key: string,
  ): Promise<ProviderRefund>;
  retrieveRefund(id: string): Promise<ProviderRefund>;
  /** Every refund of a payment, also those made at the provider itself. */
  listRefunds(intentId: string): Promise<ProviderRefund[]>;
  findRefund(search: { intentId: string; refundId: string }): Promise<ProviderRefund | null>;
  attachMethod(providerCustomerId: string, methodId: string, key: string): Promise<ProviderMethod>;
  detachMethod(methodId: string): Promise<void>;
  retrieveMethod(id: string): Promise<ProviderMethod>;
  listMethods(providerCustomerId: string): Promise<ProviderMethod[]>;
};

/** Checks a webhook's signature over its raw bytes and reads what it is about. Null for anything that is not genuine. */
export type WebhookVerifier = (
  rawBody: Uint8Array,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  secret: string,
  wallNow: Instant,
) => 'refused' | 'unreadable' | ProviderNews;

export type ProviderAccount = { mode: 'sandbox' | 'test' | 'live'; secretKey: string };

/** Makes the port for one account; the composition knows the adapter behind it. */
export type ConnectProvider = (account: ProviderAccount) => PaymentProvider;

/**
 * A call that gave no outcome. `unknown`: it may or may not have happened. `refused`: it did not happen and will not
 * as it stands. `busy`: it did not happen now; the same call may be made again later. `denied`: it did not happen,
 * because our account is not let in as it is set up; that says nothing of the customer, and the seller must look.
 */
export class ProviderFault extends Error {
  override readonly name = 'ProviderFault';
  readonly kind: 'unknown' | 'refused' | 'busy' | 'denied';
  readonly code: string;

  constructor(
    kind: 'unknown' | 'refused' | 'busy' | 'denied',
    code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.kind = kind;
    this.code = code;
  }
}
