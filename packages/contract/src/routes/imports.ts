import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { id, listOf, nothing, obj, paging } from '../common.ts';
import { createImport, dataImport, importLine, importOutcome } from '../schemas/imports.ts';
import { MONEY_STAFF } from '../scopes.ts';

const reads = { kind: 'query', scope: 'imports:read', roles: MONEY_STAFF } as const;
const makes = { kind: 'command', scope: 'imports:write', roles: MONEY_STAFF } as const;
const params = { id: id('imp') };

export const importRoutes = byId([
  operatorRoute('createImport', 'POST /imports', {
    ...makes,
    bodyKind: 'multipart',
    body: createImport,
    response: dataImport,
    status: 201,
    errors: ['import.not_read'],
    summary: 'Takes customers or subscriptions as CSV and begins a dry run. Nothing of it is written.',
  }),
  operatorRoute('listImports', 'GET /imports', {
    ...reads,
    query: obj(paging),
    response: listOf(dataImport),
    summary: 'Lists imports, newest first.',
  }),
  operatorRoute('getImport', 'GET /imports/{id}', {
    ...reads,
    params,
    response: dataImport,
    errors: ['import.not_found'],
    summary: 'Gets an import with how far it has come.',
  }),
  operatorRoute('listImportLines', 'GET /imports/{id}/lines', {
    ...reads,
    params,
    query: obj({ ...paging, outcome: Type.Optional(importOutcome) }),
    response: listOf(importLine),
    errors: ['import.not_found'],
    summary: 'Says line by line what would be done, or was done, and why not.',
  }),
  operatorRoute('runImport', 'POST /imports/{id}/run', {
    ...makes,
    params,
    body: nothing,
    response: dataImport,
    errors: ['import.not_found', 'import.state'],
    summary: 'Carries an import out after its dry run. Lines that are refused are left out.',
    example: {},
  }),
  operatorRoute('cancelImport', 'POST /imports/{id}/cancel', {
    ...makes,
    params,
    body: nothing,
    response: dataImport,
    errors: ['import.not_found', 'import.state'],
    summary: 'Stops an import. What was written stays.',
    example: {},
  }),
]);
