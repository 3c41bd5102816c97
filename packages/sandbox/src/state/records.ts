import type { BillingRecords } from './billing-records.ts';
import type { Faults } from './faults.ts';
import type { Debit, DisputeRecord, FileRecord, MandateRecord, PayoutRecord } from './money-records.ts';
import type { TaxRecords } from './tax-records.ts';

/** Key and value strings that the API's user hangs on an object. */
export type Metadata = Readonly<Record<string, string>>;

export interface Address {
  readonly city: string | null;
  readonly country: string | null;
  readonly line1: string | null;
  readonly line2: string | null;
  readonly postal_code: string | null;
  readonly state: string | null;
}

export interface BillingDetails {
  readonly address: Address;
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
}

export interface Shipping {
  readonly name: string | null;
  readonly phone: string | null;
  readonly address: Address;
}

/** What is remembered of a card: never its number or code. `behaviour` says how the test card acts. */
export interface Card {
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly fingerprint: string;
  readonly funding: string;
  readonly country: string;
  readonly behaviour: string;
  readonly cvcCheck: 'pass' | 'fail' | null;
  /** The wallet that it was paid with. Older journals leave it out. */
  readonly wallet?: 'apple_pay' | 'google_pay' | 'link';
}

/** A tenant's account. Times named `...Ms` are milliseconds since 1970, `created` is seconds as in Stripe's API. */
export interface AccountRecord {
  readonly id: string;
  readonly keyHash: string;
  readonly sellerName: string;
  readonly frozenAtMs: number | null;
  readonly enforceMinimumAmount: boolean;
  /** What becomes of a subscription when the last retry failed; it is canceled unless set. */
  readonly afterLastRetry?: 'cancel' | 'unpaid' | 'past_due';
  /** Whether what is available goes to the bank by itself each day. Older journals leave it out. */
  readonly automaticPayouts?: boolean;
  readonly faults: Faults;
}

interface Common {
  readonly id: string;
  readonly created: number;
}

export interface CustomerRecord extends Common {
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly address: Address | null;
  readonly shipping: Shipping | null;
  readonly defaultPaymentMethod: string | null;
  readonly preferredLocales: readonly string[];
  readonly taxExempt: string;
  readonly deleted: boolean;
  /** What billing keeps of a customer; older journals leave it out. A negative balance is a credit. */
  readonly billing?: {
    readonly balance: number;
    readonly currency: string | null;
    readonly nextInvoice: number;
  };
}

export interface PaymentMethodRecord extends Common {
  readonly customer: string | null;
  /** Null for a debit. */
  readonly card: Card | null;
  readonly debit?: Debit;
  readonly billing: BillingDetails;
  readonly metadata: Metadata;
  /** True once the cardholder authenticated a set-up, so that later charges need no further step. */
  readonly authenticatedSetup: boolean;
  /** True once it was taken from its customer: it can never be used again. Older journals leave it out. */
  readonly detached?: boolean;
}

/** Why the last attempt failed. */
export interface PaymentFault {
  readonly type: 'card_error' | 'invalid_request_error';
  readonly code: string;
  readonly declineCode: string | null;
  readonly message: string;
  readonly charge: string | null;
  readonly paymentMethod: string | null;
}

export interface PaymentIntentRecord extends Common {
  readonly amount: number;
  readonly currency: string;
  readonly status:
    | 'requires_payment_method'
    | 'requires_confirmation'
    | 'requires_action'
    | 'processing'
    | 'succeeded'
    | 'canceled';
  readonly clientSecret: string;
  readonly customer: string | null;
  readonly paymentMethod: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly receiptEmail: string | null;
  readonly setupFutureUsage: 'on_session' | 'off_session' | null;
  readonly statementDescriptor: string | null;
  readonly statementDescriptorSuffix: string | null;
  readonly shipping: Shipping | null;
  readonly transferGroup: string | null;
  readonly paymentMethodTypes: readonly string[];
  readonly automatic: 'always' | 'never' | null;
  readonly latestCharge: string | null;
  readonly lastFault: PaymentFault | null;
  readonly returnUrl: string | null;
  readonly canceledAt: number | null;
  readonly cancellationReason: string | null;
  readonly session: string | null;
  /** The invoice that it collects, if any. */
  readonly invoice?: string;
}

export interface SetupIntentRecord extends Common {
  readonly status:
    | 'requires_payment_method'
    | 'requires_confirmation'
    | 'requires_action'
    | 'succeeded'
    | 'canceled';
  readonly clientSecret: string;
  readonly customer: string | null;
  readonly paymentMethod: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly usage: 'on_session' | 'off_session';
  readonly paymentMethodTypes: readonly string[];
  readonly automatic: 'always' | 'never' | null;
  readonly lastFault: PaymentFault | null;
  readonly returnUrl: string | null;
  readonly cancellationReason: string | null;
  readonly session: string | null;
  readonly mandate?: string | null;
}

export interface ChargeRecord extends Common {
  readonly amount: number;
  readonly currency: string;
  readonly status: 'succeeded' | 'failed' | 'pending';
  readonly customer: string | null;
  readonly paymentIntent: string;
  readonly paymentMethod: string;
  readonly balanceTransaction: string | null;
  readonly failure: {
    readonly code: string;
    readonly declineCode: string | null;
    readonly message: string;
  } | null;
  readonly authenticated: boolean;
  readonly amountRefunded: number;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly receiptEmail: string | null;
  readonly statementDescriptor: string | null;
  readonly statementDescriptorSuffix: string | null;
  readonly shipping: Shipping | null;
  readonly transferGroup: string | null;
  /** How risky the payment looked. Older journals leave it out. */
  readonly risk?: 'normal' | 'elevated' | 'highest';
  readonly mandate?: string | null;
  /** A debit that a fault has its bank send back, with this code. */
  readonly returnsAs?: string;
  readonly disputed?: boolean;
  readonly failureBalanceTransaction?: string | null;
  /** When a debit is settled or comes back; null or left out once that is over. */
  readonly dueAt?: number | null;
}

export interface BalanceTransactionRecord extends Common {
  readonly amount: number;
  readonly fee: number;
  readonly currency: string;
  readonly type:
    | 'charge'
    | 'payment'
    | 'payment_failure_refund'
    | 'refund'
    | 'refund_failure'
    | 'adjustment'
    | 'payout'
    | 'payout_failure';
  readonly source: string;
  /** The payout that it went to the bank with. */
  readonly payout?: string | null;
  readonly description: string | null;
  readonly availableOn: number;
}

export interface RefundRecord extends Common {
  readonly amount: number;
  readonly currency: string;
  readonly charge: string;
  readonly paymentIntent: string;
  readonly reason: string | null;
  readonly metadata: Metadata;
  readonly balanceTransaction: string;
  /** `succeeded` where older journals leave it out. */
  readonly status?: 'pending' | 'succeeded' | 'failed' | 'canceled';
  readonly failureReason?: string | null;
  readonly failureBalanceTransaction?: string | null;
  readonly dueAt?: number | null;
}

export interface LineItem {
  readonly id: string;
  readonly priceId: string;
  readonly productId: string;
  readonly name: string;
  readonly description: string | null;
  readonly quantity: number;
  readonly unitAmount: number;
  /** The amount of the line where it is not quantity times unit, because a price of the catalogue says so. */
  readonly amount?: number;
  /** True when `priceId` names a price of the catalogue. */
  readonly listed?: boolean;
}

/** What a checkout session in subscription mode will start. */
export interface SessionSubscription {
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly trialDays: number | null;
  readonly trialEnd: number | null;
  readonly trialEndBehavior: 'create_invoice' | 'cancel' | 'pause';
  readonly taxRates: readonly string[];
  readonly discounts: readonly { readonly coupon: string; readonly promotionCode: string | null }[];
  readonly totals: { readonly subtotal: number; readonly discount: number; readonly tax: number };
  /** What was started, once the page was submitted. */
  readonly subscription: string | null;
  readonly invoice: string | null;
}

export interface CustomerDetails {
  readonly email: string | null;
  readonly name: string | null;
  readonly country: string | null;
}

export interface SessionRecord extends Common {
  readonly mode: 'payment' | 'setup' | 'subscription';
  readonly status: 'open' | 'complete' | 'expired';
  readonly currency: string | null;
  readonly lineItems: readonly LineItem[];
  readonly amountTotal: number | null;
  readonly customer: string | null;
  readonly customerCreation: 'always' | 'if_required' | null;
  readonly customerEmail: string | null;
  readonly customerDetails: CustomerDetails | null;
  readonly clientReferenceId: string | null;
  readonly metadata: Metadata;
  readonly intentData: {
    readonly description: string | null;
    readonly metadata: Metadata;
    readonly receiptEmail: string | null;
    readonly setupFutureUsage: 'on_session' | 'off_session' | null;
    readonly statementDescriptor: string | null;
    readonly statementDescriptorSuffix: string | null;
  };
  /** Set in subscription mode. */
  readonly subscribes?: SessionSubscription;
  /** True when the method that is kept pays for everything from then on, as the customer portal promises. */
  readonly setsDefault?: boolean;
  readonly paymentMethodTypes: readonly string[];
  readonly paymentIntent: string | null;
  readonly setupIntent: string | null;
  readonly successUrl: string;
  readonly cancelUrl: string | null;
  readonly locale: string | null;
  readonly submitType: string | null;
  readonly billingAddressCollection: string | null;
  readonly expiresAt: number;
}

export interface WebhookEndpointRecord extends Common {
  readonly url: string;
  readonly secret: string;
  readonly enabledEvents: readonly string[];
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly enabled: boolean;
  /** True for the one endpoint that the control API keeps for the account. */
  readonly controlled: boolean;
}

/** Every kind of record with its shape. */
export interface Records extends BillingRecords, TaxRecords {
  customer: CustomerRecord;
  payment_method: PaymentMethodRecord;
  payment_intent: PaymentIntentRecord;
  setup_intent: SetupIntentRecord;
  charge: ChargeRecord;
  balance_transaction: BalanceTransactionRecord;
  refund: RefundRecord;
  dispute: DisputeRecord;
  file: FileRecord;
  payout: PayoutRecord;
  mandate: MandateRecord;
  checkout_session: SessionRecord;
  webhook_endpoint: WebhookEndpointRecord;
}

export type Kind = keyof Records;

/** An event as remembered: its body stays in the journal, at `offset`. */
export interface EventIndex {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly offset: number;
  readonly bytes: number;
}

/** A stored answer as remembered: its body stays in the journal, at `offset`. */
export interface AnswerIndex {
  readonly fingerprint: string;
  readonly status: number;
  readonly requestId: string;
  readonly wallMs: number;
  readonly offset: number;
  readonly bytes: number;
}

/** A delivery that is not done. */
export interface PendingDelivery {
  readonly event: string;
  readonly endpoint: string;
  readonly attempts: number;
  readonly dueAtMs: number;
}
