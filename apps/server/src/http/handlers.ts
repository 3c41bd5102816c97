import type { Readable } from 'node:stream';
import type { Actor, CommandCtx, QueryCtx } from '../platform/context.ts';

/**
 * An answer that is not JSON of status 200 (or 201, where the contract says so): a file, CSV, a stream.
 * A handler returns it in place of the body.
 */
export class RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | Readable | null;

  constructor(answer: {
    status?: number;
    headers: Record<string, string>;
    body: Uint8Array | string | Readable | null;
  }) {
    this.status = answer.status ?? 200;
    this.headers = answer.headers;
    this.body = answer.body;
  }
}

/** What a handler gets that works outside a transaction: who asks, and the key that names this very request. */
export type OutsideRequest = {
  tenantId: number;
  actor: Actor;
  requestId: string;
  /** Key of the caller, or one made for this request: stable over repeats, so that calls to the outside carry it on. */
  idempotencyKey: string;
  /** Raw bytes of the body, where the contract takes something else than JSON. */
  rawBody: Uint8Array | null;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Ends when the caller goes away. */
  signal: AbortSignal;
};

/** Reads in one snapshot. */
export type QueryHandler<Input, Output> = (ctx: QueryCtx, input: Input) => Promise<Output | RawAnswer>;
/** Changes in one transaction; the idempotency record is written with the effect. */
export type CommandHandler<Input, Output> = (ctx: CommandCtx, input: Input) => Promise<Output | RawAnswer>;
/**
 * Calls the outside between two transactions of its own (write the intent, commit, call, write the outcome), or
 * reads bytes or streams. Made by `outside()`.
 */
export type OutsideHandler<Input, Output> = {
  readonly outside: (request: OutsideRequest, input: Input) => Promise<Output | RawAnswer>;
};

export function outside<Input, Output>(
  handle: (request: OutsideRequest, input: Input) => Promise<Output | RawAnswer>,
): OutsideHandler<Input, Output> {
  return { outside: handle };
}
