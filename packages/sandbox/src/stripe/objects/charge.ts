import type { Draft } from '../../state/draft.ts';
import type { ChargeRecord, PaymentMethodRecord } from '../../state/records.ts';
import { renderBillingDetails } from './payment-method.ts';

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
  return {
    id: charge.id,
    object: 'charge',
    amount: charge.amount,
    amount_captured: succeeded ? charge.amount : 0,
    amount_refunded: charge.amountRefunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: charge.balanceTransaction,
    billing_details: method === undefined ? {} : renderBillingDetails(method.billing),
    calculated_statement_descriptor:
      charge.statementDescriptor ?? draft.settings.sellerName.toUpperCase().slice(0, 22),
    captured: succeeded,
    created: charge.created,
    currency: charge.currency,
    customer: charge.customer,
    description: charge.description,
    disputed: false,
    failure_balance_transaction: null,
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

function renderOutcome({ failure }: ChargeRecord): object {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: failure === null ? 'approved_by_network' : 'declined_by_network',
    reason: failure === null ? null : failure.declineCode,
    seller_message: failure === null ? 'Payment complete.' : 'The bank did not approve this payment.',
    type: failure === null ? 'authorized' : 'issuer_declined',
  };
}

function renderMethodDetails(charge: ChargeRecord, { card }: PaymentMethodRecord): object {
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
      wallet: null,
    },
    type: 'card',
  };
}
