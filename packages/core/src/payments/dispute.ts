import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';

/**
 * `warning`: a bank asks, and no money is out yet. `needs_response`: the money is out and evidence is waited for.
 * `under_review`: the bank decides. `won` and `lost` end it, unless the bank changes its mind.
 */
export type DisputeStatus = 'warning' | 'needs_response' | 'under_review' | 'won' | 'lost';

/** A payment that the customer's bank asks back. */
export interface Dispute {
  readonly id: string;
  readonly paymentId: string;
  readonly invoiceId: string | null;
  readonly customerId: string;
  readonly provider: string;
  readonly currency: CurrencyCode;
  /** What is disputed. */
  readonly amountMinor: bigint;
  readonly reason: string;
  readonly status: DisputeStatus;
  /** Until when evidence is taken; null when none is asked for. */
  readonly evidenceDueAt: Instant | null;
  /** What the books say: taken out of the balance for it, what of that came back, and the fee that stayed away. */
  readonly withdrawnMinor: bigint;
  readonly returnedMinor: bigint;
  readonly feeMinor: bigint;
  readonly feeReturnedMinor: bigint;
  /** What of the withdrawn money is written off as lost. */
  readonly lostMinor: bigint;
}

/** What the provider says of a dispute at present. */
export interface DisputeNews {
  readonly status: DisputeStatus;
  readonly amountMinor: bigint;
  readonly evidenceDueAt: Instant | null;
  /** What it has taken from the balance, without the fee. */
  readonly withdrawnMinor: bigint;
  readonly feeMinor: bigint;
}

export function isClosedDispute(status: DisputeStatus): boolean {
  return status === 'won' || status === 'lost';
}
