import type { BalanceTransactionRecord, RefundRecord } from '../../state/records.ts';

/** What reports call some types. */
const CATEGORIES: Readonly<Record<string, string>> = {
  payment: 'charge',
  payment_failure_refund: 'charge_failure',
  adjustment: 'dispute',
  payout_failure: 'payout_reversal',
};

/** A balance transaction as Stripe's API shows it. */
export function renderBalanceTransaction(transaction: BalanceTransactionRecord, now: number): object {
  const { amount, fee, currency } = transaction;
  return {
    id: transaction.id,
    object: 'balance_transaction',
    amount,
    available_on: transaction.availableOn,
    balance_type: 'payments',
    created: transaction.created,
    currency,
    description: transaction.description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency,
              description: 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: amount - fee,
    reporting_category: CATEGORIES[transaction.type] ?? transaction.type,
    source: transaction.source,
    status: transaction.availableOn <= now ? 'available' : 'pending',
    type: transaction.type,
  };
}

/** A refund as Stripe's API shows it. */
export function renderRefund(
  refund: RefundRecord,
  customer: string | null,
  paymentMethod: string | null,
): object {
  return {
    id: refund.id,
    object: 'refund',
    amount: refund.amount,
    balance_transaction: refund.balanceTransaction,
    charge: refund.charge,
    created: refund.created,
    currency: refund.currency,
    customer,
    customer_account: null,
    destination_details: { card: { type: 'refund' }, type: 'card' },
    ...(refund.status === 'failed'
      ? {
          failure_balance_transaction: refund.failureBalanceTransaction ?? null,
          failure_reason: refund.failureReason ?? 'unknown',
        }
      : {}),
    metadata: refund.metadata,
    payment_intent: refund.paymentIntent,
    payment_method: paymentMethod,
    reason: refund.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: refund.status ?? 'succeeded',
    transfer_reversal: null,
  };
}
