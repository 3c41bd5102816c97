import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import type { LedgerAccount } from './accounts.ts';

export type LedgerTransactionKind =
  | 'invoice_issued'
  | 'credit_applied'
  | 'credit_settled'
  | 'credit_settled_after_failure'
  | 'invoice_voided'
  | 'credit_note_issued'
  | 'credit_note_voided'
  | 'payment_succeeded'
  | 'payment_fee'
  | 'payment_reversed'
  | 'refund_reserved'
  | 'refund_released'
  | 'refund_succeeded'
  | 'refund_returned'
  | 'dispute_withdrawn'
  | 'dispute_fee'
  | 'dispute_lost'
  | 'dispute_returned'
  | 'deposit_released'
  | 'credits_deferred'
  | 'credits_earned'
  | 'credits_lapsed'
  | 'credits_returned'
  | 'provider_fee'
  | 'provider_payout'
  | 'exchanged_away'
  | 'exchanged_into'
  | 'tax_by_place'
  | 'month_end';

/** One business fact in the books. `(sourceType, sourceId, kind)` is unique, so that a fact posts once. */
export interface LedgerTransaction {
  readonly sourceType:
    | 'invoice'
    | 'credit_note'
    | 'payment'
    | 'refund'
    | 'dispute'
    | 'deposit_release'
    | 'credit_grant'
    | 'credit_entry'
    | 'provider_transaction'
    | 'ledger_correction'
    | 'ledger_month';
  readonly sourceId: string;
  readonly kind: LedgerTransactionKind;
  /** Null for what is about no customer, such as a payout or the end of a month. */
  readonly customerId: string | null;
  readonly currency: CurrencyCode;
  readonly occurredAt: Instant;
  readonly entries: readonly LedgerEntry[];
}

export interface LedgerEntry {
  readonly account: LedgerAccount;
  readonly side: 'debit' | 'credit';
  /** Always more than zero. */
  readonly amountMinor: bigint;
}
