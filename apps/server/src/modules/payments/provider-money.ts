import type { Instant } from '@billhook/core/time/instant';

/** A part of a list; `cursor` asks for the next part and is null at the end. */
export type ProviderPage<T> = { items: T[]; cursor: string | null };

/** One movement of money at the provider. Signs are those of the seller's balance; `netMinor = grossMinor - feeMinor`. */
export type ProviderTransaction = {
  id: string;
  kind:
    | 'charge'
    /** A payment that was taken back by the bank after it had counted as paid. */
    | 'charge_failure'
    | 'refund'
    /** A refund that failed: the money is back. */
    | 'refund_failure'
    | 'dispute'
    /** A dispute that was won: the money is back. */
    | 'dispute_reversal'
    /** What the provider takes apart from a payment. */
    | 'fee'
    | 'payout'
    /** A payout that failed: the money is back. */
    | 'payout_failure'
    | 'adjustment';
  grossMinor: bigint;
  feeMinor: bigint;
  netMinor: bigint;
  currency: string;
  createdAt: Instant;
  availableAt: Instant | null;
  /** The charge, refund, dispute or payout that it belongs to. */
  sourceId: string | null;
  /** The payment behind it, where there is one. */
  intentId: string | null;
  /** The payout that carried it to the bank, where the provider says so. */
  payoutId: string | null;
  description: string | null;
};

/** Money on its way to the seller's bank. */
export type ProviderPayout = {
  id: string;
  status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';
  amountMinor: bigint;
  currency: string;
  createdAt: Instant;
  arrivesAt: Instant | null;
  failureCode: string | null;
};
