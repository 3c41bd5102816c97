import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { formatInstant, type Instant } from '@billhook/core/time/instant';
import { type Handlers, open, outside } from '../../http/handlers.ts';
import { refuse } from '../../platform/refuse.ts';
import { findTenantByTypeId, tenantTypeId } from '../../platform/tenants.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { type FilePurpose, type FileService, getFile, type StoredFile } from './api.ts';
import { readUploaded } from './read-uploaded.ts';

type RouteIds = 'uploadFile' | 'getFile' | 'getFileLink' | 'downloadFile' | 'deleteFile';

// Long enough to open a document, short enough that a forwarded link is soon dead.
const LINK_LIFE_MS = 15 * 60_000;

export function fileRoutes(deps: {
  transactor: Transactor;
  files: FileService;
  baseUrl: string;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    uploadFile: outside(async (request, { body }) => {
      const { name, bytes } = await readUploaded(body.file, body.purpose);
      const customerId =
        body.customer === undefined ? undefined : uuid('cus', body.customer, 'customer.not_found');
      return present(
        await deps.files.store(request, {
          purpose: body.purpose,
          name,
          bytes,
          customerId,
        }),
      );
    }),
    getFile: async (ctx, { params }) =>
      present(await visible(getFile(ctx, uuid('file', params.id, 'file.not_found')))),
    getFileLink: outside(async (request, { params }) => {
      const fileId = uuid('file', params.id, 'file.not_found');
      const tenant = await deps.transactor.query(request, async (ctx) => {
        await visible(getFile(ctx, fileId));
        return ctx.tenant;
      });
      const expiresAt = deps.transactor.wallNow() + LINK_LIFE_MS;
      const signed = deps.files.link(tenant.id, fileId, expiresAt);
      return {
        object: 'file_link',
        url: `${deps.baseUrl}/v1/files/${params.id}/content?tenant=${tenantTypeId(tenant.publicId)}&${signed}`,
        expires_at: formatInstant(expiresAt as Instant),
      };
    }),
    downloadFile: open(async (request, { params, query }) => {
      const tenant = await deps.transactor.platform((sql) => findTenantByTypeId(sql, query.tenant));
      const fileId = uuid('file', params.id, 'file.not_found');
      if (
        !tenant ||
        !deps.files.linkIsValid(tenant.id, fileId, query.expires, query.signature, deps.transactor.wallNow())
      ) {
        refuse('file.link_invalid', 'This link has expired or was altered. Ask for a new one.');
      }
      const { file, bytes } = await deps.files.read({ ...request, tenantId: tenant.id }, fileId);
      return { contentType: file.contentType, body: bytes, headers: downloadHeaders(file.name) };
    }),
    deleteFile: outside(async (request, { params }) => {
      await deps.files.remove(request, uuid('file', params.id, 'file.not_found'));
      return undefined;
    }),
  };
}

function uuid(prefix: string, text: string, code: 'file.not_found' | 'customer.not_found'): string {
  const decoded = decodeTypeId(prefix, text);
  return decoded.ok ? decoded.value : refuse(code, 'There is nothing of this id here.');
}

async function visible(found: Promise<StoredFile | undefined>): Promise<StoredFile> {
  const file = await found;
  return file && file.state !== 'deleted' ? file : refuse('file.not_found', 'There is no such file.');
}

/** A stored file is never shown inside our own pages: always a download, in a sandbox, with its type fixed. */
function downloadHeaders(name: string): Record<string, string> {
  return {
    'content-disposition': `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-store',
  };
}

function present(file: StoredFile) {
  return {
    id: encodeTypeId('file', file.id),
    object: 'file' as const,
    purpose: file.purpose as FilePurpose,
    customer: file.customerId === null ? null : encodeTypeId('cus', file.customerId),
    name: file.name,
    content_type: file.contentType,
    byte_size: Number(file.byteSize),
    sha256: Buffer.from(file.sha256).toString('hex'),
    state: file.state,
    created_at: formatInstant(file.createdAt as Instant),
  };
}
