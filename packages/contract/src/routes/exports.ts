import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { id, listOf, nothing, obj, paging } from '../common.ts';
import { createExport, dataExport, exportKind, exportLink } from '../schemas/exports.ts';
import { MONEY_STAFF } from '../scopes.ts';

const reads = { kind: 'query', scope: 'exports:read', roles: MONEY_STAFF } as const;
const makes = { kind: 'command', scope: 'exports:write', roles: MONEY_STAFF } as const;
const params = { id: id('exp') };

export const exportRoutes = byId([
  operatorRoute('createExport', 'POST /exports', {
    ...makes,
    body: createExport,
    response: dataExport,
    status: 201,
    errors: ['export.not_possible', 'accounting.not_set_up', 'customer.not_found'],
    summary: 'Begins an export. It is written in the background, and its file is kept for a week.',
    example: { kind: 'invoices', format: 'csv', from: '2026-01-01', to: '2026-03-31' },
  }),
  operatorRoute('listExports', 'GET /exports', {
    ...reads,
    query: obj({ ...paging, kind: Type.Optional(exportKind) }),
    response: listOf(dataExport),
    summary: 'Lists exports, newest first.',
  }),
  operatorRoute('getExport', 'GET /exports/{id}', {
    ...reads,
    params,
    response: dataExport,
    errors: ['export.not_found'],
    summary: 'Gets an export with how far it has come.',
  }),
  operatorRoute('cancelExport', 'POST /exports/{id}/cancel', {
    ...makes,
    params,
    body: nothing,
    response: dataExport,
    errors: ['export.not_found', 'export.state'],
    summary: 'Stops an export that is not done.',
    example: {},
  }),
  operatorRoute('createExportLink', 'POST /exports/{id}/link', {
    ...makes,
    idempotency: 'exempt',
    params,
    body: nothing,
    response: exportLink,
    errors: ['export.not_found', 'export.state'],
    summary: 'Makes a link to the file that works for a quarter of an hour without signing in.',
    example: {},
  }),
  operatorRoute('downloadExport', 'GET /exports/{id}/content', {
    kind: 'query',
    access: 'public',
    params,
    query: obj({
      tenant: id('ten'),
      expires: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
      signature: Type.String({ minLength: 16, maxLength: 200, pattern: '^[A-Za-z0-9_=-]+$' }),
    }),
    answer: 'raw',
    answerTypes: ['application/octet-stream'],
    errors: ['export.not_found', 'file.link_invalid'],
    summary: 'Gets the file of an export by its link.',
  }),
]);
