import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, outside } from '../../http/handlers.ts';
import type { QueryCtx } from '../../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId, refuseCursor } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type { FileStore } from '../files/api.ts';
import { presentImport, presentLine } from './imports/present.ts';
import { readImportFile } from './imports/read-file.ts';
import {
  findImport,
  type ImportJob,
  insertImport,
  type JudgedLine,
  listImports,
  listLines,
  moveImport,
} from './imports/repo.ts';

type RouteIds =
  | 'createImport'
  | 'listImports'
  | 'getImport'
  | 'listImportLines'
  | 'runImport'
  | 'cancelImport';

const LARGEST_FILE_BYTES = 20_000_000;

type Deps = { transactor: Transactor; store: FileStore; wake(source: string): void };

async function found(ctx: QueryCtx, text: string): Promise<ImportJob> {
  const id = decodeTypeId('imp', text);
  const job = id.ok ? await findImport(ctx, id.value) : undefined;
  return job ?? refuse('import.not_found', 'There is no such import.');
}

/** Customers and subscriptions that come as CSV. */
export function importRoutes(deps: Deps): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    createImport: createRoute(deps),
    listImports: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const rows = await listImports(ctx, limit, readCursorId('imp', query.starting_after));
      return pageOf(rows, limit, presentImport, ({ id }) => encodeTypeId('imp', id));
    },
    getImport: async (ctx, { params }) => presentImport(await found(ctx, params.id)),
    listImportLines: async (ctx, { params, query }) => {
      const { id, kind } = await found(ctx, params.id);
      const limit = query.limit ?? DEFAULT_LIMIT;
      const after = Number(query.starting_after ?? '0');
      if (!Number.isSafeInteger(after) || after < 0) refuseCursor();
      const rows = await listLines(ctx, id, { limit, after, outcome: query.outcome ?? null });
      const show = (line: JudgedLine) => presentLine(kind, line);
      return pageOf(rows, limit, show, ({ position }) => String(position));
    },
    runImport: async (ctx, { params }) => {
      const { id } = await found(ctx, params.id);
      if (!(await moveImport(ctx, id, ['checked'], 'running', { isAnew: true })))
        refuse('import.state', 'An import runs once, after its dry run.');
      ctx.audit({ action: 'import.run', objectKind: 'import', objectId: params.id, details: {} });
      ctx.afterCommit(() => deps.wake('imports'));
      return presentImport(await found(ctx, params.id));
    },
    cancelImport: async (ctx, { params }) => {
      const { id } = await found(ctx, params.id);
      if (!(await moveImport(ctx, id, ['checking', 'checked', 'running'], 'canceled')))
        refuse('import.state', 'The import is over.');
      ctx.audit({ action: 'import.cancel', objectKind: 'import', objectId: params.id, details: {} });
      return presentImport(await found(ctx, params.id));
    },
  };
}

function createRoute({ transactor, store, wake }: Deps) {
  return outside<OperatorRoutes['createImport']>(async (request, { body }) => {
    const bytes = await readWhole(body.file.content);
    const delimiter = body.delimiter ?? ',';
    const { mapping, records } = readImportFile(body.kind, bytes, delimiter, readMapping(body.mapping));
    const id = transactor.newId();
    const storageKey = `imports/${request.tenantId}/${id}`;
    // The file lies there before the row says so; without the row nobody asks for it.
    await store.put(storageKey, bytes, 'text/csv');
    const fileName =
      body.file.fileName
        .replaceAll(/\p{Cc}/gu, '')
        .trim()
        .slice(0, 200) || 'import.csv';
    return transactor.command(request, async (ctx) => {
      const createdBy = ctx.actor.id;
      const rowsTotal = records.length;
      await insertImport(ctx, {
        id,
        kind: body.kind,
        fileName,
        storageKey,
        delimiter,
        mapping,
        rowsTotal,
        createdBy,
      });
      const objectId = encodeTypeId('imp', id);
      const details = { kind: body.kind, rows: rowsTotal };
      ctx.audit({ action: 'import.create', objectKind: 'import', objectId, details });
      ctx.afterCommit(() => wake('imports'));
      return presentImport(await found(ctx, objectId));
    });
  });
}

function readMapping(text: string | undefined): Record<string, string> {
  if (text === undefined || text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const isMapping =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((column) => typeof column === 'string');
  return isMapping
    ? (value as Record<string, string>)
    : refuse('import.not_read', 'The mapping is a JSON object: the column of the file by field.');
}

async function readWhole(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > LARGEST_FILE_BYTES) refuse('import.not_read', 'A file has up to 20 MB. Send it in parts.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
