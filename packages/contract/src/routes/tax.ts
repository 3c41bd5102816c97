import { byId, operatorRoute } from '../build.ts';
import { id } from '../common.ts';
import { customerTax, locationEvidence, locationEvidenceList } from '../schemas/tax.ts';
import { ANYONE, CUSTOMER_STAFF } from '../scopes.ts';

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
  operatorRoute('listLocationEvidence', 'GET /customers/{id}/location_evidence', {
    kind: 'query',
    scope: 'customers:read',
    roles: ANYONE,
    params: { id: id('cus') },
    response: locationEvidenceList,
    errors: ['customer.not_found'],
    summary: 'Lists what was kept of where a customer is, also what counts no more.',
  }),
  operatorRoute('keepLocationEvidence', 'POST /customers/{id}/location_evidence', {
    kind: 'command',
    scope: 'customers:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('cus') },
    body: locationEvidence,
    response: customerTax,
    errors: ['customer.not_found'],
    summary: 'Keeps what says where a customer is; an earlier piece of its kind counts no more.',
    example: { kind: 'ip_address', country: 'AT', detail: '192.0.2.7' },
  }),
]);
