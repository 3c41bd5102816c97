import type { OperatorRoutes } from '@billhook/contract/routes';
import { invariant } from '@billhook/core/kernel/invariant';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { parseInstant } from '@billhook/core/time/instant';
import type { Handlers } from '../../http/handlers.ts';
import { DEFAULT_LIMIT, pageOf } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import { customerRowId } from '../customers/api.ts';
import { closeCase } from '../support/api.ts';
import { presentCase, presentEvent } from './present.ts';
import { listCustomers } from './queries/customers.ts';
import { exportFacts } from './queries/export-facts.ts';
import { revenue } from './queries/revenue.ts';
import { caseById, cases, feed } from './repo.ts';

type RouteIds = 'getRevenue' | 'listFeed' | 'listCases' | 'closeCase' | 'listCustomers' | 'exportFacts';

export function analyticsRoutes(): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    getRevenue: (ctx, { query }) => revenue(ctx, query.currency),
    listFeed: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const rows = await feed(ctx, {
        limit,
        after: cursor('evt', query.starting_after),
        customerId: query.customer === undefined ? undefined : customerRowId(query.customer),
        type: query.type,
        since: query.since === undefined ? undefined : readTime(query.since),
      });
      return pageOf(rows, limit, presentEvent, (row) => encodeTypeId('evt', row.id));
    },
    listCases: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const rows = await cases(ctx, { limit, after: cursor('case', query.starting_after), open: query.open });
      return pageOf(rows, limit, presentCase, (row) => encodeTypeId('case', row.id));
    },
    closeCase: async (ctx, { params, body }) => {
      const id = caseRow(params.id);
      await closeCase(ctx, id, body.note ?? null);
      const row = await caseById(ctx, id);
      invariant(row !== undefined, 'A case that was closed exists.');
      return presentCase(row);
    },
    listCustomers: (ctx, { query }) => listCustomers(ctx, query),
    exportFacts: async (ctx) => ({ contentType: 'application/x-ndjson', body: await exportFacts(ctx) }),
  };
}

function caseRow(text: string): string {
  const id = decodeTypeId('case', text);
  return id.ok ? id.value : refuse('case.not_found', 'There is no such case.');
}

function cursor(prefix: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const id = decodeTypeId(prefix, text);
  if (id.ok) return id.value;
  const { code, detail } = id.refusal;
  return refuse('request.invalid', detail, { faults: [{ pointer: '/starting_after', code, detail }] });
}

function readTime(text: string) {
  const time = parseInstant(text);
  if (time.ok) return time.value;
  const { code, detail } = time.refusal;
  return refuse('request.invalid', detail, { faults: [{ pointer: '/since', code, detail }] });
}
