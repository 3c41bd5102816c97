import { type Draft, isoTime, type Resource } from './draft.ts';
import { money } from './money.ts';
import type {
  CaptureRecord,
  DisputeRecord,
  OrderRecord,
  Payer,
  PaymentTokenRecord,
  RefundRecord,
  SetupTokenRecord,
} from './records.ts';

const link = (href: string, rel: string, method: string) => ({ href, rel, method });

/** Leaves out members that are null, as PayPal does. */
function present<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) as Partial<T>;
}

const nameOf = ({ givenName, surname }: Payer) => ({ given_name: givenName, surname });

export function payerOf(payer: Payer) {
  return {
    name: nameOf(payer),
    email_address: payer.email,
    payer_id: payer.payerId,
    address: { country_code: payer.country },
  };
}

/** Where the buyer approves an order. */
export const approveUrl = (baseUrl: string, orderId: string) => `${baseUrl}/checkoutnow?token=${orderId}`;

/** Where the buyer agrees to be charged later. */
export const agreeUrl = (baseUrl: string, setupTokenId: string) =>
  `${baseUrl}/agreements/approve?approval_session_id=${setupTokenId}`;

export function showOrder(draft: Draft, order: OrderRecord) {
  const url = `${draft.baseUrl}/v2/checkout/orders/${order.id}`;
  const capture = order.captureId === null ? undefined : draft.get('capture', order.captureId);
  const isOpen = order.status === 'CREATED' || order.status === 'PAYER_ACTION_REQUIRED';
  const paypal = order.payer === null ? {} : walletOf(draft, order, order.payer);
  return {
    id: order.id,
    intent: 'CAPTURE',
    status: order.status,
    payment_source: { paypal },
    purchase_units: [
      {
        ...present({
          reference_id: order.referenceId,
          amount: money(order.amountMinor, order.currency),
          description: order.description,
          custom_id: order.customId,
          invoice_id: order.invoiceId,
        }),
        ...(capture === undefined ? {} : { payments: paymentsOf(draft, capture) }),
      },
    ],
    ...(order.payer === null ? {} : { payer: payerOf(order.payer) }),
    create_time: isoTime(order.createdMs),
    update_time: isoTime(order.updatedMs),
    links: [
      link(url, 'self', 'GET'),
      ...(isOpen ? [link(approveUrl(draft.baseUrl, order.id), 'payer-action', 'GET')] : []),
      ...(order.status === 'APPROVED' ? [link(`${url}/capture`, 'capture', 'POST')] : []),
    ],
  };
}

function paymentsOf(draft: Draft, capture: CaptureRecord) {
  const refunds = draft.all('refund').filter((one) => one.captureId === capture.id);
  return {
    captures: [showCapture(draft, capture)],
    ...(refunds.length === 0 ? {} : { refunds: refunds.map((one) => showRefund(draft, one)) }),
  };
}

function walletOf(draft: Draft, order: OrderRecord, payer: Payer) {
  const wallet = {
    email_address: payer.email,
    account_id: payer.payerId,
    account_status: 'VERIFIED',
    name: nameOf(payer),
    address: { country_code: payer.country },
  };
  const token = order.tokenId === null ? undefined : draft.get('payment_token', order.tokenId);
  if (token === undefined || order.vaultFor === null) return wallet;
  const vault = {
    id: token.id,
    status: 'VAULTED',
    customer: { id: token.customerId },
    links: [link(`${draft.baseUrl}/v3/vault/payment-tokens/${token.id}`, 'self', 'GET')],
  };
  return { ...wallet, attributes: { vault } };
}

export function showCapture(draft: Draft, capture: CaptureRecord) {
  const { amountMinor, currency, feeMinor } = capture;
  const url = `${draft.baseUrl}/v2/payments/captures/${capture.id}`;
  return {
    id: capture.id,
    status: capture.status,
    ...(capture.status === 'PENDING' ? { status_details: { reason: 'ECHECK' } } : {}),
    amount: money(amountMinor, currency),
    final_capture: true,
    disbursement_mode: 'INSTANT',
    seller_protection: { status: 'NOT_ELIGIBLE' },
    ...(capture.status === 'PENDING' || capture.status === 'DECLINED'
      ? {}
      : {
          seller_receivable_breakdown: {
            gross_amount: money(amountMinor, currency),
            paypal_fee: money(feeMinor, currency),
            net_amount: money(amountMinor - feeMinor, currency),
          },
        }),
    ...present({ custom_id: capture.customId, invoice_id: capture.invoiceId }),
    create_time: isoTime(capture.createdMs),
    update_time: isoTime(capture.updatedMs),
    links: [
      link(url, 'self', 'GET'),
      link(`${url}/refund`, 'refund', 'POST'),
      link(`${draft.baseUrl}/v2/checkout/orders/${capture.orderId}`, 'up', 'GET'),
    ],
  };
}

export function showRefund(draft: Draft, refund: RefundRecord) {
  const { currency } = refund;
  return {
    id: refund.id,
    status: refund.status,
    amount: money(refund.amountMinor, currency),
    ...present({ custom_id: refund.customId, invoice_id: refund.invoiceId, note_to_payer: refund.note }),
    seller_payable_breakdown: {
      gross_amount: money(refund.amountMinor, currency),
      paypal_fee: money(0, currency),
      net_amount: money(refund.amountMinor, currency),
      total_refunded_amount: money(refund.totalRefundedMinor, currency),
    },
    create_time: isoTime(refund.createdMs),
    update_time: isoTime(refund.createdMs),
    links: [
      link(`${draft.baseUrl}/v2/payments/refunds/${refund.id}`, 'self', 'GET'),
      link(`${draft.baseUrl}/v2/payments/captures/${refund.captureId}`, 'up', 'GET'),
    ],
  };
}

export function showSetupToken(draft: Draft, token: SetupTokenRecord) {
  const url = `${draft.baseUrl}/v3/vault/setup-tokens/${token.id}`;
  return {
    id: token.id,
    customer: { id: token.customerId },
    status: token.status,
    payment_source: {
      paypal: {
        ...present({ description: token.description, usage_type: token.usageType }),
        ...(token.payer === null ? {} : { email_address: token.payer.email, payer_id: token.payer.payerId }),
      },
    },
    links: [
      link(url, 'self', 'GET'),
      ...(token.status === 'PAYER_ACTION_REQUIRED'
        ? [link(agreeUrl(draft.baseUrl, token.id), 'approve', 'GET')]
        : []),
      ...(token.status === 'APPROVED'
        ? [link(`${draft.baseUrl}/v3/vault/payment-tokens`, 'confirm', 'POST')]
        : []),
    ],
  };
}

export function showPaymentToken(draft: Draft, token: PaymentTokenRecord) {
  const url = `${draft.baseUrl}/v3/vault/payment-tokens/${token.id}`;
  return {
    id: token.id,
    customer: { id: token.customerId },
    payment_source: {
      paypal: {
        ...present({ usage_type: token.usageType }),
        email_address: token.payer.email,
        payer_id: token.payer.payerId,
        name: nameOf(token.payer),
      },
    },
    links: [link(url, 'self', 'GET'), link(url, 'delete', 'DELETE')],
  };
}

export function summarizeDispute(draft: Draft, dispute: DisputeRecord) {
  return {
    dispute_id: dispute.id,
    create_time: isoTime(dispute.createdMs),
    update_time: isoTime(dispute.updatedMs),
    reason: dispute.reason,
    status: dispute.status,
    dispute_amount: money(dispute.amountMinor, dispute.currency),
    dispute_life_cycle_stage: dispute.stage,
    dispute_channel: 'INTERNAL',
    ...present({
      seller_response_due_date: dispute.sellerDueMs === null ? null : isoTime(dispute.sellerDueMs),
    }),
    links: [link(`${draft.baseUrl}/v1/customer/disputes/${dispute.id}`, 'self', 'GET')],
  };
}

export function showDispute(draft: Draft, dispute: DisputeRecord) {
  const capture = draft.get('capture', dispute.captureId);
  const url = `${draft.baseUrl}/v1/customer/disputes/${dispute.id}`;
  const awaitsSeller = dispute.status === 'WAITING_FOR_SELLER_RESPONSE';
  const { links, ...summary } = summarizeDispute(draft, dispute);
  return {
    ...summary,
    disputed_transactions: [
      {
        seller_transaction_id: dispute.captureId,
        create_time: isoTime(capture?.createdMs ?? dispute.createdMs),
        transaction_status: 'COMPLETED',
        gross_amount: money(capture?.amountMinor ?? dispute.amountMinor, dispute.currency),
        ...present({ custom: capture?.customId ?? null }),
        ...(capture === undefined
          ? {}
          : { buyer: { name: `${capture.payer.givenName} ${capture.payer.surname}` } }),
        seller: { name: draft.settings.sellerName },
      },
    ],
    ...(dispute.outcome === null ? {} : { dispute_outcome: { outcome_code: dispute.outcome } }),
    ...(dispute.evidences.length === 0
      ? {}
      : {
          evidences: dispute.evidences.map(({ type, notes, documents }) => ({
            evidence_type: type,
            ...present({ notes }),
            ...(documents.length === 0 ? {} : { documents: documents.map((name) => ({ name })) }),
            source: 'SUBMITTED_BY_SELLER',
          })),
        }),
    links: [
      ...links,
      ...(awaitsSeller
        ? [
            link(`${url}/accept-claim`, 'accept_claim', 'POST'),
            link(`${url}/provide-evidence`, 'provide_evidence', 'POST'),
          ]
        : []),
    ],
  };
}

/** The object of an event about an order. */
export function orderResource(draft: Draft, order: OrderRecord): Resource {
  return { id: order.id, type: 'checkout-order', version: '2.0', body: showOrder(draft, order) };
}

/** The object of an event about a capture, which also names its order. */
export function captureResource(draft: Draft, capture: CaptureRecord): Resource {
  const body = {
    ...showCapture(draft, capture),
    supplementary_data: { related_ids: { order_id: capture.orderId } },
  };
  return { id: capture.id, type: 'capture', version: '2.0', body };
}

export function refundResource(draft: Draft, refund: RefundRecord): Resource {
  return { id: refund.id, type: 'refund', version: '2.0', body: showRefund(draft, refund) };
}

export function tokenResource(draft: Draft, token: PaymentTokenRecord): Resource {
  return { id: token.id, type: 'payment_token', version: '3.0', body: showPaymentToken(draft, token) };
}

export function disputeResource(draft: Draft, dispute: DisputeRecord): Resource {
  return { id: dispute.id, type: 'dispute', version: '1.0', body: showDispute(draft, dispute) };
}
