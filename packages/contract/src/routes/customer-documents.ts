import { Type } from 'typebox';
import { byId, memberRoute, operatorRoute } from '../build.ts';
import { id, listOf, obj, paging } from '../common.ts';
import {
  createCustomerDocument,
  customerDocument,
  documentKind,
  previewedDocument,
} from '../schemas/customer-documents.ts';
import { ANYONE, MONEY_STAFF } from '../scopes.ts';

const reads = { kind: 'query', scope: 'invoices:read', roles: ANYONE } as const;
const params = { id: id('doc') };
const pdf = {
  params,
  answer: 'raw',
  answerTypes: ['application/pdf'],
  errors: ['document.not_found'],
  summary: 'Gets the document as PDF.',
} as const;

export const customerDocumentRoutes = byId([
  operatorRoute('createDocument', 'POST /customers/{id}/documents', {
    kind: 'command',
    scope: 'invoices:write',
    roles: MONEY_STAFF,
    params: { id: id('cus') },
    body: createCustomerDocument,
    response: customerDocument,
    status: 201,
    errors: [
      'customer.not_found',
      'subscription.not_found',
      'document.nothing_to_bill',
      'document.nothing_overdue',
    ],
    summary: 'Issues a pro-forma invoice, a statement of account or a dunning letter. Nothing is posted.',
    example: { kind: 'statement' },
  }),
  operatorRoute('previewDocument', 'GET /customers/{id}/documents/preview', {
    ...reads,
    params: { id: id('cus') },
    query: previewedDocument,
    answer: 'raw',
    answerTypes: ['application/pdf'],
    errors: [
      'customer.not_found',
      'subscription.not_found',
      'document.nothing_to_bill',
      'document.nothing_overdue',
    ],
    summary: 'Shows as PDF what would be issued now. It takes no number and is kept nowhere.',
  }),
  operatorRoute('sendDocument', 'POST /documents/{id}/send', {
    kind: 'command',
    scope: 'invoices:write',
    roles: MONEY_STAFF,
    params,
    response: customerDocument,
    errors: ['document.not_found', 'document.no_address'],
    summary: 'Sends a document to its customer by mail, in the language it was issued in.',
  }),
  operatorRoute('listDocuments', 'GET /documents', {
    ...reads,
    query: obj({ ...paging, customer: Type.Optional(id('cus')), kind: Type.Optional(documentKind) }),
    response: listOf(customerDocument),
    summary: 'Lists documents that are no invoices, newest first.',
  }),
  operatorRoute('getDocumentPdf', 'GET /documents/{id}/pdf', { ...reads, ...pdf }),
]);

export const myDocumentRoutes = byId([
  memberRoute('listMyDocuments', 'GET /documents', {
    kind: 'query',
    query: obj(paging),
    response: listOf(customerDocument),
    errors: ['customer.not_found'],
    summary: 'Lists own documents that are no invoices, newest first.',
  }),
  memberRoute('getMyDocumentPdf', 'GET /documents/{id}/pdf', {
    kind: 'query',
    ...pdf,
    errors: ['document.not_found', 'customer.not_found'],
  }),
]);
