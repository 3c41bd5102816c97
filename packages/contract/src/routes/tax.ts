import { byId, operatorRoute } from '../build.ts';
import { id } from '../common.ts';
import { customerTax } from '../schemas/tax.ts';
import { ANYONE } from '../scopes.ts';

export const taxRoutes = byId([
  operatorRoute('getCustomerTax', 'GET /customers/{id}/tax', {
    kind: 'query',
    scope: 'customers:read',
    roles: ANYONE,
    params: { id: id('cus') },
    response: customerTax,
    errors: ['customer.not_found'],
    summary: 'Gets which tax a customer pays, and why.',
  }),
]);
