import { Type } from 'typebox';
import { byId, memberRoute } from '../build.ts';
import {
  country,
  currency,
  id,
  line,
  listOf,
  nothing,
  obj,
  paging,
  planRef,
  seats,
  timeZone,
} from '../common.ts';
import {
  checkout,
  payInvoice,
  paymentOption,
  publicCatalogue,
  publicPriceAnswer,
  publicPricePreview,
  startCardCheckout,
  startCheckout,
} from '../schemas/checkout.ts';
import { addOnRef } from '../schemas/coupons.ts';
import { invoiceComparison, invoiceDiff, lineUsage } from '../schemas/documents.ts';
import { invoice, invoiceStatus, invoiceSummary, paymentMethod } from '../schemas/invoices.ts';
import { dashboard, memberUsage } from '../schemas/overview.ts';
import { myCustomer, portalSession } from '../schemas/portal-people.ts';
import { planSuggestions } from '../schemas/rights.ts';
import {
  cancelMySubscription,
  changeMyAddOn,
  changeMyPlan,
  endMyAddOn,
  mySubscriptionAction,
  pauseMySubscription,
  resumeMySubscription,
  subscriptionPreview,
  takeAddOn,
  undoMyStep,
} from '../schemas/subscription-actions.ts';
import { subscription } from '../schemas/subscriptions.ts';

const reads = { kind: 'query' } as const;
const writes = { kind: 'command' } as const;
const actionErrors = [
  'subscription.not_found',
  'subscription.not_changeable',
  'subscription.already_canceled',
  'subscription.paused',
  'preview.stale',
  'preview.refused',
  'customer.parked',
  'billing.refused',
] as const;
const changeErrors = [...actionErrors, 'plan.not_found', 'plan.archived', 'plan.currency_mismatch'] as const;

/** Why no page of a payment provider opens, whatever it is for. */
const PAGE_ERRORS = [
  'payment.blocked',
  'payment.too_many_tries',
  'provider.not_configured',
  'provider.unavailable',
] as const;

/** Which subscription of the customer is meant; left out, the latest that runs. */
const which = { query: obj({ subscription: Type.Optional(id('sub')) }) };

/** Where a customer is meant and the user belongs to several, the header `Billhook-Customer` names it. */
export const visitorRoutes = byId([
  memberRoute('getPortalSession', 'GET /session', {
    ...reads,
    access: 'public',
    response: portalSession,
    summary: 'Says who is signed in, and to whose portal.',
  }),
  memberRoute('getPublicCatalogue', 'GET /plans', {
    ...reads,
    access: 'public',
    query: obj({ currency: Type.Optional(currency) }),
    response: publicCatalogue,
    summary: 'Lists the plans on sale, in a currency where they are sold in it.',
  }),
  memberRoute('previewPublicPrice', 'POST /plans/preview', {
    ...reads,
    access: 'public',
    body: publicPricePreview,
    response: publicPriceAnswer,
    errors: ['plan.not_found', 'coupon.not_found', 'coupon.not_redeemable'],
    summary: 'Computes what a period of a plan would cost.',
    example: { plan: 'pro', quantity: 1, usage: { 'api-calls': '12000' } },
  }),
  memberRoute('listMyCustomers', 'GET /customers', {
    ...reads,
    response: listOf(myCustomer),
    summary: 'Lists the customers that the user belongs to.',
  }),
  memberRoute('signUpCustomer', 'POST /customers', {
    ...writes,
    body: obj({
      name: line(200),
      country: Type.Optional(country),
      time_zone: Type.Optional(timeZone),
      currency: Type.Optional(currency),
    }),
    response: myCustomer,
    status: 201,
    summary: 'Creates a customer that the user owns.',
    example: { name: 'Acme GmbH', country: 'DE' },
  }),
  memberRoute('changeMyCurrency', 'POST /currency', {
    ...writes,
    body: obj({ currency }),
    response: myCustomer,
    errors: ['customer.not_found', 'customer.currency_fixed'],
    summary: 'Chooses the currency that the customer buys in, as long as nothing was bought.',
    example: { currency: 'USD' },
  }),
]);

export const myPlanRoutes = byId([
  memberRoute('getDashboard', 'GET /dashboard', {
    ...reads,
    response: dashboard,
    errors: ['customer.not_found'],
    summary: 'Gets plans, next charge, usage and open invoices.',
  }),
  memberRoute('listMyUsage', 'GET /usage', {
    ...reads,
    response: listOf(memberUsage),
    errors: ['customer.not_found'],
    summary: 'Lists usage of the running periods by day.',
  }),
  memberRoute('suggestMyPlans', 'GET /plan_suggestions', {
    ...reads,
    ...which,
    response: planSuggestions,
    errors: ['customer.not_found', 'subscription.not_found'],
    summary: 'Prices what was really used on every plan on sale, the cheapest that holds it first.',
  }),
  memberRoute('getMySubscription', 'GET /subscription', {
    ...reads,
    ...which,
    response: subscription,
    errors: ['subscription.not_found'],
    summary: 'Gets a subscription; the latest that runs where none is named.',
  }),
  memberRoute('previewMyChange', 'POST /subscription/change/preview', {
    ...reads,
    ...which,
    body: obj({
      plan: Type.Optional(planRef),
      quantity: Type.Optional(seats),
      when: Type.Optional(Type.Enum(['now', 'period_end'])),
    }),
    response: subscriptionPreview,
    errors: changeErrors,
    summary: 'Computes what a change would cost.',
    example: { plan: 'enterprise' },
  }),
  memberRoute('changeMyPlan', 'POST /subscription/change', {
    ...writes,
    ...which,
    body: changeMyPlan,
    response: subscription,
    errors: changeErrors,
    summary: 'Changes plan or quantity.',
    example: { plan: 'enterprise', when: 'now' },
  }),
  memberRoute('cancelMySubscription', 'POST /subscription/cancel', {
    ...writes,
    ...which,
    body: cancelMySubscription,
    response: subscription,
    errors: actionErrors,
    summary: 'Cancels, at the end of the period unless said otherwise.',
    example: { when: 'period_end' },
  }),
  memberRoute('undoMySchedule', 'POST /subscription/undo', {
    ...writes,
    ...which,
    body: undoMyStep,
    response: subscription,
    errors: [...actionErrors, 'subscription.nothing_scheduled', 'subscription.step_not_found'],
    summary: 'Undoes one step of what is scheduled; without an id the end, or else the next step.',
    example: {},
  }),
  memberRoute('previewMyAction', 'POST /subscription/preview', {
    ...reads,
    ...which,
    body: mySubscriptionAction,
    response: subscriptionPreview,
    errors: [
      ...changeErrors,
      'subscription.not_pausable',
      'subscription.not_paused',
      'subscription.step_not_found',
      'add_on.not_found',
      'add_on.not_available',
      'add_on.not_added',
    ],
    summary: 'Computes what an action would do and cost.',
    example: { action: 'cancel', when: 'period_end' },
  }),
  memberRoute('pauseMySubscription', 'POST /subscription/pause', {
    ...writes,
    ...which,
    body: pauseMySubscription,
    response: subscription,
    errors: [...actionErrors, 'subscription.not_pausable'],
    summary: 'Pauses from now on, where the seller allows it. What is paid for runs on.',
    example: { until: '2026-12-01T00:00:00Z' },
  }),
  memberRoute('resumeMySubscription', 'POST /subscription/resume', {
    ...writes,
    ...which,
    body: resumeMySubscription,
    response: subscription,
    errors: [...actionErrors, 'subscription.not_paused'],
    summary: 'Resumes a paused subscription.',
    example: {},
  }),
  memberRoute('takeMyAddOn', 'POST /subscription/add_ons', {
    ...writes,
    ...which,
    body: takeAddOn,
    response: subscription,
    errors: [...actionErrors, 'add_on.not_found', 'add_on.not_available'],
    summary: 'Takes an add-on beside the plan.',
    example: { add_on: 'extra-storage', quantity: 1 },
  }),
  memberRoute('changeMyAddOn', 'POST /subscription/add_ons/{add_on}/quantity', {
    ...writes,
    ...which,
    params: { add_on: addOnRef },
    body: changeMyAddOn,
    response: subscription,
    errors: [...actionErrors, 'add_on.not_found', 'add_on.not_added'],
    summary: 'Changes how often an add-on is taken.',
    example: { quantity: 2 },
  }),
  memberRoute('endMyAddOn', 'POST /subscription/add_ons/{add_on}/end', {
    ...writes,
    ...which,
    params: { add_on: addOnRef },
    body: endMyAddOn,
    response: subscription,
    errors: [...actionErrors, 'add_on.not_found', 'add_on.not_added'],
    summary: 'Takes an add-on away, at the end of the period unless said otherwise.',
    example: {},
  }),
]);

export const myMoneyRoutes = byId([
  memberRoute('listMyInvoices', 'GET /invoices', {
    ...reads,
    query: obj({ ...paging, status: Type.Optional(invoiceStatus) }),
    response: listOf(invoiceSummary),
    errors: ['customer.not_found'],
    summary: 'Lists invoices, newest first.',
  }),
  memberRoute('getMyInvoice', 'GET /invoices/{id}', {
    ...reads,
    params: { id: id('inv') },
    response: invoice,
    errors: ['invoice.not_found'],
    summary: 'Gets an invoice with its lines, each explained.',
  }),
  memberRoute('getMyInvoicePdf', 'GET /invoices/{id}/pdf', {
    ...reads,
    params: { id: id('inv') },
    answer: 'raw',
    answerTypes: ['application/pdf'],
    errors: ['invoice.not_found'],
    summary: 'Gets the invoice as PDF.',
  }),
  memberRoute('getMyInvoiceDocument', 'GET /invoices/{id}/document', {
    ...reads,
    params: { id: id('inv') },
    answer: 'raw',
    answerTypes: ['application/json'],
    errors: ['invoice.not_found'],
    summary: 'Gets the frozen document, byte by byte as it was hashed at issue.',
  }),
  memberRoute('diffMyInvoice', 'GET /invoices/{id}/diff', {
    ...reads,
    params: { id: id('inv') },
    response: invoiceDiff,
    errors: ['invoice.not_found', 'invoice.not_comparable'],
    summary: 'Says why the total differs from that of the invoice before.',
  }),
  memberRoute('compareMyInvoices', 'GET /invoices/{id}/comparison', {
    ...reads,
    params: { id: id('inv') },
    query: obj({ against: id('inv') }),
    response: invoiceComparison,
    errors: ['invoice.not_found', 'invoice.not_comparable'],
    summary: 'Puts two invoices side by side, line by line, and says why each differs.',
  }),
  memberRoute('getMyLineUsage', 'GET /invoice_lines/{id}/usage', {
    ...reads,
    params: { id: id('il') },
    response: lineUsage,
    errors: ['invoice_line.not_found', 'invoice_line.not_metered'],
    summary: 'Says how much was used on each day that a line is for.',
  }),
  memberRoute('getMyCreditNotePdf', 'GET /credit_notes/{id}/pdf', {
    ...reads,
    params: { id: id('cn') },
    answer: 'raw',
    answerTypes: ['application/pdf'],
    errors: ['credit_note.not_found'],
    summary: 'Gets a credit note as PDF.',
  }),
  memberRoute('payInvoice', 'POST /invoices/{id}/pay', {
    ...writes,
    params: { id: id('inv') },
    body: payInvoice,
    response: checkout,
    status: 201,
    errors: [
      'invoice.billed_at_stripe',
      'invoice.not_found',
      'invoice.not_open',
      'invoice.collection_running',
      ...PAGE_ERRORS,
    ],
    summary: 'Starts paying an open invoice.',
    example: { success_url: 'https://shop.example/paid', cancel_url: 'https://shop.example/invoices' },
  }),
  memberRoute('startCheckout', 'POST /checkouts', {
    ...writes,
    body: startCheckout,
    response: checkout,
    status: 201,
    errors: [
      'plan.not_at_stripe',
      'plan.not_found',
      'plan.archived',
      'plan.currency_mismatch',
      'subscription.already_exists',
      'coupon.not_found',
      'coupon.not_redeemable',
      ...PAGE_ERRORS,
      'customer.not_found',
    ],
    summary: 'Starts buying a plan.',
    example: {
      plan: 'pro',
      success_url: 'https://shop.example/welcome',
      cancel_url: 'https://shop.example/plans',
    },
  }),
  memberRoute('getCheckout', 'GET /checkouts/{id}', {
    ...reads,
    params: { id: id('chk') },
    response: checkout,
    errors: ['checkout.not_found'],
    summary: 'Says how far a checkout has come.',
  }),
  memberRoute('listPaymentOptions', 'GET /payment_options', {
    ...reads,
    response: listOf(paymentOption),
    errors: ['customer.not_found'],
    summary: 'Lists the ways to pay that the seller offers, the first choice first.',
  }),
  memberRoute('startCardCheckout', 'POST /payment_methods/checkout', {
    ...writes,
    body: startCardCheckout,
    response: checkout,
    status: 201,
    errors: [...PAGE_ERRORS, 'customer.not_found'],
    summary: 'Starts adding a card.',
    example: { success_url: 'https://shop.example/cards', cancel_url: 'https://shop.example/cards' },
  }),
  memberRoute('listMyPaymentMethods', 'GET /payment_methods', {
    ...reads,
    response: listOf(paymentMethod),
    errors: ['customer.not_found'],
    summary: 'Lists payment methods.',
  }),
  memberRoute('makeDefaultPaymentMethod', 'POST /payment_methods/{id}/default', {
    ...writes,
    params: { id: id('pm') },
    body: nothing,
    response: paymentMethod,
    errors: ['payment_method.not_found'],
    summary: 'Makes a method the one that is charged.',
    example: {},
  }),
  memberRoute('removePaymentMethod', 'DELETE /payment_methods/{id}', {
    ...writes,
    params: { id: id('pm') },
    errors: ['payment_method.not_found', 'payment_method.in_use'],
    summary: 'Removes a payment method.',
  }),
]);
