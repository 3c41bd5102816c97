import { createHash } from 'node:crypto';
import type { CommandCtx } from './context.ts';
import type { SecretBox } from './crypto.ts';
import type { DueSource } from './due.ts';
import { refuse } from './refuse.ts';
import { iso } from './sql.ts';
import { sweepSource } from './sweep.ts';
import type { Transactor } from './transaction.ts';

/** What makes a request the same request: who, which key, what operation with which parameters and body. */
export type IdempotentRequest = {
  principal: string;
  key: string;
  operation: string;
  requestHash: Buffer;
};

export type StoredAnswer = { status: number; body: string; contentType: string };

/** While an operation that leaves the transaction is under way, its record has this status. */
const UNDER_WAY = 0;
/** An operation whose process died is free to be tried again after this time. */
const ABANDONED_AFTER_MS = 60_000;
const KEPT_MS = 30 * 86_400_000;

export function hashRequest(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    // The length comes first, so that two lists of parts never run into the same bytes.
    hash.update(`${bytes.byteLength}:`).update(bytes);
  }
  return hash.digest();
}

type Row = {
  operation: string;
  requestHash: Buffer;
  status: number;
  body: string;
  contentType: string;
  recordedAt: number;
};

/**
 * Looks for what was answered before. The advisory lock is held to the end of the transaction, so that of two
 * equal requests at once one works and the other is told so.
 * @returns the stored answer, or undefined if the request is new
 */
export async function findAnswer(
  ctx: CommandCtx,
  box: SecretBox,
  request: IdempotentRequest,
): Promise<StoredAnswer | undefined> {
  const lockKey = createHash('sha256')
    .update(`${ctx.tenant.id}/${request.principal}/${request.key}`)
    .digest()
    .readBigInt64BE();
  const lock = await ctx.sql.row<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [
    lockKey,
  ]);
  if (!lock?.taken) refuseInProgress();
  const row = await ctx.sql.row<Row>(
    `select operation, request_hash as "requestHash", status, body, content_type as "contentType", recorded_at as "recordedAt"
     from idempotency_keys where tenant_id = $1 and principal = $2 and key = $3`,
    [ctx.tenant.id, request.principal, request.key],
  );
  if (row === undefined) return undefined;
  if (row.recordedAt < ctx.wallNow - KEPT_MS) {
    await forget(ctx, request);
    return undefined;
  }
  if (row.operation !== request.operation || !row.requestHash.equals(request.requestHash)) {
    refuse(
      'idempotency.key_reused',
      'This Idempotency-Key was used before for a different request. Use a new key for a new request.',
    );
  }
  if (row.status !== UNDER_WAY)
    return {
      status: row.status,
      body: box.open(Buffer.from(row.body, 'base64'), place(ctx)),
      contentType: row.contentType,
    };
  if (row.recordedAt > ctx.wallNow - ABANDONED_AFTER_MS) refuseInProgress();
  await forget(ctx, request);
  return undefined;
}

const place = (ctx: CommandCtx) => ({ tenantId: ctx.tenant.id, column: 'idempotency_keys.body' });

/** Keeps the answer in the transaction of the effect. It is sealed: the answer may show a new key, which is stored nowhere else. */
export async function keepAnswer(
  ctx: CommandCtx,
  box: SecretBox,
  request: IdempotentRequest,
  answer: StoredAnswer,
): Promise<void> {
  await write(ctx, request, { ...answer, body: box.seal(answer.body, place(ctx)).toString('base64') });
}

async function write(ctx: CommandCtx, request: IdempotentRequest, answer: StoredAnswer): Promise<void> {
  await ctx.sql.run(
    `insert into idempotency_keys (tenant_id, principal, key, operation, request_hash, status, body, content_type, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, principal, key) do update
       set status = excluded.status, body = excluded.body, content_type = excluded.content_type`,
    [
      ctx.tenant.id,
      request.principal,
      request.key,
      request.operation,
      request.requestHash,
      answer.status,
      answer.body,
      answer.contentType,
      iso(ctx.wallNow),
    ],
  );
}

/** Marks the key as taken, for an operation that has several transactions with a call to the outside between them. */
export async function reserveAnswer(ctx: CommandCtx, request: IdempotentRequest): Promise<void> {
  await write(ctx, request, { status: UNDER_WAY, body: '', contentType: '' });
}

/** Frees the key of an operation that was refused and changed nothing. */
export async function forget(ctx: CommandCtx, request: IdempotentRequest): Promise<void> {
  await ctx.sql.run('delete from idempotency_keys where tenant_id = $1 and principal = $2 and key = $3', [
    ctx.tenant.id,
    request.principal,
    request.key,
  ]);
}

/** Removes answers older than thirty days. */
export function idempotencyCleanUpSource(transactor: Transactor): DueSource {
  return sweepSource(transactor, 'idempotency-clean-up', (request) =>
    transactor.command(request, removeOldAnswers),
  );
}

async function removeOldAnswers(ctx: CommandCtx): Promise<number> {
  return ctx.sql.run('delete from idempotency_keys where tenant_id = $1 and recorded_at < $2', [
    ctx.tenant.id,
    iso(ctx.wallNow - KEPT_MS),
  ]);
}

function refuseInProgress(): never {
  refuse(
    'idempotency.in_progress',
    'A request with this Idempotency-Key is being worked on. Wait a moment and send it again.',
  );
}
