import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, open } from '../../http/handlers.ts';
import type { QueryCtx } from '../../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';
import { findTenantByTypeId, tenantTypeId } from '../../platform/tenants.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type { FileStore } from '../files/api.ts';
import { beginExport } from './commands/create-export.ts';
import { answerFile, LINK_LIFE_MS, linkText } from './exports/download.ts';
import { KEPT_MS } from './exports/jobs.ts';
import { presentExport } from './exports/present.ts';
import { type ExportRecord, findExport, finishExport, listExports } from './exports/repo.ts';
import { presentSettings } from './present-settings.ts';
import { putDatevSettings } from './settings.ts';

type RouteIds =
  | 'createExport'
  | 'listExports'
  | 'getExport'
  | 'cancelExport'
  | 'createExportLink'
  | 'downloadExport'
  | 'getAccountingSettings'
  | 'putAccountingSettings';

export type ExportRouteDeps = {
  transactor: Transactor;
  store: FileStore;
  origin(): string;
  /** Looks at a source of due work soon. */
  wake(source: string): void;
  /** HMAC of a text with a key of its own. */
  sign(text: string): string;
  /** Constant-time comparison of two texts. */
  same(left: string, right: string): boolean;
};

const rowId = (text: string): string => {
  const id = decodeTypeId('exp', text);
  return id.ok ? id.value : refuse('export.not_found', 'There is no such export.');
};

async function found(ctx: QueryCtx, text: string): Promise<ExportRecord> {
  return (await findExport(ctx, rowId(text))) ?? refuse('export.not_found', 'There is no such export.');
}

/** Exports and what the tax adviser's program needs. */
export function exportRoutes(deps: ExportRouteDeps): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    createExport: async (ctx, { body }) => {
      const record = await beginExport(ctx, body);
      ctx.afterCommit(() => deps.wake('exports'));
      return presentExport(record);
    },
    listExports: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const after = readCursorId('exp', query.starting_after);
      const rows = await listExports(ctx, { limit, after, kind: query.kind ?? null });
      return pageOf(rows, limit, presentExport, ({ id }) => encodeTypeId('exp', id));
    },
    getExport: async (ctx, { params }) => presentExport(await found(ctx, params.id)),
    cancelExport: async (ctx, { params }) => {
      const { id } = await found(ctx, params.id);
      const end = { state: 'canceled', fault: null, expiresAt: ctx.wallNow + KEPT_MS } as const;
      if (!(await finishExport(ctx, id, end)))
        refuse('export.state', 'The export is not being written any more.');
      ctx.audit({ action: 'export.cancel', objectKind: 'export', objectId: params.id, details: {} });
      return presentExport(await found(ctx, params.id));
    },
    ...linkRoutes(deps),
    getAccountingSettings: (ctx) => presentSettings(ctx),
    putAccountingSettings: async (ctx, { body }) => {
      await putDatevSettings(ctx, body.datev);
      return presentSettings(ctx);
    },
  };
}

function linkRoutes(deps: ExportRouteDeps) {
  const { transactor } = deps;
  return {
    createExportLink: async (ctx, { params }) => {
      const record = await found(ctx, params.id);
      if (record.state !== 'done') refuse('export.state', 'There is no file of this export now.');
      const expiresAt = Math.min(ctx.wallNow + LINK_LIFE_MS, record.expiresAt ?? ctx.wallNow);
      ctx.audit({ action: 'export.link', objectKind: 'export', objectId: params.id, details: {} });
      const signature = deps.sign(linkText(ctx.tenant.id, record.id, expiresAt));
      const asked = `tenant=${tenantTypeId(ctx.tenant.publicId)}&expires=${expiresAt}&signature=${signature}`;
      return {
        object: 'export_link' as const,
        url: `${deps.origin()}/v1/exports/${params.id}/content?${asked}`,
        expires_at: iso(expiresAt),
      };
    },
    downloadExport: open(async (request, { params, query }) => {
      const tenant = await transactor.platform((sql) => findTenantByTypeId(sql, query.tenant));
      const text = linkText(tenant?.id ?? 0, rowId(params.id), query.expires);
      if (
        tenant === undefined ||
        query.expires <= transactor.wallNow() ||
        !deps.same(query.signature, deps.sign(text))
      )
        return refuse('file.link_invalid', 'This link has expired or was altered. Ask for a new one.');
      const actor = { kind: 'system' as const, id: 'export-link' };
      const asked = { tenantId: tenant.id, actor, requestId: request.requestId };
      const record = await transactor.query(asked, (ctx) => found(ctx, params.id));
      if (record.state !== 'done') refuse('export.not_found', 'The file of this export is gone.');
      return answerFile(deps, asked, record);
    }),
  } satisfies Partial<Handlers<OperatorRoutes>>;
}
