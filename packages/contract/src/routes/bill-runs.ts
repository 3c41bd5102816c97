import { byId, operatorRoute } from '../build.ts';
import { listOf, obj, paging } from '../common.ts';
import { billRun } from '../schemas/bill-runs.ts';
import { ANYONE } from '../scopes.ts';

export const billRunRoutes = byId([
  operatorRoute('listBillRuns', 'GET /bill_runs', {
    kind: 'query',
    scope: 'invoices:read',
    roles: ANYONE,
    query: obj(paging),
    response: listOf(billRun),
    summary: 'Lists large runs of billing, newest first, with how far they are and how long they will take.',
  }),
]);
