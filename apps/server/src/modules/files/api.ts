import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import * as repo from './repo.ts';

export { readUploaded } from './read-uploaded.ts';

/**
 * Where the bytes lie. Keys are random, made by us, and say nothing about the content. `put` returns once
 * the bytes are safe; writing the same key twice with the same bytes changes nothing.
 */
export type FileStore = {
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Undefined where no object lies under the key. */
  get(key: string): Promise<Uint8Array | undefined>;
  delete(key: string): Promise<void>;
};

/** One that can say whether it works. */
export type CheckedStore = FileStore & {
  /** Ends well where files can be kept, without keeping one. */
  check(): Promise<void>;
};

export type FilePurpose =
  | 'invoice_pdf'
  | 'logo'
  | 'upload'
  | 'export'
  | 'dispute_evidence'
  | 'tax_certificate';

export type StoredFile = {
  id: string;
  purpose: FilePurpose;
  customerId: string | null;
  name: string;
  contentType: string;
  byteSize: bigint;
  sha256: Uint8Array;
  storageKey: string;
  state: 'pending' | 'clean' | 'deleted';
  createdAt: number;
};

export type NewFile = {
  purpose: FilePurpose;
  name: string;
  bytes: Uint8Array;
  customerId?: string | undefined;
};

/** Storing takes two transactions with the bytes written between them, so it is a service and no command. */
export type FileService = {
  /**
   * Checks type by content, size and quota, keeps the bytes and the row. Nothing can be downloaded before
   * both are there. Refuses with `file.type_not_allowed`, `file.quota_exceeded`, `file.too_large`.
   */
  store(request: FileRequest, file: NewFile): Promise<StoredFile>;
  /** The bytes of a file that may be downloaded. Refuses with `file.not_found`. */
  read(request: FileRequest, fileId: string): Promise<{ file: StoredFile; bytes: Uint8Array }>;
  /**
   * Marks deleted first, then removes the bytes, so that no link leads to a missing object. Refuses with `file.in_use` what
   * something rests on; only an erasure takes evidence that was handed in.
   */
  remove(request: FileRequest, fileId: string, why?: 'asked' | 'erasure'): Promise<void>;
  /** Path and query of a link that works until `expiresAt` (wall time, epoch ms) without signing in. */
  link(tenantId: number, fileId: string, expiresAt: number): string;
  /** True while the link is unaltered and not expired. */
  linkIsValid(
    tenantId: number,
    fileId: string,
    expiresAt: number,
    signature: string,
    wallNow: number,
  ): boolean;
};

export type FileRequest = { tenantId: number; actor: QueryCtx['actor']; requestId: string | null };

/** The row of a file, whatever its state; undefined where the tenant has none of that id. */
export function getFile(ctx: QueryCtx, fileId: string): Promise<StoredFile | undefined> {
  return repo.find(ctx, fileId);
}

/** The names of files that are there, by id. */
export function fileNames(ctx: QueryCtx, fileIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return repo.names(ctx, fileIds);
}

/** From now on an upload is kept as documents are: nobody deletes what a tax rests on. */
export function keepAsProof(ctx: CommandCtx, fileId: string): Promise<void> {
  return repo.setPurpose(ctx, fileId, 'upload', 'tax_certificate');
}
