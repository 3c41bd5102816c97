import { createHash } from 'node:crypto';
import { counted } from '@billhook/core/kernel/counted';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { isDrawable } from '../../platform/picture.ts';
import { refuse } from '../../platform/refuse.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type { FileRequest, FileService, FileStore, NewFile, StoredFile } from './api.ts';
import { allowedTypes, maxBytes, typeByContent } from './content-type.ts';
import * as repo from './repo.ts';

type Deps = {
  transactor: Transactor;
  store: FileStore;
  /** HMAC of a text with a key of its own, base64url. */
  sign(text: string): string;
  /** Constant-time comparison of two texts. */
  same(left: string, right: string): boolean;
  /** Whether something rests on a file, of which this module knows nothing; nothing does where it is left out. */
  isInUse?(ctx: QueryCtx, fileId: string): Promise<boolean>;
};

const linkText = (tenantId: number, fileId: string, expiresAt: number) =>
  `file\n${tenantId}\n${fileId}\n${expiresAt}`;

export function createFileService(deps: Deps): FileService {
  return {
    store: (request, file) => store(deps, request, file),
    read: (request, fileId) => read(deps, request, fileId),
    remove: (request, fileId, why = 'asked') => remove(deps, request, fileId, why),
    link(tenantId, fileId, expiresAt) {
      return `expires=${expiresAt}&signature=${deps.sign(linkText(tenantId, fileId, expiresAt))}`;
    },
    linkIsValid(tenantId, fileId, expiresAt, signature, wallNow) {
      return expiresAt > wallNow && deps.same(signature, deps.sign(linkText(tenantId, fileId, expiresAt)));
    },
  };
}

async function checkedType(file: NewFile): Promise<string> {
  if (file.bytes.byteLength > maxBytes(file.purpose)) {
    refuse(
      'file.too_large',
      `A file of this kind may have at most ${counted(maxBytes(file.purpose), 'byte')}.`,
    );
  }
  const contentType = await typeByContent(file.purpose, file.name, file.bytes);
  if (file.purpose === 'logo' && contentType !== undefined && !isDrawable(file.bytes))
    refuse('file.type_not_allowed', 'The picture is damaged or has more than 16 million pixels.', {
      facts: { allowed: allowedTypes(file.purpose) },
    });
  return (
    contentType ??
    refuse('file.type_not_allowed', 'The content of this file is of a kind that cannot be stored here.', {
      facts: { allowed: allowedTypes(file.purpose) },
    })
  );
}

async function store(deps: Deps, request: FileRequest, file: NewFile): Promise<StoredFile> {
  const contentType = await checkedType(file);
  const row = await deps.transactor.command(request, async (ctx) => {
    const used = await repo.lockedUse(ctx);
    const quota = BigInt(ctx.tenant.settings.fileQuotaBytes);
    if (used + BigInt(file.bytes.byteLength) > quota) {
      refuse(
        'file.quota_exceeded',
        'This file does not fit into the space that is left. Delete files or raise the quota.',
        {
          facts: { used_bytes: used.toString(), quota_bytes: quota.toString() },
        },
      );
    }
    const id = ctx.newId();
    const pending: StoredFile = {
      id,
      purpose: file.purpose,
      customerId: file.customerId ?? null,
      name: file.name,
      contentType,
      byteSize: BigInt(file.bytes.byteLength),
      sha256: createHash('sha256').update(file.bytes).digest(),
      storageKey: `${ctx.tenant.publicId}/${Buffer.from(ctx.randomBytes(20)).toString('hex')}`,
      state: 'pending',
      createdAt: ctx.now as Instant,
    };
    await repo.insert(ctx, pending);
    ctx.audit({
      action: 'file.store',
      objectKind: 'file',
      objectId: encodeTypeId('file', id),
      details: { purpose: file.purpose, byte_size: file.bytes.byteLength },
    });
    return pending;
  });
  await deps.store.put(row.storageKey, file.bytes, contentType);
  const isKept = await deps.transactor.command(request, (ctx) => repo.move(ctx, row.id, 'pending', 'clean'));
  if (!isKept) throw new Error(`the upload ${row.id} took so long that it was given up`);
  return { ...row, state: 'clean' };
}

async function read(deps: Deps, request: FileRequest, fileId: string) {
  const file = await deps.transactor.query(request, (ctx) => repo.find(ctx, fileId));
  if (file?.state !== 'clean') refuse('file.not_found', 'There is no such file, or it cannot be downloaded.');
  const bytes = await deps.store.get(file.storageKey);
  if (!bytes || !createHash('sha256').update(bytes).digest().equals(Buffer.from(file.sha256))) {
    throw new Error(`the bytes of file ${fileId} are missing or differ from their checksum`);
  }
  return { file, bytes };
}

async function remove(
  deps: Deps,
  request: FileRequest,
  fileId: string,
  why: 'asked' | 'erasure',
): Promise<void> {
  const file = await deps.transactor.command(request, async (ctx) => {
    const found = await repo.find(ctx, fileId);
    if (found?.state !== 'clean') refuse('file.not_found', 'There is no such file.');
    if (found.purpose === 'invoice_pdf')
      refuse('file.in_use', 'The document of an invoice cannot be deleted.');
    if (found.purpose === 'tax_certificate')
      refuse('file.in_use', 'The paper of a certificate that was accepted cannot be deleted.');
    if (why === 'asked' && (await deps.isInUse?.(ctx, fileId)))
      refuse('file.in_use', 'This file was handed in with the answer to a dispute and stays as it was sent.');
    await repo.move(ctx, fileId, 'clean', 'deleted');
    ctx.audit({
      action: 'file.delete',
      objectKind: 'file',
      objectId: encodeTypeId('file', fileId),
      details: {},
    });
    return found;
  });
  await deps.store.delete(file.storageKey);
}
