import type { Debit } from '../../state/money-records.ts';
import type { BillingDetails, Card, PaymentMethodRecord } from '../../state/records.ts';

/** Billing details as Stripe's API shows them. */
export function renderBillingDetails(billing: BillingDetails): object {
  return { ...billing, tax_id: null };
}

/** A payment method as Stripe's API shows it. */
export function renderPaymentMethod({ card, debit, ...method }: PaymentMethodRecord): object {
  return {
    id: method.id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: renderBillingDetails(method.billing),
    ...(card === null ? renderDebit(debit) : renderCard(card)),
    created: method.created,
    customer: method.customer,
    customer_account: null,
    livemode: false,
    metadata: method.metadata,
    type: card === null ? 'sepa_debit' : 'card',
  };
}

function renderDebit(debit: Debit | undefined): object {
  return {
    sepa_debit: {
      bank_code: debit?.bankCode ?? null,
      branch_code: '',
      country: debit?.country ?? null,
      fingerprint: debit?.fingerprint ?? null,
      generated_from: { charge: null, setup_attempt: null },
      last4: debit?.last4 ?? null,
    },
  };
}

/** The wallet that a card was paid with. */
export function renderWallet({ wallet, last4 }: Card): object | null {
  if (wallet === undefined) return null;
  return { [wallet]: {}, dynamic_last4: wallet === 'link' ? null : last4, type: wallet };
}

function renderCard(card: Card): object {
  return {
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
      wallet: renderWallet(card),
    },
  };
}
