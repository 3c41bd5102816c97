import type { Instant } from '@billhook/core/time/instant';

/** A webhook whose signature is genuine. It only says where to look. */
export type ProviderNews = {
  id: string;
  type: string;
  /** What is to be looked up. `other`: nothing of collecting. */
  about:
    | 'intent'
    | 'session'
    | 'refund'
    | 'method'
    | 'dispute'
    | 'payout'
    | 'subscription'
    | 'invoice'
    | 'product'
    | 'price'
    | 'credit_note'
    | 'coupon'
    | 'schedule'
    | 'other';
  objectId: string;
  /** The payment that it belongs to, for an event about a refund, a charge or a dispute. */
  intentId: string | null;
  /** Whether it is about real money; null where the provider does not say. */
  isLive: boolean | null;
  /** The account that it happened in, where that is another than the one that the address belongs to. */
  otherAccount: string | null;
  /** It says that the money came; whether that is so is looked up. */
  saysPaid: boolean;
};

/** An event that was asked for instead of being sent; `body` is what a webhook would have carried. */
export type ProviderEvent = { news: ProviderNews; createdAt: Instant; body: Uint8Array };
