import { byId, memberRoute, operatorRoute } from '../build.ts';
import { id, listOf, nothing } from '../common.ts';
import {
  acceptTaxCertificate,
  certificateFile,
  giveTaxCertificate,
  taxCertificate,
  whyNot,
} from '../schemas/tax-certificates.ts';
import { ANYONE, CUSTOMER_STAFF, MONEY_STAFF } from '../scopes.ts';

const decides = { kind: 'command', scope: 'customers:write', roles: MONEY_STAFF } as const;
const ofCertificate = {
  params: { id: id('cert') },
  response: taxCertificate,
  errors: ['tax_certificate.not_found', 'tax_certificate.decided'],
} as const;
const sample = {
  reason: 'resale',
  number: '32-1234567',
  country: 'US',
  regions: ['TX'],
  valid_from: '2026-01-01',
  valid_to: '2027-12-31',
};

export const taxCertificateRoutes = byId([
  operatorRoute('listTaxCertificates', 'GET /customers/{id}/tax_certificates', {
    kind: 'query',
    scope: 'customers:read',
    roles: ANYONE,
    params: { id: id('cus') },
    response: listOf(taxCertificate),
    errors: ['customer.not_found'],
    summary: 'Lists the certificates of a customer, newest first.',
  }),
  operatorRoute('addTaxCertificate', 'POST /customers/{id}/tax_certificates', {
    kind: 'command',
    scope: 'customers:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('cus') },
    body: giveTaxCertificate,
    response: taxCertificate,
    status: 201,
    errors: ['customer.not_found', 'file.not_found'],
    summary: 'Adds a certificate by which a customer is free of a tax. It counts once it was accepted.',
    example: sample,
  }),
  operatorRoute('acceptTaxCertificate', 'POST /tax_certificates/{id}/accept', {
    ...decides,
    ...ofCertificate,
    body: acceptTaxCertificate,
    summary: 'Accepts a certificate, with what was corrected: invoices of its days rest on it from now on.',
    example: { valid_to: '2027-06-30' },
  }),
  operatorRoute('refuseTaxCertificate', 'POST /tax_certificates/{id}/refuse', {
    ...decides,
    ...ofCertificate,
    body: whyNot,
    summary: 'Refuses a certificate that waits to be checked, and tells the customer why.',
    example: { why: 'It is made out to another company.' },
  }),
  operatorRoute('withdrawTaxCertificate', 'POST /tax_certificates/{id}/withdraw', {
    ...decides,
    ...ofCertificate,
    body: whyNot,
    summary: 'Withdraws a certificate that was accepted. Invoices that rest on it stay as they are.',
    example: { why: 'The tax office revoked it.' },
  }),
]);

export const myTaxCertificateRoutes = byId([
  memberRoute('listMyTaxCertificates', 'GET /tax/certificates', {
    kind: 'query',
    response: listOf(taxCertificate),
    errors: ['customer.not_found'],
    summary: 'Lists the certificates of the customer, newest first.',
  }),
  memberRoute('uploadMyTaxCertificate', 'POST /tax/certificate_files', {
    kind: 'command',
    bodyKind: 'multipart',
    body: nothing,
    response: certificateFile,
    status: 201,
    errors: ['customer.not_found', 'file.type_not_allowed', 'file.too_large', 'file.quota_exceeded'],
    summary: 'Stores the paper of a certificate that is given next.',
  }),
  memberRoute('giveMyTaxCertificate', 'POST /tax/certificates', {
    kind: 'command',
    body: giveTaxCertificate,
    response: taxCertificate,
    status: 201,
    errors: ['customer.not_found', 'file.not_found', 'tax_certificate.too_many'],
    summary: 'Gives a certificate to the seller, who checks it. It counts once it was accepted.',
    example: sample,
  }),
]);
