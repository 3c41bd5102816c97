import type { Draft } from '../../state/draft.ts';
import type { CustomerDetails, LineItem, SessionRecord } from '../../state/records.ts';
import { requireBilling } from '../billing-part.ts';
import { CARD_OPTIONS } from './intent-parts.ts';

/** Address of a session's hosted page. */
export function sessionUrl(baseUrl: string, id: string): string {
  return `${baseUrl}/c/pay/${id}`;
}

/** A checkout session as Stripe's API shows it. One that is complete is paid, unless its debit is under way. */
export function renderSession(session: SessionRecord, baseUrl: string, isUnderWay: boolean): object {
  const setup = session.mode === 'setup';
  const { subscribes } = session;
  const free = setup || session.amountTotal === 0;
  const paidStatus = session.status === 'complete' && !isUnderWay ? 'paid' : 'unpaid';
  return {
    id: session.id,
    object: 'checkout.session',
    adaptive_pricing: setup ? null : { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    amount_subtotal: subscribes?.totals.subtotal ?? session.amountTotal,
    amount_total: session.amountTotal,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: session.billingAddressCollection,
    cancel_url: session.cancelUrl,
    client_reference_id: session.clientReferenceId,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: session.created,
    currency: session.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: NO_TEXT,
    customer: session.customer,
    customer_account: null,
    customer_creation: session.customerCreation,
    customer_details: session.customerDetails === null ? null : renderDetails(session.customerDetails),
    customer_email: session.customerEmail,
    discounts: renderDiscounts(session),
    expires_at: session.expiresAt,
    integration_identifier: null,
    invoice: subscribes?.invoice ?? null,
    invoice_creation: session.mode === 'payment' ? NO_INVOICE : null,
    livemode: false,
    locale: session.locale,
    managed_payments: null,
    metadata: session.metadata,
    mode: session.mode,
    origin_context: null,
    payment_intent: session.paymentIntent,
    payment_link: null,
    payment_method_collection: setup ? null : subscribes === undefined ? 'if_required' : 'always',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: CARD_OPTIONS.card.request_three_d_secure } },
    payment_method_types: session.paymentMethodTypes,
    payment_status: free ? 'no_payment_required' : paidStatus,
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: session.setupIntent,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: session.status,
    submit_type: session.submitType,
    subscription: subscribes?.subscription ?? null,
    success_url: session.successUrl,
    total_details: setup ? null : renderTotals(session),
    ui_mode: 'hosted_page',
    url: session.status === 'open' ? sessionUrl(baseUrl, session.id) : null,
    wallet_options: null,
  };
}

function renderTotals({ subscribes }: SessionRecord): object {
  const totals = subscribes?.totals ?? { discount: 0, tax: 0 };
  return { amount_discount: totals.discount, amount_shipping: 0, amount_tax: totals.tax };
}

function renderDiscounts({ subscribes }: SessionRecord): object[] {
  return (subscribes?.discounts ?? []).map(({ coupon, promotionCode }) => ({
    coupon: promotionCode === null ? coupon : null,
    promotion_code: promotionCode,
  }));
}

const NO_TEXT = {
  after_submit: null,
  shipping_address: null,
  submit: null,
  terms_of_service_acceptance: null,
} as const;

const NO_INVOICE = {
  enabled: false,
  invoice_data: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: null,
    metadata: {},
    rendering_options: null,
  },
} as const;

function renderDetails({ email, name, country }: CustomerDetails): object {
  return {
    address: { city: null, country, line1: null, line2: null, postal_code: null, state: null },
    business_name: null,
    email,
    individual_name: null,
    name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  };
}

/** What a line of a session comes to. */
export function lineAmount(item: LineItem): number {
  return item.amount ?? item.unitAmount * item.quantity;
}

/** A line of a session as Stripe's API shows it. */
export function renderLineItem(item: LineItem, session: SessionRecord, draft: Draft): object {
  const amount = lineAmount(item);
  const listed = item.listed === true ? draft.get('price', item.priceId) : undefined;
  return {
    id: item.id,
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: session.currency,
    description: item.name,
    metadata: {},
    price:
      listed === undefined ? renderOwnPrice(item, session) : requireBilling().renderers.price(listed, draft),
    quantity: item.quantity,
  };
}

/** The price of a line that names none of the catalogue. */
function renderOwnPrice(item: LineItem, session: SessionRecord): object {
  return {
    id: item.priceId,
    object: 'price',
    active: false,
    billing_scheme: 'per_unit',
    created: session.created,
    currency: session.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: item.productId,
    recurring: null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: item.unitAmount,
    unit_amount_decimal: String(item.unitAmount),
  };
}
