import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Instant } from '@billhook/core/time/instant';
import pg from 'pg';
import { writeAudit } from './audit.ts';
import { businessNow, type WallClock } from './clock.ts';
import type { Actor, AuditEntry, CommandCtx, OutboxEvent, QueryCtx } from './context.ts';
import type { Database } from './database.ts';
import type { Wake } from './due.ts';
import { createIdMaker, type RandomBytes } from './ids.ts';
import type { Log } from './log.ts';
import { createNewsBag, type NewsDesk } from './news.ts';
import { writeOutbox } from './outbox.ts';
import { type Sql, sqlOn } from './sql.ts';
import { TENANT_COLUMNS, type TenantRow, tenantContext } from './tenants.ts';

/** Who asks, for which tenant, under which request id. The tenant comes from authentication, never from a body. */
export type TransactionRequest = {
  tenantId: number;
  actor: Actor;
  requestId: string | null;
  /** Of a portal's user who belongs to several customers: the one that the request names. */
  chosenCustomer?: string | null;
};

export type Transactor = {
  /** One tenant, one transaction; outbox and audit rows are written with the effect. */
  command<T>(request: TransactionRequest, fn: (ctx: CommandCtx) => Promise<T>): Promise<T>;
  /** One tenant, one read-only snapshot. */
  query<T>(request: TransactionRequest, fn: (ctx: QueryCtx) => Promise<T>): Promise<T>;
  /** Tables outside row-level security: organizations, tenants, key look-up, operators. No tenant is set. */
  platform<T>(fn: (sql: Sql) => Promise<T>): Promise<T>;
  /** One statement outside any transaction, on tables outside row-level security: one round trip. */
  lookUp<T>(fn: (sql: Sql) => Promise<T>): Promise<T>;
  /** Reads single statements as the work role: a few columns of every tenant, to find due work. */
  work<T>(fn: (sql: Sql) => Promise<T>): Promise<T>;
  wallNow(): Instant;
  newId(): string;
};

export type TransactorOptions = {
  database: Database;
  clock: WallClock;
  randomBytes: RandomBytes;
  log: Log;
  /** Told after a commit which source may have work now. */
  wake?: Wake;
  /** Told after a commit whose rights may have changed. */
  news?: Pick<NewsDesk, 'tell'>;
};

/** The connection broke while COMMIT was under way: the effect may or may not stand. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

const MAX_TRIES = 4;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

const isLostRace = (error: unknown) => {
  const code = (error as { code?: unknown } | null)?.code;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK;
};

export function createTransactor(options: TransactorOptions): Transactor {
  const { database, clock } = options;
  const newId = createIdMaker(clock, options.randomBytes);
  return {
    command: (request, fn) => retrying(() => runCommand(options, newId, request, fn)),
    query: (request, fn) => runQuery(options, request, fn),
    platform: (fn) => retrying(() => inTransaction(database.runtime, fn)),
    lookUp: (fn) => fn(sqlOn(database.runtime)),
    work: (fn) => fn(sqlOn(database.work)),
    wallNow: clock,
    newId,
  };
}

/** A snapshot has nothing to commit, so the answer does not wait for its end; the connection does. */
async function runQuery<T>(
  options: TransactorOptions,
  request: TransactionRequest,
  fn: (ctx: QueryCtx) => Promise<T>,
): Promise<T> {
  const client = await options.database.runtime.connect();
  let result: T;
  try {
    const row = await begin(client, 'begin isolation level repeatable read read only', request.tenantId);
    result = await fn(queryCtx(client, row, request, options));
  } catch (error) {
    await endAfterFailure(client);
    throw error;
  }
  client.query('commit').then(
    () => client.release(),
    (error: Error) => client.release(error),
  );
  return result;
}

async function runCommand<T>(
  options: TransactorOptions,
  newId: () => string,
  request: TransactionRequest,
  fn: (ctx: CommandCtx) => Promise<T>,
): Promise<T> {
  const events: OutboxEvent[] = [];
  const entries: AuditEntry[] = [];
  const bag = createNewsBag(request.tenantId);
  const afterwards: (() => void)[] = [];
  const result = await withClient(options.database.runtime, async (client) => {
    const row = await begin(client, 'begin', request.tenantId);
    const ctx: CommandCtx = {
      ...queryCtx(client, row, request, options),
      newId,
      randomBytes: options.randomBytes,
      emit: (...added) => void events.push(...added),
      audit: (...added) => void entries.push(...added),
      outdate: bag.outdate,
      afterCommit: (action) => void afterwards.push(action),
    };
    const value = await fn(ctx);
    const frame = {
      tenantId: row.id,
      actor: request.actor,
      requestId: request.requestId,
      now: ctx.now,
      wallNow: ctx.wallNow,
      newId,
    };
    await writeOutbox(ctx.sql, frame, events);
    await writeAudit(ctx.sql, frame, entries);
    await commit(client);
    return value;
  });
  if (events.length > 0) options.wake?.('outbox', request.tenantId);
  for (const news of bag.news(events)) options.news?.tell(news);
  if (entries.length > 0) options.wake?.('audit-seal', request.tenantId);
  for (const action of afterwards) runQuietly(action, options.log);
  return result;
}

function runQuietly(action: () => void, log: Log): void {
  try {
    action();
  } catch (error) {
    log.error(
      { reason: error instanceof Error ? error.message : String(error) },
      'a wake-up after a commit failed',
    );
  }
}

function queryCtx(
  client: pg.ClientBase,
  row: TenantRow,
  request: TransactionRequest,
  options: TransactorOptions,
): QueryCtx {
  const wallNow = options.clock();
  return {
    sql: sqlOn(client),
    tenant: tenantContext(row),
    actor: request.actor,
    requestId: request.requestId,
    chosenCustomer: request.chosenCustomer ?? null,
    now: businessNow(row.frozen_at, wallNow),
    wallNow,
    processId: options.database.life.id,
  };
}

/**
 * Begins, sets the tenant and loads it, in one message of three statements: one round trip. The setting is a
 * statement of its own, because one made inside a query may be ignored by its plan. It ends with the transaction.
 */
async function begin(client: pg.ClientBase, opening: string, tenantId: number): Promise<TenantRow> {
  invariant(Number.isSafeInteger(tenantId) && tenantId > 0, 'A tenant is a positive whole number.');
  const results = (await client.query(
    `${opening}; select set_config('app.tenant', '${tenantId}', true); select ${TENANT_COLUMNS} from tenants where id = ${tenantId}`,
  )) as unknown as pg.QueryResult<TenantRow>[];
  const row = results[2]?.rows[0];
  invariant(row !== undefined, `There is no tenant ${tenantId}.`);
  return row;
}

async function inTransaction<T>(pool: pg.Pool, fn: (sql: Sql) => Promise<T>): Promise<T> {
  return withClient(pool, async (client) => {
    await client.query('begin');
    const result = await fn(sqlOn(client));
    await commit(client);
    return result;
  });
}

/** A transaction that failed before answers COMMIT with the tag ROLLBACK and no error, so the tag is looked at. */
async function commit(client: pg.ClientBase): Promise<void> {
  let tag: string;
  try {
    tag = (await client.query('commit')).command;
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw error;
    throw new OutcomeUnknown('The connection broke during COMMIT; whether it took effect is unknown.', {
      cause: error,
    });
  }
  invariant(tag === 'COMMIT', `The transaction ended with ${tag} instead of COMMIT.`);
}

/** Lends a connection for one transaction. */
async function withClient<T>(pool: pg.Pool, fn: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let result: T;
  try {
    result = await fn(client);
  } catch (error) {
    await endAfterFailure(client);
    throw error;
  }
  client.release();
  return result;
}

/** Rolls back and returns the connection; it is thrown away if even that does not work. */
async function endAfterFailure(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('rollback');
    client.release();
  } catch (error) {
    client.release(error instanceof Error ? error : true);
  }
}

/** A lost race (serialization failure, deadlock) changed nothing and is run again, up to three more times. */
async function retrying<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isLostRace(error) || tries === MAX_TRIES) throw error;
      await delay(randomInt(2, 12) * tries);
    }
  }
}
