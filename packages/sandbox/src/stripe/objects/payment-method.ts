import type { BillingDetails, PaymentMethodRecord } from '../../state/records.ts';

/** Billing details as Stripe's API shows them. */
export function renderBillingDetails(billing: BillingDetails): object {
  return { ...billing, tax_id: null };
}

/** A payment method as Stripe's API shows it. */
export function renderPaymentMethod({ card, ...method }: PaymentMethodRecord): object {
  return {
    id: method.id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: renderBillingDetails(method.billing),
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: card.cvcCheck },
      country: card.country,
      display_brand: card.brand,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      fingerprint: card.fingerprint,
      funding: card.funding,
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: method.created,
    customer: method.customer,
    customer_account: null,
    livemode: false,
    metadata: method.metadata,
    type: 'card',
  };
}
