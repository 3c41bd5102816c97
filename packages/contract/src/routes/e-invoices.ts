import { Type } from 'typebox';
import { byId, memberRoute, operatorRoute } from '../build.ts';
import { id, nothing, obj } from '../common.ts';
import { documentDelivery, eInvoiceProfile } from '../schemas/e-invoices.ts';
import { MONEY_STAFF } from '../scopes.ts';

const ANYONE = ['owner', 'admin', 'finance', 'support', 'developer', 'viewer'] as const;
const reads = { kind: 'query', scope: 'invoices:read', roles: ANYONE } as const;
/** The one that stands in the PDF, where none is asked for. */
const asked = obj({ format: Type.Optional(eInvoiceProfile) });
const file = { query: asked, answer: 'raw', answerTypes: ['application/xml'] } as const;
const ofInvoice = { params: { id: id('inv') } } as const;
const ofNote = { params: { id: id('cn') } } as const;
const REFUSALS = ['document.taken_away', 'e_invoice.incomplete', 'e_invoice.not_possible'] as const;
const deliveries = obj({ object: Type.Literal('list'), data: Type.Array(documentDelivery) });

/** Documents as files for machines, and how they reached their readers. */
export const eInvoiceRoutes = byId([
  operatorRoute('getInvoiceEInvoice', 'GET /invoices/{id}/e_invoice', {
    ...reads,
    ...ofInvoice,
    ...file,
    errors: ['invoice.not_found', ...REFUSALS],
    summary: 'Gets an issued invoice as e-invoice by EN 16931: made once and the same bytes ever after.',
  }),
  operatorRoute('getCreditNoteEInvoice', 'GET /credit_notes/{id}/e_invoice', {
    ...reads,
    ...ofNote,
    ...file,
    errors: ['credit_note.not_found', ...REFUSALS],
    summary: 'Gets a credit note as e-invoice by EN 16931.',
  }),
  operatorRoute('listInvoiceDeliveries', 'GET /invoices/{id}/deliveries', {
    ...reads,
    ...ofInvoice,
    response: deliveries,
    errors: ['invoice.not_found'],
    summary: 'Lists how an invoice reached its readers, newest first.',
  }),
  operatorRoute('listCreditNoteDeliveries', 'GET /credit_notes/{id}/deliveries', {
    ...reads,
    ...ofNote,
    response: deliveries,
    errors: ['credit_note.not_found'],
    summary: 'Lists how a credit note reached its readers, newest first.',
  }),
  operatorRoute('resendDelivery', 'POST /deliveries/{id}/resend', {
    kind: 'command',
    scope: 'invoices:write',
    roles: MONEY_STAFF,
    params: { id: id('dlv') },
    body: nothing,
    response: obj({ object: Type.Literal('resent_delivery'), delivery: documentDelivery }),
    errors: ['delivery.not_found', 'delivery.not_refused'],
    summary: 'Sends what Peppol refused once more: the same file, to the same address.',
    example: {},
  }),
]);

const own = { kind: 'query' } as const;

/** The customer's own. */
export const myEInvoiceRoutes = byId([
  memberRoute('getMyEInvoice', 'GET /invoices/{id}/e_invoice', {
    ...own,
    ...ofInvoice,
    ...file,
    errors: ['invoice.not_found', ...REFUSALS],
    summary: 'Gets an invoice as e-invoice by EN 16931.',
  }),
  memberRoute('getMyCreditNoteEInvoice', 'GET /credit_notes/{id}/e_invoice', {
    ...own,
    ...ofNote,
    ...file,
    errors: ['credit_note.not_found', ...REFUSALS],
    summary: 'Gets a credit note as e-invoice by EN 16931.',
  }),
]);
