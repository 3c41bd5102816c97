import type { EvidenceKind } from '@billhook/core/payments/decide-answer';
import type { Instant } from '@billhook/core/time/instant';

/** A customer's bank asks a payment back. Amounts are in minor units. */
export type ProviderDispute = {
  id: string;
  intentId: string | null;
  chargeId: string | null;
  amountMinor: bigint;
  currency: string;
  /** Why, in the provider's words, such as `fraudulent` or `product_not_received`. */
  reason: string;
  /** `warning`: an inquiry that has taken no money yet, and that an answer or a refund may end. */
  status: 'warning' | 'needs_response' | 'under_review' | 'won' | 'lost';
  /** Until when evidence is taken; null when none is asked for any more. */
  evidenceDueAt: Instant | null;
  /** What the provider charges for it, 0 where it is unknown or was given back. */
  feeMinor: bigint;
  /** What is taken from the seller's balance for it at present, without the fee. */
  withdrawnMinor: bigint;
  createdAt: Instant;
};

/** The seller's answer. What is null is left as the provider has it. */
export type DisputeEvidence = {
  customerName: string | null;
  customerEmail: string | null;
  customerIp: string | null;
  billingAddress: string | null;
  productDescription: string | null;
  /** When the service was given, in words or dates. */
  serviceDate: string | null;
  /** Proof of use: sign-ins, addresses, downloads. */
  accessLog: string | null;
  refundPolicy: string | null;
  cancellationPolicy: string | null;
  /** Everything else that speaks for the payment. */
  text: string | null;
};

/** A file that goes with the answer, one of a kind. */
export type EvidenceFile = {
  kind: EvidenceKind;
  name: string;
  contentType: string;
  bytes: Uint8Array;
};
