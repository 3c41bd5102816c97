import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Handlers } from '../../http/handlers.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../../platform/page.ts';
import { presentTransactions, presentTrialBalance } from './present.ts';
import * as repo from './repo.ts';

type RouteIds = 'getTrialBalance' | 'listLedgerEntries';

const SOURCE_PREFIXES = ['inv', 'pay', 're', 'dp'];

/** Any id of the wire, or a row id, as a row id; text that is neither names nothing. */
function sourceRow(text: string | undefined): string | null {
  if (text === undefined) return null;
  for (const prefix of SOURCE_PREFIXES) {
    const id = decodeTypeId(prefix, text);
    if (id.ok) return id.value;
  }
  return '00000000-0000-0000-0000-000000000000';
}

const rowOf = (prefix: string, text: string | undefined): string | null => {
  const id = text === undefined ? undefined : decodeTypeId(prefix, text);
  return id?.ok ? id.value : null;
};

export function ledgerRoutes(): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    getTrialBalance: async (ctx) => presentTrialBalance(await repo.sumAccounts(ctx), ctx.now),
    listLedgerEntries: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const rows = await repo.listTransactions(ctx, {
        limit: limit + 1,
        account: query.account ?? null,
        customerId: rowOf('cus', query.customer),
        sourceId: sourceRow(query.source_id),
        after: readCursorId('lt', query.starting_after),
      });
      const entries = await repo.entriesOf(
        ctx,
        rows.map((row) => row.id),
      );
      return pageOf(
        presentTransactions(rows, entries),
        limit,
        (row) => row,
        (row) => encodeTypeId('lt', decodedRow(row.id)),
      );
    },
  };
}

function decodedRow(id: string): string {
  return rowOf('lt', id) ?? '';
}
