import { Type } from 'typebox';
import { byId, memberRoute, operatorRoute } from '../build.ts';
import {
  currency,
  customerRef,
  id,
  line,
  listOf,
  obj,
  paging,
  positiveAmount,
  webAddress,
} from '../common.ts';
import { paymentMethod } from '../schemas/invoices.ts';
import { askedPayment, paymentLink, paymentRequest } from '../schemas/payment-requests.ts';
import { ANYONE, CUSTOMER_STAFF, MONEY_STAFF } from '../scopes.ts';

const params = { id: id('preq') };
const writes = { kind: 'command', scope: 'payments:write', roles: CUSTOMER_STAFF, params } as const;
const returns = { success_url: webAddress, cancel_url: webAddress };
const page = {
  response: paymentLink,
  status: 201,
  errors: [
    'payment_request.not_found',
    'payment_request.not_open',
    'payment_request.collecting',
    'checkout.superseded',
    'payment.blocked',
    'payment.too_many_tries',
    'provider.not_configured',
    'provider.unavailable',
  ],
} as const;
const link = { body: obj(returns), ...page } as const;
const byAddress = { access: 'public', params: { token: line(100) } } as const;

/** One-off payments and deposits. */
export const paymentRequestRoutes = byId([
  operatorRoute('listPaymentRequests', 'GET /payment_requests', {
    kind: 'query',
    scope: 'payments:read',
    roles: ANYONE,
    query: obj({
      ...paging,
      customer: Type.Optional(id('cus')),
      status: Type.Optional(paymentRequest.properties.status),
    }),
    response: listOf(paymentRequest),
    summary: 'Lists amounts that customers were asked for beside invoices, newest first.',
  }),
  operatorRoute('askPayment', 'POST /payment_requests', {
    kind: 'command',
    scope: 'payments:write',
    roles: CUSTOMER_STAFF,
    body: obj({
      customer: customerRef,
      /** Left out: a payment, which is credit of the customer as soon as it came. A deposit is held. */
      kind: Type.Optional(paymentRequest.properties.kind),
      currency,
      amount: positiveAmount,
      description: line(200),
      /** Left out: true, and the customer gets a mail with the address to pay at. */
      send_mail: Type.Optional(Type.Boolean()),
    }),
    response: paymentRequest,
    status: 201,
    errors: ['customer.not_found'],
    summary: 'Asks a customer for an amount. It is then paid by a link, in the portal, or charged.',
    example: {
      customer: 'acme',
      kind: 'deposit',
      currency: 'EUR',
      amount: '50000',
      description: 'Deposit for the devices',
    },
  }),
  operatorRoute('linkPaymentRequest', 'POST /payment_requests/{id}/link', {
    ...writes,
    ...link,
    summary: 'Opens a page on which the request is paid, and gives its address.',
    example: { success_url: 'https://shop.example/thanks', cancel_url: 'https://shop.example' },
  }),
  operatorRoute('chargePaymentRequest', 'POST /payment_requests/{id}/charge', {
    ...writes,
    roles: MONEY_STAFF,
    response: paymentRequest,
    status: 202,
    errors: [
      'payment_request.not_found',
      'payment_request.not_open',
      'payment_request.collecting',
      'subscription.payment_method_missing',
    ],
    summary: 'Charges the request to the default method of the customer.',
  }),
  operatorRoute('cancelPaymentRequest', 'POST /payment_requests/{id}/cancel', {
    ...writes,
    response: paymentRequest,
    errors: ['payment_request.not_found', 'payment_request.not_open', 'payment_request.collecting'],
    summary: 'Takes a request back that is not paid.',
  }),
  operatorRoute('applyDeposit', 'POST /payment_requests/{id}/apply', {
    ...writes,
    roles: MONEY_STAFF,
    body: obj({ amount: Type.Optional(positiveAmount) }),
    response: paymentRequest,
    errors: ['payment_request.not_found', 'deposit.exceeds_held'],
    summary: 'Makes a deposit credit of its customer: it pays open invoices and lowers later ones.',
    example: { amount: '10000' },
  }),
  operatorRoute('refundDeposit', 'POST /payment_requests/{id}/refund', {
    ...writes,
    roles: MONEY_STAFF,
    body: obj({ amount: Type.Optional(positiveAmount), reason: line(500) }),
    response: paymentRequest,
    errors: [
      'payment_request.not_found',
      'deposit.exceeds_held',
      'payment.not_found',
      'payment.not_refundable',
      'payment.refund_exceeds',
      'payment.refund_needs_approval',
      'payment.disputed',
    ],
    summary: 'Sends a deposit, or a part of it, back to the method it came from.',
    example: { reason: 'The devices came back' },
  }),
]);

/** What a customer is asked for, receipts, and the method that stands in. */
export const myRequestRoutes = byId([
  memberRoute('listMyPaymentRequests', 'GET /payment_requests', {
    kind: 'query',
    query: obj(paging),
    response: listOf(paymentRequest),
    errors: ['customer.not_found'],
    summary: 'Lists amounts that the seller asked for beside invoices.',
  }),
  memberRoute('getMyReceipt', 'GET /payments/{id}/receipt', {
    kind: 'query',
    params: { id: id('pay') },
    answer: 'raw',
    answerTypes: ['application/pdf'],
    errors: ['payment.not_found', 'payment.no_receipt'],
    summary: 'Gets the receipt of a payment as PDF.',
  }),
  memberRoute('setBackupPaymentMethod', 'PUT /payment_methods/{id}/backup', {
    kind: 'command',
    params: { id: id('pm') },
    body: obj({ is_backup: Type.Boolean() }),
    response: paymentMethod,
    errors: ['payment_method.not_found', 'payment_method.is_default'],
    summary: 'Has a payment method tried when the default fails, or not any more.',
    example: { is_backup: true },
  }),
  memberRoute('payPaymentRequest', 'POST /payment_requests/{id}/pay', {
    kind: 'command',
    params,
    ...link,
    summary: 'Opens a page on which the request is paid.',
    example: { success_url: 'https://shop.example/thanks', cancel_url: 'https://shop.example' },
  }),
  memberRoute('getAskedPayment', 'GET /asked_payments/{token}', {
    kind: 'query',
    ...byAddress,
    response: askedPayment,
    errors: ['payment_request.not_found'],
    summary: 'Shows what is asked for at the address that a mail or the seller gave.',
  }),
  memberRoute('payAskedPayment', 'POST /asked_payments/{token}/pay', {
    kind: 'command',
    ...byAddress,
    ...page,
    summary: 'Opens a page on which it is paid, for whoever has the address.',
  }),
]);
