import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { id, line, listOf, nothing, obj, paging, timestamp } from '../common.ts';
import {
  createCreditNote,
  createDebitNote,
  creditNote,
  creditNoteSummary,
  invoiceComparison,
  invoiceDiff,
  lineUsage,
} from '../schemas/documents.ts';
import {
  draftDebitNote,
  draftInvoice,
  explanation,
  invoice,
  invoiceStatus,
  invoiceSummary,
  payment,
  paymentMethod,
} from '../schemas/invoices.ts';
import { paymentProvider, payPalAccount, putPayPalAccount } from '../schemas/payment-accounts.ts';
import { askedRefund, refund } from '../schemas/refunds.ts';
import { ANYONE, BUILDERS, CUSTOMER_STAFF, MONEY_STAFF } from '../scopes.ts';

const reads = { kind: 'query', scope: 'invoices:read', roles: ANYONE } as const;
const writes = { kind: 'command', scope: 'invoices:write', roles: MONEY_STAFF } as const;
const params = { id: id('inv') };

export const invoiceRoutes = byId([
  operatorRoute('listInvoices', 'GET /invoices', {
    ...reads,
    query: obj({
      ...paging,
      customer: Type.Optional(id('cus')),
      subscription: Type.Optional(id('sub')),
      status: Type.Optional(invoiceStatus),
      kind: Type.Optional(invoiceSummary.properties.kind),
      /** Part of the number. */
      q: Type.Optional(line(60)),
      issued_from: Type.Optional(timestamp),
      issued_to: Type.Optional(timestamp),
    }),
    response: listOf(invoiceSummary),
    summary: 'Lists invoices, newest first.',
  }),
  operatorRoute('exportInvoices', 'GET /invoices/export', {
    ...reads,
    query: obj({
      format: Type.Enum(['csv', 'json']),
      from: Type.Optional(timestamp),
      to: Type.Optional(timestamp),
    }),
    answer: 'raw',
    answerTypes: ['text/csv', 'application/json'],
    summary: 'Exports invoice lines as customer, invoice, line, quantity, currency, amount.',
  }),
  operatorRoute('getInvoice', 'GET /invoices/{id}', {
    ...reads,
    params,
    response: invoice,
    errors: ['invoice.not_found'],
    summary: 'Gets an invoice with its lines, each explained.',
  }),
  operatorRoute('getInvoicePdf', 'GET /invoices/{id}/pdf', {
    ...reads,
    params,
    answer: 'raw',
    answerTypes: ['application/pdf'],
    errors: ['invoice.not_found', 'document.taken_away'],
    summary: 'Gets the invoice as PDF.',
  }),
  operatorRoute('getInvoiceDocument', 'GET /invoices/{id}/document', {
    ...reads,
    params,
    answer: 'raw',
    answerTypes: ['application/json'],
    errors: ['invoice.not_found', 'document.taken_away'],
    summary:
      'Gets the frozen document, byte by byte as it was hashed at issue; `Repr-Digest` has its SHA-256.',
  }),
  operatorRoute('diffInvoice', 'GET /invoices/{id}/diff', {
    ...reads,
    params,
    query: obj({ against: Type.Optional(id('inv', 'The invoice before it, if left out.')) }),
    response: invoiceDiff,
    errors: ['invoice.not_found', 'invoice.not_comparable'],
    summary: 'Says why the total differs from another invoice: price, volume, mix, plan, tax, one-off.',
  }),
  operatorRoute('compareInvoices', 'GET /invoices/{id}/comparison', {
    ...reads,
    params,
    query: obj({ against: id('inv') }),
    response: invoiceComparison,
    errors: ['invoice.not_found', 'invoice.not_comparable'],
    summary: 'Puts two invoices of a customer side by side, line by line, and says why each differs.',
  }),
  operatorRoute('getLineUsage', 'GET /invoice_lines/{id}/usage', {
    ...reads,
    params: { id: id('il') },
    response: lineUsage,
    errors: ['invoice_line.not_found', 'invoice_line.not_metered'],
    summary: 'Says how much was used on each day that a line is for.',
  }),
  operatorRoute('explainLine', 'GET /invoice_lines/{id}/explanation', {
    ...reads,
    params: { id: id('il') },
    response: explanation,
    errors: ['invoice_line.not_found'],
    summary: 'Says how the amount of a line came about.',
  }),
  operatorRoute('voidInvoice', 'POST /invoices/{id}/void', {
    ...writes,
    params,
    body: obj({
      reason: line(500),
      periods: Type.Enum(['bill_again', 'waive'], {
        description:
          'What becomes of the periods that it billed: the next bill charges them anew, or nobody ever does.',
      }),
    }),
    response: invoice,
    errors: [
      'invoice.billed_at_stripe',
      'invoice.not_found',
      'invoice.not_open',
      'invoice.has_payments',
      'invoice.has_credit_notes',
      'invoice.has_debit_notes',
      'invoice.collection_running',
      'provider.unavailable',
    ],
    summary: 'Voids an open invoice. It stays readable; an open payment page is closed first.',
    example: { reason: 'Sent to the wrong company.', periods: 'bill_again' },
  }),
  operatorRoute('collectInvoice', 'POST /invoices/{id}/collect', {
    ...writes,
    params,
    body: nothing,
    response: invoice,
    status: 202,
    errors: [
      'invoice.billed_at_stripe',
      'invoice.not_found',
      'invoice.not_open',
      'invoice.collection_running',
      'subscription.payment_method_missing',
      'provider.not_configured',
    ],
    summary: 'Tries to collect an open invoice with the default payment method.',
    example: {},
  }),
  operatorRoute('reissueInvoice', 'POST /invoices/{id}/reissue', {
    ...writes,
    params,
    body: obj({ reason: line(500) }),
    response: invoice,
    status: 201,
    errors: [
      'invoice.billed_at_stripe',
      'invoice.not_found',
      'invoice.not_open',
      'invoice.has_payments',
      'invoice.has_credit_notes',
      'invoice.has_debit_notes',
      'debit_note.not_reissued',
      'invoice.collection_running',
      'customer.parked',
      'billing.refused',
      'provider.unavailable',
    ],
    summary: 'Voids an open invoice and bills what it billed once more, by the facts and settings of now.',
    example: { reason: 'The tax id was missing.' },
  }),
  operatorRoute('draftInvoice', 'POST /customers/{id}/draft_invoice', {
    kind: 'query',
    scope: 'invoices:read',
    roles: ANYONE,
    params: { id: id('cus') },
    body: nothing,
    response: listOf(draftInvoice),
    errors: ['customer.not_found', 'billing.refused'],
    summary: 'Shows what would be issued to a customer now, one document a currency. Nothing is written.',
    example: {},
  }),
]);

const noteParams = { id: id('cn') };

export const creditNoteRoutes = byId([
  operatorRoute('createCreditNote', 'POST /invoices/{id}/credit_notes', {
    ...writes,
    params,
    body: createCreditNote,
    response: creditNote,
    status: 201,
    errors: [
      'invoice.billed_at_stripe',
      'invoice.not_found',
      'invoice.collection_running',
      'credit_note.invoice_not_issued',
      'credit_note.line_unknown',
      'credit_note.exceeds',
      'credit_note.nothing_left',
      'credit_note.not_settled',
      'payment.refund_needs_approval',
      'payment.disputed',
      'payment.deposit_held',
      'provider.not_configured',
    ],
    summary: 'Takes back an issued invoice or a part of it. What is still to pay is lowered first.',
    example: { reason: 'The service was down for a day.' },
  }),
  operatorRoute('listCreditNotes', 'GET /credit_notes', {
    ...reads,
    query: obj({ ...paging, customer: Type.Optional(id('cus')), invoice: Type.Optional(id('inv')) }),
    response: listOf(creditNoteSummary),
    summary: 'Lists credit notes, newest first.',
  }),
  operatorRoute('getCreditNote', 'GET /credit_notes/{id}', {
    ...reads,
    params: noteParams,
    response: creditNote,
    errors: ['credit_note.not_found'],
    summary: 'Gets a credit note with its lines.',
  }),
  operatorRoute('getCreditNotePdf', 'GET /credit_notes/{id}/pdf', {
    ...reads,
    params: noteParams,
    answer: 'raw',
    answerTypes: ['application/pdf'],
    errors: ['credit_note.not_found', 'document.taken_away'],
    summary: 'Gets the credit note as PDF.',
  }),
]);

const debitErrors = [
  'invoice.billed_at_stripe',
  'invoice.not_found',
  'debit_note.invoice_not_issued',
  'debit_note.line_unknown',
  'billing.refused',
] as const;
const debitExample = {
  lines: [
    {
      line: 'il_01jb7e8m4hf7dr2t5v8w0x3y6z',
      amount: '2500',
      description: 'API calls of March that were not counted',
    },
  ],
  reason: 'Usage of March was forgotten.',
};

export const debitNoteRoutes = byId([
  operatorRoute('createDebitNote', 'POST /invoices/{id}/debit_notes', {
    ...writes,
    params,
    body: createDebitNote,
    response: invoice,
    status: 201,
    errors: [...debitErrors, 'customer.parked'],
    summary:
      'Raises what an issued invoice claimed, by a document of its own that is numbered, taxed and paid like an invoice.',
    example: debitExample,
  }),
  operatorRoute('previewDebitNote', 'POST /invoices/{id}/debit_notes/preview', {
    kind: 'query',
    scope: 'invoices:read',
    roles: ANYONE,
    params,
    body: createDebitNote,
    response: draftDebitNote,
    errors: debitErrors,
    summary: 'Shows what a debit note would claim, with its tax. Nothing is written.',
    example: debitExample,
  }),
]);

const seesPayments = { kind: 'query', scope: 'payments:read', roles: ANYONE } as const;

export const paymentRoutes = byId([
  operatorRoute('getPaymentProvider', 'GET /payment_provider', {
    kind: 'query',
    scope: 'settings:read',
    roles: BUILDERS,
    response: paymentProvider,
    summary: 'Says where the payment provider has to send its webhooks.',
  }),
  operatorRoute('getPayPalAccount', 'GET /payment_provider/paypal', {
    kind: 'query',
    scope: 'settings:read',
    roles: BUILDERS,
    response: payPalAccount,
    summary: 'Says which account at PayPal is charged, and where PayPal has to send its webhooks.',
  }),
  operatorRoute('putPayPalAccount', 'PUT /payment_provider/paypal', {
    kind: 'command',
    scope: 'settings:write',
    roles: BUILDERS,
    body: putPayPalAccount,
    response: payPalAccount,
    errors: ['provider.keys_refused', 'provider.unavailable'],
    summary: 'Sets up, or replaces, the account at PayPal. The keys are tried without charging.',
    example: {
      mode: 'live',
      client_id: 'AeA1QIZXiflr1_-r0U2UbWTziOWX1GRQer5jkUq4ZfWT5qwb6qQRPq7jDtv57TL4POEEezGLdutcxnkJ',
      client_secret: 'EGnHDxD_qRPdaLdZz8iCr8N7_MzF-YHPTkjs6NKYQvQSBngp4PTTVWkPZRbL',
      webhook_id: '5ML55517T4853714A',
    },
  }),
  operatorRoute('listPayments', 'GET /payments', {
    ...seesPayments,
    query: obj({
      ...paging,
      customer: Type.Optional(id('cus')),
      invoice: Type.Optional(id('inv')),
      status: Type.Optional(payment.properties.status),
    }),
    response: listOf(payment),
    summary: 'Lists every try at collecting, newest first.',
  }),
  operatorRoute('refundPayment', 'POST /payments/{id}/refund', {
    kind: 'command',
    scope: 'payments:write',
    roles: MONEY_STAFF,
    params: { id: id('pay') },
    body: askedRefund,
    response: refund,
    status: 201,
    errors: [
      'payment.not_found',
      'payment.not_refundable',
      'payment.refund_exceeds',
      'payment.refund_needs_approval',
      'payment.disputed',
      'payment.deposit_held',
      'provider.not_configured',
    ],
    summary: 'Gives money back, all that is left unless an amount is named.',
    example: { amount: '500', reason: 'Goodwill' },
  }),
  operatorRoute('getReceipt', 'GET /payments/{id}/receipt', {
    ...seesPayments,
    params: { id: id('pay') },
    answer: 'raw',
    answerTypes: ['application/pdf'],
    errors: ['payment.not_found', 'payment.no_receipt'],
    summary: 'Gets the receipt of a payment as PDF; it is numbered at the first asking.',
  }),
  operatorRoute('listPaymentMethods', 'GET /customers/{id}/payment_methods', {
    ...seesPayments,
    params: { id: id('cus') },
    response: listOf(paymentMethod),
    errors: ['customer.not_found'],
    summary: 'Lists the payment methods of a customer.',
  }),
  operatorRoute('changePaymentMethod', 'PATCH /payment_methods/{id}', {
    kind: 'command',
    scope: 'payments:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('pm') },
    body: obj({ role: Type.Enum(['default', 'backup', 'none']) }),
    response: paymentMethod,
    errors: ['payment_method.not_found', 'payment_method.is_default'],
    summary: 'Makes a payment method the one that is charged, or the one that is tried when that fails.',
    example: { role: 'backup' },
  }),
  operatorRoute('detachPaymentMethod', 'DELETE /payment_methods/{id}', {
    kind: 'command',
    scope: 'payments:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('pm') },
    errors: ['payment_method.not_found', 'payment_method.in_use'],
    summary: 'Removes a payment method; the last one stays while a subscription is charged to it.',
  }),
  operatorRoute('attachPaymentMethod', 'POST /customers/{id}/payment_methods', {
    kind: 'command',
    scope: 'payments:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('cus') },
    body: obj({ provider_method_id: line(200), make_default: Type.Optional(Type.Boolean()) }),
    response: paymentMethod,
    status: 201,
    errors: [
      'customer.not_found',
      'payment.blocked',
      'payment.too_many_tries',
      'payment_method.refused',
      'provider.not_configured',
      'provider.unavailable',
    ],
    summary: 'Attaches a method that the provider already holds. Card data never comes here.',
    example: { provider_method_id: 'pm_card_visa' },
  }),
]);
