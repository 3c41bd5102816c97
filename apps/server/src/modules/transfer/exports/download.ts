import { createHash } from 'node:crypto';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { RawAnswer } from '../../../http/handlers.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import type { FileRequest, FileStore } from '../../files/api.ts';
import { fileNameOf } from './present.ts';
import { type ExportRecord, partsOf, type StoredPart } from './repo.ts';
import { CONTENT_TYPES } from './writers.ts';

/** Long enough to begin a download, short enough that a forwarded link is soon dead. */
export const LINK_LIFE_MS = 15 * 60_000;

export const linkText = (tenantId: number, exportId: string, expiresAt: number) =>
  `export\n${tenantId}\n${exportId}\n${expiresAt}`;

/** The whole file, one piece in memory at a time. That it was fetched is kept before its first byte leaves. */
export async function answerFile(
  deps: { transactor: Transactor; store: FileStore },
  request: FileRequest,
  record: ExportRecord,
): Promise<RawAnswer> {
  const parts = await deps.transactor.command(request, async (ctx) => {
    ctx.audit({
      action: 'export.download',
      objectKind: 'export',
      objectId: encodeTypeId('exp', record.id),
      details: { kind: record.kind, format: record.format },
    });
    return partsOf(ctx, record.id);
  });
  return {
    contentType: CONTENT_TYPES[record.format],
    body: piecesOf(deps.store, parts),
    headers: {
      'content-length': String(record.byteSize),
      'content-disposition': `attachment; filename="${fileNameOf(record)}"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
    },
  };
}

/** Bytes that changed where they lie are an error, never an answer: the download breaks off. */
async function* piecesOf(store: FileStore, parts: readonly StoredPart[]): AsyncGenerator<Uint8Array> {
  for (const { part, storageKey, sha256 } of parts) {
    const bytes = await store.get(storageKey);
    if (bytes === undefined || !createHash('sha256').update(bytes).digest().equals(sha256))
      throw new Error(`part ${part} of an export is missing or differs from its checksum`);
    yield bytes;
  }
}
