import type { Faults } from '../state/faults.ts';

/** What the control API takes to make or change an account of the stand-in for PayPal. */
export interface PayPalAccountInput {
  readonly clientId: string;
  readonly secret: string;
  readonly sellerName?: string;
  /** Address that gets every event, or null for none. */
  readonly webhookUrl?: string | null;
  /** Id of that webhook; made up when it is left out. */
  readonly webhookId?: string;
}

/** An account as the control API shows it. */
export interface PayPalAccountView {
  readonly id: string;
  readonly clientId: string;
  readonly sellerName: string;
  readonly webhookUrl: string | null;
  readonly webhookId: string | null;
  readonly frozenAtMs: number | null;
  readonly nowMs: number;
  readonly faults: Faults;
  readonly pendingWebhooks: number;
}

/** What a buyer, PayPal or the seller does outside of the API. */
export type PayPalDeed =
  | { readonly deed: 'open_dispute'; readonly captureId: string; readonly reason?: string }
  | {
      readonly deed: 'resolve_dispute';
      readonly disputeId: string;
      readonly outcome: 'RESOLVED_BUYER_FAVOUR' | 'RESOLVED_SELLER_FAVOUR' | 'CANCELED_BY_BUYER';
    }
  /** The seller gives money back on PayPal's site; minor units, all that is left unless set. */
  | { readonly deed: 'refund'; readonly captureId: string; readonly amountMinor?: number }
  /** A refund that was made comes back: the buyer's account or bank does not take it. */
  | { readonly deed: 'fail_refund'; readonly refundId: string }
  /** PayPal refuses a payment that was pending. */
  | { readonly deed: 'deny_capture'; readonly captureId: string }
  /** The buyer ends the agreement on PayPal's site. */
  | { readonly deed: 'end_agreement'; readonly tokenId: string }
  /** All access tokens that were given out stop working. */
  | { readonly deed: 'revoke_tokens' };
