import type { BillingRecords } from '../state/billing-records.ts';
import type { Draft } from '../state/draft.ts';
import type { Kind, Records } from '../state/records.ts';
import { requireBilling } from './billing-part.ts';
import { renderCharge } from './objects/charge.ts';
import { renderSession } from './objects/checkout-session.ts';
import { renderCustomer } from './objects/customer.ts';
import { renderDispute } from './objects/dispute.ts';
import { renderFile } from './objects/file.ts';
import { renderBalanceTransaction, renderRefund } from './objects/money.ts';
import { renderPaymentIntent } from './objects/payment-intent.ts';
import { renderPaymentMethod } from './objects/payment-method.ts';
import { renderMandate, renderPayout } from './objects/payout.ts';
import { renderSetupIntent } from './objects/setup-intent.ts';
import { renderWebhookEndpoint } from './objects/webhook-endpoint.ts';
import { renderTaxCalculation, renderTaxTransaction } from './tax/objects.ts';

type Renderers = { readonly [K in Kind]: (record: Records[K], draft: Draft) => object };

const RENDERERS: Omit<Renderers, keyof BillingRecords> = {
  customer: renderCustomer,
  payment_method: renderPaymentMethod,
  payment_intent: renderPaymentIntent,
  setup_intent: renderSetupIntent,
  charge: renderCharge,
  balance_transaction: (record, draft) => renderBalanceTransaction(record, draft.now),
  refund: (record, draft) => {
    const charge = draft.get('charge', record.charge);
    return renderRefund(record, charge?.customer ?? null, charge?.paymentMethod ?? null);
  },
  dispute: renderDispute,
  file: renderFile,
  payout: renderPayout,
  mandate: (record, draft) => renderMandate(record, draft.baseUrl),
  checkout_session: (record, draft) => {
    const intent =
      record.paymentIntent === null ? undefined : draft.get('payment_intent', record.paymentIntent);
    const isUnderWay = intent?.status === 'processing' || intent?.status === 'requires_payment_method';
    return renderSession(record, draft.baseUrl, isUnderWay);
  },
  webhook_endpoint: renderWebhookEndpoint,
  tax_calculation: renderTaxCalculation,
  tax_transaction: renderTaxTransaction,
};

/** Renders a record of any kind as Stripe's API shows it. */
export function render<K extends Kind>(kind: K, record: Records[K], draft: Draft): object {
  const own: Partial<Renderers> = RENDERERS;
  const renderer = own[kind] ?? (requireBilling().renderers as Partial<Renderers>)[kind];
  if (renderer === undefined) throw new Error(`nothing shows a ${kind}`);
  return renderer(record, draft);
}
