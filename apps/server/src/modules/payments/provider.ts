import type { Instant } from '@billhook/core/time/instant';
import type { TaxProvider } from '../invoicing/api.ts';
import type { ProviderBilling } from './provider-billing.ts';
import type { DisputeEvidence, EvidenceFile, ProviderDispute } from './provider-disputes.ts';
import type { ProviderEvent, ProviderNews } from './provider-events.ts';
import type { ProviderPage, ProviderPayout, ProviderTransaction } from './provider-money.ts';

/** What kinds of methods a payment can come from. A wallet such as Apple Pay is a card with `wallet`. */
export const METHOD_KINDS = ['card', 'sepa_debit', 'paypal'] as const;

export type MethodKind = (typeof METHOD_KINDS)[number];

/** What a provider says of one payment. Amounts are in minor units. */
export type ProviderIntent = {
  id: string;
  /** `processing`: the money is under way and may still fail, days later for a debit. */
  status: 'succeeded' | 'processing' | 'requires_action' | 'failed' | 'canceled';
  capturedMinor: bigint;
  /** The provider's fee, where it is known and in the currency of the payment; else 0. */
  feeMinor: bigint;
  currency: string;
  failureCode: string | null;
  failureMessage: string | null;
  /** Our attempt, as written into the provider's metadata. */
  attemptId: string | null;
  /** What was charged, or what was tried and failed. */
  methodId: string | null;
  /** The provider's object that moved the money, which its list of transactions and its disputes name. */
  chargeId: string | null;
  /** The provider's own opinion of fraud; null where it has none. */
  riskLevel: 'normal' | 'elevated' | 'highest' | null;
  /** What the provider says of its decision, such as `authorized`, `issuer_declined` or `blocked`. */
  outcome: string | null;
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

/** What may be known of a method. A card has brand, digits and expiry; a debit has digits; PayPal has a label. */
export type ProviderMethod = {
  id: string;
  providerCustomerId: string | null;
  kind: MethodKind;
  brand: string | null;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
  /** `apple_pay`, `google_pay`, `link`; null for a card that was typed in. */
  wallet: string | null;
  /** What people know it by where there is no brand: the bank, or the address of a PayPal account. */
  label: string | null;
  /** The same for the same card or bank account, whoever brings it; null where the provider does not say. */
  fingerprint: string | null;
  /** ISO 3166 code of where it was issued. */
  country: string | null;
  /** The customer's leave to debit, where the kind needs one. */
  mandate: { reference: string; url: string | null } | null;
};

export type ProviderSession = {
  id: string;
  url: string | null;
  /** `approved`: the customer agreed, and nothing is taken before `completeSession`. */
  status: 'open' | 'approved' | 'complete' | 'expired';
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
  /** False for a payment whose method is not to be kept for later ones. Left out: it is kept. */
  saveMethod?: boolean;
  successUrl: string;
  cancelUrl: string;
  expiresAt: Instant;
};

export type OffSessionCharge = {
  attemptId: string;
  providerCustomerId: string;
  providerMethodId: string;
  kind: MethodKind;
  currency: string;
  amountMinor: bigint;
  description: string;
};

/** What a provider says of the account itself, asked without moving anything. */
export type ProviderInspection = {
  accountId: string | null;
  /** Whether the keys move real money. */
  isLive: boolean;
  /** The provider's time when it answered, where it says so. */
  serverTime: Instant | null;
  /** Addresses that it sends webhooks to; null where the keys may not list them. */
  webhooks: readonly { url: string; isEnabled: boolean; events: readonly string[] }[] | null;
  /** What the keys may not do of what we need. */
  missingScopes: readonly string[];
};

/** What a provider can do. A call that belongs to something it cannot do is absent. */
export type ProviderCapabilities = {
  /** A page of the provider on which the customer pays. */
  hostedPage: boolean;
  /** Methods are kept, and can be listed and removed. */
  savedMethods: boolean;
  /** A kept method can be charged while the customer is away. */
  offSession: boolean;
  /** A payment may stay `processing` for days. */
  asynchronous: boolean;
  /** `retrieveDispute`, `listDisputes`, `submitEvidence`. */
  disputes: boolean;
  /** `listTransactions`, `listPayouts`. */
  transactions: boolean;
  /** `listEvents`. */
  events: boolean;
};

/**
 * Port: one seller's account at a payment provider. Every mutating call takes the key that was committed before it,
 * and repeats of a key have one effect. Calls throw `ProviderFault`; a decline is no fault but an answer.
 */
export type PaymentProvider = {
  readonly name: string;
  readonly capabilities: ProviderCapabilities;
  /** For how long a call without an answer may be sent again under its key; 23 hours unless set. */
  readonly resendWindowMs?: number;
  createCustomer(
    customer: { customerId: string; name: string; email: string | null },
    key: string,
  ): Promise<string>;
  /**
   * Takes the customer away with all that is kept of it. One that is gone is refused. Absent where a provider keeps
   * methods alone.
   */
  deleteCustomer?(providerCustomerId: string): Promise<void>;
  createCheckoutSession(session: NewSession, key: string): Promise<ProviderSession>;
  retrieveSession(id: string): Promise<ProviderSession>;
  /** Closes an open session, so that it can no longer take money. One that is closed already is answered as it is. */
  expireSession(id: string): Promise<ProviderSession>;
  /**
   * Takes what the customer agreed to, where the provider waits for us. A session that is complete is answered as it is.
   * Only a provider whose sessions may be `approved` has it.
   */
  completeSession?(id: string, key: string): Promise<ProviderSession>;
  chargeOffSession(charge: OffSessionCharge, key: string): Promise<ProviderIntent>;
  retrieveIntent(id: string): Promise<ProviderIntent>;
  /**
   * The payment of an attempt, found without knowing the provider's id. Null if there is none. `since`: business time
   * before which it cannot have been made.
   */
  findIntent(search: {
    providerCustomerId: string;
    attemptId: string;
    since: Instant;
  }): Promise<ProviderIntent | null>;
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
  /**
   * Has the endpoint of an address be sent these events as well; answers those that were added, null where no endpoint has
   * the address.
   */
  subscribeEvents?(url: string, events: readonly string[], key: string): Promise<readonly string[] | null>;
  /** Asks who the keys belong to and what they may do; `withBilling` asks for what computing subscriptions takes too. Moves nothing. */
  inspect(needs: { withBilling: boolean }): Promise<ProviderInspection>;
  retrieveDispute?(id: string): Promise<ProviderDispute>;
  /** Disputes opened at or after an instant, oldest first. */
  listDisputes?(since: Instant): Promise<ProviderDispute[]>;
  /** Hands in the seller's answer. It can be handed in once. */
  submitEvidence?(
    disputeId: string,
    evidence: DisputeEvidence,
    files: readonly EvidenceFile[],
    key: string,
  ): Promise<ProviderDispute>;
  /** Every movement of money, newest first; with `payoutId` those that one payout is made of. */
  listTransactions?(query: {
    since: Instant;
    until: Instant;
    cursor: string | null;
    payoutId?: string;
  }): Promise<ProviderPage<ProviderTransaction>>;
  listPayouts?(query: {
    since: Instant;
    until: Instant;
    cursor: string | null;
  }): Promise<ProviderPage<ProviderPayout>>;
  /** What happened at or after an instant, newest first, as webhooks would have said it. */
  listEvents?(query: { since: Instant; cursor: string | null }): Promise<ProviderPage<ProviderEvent>>;
  /** Of a provider that computes subscriptions by itself, where the seller wants that. */
  readonly billing?: ProviderBilling;
  /** Left out by a provider that works out no taxes. */
  readonly tax?: TaxProvider;
};

/** A message that came in at the address of an account. */
export type SignedWebhook = {
  rawBody: Uint8Array;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What the account's signatures are checked with. */
  secret: string;
  mode: ProviderAccount['mode'];
  wallNow: Instant;
};

/** Checks a webhook's signature over its raw bytes and reads what it is about. Only what is genuine is read. */
export type WebhookVerifier = (webhook: SignedWebhook) => Promise<'refused' | 'unreadable' | ProviderNews>;

export type ProviderAccount = {
  /** Which connector it belongs to. */
  provider: string;
  mode: 'sandbox' | 'test' | 'live';
  secretKey: string;
  /** What identifies the account and is no secret, such as PayPal's client id. */
  publicId: string | null;
  /** The kinds of methods that the seller offers on hosted pages. */
  methodKinds: readonly MethodKind[];
};

/** Makes the port for one account; the composition knows the adapter behind it. */
export type ConnectProvider = (account: ProviderAccount) => PaymentProvider;

/** All that the server has to know of one kind of provider. */
export type ProviderConnector = {
  /** Lower-case letters, digits and `_`; it stands in every row that is about this provider. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** The kinds of methods that it can offer. */
  readonly methodKinds: readonly MethodKind[];
  /** The events that its webhook endpoint must be sent. */
  readonly webhookEvents: readonly string[];
  connect: ConnectProvider;
  verify: WebhookVerifier;
  /** Reads a stored body again; it was genuine when it came. Null for a body that is no event. */
  read(rawBody: Uint8Array): ProviderNews | null;
};

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
