import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { id, line, listOf, obj, paging } from '../common.ts';
import {
  createCustomer,
  customer,
  customerPhone,
  customerRow,
  liftTextStop,
  putCustomerPhone,
  updateCustomer,
} from '../schemas/customers.ts';
import { customerOverview } from '../schemas/overview.ts';
import { ANYONE, CUSTOMER_STAFF, OPERATOR_ROLES } from '../scopes.ts';

const STAFF_AND_DEVELOPERS = OPERATOR_ROLES.filter((role) => role !== 'viewer');

export const customerRoutes = byId([
  operatorRoute('listCustomers', 'GET /customers', {
    kind: 'query',
    scope: 'customers:read',
    roles: ANYONE,
    query: obj({
      ...paging,
      /** Finds names, e-mail addresses and external ids that contain it. */
      q: Type.Optional(line(200)),
      status: Type.Optional(
        Type.Enum(['active', 'trialing', 'past_due', 'paused', 'canceled', 'none', 'parked']),
      ),
    }),
    response: listOf(customerRow),
    summary: 'Lists customers, newest first.',
  }),
  operatorRoute('createCustomer', 'POST /customers', {
    kind: 'command',
    scope: 'customers:write',
    roles: STAFF_AND_DEVELOPERS,
    body: createCustomer,
    response: customer,
    status: 201,
    errors: ['customer.already_exists'],
    summary: 'Creates a customer.',
    example: {
      name: 'Acme GmbH',
      external_id: 'acme',
      email: 'billing@acme.example',
      currency: 'EUR',
      country: 'DE',
    },
  }),
  operatorRoute('getCustomer', 'GET /customers/{id}', {
    kind: 'query',
    scope: 'customers:read',
    roles: ANYONE,
    params: { id: id('cus') },
    response: customer,
    errors: ['customer.not_found'],
    summary: 'Gets a customer.',
  }),
  operatorRoute('updateCustomer', 'PATCH /customers/{id}', {
    kind: 'command',
    scope: 'customers:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('cus') },
    body: updateCustomer,
    response: customer,
    errors: ['customer.not_found', 'customer.already_exists', 'customer.currency_fixed'],
    summary: 'Changes the members that are given.',
    example: { name: 'Acme AG' },
  }),
  operatorRoute('getCustomerOverview', 'GET /customers/{id}/overview', {
    kind: 'query',
    scope: 'customers:read',
    roles: ANYONE,
    params: { id: id('cus') },
    response: customerOverview,
    errors: ['customer.not_found'],
    summary: 'Gets everything about a customer that fits one page.',
  }),
  operatorRoute('getCustomerPhone', 'GET /customers/{id}/phone', {
    kind: 'query',
    scope: 'customers:read',
    roles: ANYONE,
    params: { id: id('cus') },
    response: customerPhone,
    errors: ['customer.not_found'],
    summary: 'Gets the number at which a customer may be texted.',
  }),
  operatorRoute('putCustomerPhone', 'PUT /customers/{id}/phone', {
    kind: 'command',
    scope: 'customers:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('cus') },
    body: putCustomerPhone,
    response: customerPhone,
    errors: ['customer.not_found'],
    summary: 'Sets the number at which a customer may be texted, and whether its owner agreed.',
    example: { number: '+4915112345678', consent: true },
  }),
  operatorRoute('liftTextStop', 'POST /customers/{id}/phone/lift_stop', {
    kind: 'command',
    scope: 'customers:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('cus') },
    body: liftTextStop,
    response: customerPhone,
    errors: ['customer.not_found', 'customer.texts_not_stopped'],
    summary: 'Ends the stop of a number because its owner asked for it otherwise than by START.',
    example: { reason: 'Asked for texts again on the phone on 3 March.' },
  }),
  operatorRoute('removeCustomerPhone', 'DELETE /customers/{id}/phone', {
    kind: 'command',
    scope: 'customers:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('cus') },
    errors: ['customer.not_found'],
    summary: 'Forgets the number of a customer.',
  }),
]);
