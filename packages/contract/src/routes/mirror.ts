import { Type } from 'typebox';
import { byId, memberRoute, operatorRoute } from '../build.ts';
import { customerRef, id, listOf, obj } from '../common.ts';
import {
  askStripe,
  openStripePage,
  stripeChange,
  stripeMirror,
  stripePage,
  stripePreview,
  stripeReport,
  stripeRun,
} from '../schemas/mirror.ts';
import { ANYONE, CUSTOMER_STAFF, MONEY_STAFF } from '../scopes.ts';

const settings = { scope: 'settings:write', roles: MONEY_STAFF } as const;
const provider = ['provider.not_configured', 'provider.unavailable'] as const;
const askErrors = [
  'subscription.not_found',
  'subscription.not_at_stripe',
  'subscription.already_canceled',
  'plan.not_found',
  'plan.currency_mismatch',
  'plan.not_at_stripe',
  ...provider,
] as const;

/** What Stripe computes, followed here. */
export const mirrorRoutes = byId([
  operatorRoute('getStripeMirror', 'GET /stripe_mirror', {
    kind: 'query',
    scope: 'settings:read',
    roles: ANYONE,
    response: stripeMirror,
    summary: 'Says how far what Stripe computes is followed, and what waits.',
  }),
  operatorRoute('syncStripeCatalogue', 'POST /stripe_mirror/catalogue', {
    kind: 'command',
    ...settings,
    body: stripeRun,
    response: stripeReport,
    errors: [...provider],
    summary:
      'Makes products and prices at Stripe and plans here stand for each other. Again, it changes nothing.',
    example: { dry_run: true },
  }),
  operatorRoute('importFromStripe', 'POST /stripe_mirror/import', {
    kind: 'command',
    ...settings,
    body: stripeRun,
    response: stripeReport,
    errors: [...provider],
    summary:
      'Takes in customers, payment methods, plans and subscriptions of the Stripe account. Again, it changes nothing.',
    example: { dry_run: true },
  }),
  operatorRoute('previewStripeChange', 'POST /subscriptions/{id}/stripe_changes/preview', {
    kind: 'query',
    scope: 'subscriptions:read',
    roles: ANYONE,
    params: { id: id('sub') },
    body: askStripe,
    response: stripePreview,
    errors: askErrors,
    summary: 'Asks Stripe what a change of a subscription that it computes would cost.',
    example: { action: 'quantity', quantity: 3 },
  }),
  operatorRoute('askStripeChange', 'POST /subscriptions/{id}/stripe_changes', {
    kind: 'command',
    scope: 'subscriptions:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('sub') },
    body: askStripe,
    response: stripeChange,
    status: 202,
    errors: [...askErrors, 'subscription.change_under_way'],
    summary: 'Asks Stripe to change a subscription that it computes; its word confirms it.',
    example: { action: 'quantity', quantity: 3 },
  }),
  operatorRoute('listStripeChanges', 'GET /subscriptions/{id}/stripe_changes', {
    kind: 'query',
    scope: 'subscriptions:read',
    roles: ANYONE,
    params: { id: id('sub') },
    response: listOf(stripeChange),
    errors: ['subscription.not_found'],
    summary: 'Lists what was asked of Stripe, newest first.',
  }),
  operatorRoute('openStripePortal', 'POST /customers/{id}/stripe_portal', {
    kind: 'command',
    scope: 'customers:write',
    roles: CUSTOMER_STAFF,
    params: { id: customerRef },
    body: openStripePage,
    response: stripePage,
    errors: ['customer.not_found', 'subscription.not_at_stripe', ...provider],
    summary: 'Makes a link to the page on which the customer looks after what Stripe bills.',
    example: { return_url: 'https://example.com/account' },
  }),
]);

/** The same in the hands of the customer's own people. */
export const myMirrorRoutes = byId([
  memberRoute('previewMyStripeChange', 'POST /stripe_changes/preview', {
    kind: 'query',
    query: obj({ subscription: Type.Optional(id('sub')) }),
    body: askStripe,
    response: stripePreview,
    errors: askErrors,
    summary: 'Asks Stripe what a change of the subscription would cost.',
    example: { action: 'quantity', quantity: 3 },
  }),
  memberRoute('askMyStripeChange', 'POST /stripe_changes', {
    kind: 'command',
    query: obj({ subscription: Type.Optional(id('sub')) }),
    body: askStripe,
    response: stripeChange,
    status: 202,
    errors: [...askErrors, 'subscription.change_under_way'],
    summary: 'Asks Stripe to change the subscription; its word confirms it.',
    example: { action: 'quantity', quantity: 3 },
  }),
  memberRoute('listMyStripeChanges', 'GET /stripe_changes', {
    kind: 'query',
    query: obj({ subscription: Type.Optional(id('sub')) }),
    response: listOf(stripeChange),
    errors: ['subscription.not_found'],
    summary: 'Lists what was asked of Stripe, newest first.',
  }),
  memberRoute('openMyStripePortal', 'POST /stripe_portal', {
    kind: 'command',
    body: openStripePage,
    response: stripePage,
    errors: ['customer.not_found', 'subscription.not_at_stripe', ...provider],
    summary: 'Makes a link to the page of Stripe for the card and the invoices.',
    example: { return_url: 'https://example.com/account' },
  }),
]);
