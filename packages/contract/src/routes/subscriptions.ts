import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { id, listOf, obj, paging, planRef } from '../common.ts';
import { upcomingInvoice } from '../schemas/invoices.ts';
import {
  createSubscription,
  previewSubscription,
  subscriptionPreview,
} from '../schemas/subscription-actions.ts';
import { billingThreshold, subscription, subscriptionStatus } from '../schemas/subscriptions.ts';
import { ANYONE, OPERATOR_ROLES } from '../scopes.ts';

const reads = { kind: 'query', scope: 'subscriptions:read', roles: ANYONE } as const;
const writes = {
  kind: 'command',
  scope: 'subscriptions:write',
  roles: OPERATOR_ROLES.filter((role) => role !== 'viewer'),
} as const;
const params = { id: id('sub') };

export const subscriptionRoutes = byId([
  operatorRoute('listSubscriptions', 'GET /subscriptions', {
    ...reads,
    query: obj({
      ...paging,
      customer: Type.Optional(id('cus')),
      plan: Type.Optional(planRef),
      status: Type.Optional(subscriptionStatus),
    }),
    response: listOf(subscription),
    summary: 'Lists subscriptions, newest first.',
  }),
  operatorRoute('createSubscription', 'POST /subscriptions', {
    ...writes,
    body: createSubscription,
    response: subscription,
    status: 201,
    errors: [
      'customer.not_found',
      'customer.parked',
      'plan.not_found',
      'plan.archived',
      'plan.currency_mismatch',
      'payment_method.not_found',
      'subscription.not_changeable',
      'billing.refused',
      'preview.stale',
      'preview.refused',
    ],
    summary: 'Starts a subscription.',
    example: { customer: 'acme', plan: 'pro', quantity: 1, collection: 'automatic' },
  }),
  operatorRoute('previewSubscription', 'POST /subscriptions/preview', {
    ...reads,
    body: previewSubscription,
    response: subscriptionPreview,
    errors: ['customer.not_found', 'plan.not_found', 'plan.archived', 'plan.currency_mismatch'],
    summary: 'Computes what starting a subscription would cost.',
    example: { customer: 'acme', plan: 'pro' },
  }),
  operatorRoute('getSubscription', 'GET /subscriptions/{id}', {
    ...reads,
    params,
    response: subscription,
    errors: ['subscription.not_found'],
    summary: 'Gets a subscription.',
  }),
  operatorRoute('setThreshold', 'POST /subscriptions/{id}/threshold', {
    ...writes,
    params,
    body: billingThreshold,
    response: subscription,
    errors: ['subscription.not_found', 'subscription.already_canceled'],
    summary: 'Sets from which amount on usage is billed inside its period. What is used already counts.',
    example: { source: 'subscription', amount: '50000' },
  }),
  operatorRoute('upcomingInvoice', 'GET /subscriptions/{id}/upcoming_invoice', {
    ...reads,
    params,
    response: upcomingInvoice,
    errors: ['subscription.not_found', 'subscription.already_canceled'],
    summary: 'Computes the next invoice from what is known now.',
  }),
]);
