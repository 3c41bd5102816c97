import type { Draft } from '../../state/draft.ts';
import type { ChargeRecord, PaymentMethodRecord } from '../../state/records.ts';
import { renderBillingDetails, renderWallet } from './payment-method.ts';

const AUTHENTICATED = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
} as const;

/** A charge as Stripe's API shows it. */
export function renderCharge(charge: ChargeRecord, draft: Draft): object {
  const method = draft.get('payment_method', charge.paymentMethod);
  const succeeded = charge.status === 'succeeded';
  const captured = charge.status !== 'failed';
  return {
    id: charge.id,
    object: 'charge',
    amount: charge.amount,
    amount_captured: captured ? charge.amount : 0,
    amount_refunded: charge.amountRefunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: charge.balanceTransaction,
    billing_details: method === undefined ? {} : renderBillingDetails(method.billing),
    calculated_statement_descriptor:
      charge.statementDescriptor ?? draft.settings.sellerName.toUpperCase().slice(0, 22),
    captured,
    created: charge.created,
    currency: charge.currency,
    customer: charge.customer,
    description: charge.description,
    disputed: charge.disputed ?? false,
    failure_balance_transaction: charge.failureBalanceTransaction ?? null,
    failure_code: charge.failure?.code ?? null,
    failure_message: charge.failure?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: charge.metadata,
    on_behalf_of: null,
    outcome: renderOutcome(charge),
    paid: succeeded,
    payment_intent: charge.paymentIntent,
    payment_method: charge.paymentMethod,
    payment_method_details: method === undefined ? null : renderMethodDetails(charge, method),
    receipt_email: charge.receiptEmail,
    receipt_number: null,
    receipt_url: null,
    refunded: succeeded && charge.amountRefunded === charge.amount,
    review: null,
    shipping: charge.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: charge.statementDescriptor,
    statement_descriptor_suffix: charge.statementDescriptorSuffix,
    status: charge.status,
    transfer_data: null,
    transfer_group: charge.transferGroup,
  };
}

const RISK_SCORES = { normal: 12, elevated: 66, highest: 92 } as const;

function renderOutcome({ failure, risk = 'normal' }: ChargeRecord): object {
  const isBlocked = risk === 'highest' && failure?.declineCode === 'fraudulent';
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: isBlocked
      ? 'not_sent_to_network'
      : failure === null
        ? 'approved_by_network'
        : 'declined_by_network',
    reason: isBlocked ? 'highest_risk_level' : failure === null ? null : failure.declineCode,
    risk_level: risk,
    risk_score: RISK_SCORES[risk],
    seller_message: isBlocked
      ? 'Stripe blocked this payment as too risky.'
      : failure === null
        ? 'Payment complete.'
        : 'The bank did not approve this payment.',
    type: isBlocked ? 'blocked' : failure === null ? 'authorized' : 'issuer_declined',
  };
}

function renderMethodDetails(charge: ChargeRecord, { card, debit }: PaymentMethodRecord): object {
  if (card === null) {
    return {
      sepa_debit: {
        bank_code: debit?.bankCode ?? null,
        branch_code: '',
        country: debit?.country ?? null,
        expected_debit_date: null,
        fingerprint: debit?.fingerprint ?? null,
        last4: debit?.last4 ?? null,
        mandate: charge.mandate ?? null,
      },
      type: 'sepa_debit',
    };
  }
  return {
    card: {
      amount_authorized: charge.status === 'succeeded' ? charge.amount : null,
      authorization_code: null,
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: card.cvcCheck },
      country: card.country,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      extended_authorization: { status: 'disabled' },
      fingerprint: card.fingerprint,
      funding: card.funding,
      incremental_authorization: { status: 'unavailable' },
      installments: null,
      last4: card.last4,
      mandate: null,
      multicapture: { status: 'unavailable' },
      network: card.brand,
      network_token: { used: false },
      network_transaction_id: null,
      overcapture: { maximum_amount_capturable: charge.amount, status: 'unavailable' },
      regulated_status: 'unregulated',
      three_d_secure: charge.authenticated ? AUTHENTICATED : null,
      wallet: renderWallet(card),
    },
    type: 'card',
  };
}
