import type { Faults } from '../state/faults.ts';

/** A seller's account at the stand-in, chosen by client id. Times named `...Ms` are milliseconds since 1970. */
export interface Settings {
  readonly id: string;
  readonly clientId: string;
  /** The secret of the first use; later ones must equal it. Only its hash is kept. */
  readonly secretHash: string;
  readonly sellerName: string;
  readonly frozenAtMs: number | null;
  readonly faults: Faults;
}

interface Common {
  readonly id: string;
  readonly createdMs: number;
}

/** Whoever pays: one of the test buyers. */
export interface Payer {
  readonly email: string;
  readonly payerId: string;
  readonly givenName: string;
  readonly surname: string;
  readonly country: string;
  readonly behaviour: Behaviour;
}

/** How a test buyer's account acts when it is charged. */
export type Behaviour = 'pays' | 'declined' | 'declined_later' | 'pending' | 'closed_later';

export interface OrderRecord extends Common {
  readonly updatedMs: number;
  readonly status: 'CREATED' | 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'COMPLETED' | 'VOIDED';
  readonly currency: string;
  readonly amountMinor: number;
  readonly referenceId: string;
  readonly description: string | null;
  readonly customId: string | null;
  readonly invoiceId: string | null;
  readonly brandName: string | null;
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
  /** Whose buyer's account is to be kept for later when this order is captured; null to keep none. */
  readonly vaultFor: { readonly customerId: string | null; readonly usageType: string } | null;
  /** Whether a buyer may pay with what arrives in days only. */
  readonly takesPending: boolean;
  readonly payer: Payer | null;
  /** The token that was charged, or that was made with the purchase. */
  readonly tokenId: string | null;
  readonly captureId: string | null;
  readonly expiresMs: number;
}

export interface CaptureRecord extends Common {
  readonly updatedMs: number;
  readonly status: 'COMPLETED' | 'DECLINED' | 'PARTIALLY_REFUNDED' | 'PENDING' | 'REFUNDED' | 'FAILED';
  /** When a pending capture settles; null once it did. */
  readonly settlesMs: number | null;
  readonly orderId: string;
  readonly currency: string;
  readonly amountMinor: number;
  readonly feeMinor: number;
  readonly refundedMinor: number;
  readonly customId: string | null;
  readonly invoiceId: string | null;
  readonly payer: Payer;
}

export interface RefundRecord extends Common {
  readonly captureId: string;
  readonly status: 'COMPLETED' | 'PENDING' | 'FAILED' | 'CANCELLED';
  readonly currency: string;
  readonly amountMinor: number;
  /** All refunds of the capture so far, this one included. */
  readonly totalRefundedMinor: number;
  readonly customId: string | null;
  readonly invoiceId: string | null;
  readonly note: string | null;
}

export interface SetupTokenRecord extends Common {
  readonly status: 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'VAULTED';
  readonly customerId: string;
  readonly description: string | null;
  readonly usageType: string | null;
  readonly brandName: string | null;
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
  readonly payer: Payer | null;
  readonly tokenId: string | null;
  readonly expiresMs: number;
}

export interface PaymentTokenRecord extends Common {
  readonly customerId: string;
  readonly usageType: string | null;
  readonly payer: Payer;
  readonly deleted: boolean;
}

export interface DisputeRecord extends Common {
  readonly updatedMs: number;
  readonly captureId: string;
  readonly currency: string;
  readonly amountMinor: number;
  readonly reason: string;
  readonly status: 'OPEN' | 'WAITING_FOR_SELLER_RESPONSE' | 'UNDER_REVIEW' | 'RESOLVED';
  readonly stage: 'INQUIRY' | 'CHARGEBACK';
  readonly sellerDueMs: number | null;
  readonly outcome:
    | 'RESOLVED_BUYER_FAVOUR'
    | 'RESOLVED_SELLER_FAVOUR'
    | 'CANCELED_BY_BUYER'
    | 'ACCEPTED'
    | null;
  readonly evidences: readonly EvidenceRecord[];
}

export interface EvidenceRecord {
  readonly type: string;
  readonly notes: string | null;
  readonly documents: readonly string[];
}

/** A movement on the seller's balance, as the transaction search lists it. */
export interface TransactionRecord extends Common {
  readonly code: string;
  readonly currency: string;
  /** Signed. */
  readonly amountMinor: number;
  /** Signed: a fee is below zero. */
  readonly feeMinor: number;
  readonly status: 'S' | 'P' | 'D' | 'V';
  readonly referenceId: string | null;
  readonly referenceType: 'ODR' | 'TXN' | null;
  readonly customId: string | null;
  readonly invoiceId: string | null;
  readonly subject: string | null;
}

export interface WebhookRecord extends Common {
  readonly url: string;
  readonly eventTypes: readonly string[];
  /** True for the one that the control API keeps for the account. */
  readonly controlled: boolean;
}

export interface EventRecord extends Common {
  readonly type: string;
  /** The body as it is sent and shown, written once. */
  readonly body: string;
  /** The object that it is about. */
  readonly resourceId: string;
}

/** Every kind of record with its shape. */
export interface Records {
  order: OrderRecord;
  capture: CaptureRecord;
  refund: RefundRecord;
  setup_token: SetupTokenRecord;
  payment_token: PaymentTokenRecord;
  dispute: DisputeRecord;
  transaction: TransactionRecord;
  webhook: WebhookRecord;
  event: EventRecord;
}

export type Kind = keyof Records;

/** A stored answer to a `PayPal-Request-Id`. */
export interface AnswerRecord {
  readonly key: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
  /** Real time at which the key is forgotten. */
  readonly untilMs: number;
}

/** A delivery of an event to an endpoint; `dueAtMs` null means that no further attempt will be made. */
export interface DeliveryRecord {
  readonly event: string;
  readonly webhook: string;
  readonly attempts: number;
  readonly dueAtMs: number | null;
}
