import type {
  MeterEventRecord,
  MeterRecord,
  PortalConfigurationRecord,
  PortalSessionRecord,
} from './meter-records.ts';
import type { Address, Metadata, Shipping } from './records.ts';
import type { SubscriptionScheduleRecord } from './schedule-records.ts';

interface Common {
  readonly id: string;
  readonly created: number;
}

/** Quantities and unit prices are decimal texts with up to 12 decimals; unit prices are in minor units. */
export type DecimalText = string;

export interface ProductRecord extends Common {
  readonly updated: number;
  readonly name: string;
  readonly active: boolean;
  readonly description: string | null;
  readonly images: readonly string[];
  readonly metadata: Metadata;
  readonly defaultPrice: string | null;
  readonly unitLabel: string | null;
  readonly url: string | null;
  readonly taxCode: string | null;
  readonly statementDescriptor: string | null;
  readonly shippable: boolean | null;
  readonly marketingFeatures: readonly string[];
}

/** A step of a tiered price; `upTo` null has no end. */
export interface Tier {
  readonly upTo: number | null;
  readonly unitAmount: DecimalText | null;
  readonly flatAmount: DecimalText | null;
}

/** What a price asks in one currency: per unit, or by tiers. */
export interface PriceAmounts {
  readonly unitAmount: DecimalText | null;
  readonly tiers: readonly Tier[] | null;
  readonly taxBehavior: string;
}

export type Interval = 'day' | 'week' | 'month' | 'year';

export interface Recurring {
  readonly interval: Interval;
  readonly intervalCount: number;
  readonly usageType: 'licensed' | 'metered';
  readonly meter: string | null;
  readonly trialPeriodDays: number | null;
}

export interface PriceRecord extends Common {
  readonly product: string;
  readonly active: boolean;
  readonly currency: string;
  readonly nickname: string | null;
  readonly lookupKey: string | null;
  readonly metadata: Metadata;
  readonly recurring: Recurring | null;
  readonly amounts: PriceAmounts;
  readonly tiersMode: 'graduated' | 'volume' | null;
  readonly transform: { readonly divideBy: number; readonly round: 'up' | 'down' } | null;
  /** Amounts in further currencies. */
  readonly others: Readonly<Record<string, PriceAmounts>>;
}

export interface CouponRecord extends Common {
  readonly name: string | null;
  readonly percentOff: DecimalText | null;
  readonly amountOff: number | null;
  readonly currency: string | null;
  readonly duration: 'once' | 'repeating' | 'forever';
  readonly durationInMonths: number | null;
  readonly maxRedemptions: number | null;
  readonly redeemBy: number | null;
  readonly timesRedeemed: number;
  readonly products: readonly string[];
  readonly metadata: Metadata;
}

export interface PromotionCodeRecord extends Common {
  readonly code: string;
  readonly coupon: string;
  readonly active: boolean;
  readonly customer: string | null;
  readonly expiresAt: number | null;
  readonly maxRedemptions: number | null;
  readonly timesRedeemed: number;
  readonly firstTime: boolean;
  readonly minimumAmount: number | null;
  readonly minimumCurrency: string | null;
  readonly metadata: Metadata;
}

/** A coupon as it applies to a subscription or an invoice. `end` null has no end. */
export interface DiscountRecord extends Common {
  readonly coupon: string;
  readonly promotionCode: string | null;
  readonly customer: string;
  readonly subscription: string | null;
  readonly invoice: string | null;
  readonly end: number | null;
  /** True once a coupon that counts once was on an invoice. */
  readonly used: boolean;
}

export interface TaxRateRecord extends Common {
  readonly displayName: string;
  readonly percentage: DecimalText;
  readonly inclusive: boolean;
  readonly active: boolean;
  readonly country: string | null;
  readonly state: string | null;
  readonly jurisdiction: string | null;
  readonly description: string | null;
  readonly taxType: string | null;
  readonly metadata: Metadata;
}

export interface SubscriptionItem extends Common {
  readonly price: string;
  /** Null for metered prices. */
  readonly quantity: number | null;
  readonly metadata: Metadata;
  readonly taxRates: readonly string[];
}

export type SubscriptionStatus =
  | 'incomplete'
  | 'incomplete_expired'
  | 'trialing'
  | 'active'
  | 'past_due'
  | 'unpaid'
  | 'paused'
  | 'canceled';

export type CollectionMethod = 'charge_automatically' | 'send_invoice';

/** All times are seconds on the account's clock. Periods are laid out from `anchor`. */
export interface SubscriptionRecord extends Common {
  readonly customer: string;
  readonly currency: string;
  readonly status: SubscriptionStatus;
  readonly anchor: number;
  readonly startDate: number;
  readonly periodStart: number;
  readonly periodEnd: number;
  readonly items: readonly SubscriptionItem[];
  readonly trialStart: number | null;
  readonly trialEnd: number | null;
  readonly trialNoticeSent: boolean;
  /** Why and when it was paused; older journals leave it out. */
  readonly paused?: {
    readonly by: 'pause_requested' | 'trial_end_without_payment_method';
    readonly at: number;
  } | null;
  /** The end of the period whose coming invoice was told of; older journals leave it out. */
  readonly foretold?: number;
  readonly trialEndBehavior: 'create_invoice' | 'cancel' | 'pause';
  readonly cancelAt: number | null;
  readonly cancelAtPeriodEnd: boolean;
  readonly canceledAt: number | null;
  readonly endedAt: number | null;
  readonly cancellation: {
    readonly comment: string | null;
    readonly feedback: string | null;
    readonly reason: string | null;
  };
  readonly collectionMethod: CollectionMethod;
  readonly daysUntilDue: number | null;
  readonly defaultPaymentMethod: string | null;
  readonly saveDefaultMethod: boolean;
  readonly methodTypes: readonly string[] | null;
  readonly taxRates: readonly string[];
  readonly description: string | null;
  readonly discounts: readonly string[];
  readonly latestInvoice: string | null;
  readonly pendingSetupIntent: string | null;
  readonly pauseCollection: {
    readonly behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void';
    readonly resumesAt: number | null;
  } | null;
  readonly billingMode: 'classic' | 'flexible';
  readonly metadata: Metadata;
  /** The schedule that leads it; older journals leave it out. */
  readonly schedule?: string | null;
}

export interface LineTax {
  readonly taxRate: string;
  readonly amount: number;
  readonly taxable: number;
  readonly inclusive: boolean;
}

export interface LineDiscount {
  readonly discount: string;
  readonly amount: number;
}

/** What a credit for unused time gives back. */
export interface CreditedItems {
  /** Null while what is given back is on no invoice yet. */
  readonly invoice: string | null;
  readonly lines: readonly string[];
  /** Names of what is given back, on an invoice or not, so that it is given back once. */
  readonly keys: readonly string[];
}

/** A line of an invoice; `amount` is before discounts and exclusive taxes. */
export interface InvoiceLine {
  readonly id: string;
  readonly amount: number;
  readonly description: string | null;
  readonly periodStart: number;
  readonly periodEnd: number;
  readonly price: string | null;
  readonly product: string | null;
  readonly quantity: number | null;
  readonly unitAmount: DecimalText | null;
  readonly proration: boolean;
  readonly credited: CreditedItems | null;
  readonly invoiceItem: string | null;
  readonly subscription: string | null;
  readonly subscriptionItem: string | null;
  readonly discountable: boolean;
  readonly discounts: readonly LineDiscount[];
  /** Rates of the line itself; those of subscription or invoice hold where there are none. */
  readonly taxRates: readonly string[];
  readonly taxes: readonly LineTax[];
  readonly metadata: Metadata;
}

export interface InvoiceItemRecord extends Common {
  readonly customer: string;
  readonly currency: string;
  readonly amount: number;
  readonly description: string | null;
  readonly periodStart: number;
  readonly periodEnd: number;
  readonly price: string | null;
  readonly product: string | null;
  readonly quantity: number;
  readonly unitAmount: DecimalText | null;
  readonly proration: boolean;
  readonly credited: CreditedItems | null;
  readonly subscription: string | null;
  readonly subscriptionItem: string | null;
  readonly invoice: string | null;
  readonly discountable: boolean;
  readonly taxRates: readonly string[];
  readonly metadata: Metadata;
}

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';

export type BillingReason =
  | 'manual'
  | 'subscription'
  | 'subscription_create'
  | 'subscription_cycle'
  | 'subscription_update'
  | 'upcoming';

export interface InvoiceRecord extends Common {
  readonly customer: string;
  readonly currency: string;
  readonly subscription: string | null;
  /** The subscription's metadata when the invoice was made. */
  readonly subscriptionMetadata: Metadata;
  readonly prorationDate: number | null;
  readonly billingReason: BillingReason;
  readonly collectionMethod: CollectionMethod;
  readonly daysUntilDue: number | null;
  readonly status: InvoiceStatus;
  readonly number: string | null;
  readonly lines: readonly InvoiceLine[];
  readonly discounts: readonly string[];
  readonly taxRates: readonly string[];
  readonly periodStart: number;
  readonly periodEnd: number;
  readonly autoAdvance: boolean;
  /** When a draft becomes final by itself. */
  readonly finalizesAt: number | null;
  readonly dueDate: number | null;
  readonly overdueSent: boolean;
  readonly attempts: number;
  readonly nextAttemptAt: number | null;
  readonly amountPaid: number;
  readonly paidOutside: number;
  readonly startingBalance: number;
  readonly endingBalance: number | null;
  readonly finalizedAt: number | null;
  readonly paidAt: number | null;
  readonly voidedAt: number | null;
  readonly uncollectibleAt: number | null;
  readonly description: string | null;
  readonly footer: string | null;
  readonly metadata: Metadata;
  readonly customerAddress: Address | null;
  readonly customerEmail: string | null;
  readonly customerName: string | null;
  readonly customerPhone: string | null;
  readonly customerShipping: Shipping | null;
  readonly customerTaxExempt: string;
  readonly defaultPaymentMethod: string | null;
  /** The payment that collects it, once it is final and asks for money. */
  readonly payment: string | null;
  readonly creditedBefore: number;
  readonly creditedAfter: number;
}

export interface InvoicePaymentRecord extends Common {
  readonly invoice: string;
  readonly paymentIntent: string;
  readonly currency: string;
  readonly amountRequested: number;
  readonly amountPaid: number | null;
  readonly status: 'open' | 'paid' | 'canceled';
  readonly paidAt: number | null;
  readonly canceledAt: number | null;
}

export interface CreditNoteLine {
  readonly id: string;
  readonly amount: number;
  readonly description: string | null;
  readonly invoiceLine: string | null;
  readonly quantity: number | null;
  /** The part of the discounts of its line; left out by what was written before these were kept. */
  readonly discounts?: readonly LineDiscount[];
  /** The part of the taxes of its line; left out by what was written before these were kept. */
  readonly taxes?: readonly LineTax[];
}

export interface CreditNoteRecord extends Common {
  readonly number: string;
  readonly invoice: string;
  readonly customer: string;
  readonly currency: string;
  readonly amount: number;
  readonly lines: readonly CreditNoteLine[];
  readonly memo: string | null;
  readonly reason: string | null;
  readonly metadata: Metadata;
  readonly status: 'issued' | 'void';
  readonly voidedAt: number | null;
  readonly prePayment: number;
  readonly refund: { readonly id: string; readonly amount: number } | null;
  readonly toBalance: number;
  readonly outOfBand: number;
}

/** Every kind of record of Stripe Billing with its shape. */
export interface BillingRecords {
  product: ProductRecord;
  price: PriceRecord;
  coupon: CouponRecord;
  promotion_code: PromotionCodeRecord;
  discount: DiscountRecord;
  tax_rate: TaxRateRecord;
  subscription: SubscriptionRecord;
  invoiceitem: InvoiceItemRecord;
  invoice: InvoiceRecord;
  invoice_payment: InvoicePaymentRecord;
  credit_note: CreditNoteRecord;
  subscription_schedule: SubscriptionScheduleRecord;
  meter: MeterRecord;
  meter_event: MeterEventRecord;
  portal_configuration: PortalConfigurationRecord;
  portal_session: PortalSessionRecord;
}
