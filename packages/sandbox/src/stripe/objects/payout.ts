import type { MandateRecord, PayoutRecord } from '../../state/money-records.ts';

/** A payout as Stripe's API shows it. */
export function renderPayout(payout: PayoutRecord): object {
  return {
    id: payout.id,
    object: 'payout',
    amount: payout.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: payout.arrivalDate,
    automatic: payout.automatic,
    balance_transaction: payout.balanceTransaction,
    created: payout.created,
    currency: payout.currency,
    description: payout.description,
    destination: null,
    failure_balance_transaction: payout.failureBalanceTransaction,
    failure_code: payout.failureCode,
    failure_message: payout.failureCode === null ? null : 'The bank did not take the payout.',
    livemode: false,
    metadata: payout.metadata,
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: payout.automatic ? 'completed' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: payout.statementDescriptor,
    status: payout.status,
    trace_id: null,
    type: 'bank_account',
  };
}

/** A mandate as Stripe's API shows it. */
export function renderMandate(mandate: MandateRecord, baseUrl: string): object {
  return {
    id: mandate.id,
    object: 'mandate',
    customer_acceptance: {
      accepted_at: mandate.created,
      online: { ip_address: '127.0.0.1', user_agent: 'sandbox' },
      type: 'online',
    },
    livemode: false,
    multi_use: {},
    payment_method: mandate.paymentMethod,
    payment_method_details: {
      sepa_debit: { reference: mandate.reference, url: `${baseUrl}/c/mandate/${mandate.id}` },
      type: 'sepa_debit',
    },
    status: mandate.status,
    type: 'multi_use',
  };
}
