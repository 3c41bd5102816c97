import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Instant } from '@billhook/core/time/instant';
import pg from 'pg';
import { writeAudit } from './audit.ts';
import { businessNow, type WallClock } from './clock.ts';
import type { Actor, AuditEntry, CommandCtx, EarlyCtx, OutboxEvent, QueryCtx } from './context.ts';
import type { Database } from './database.ts';
import type { Wake } from './due.ts';
import { createIdMaker, type IdMaker, type RandomBytes } from './ids.ts';
import { endAfterFailure, type Line, openLine, withClient } from './lending.ts';
import type { Log } from './log.ts';
import { createNewsBag, type NewsDesk } from './news.ts';
import { writeOutbox } from './outbox.ts';
import { createRecent, type Recent } from './recent.ts';
import { closable, type Sql, sqlOn } from './sql.ts';
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
  /**
   * As `command`, for a hot path: what `early` sends goes over the wire together with BEGIN, and `fn` gets its answers.
   * A transaction then waits for the database twice instead of once a statement.
   */
  commandAfter<E, T>(
    request: TransactionRequest,
    early: (ctx: EarlyCtx) => Promise<E>,
    fn: (ctx: CommandCtx, early: E) => Promise<T>,
  ): Promise<T>;
  /**
   * As `command`, in one round trip: BEGIN, all that `fn` sends and COMMIT go over the wire together. `fn` works with the
   * tenant as this process last saw it, so its statements themselves end the transaction where something is not as it was
   * taken to be (`app.insist`); an answer that it waits for is one more round trip. It publishes nothing. Undefined where the tenant is not known.
   *
   * @param line in which it is sent before those before it are answered
   */
  commandAtOnce<T extends object>(
    request: TransactionRequest,
    fn: (ctx: CommandCtx) => Promise<T>,
    line?: Line,
  ): Promise<T> | undefined;
  /** What one tenant sends over it is not held up by others. */
  openLine(): Line;
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
  /** Called with everything that a command has published, before it is committed: what must be true with it. */
  follow?: (ctx: CommandCtx, events: readonly OutboxEvent[]) => Promise<void>;
  /**
   * Called with the error of a transaction that was rolled back, with nothing locked. True: what it lacked is there now, and
   * it is run again.
   */
  recover?: (request: TransactionRequest, error: unknown) => Promise<boolean>;
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
  const ids = createIdMaker(clock, options.randomBytes);
  const seen = createRecent<number, SeenTenant>(MOST_TENANTS);
  const maker = { options, ids, seen };
  return {
    command: (request, fn) =>
      recovering(options, request, () => retrying(() => runCommand(maker, request, nothingEarly, fn))),
    commandAfter: (request, early, fn) => retrying(() => runCommand(maker, request, early, fn)),
    commandAtOnce(request, fn, line) {
      const tenant = seen.get(request.tenantId);
      return tenant === undefined ? undefined : runAtOnce(maker, request, tenant, fn, line);
    },
    openLine: () => openLine(database.runtime),
    query: (request, fn) => recovering(options, request, () => runQuery(options, request, fn)),
    platform: (fn) => retrying(() => inTransaction(database.runtime, fn)),
    lookUp: (fn) => fn(sqlOn(database.runtime)),
    work: (fn) => fn(sqlOn(database.work)),
    wallNow: clock,
    newId: ids.newId,
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

const nothingEarly = async () => undefined;

/** What the command does, and the rows that tell of it. */
async function applied<T>(
  ctx: CommandCtx,
  work: () => Promise<T>,
  events: readonly OutboxEvent[],
  entries: readonly AuditEntry[],
  follow: TransactorOptions['follow'],
): Promise<T> {
  const value = await work();
  if (events.length > 0) await follow?.(ctx, [...events]);
  const { tenant, actor, requestId, now, wallNow, newId } = ctx;
  const frame = { tenantId: tenant.id, actor, requestId, now, wallNow, newId };
  await writeOutbox(ctx.sql, frame, events);
  await writeAudit(ctx.sql, frame, entries);
  return value;
}

/** A tenant's row with the number of the transaction that wrote it. */
type SeenTenant = TenantRow & { mark: string };
const MOST_TENANTS = 500;

type Maker = { options: TransactorOptions; ids: IdMaker; seen: Recent<number, SeenTenant> };

/** What a command gathers until its commit, and does after it. */
function openCommand({ options, ids }: Maker, request: TransactionRequest) {
  const events: OutboxEvent[] = [];
  const entries: AuditEntry[] = [];
  const bag = createNewsBag(request.tenantId);
  const afterwards: (() => void)[] = [];
  const sent: Promise<unknown>[] = [];
  return {
    events,
    entries,
    sent,
    ctxOn: (client: pg.ClientBase, row: TenantRow): CommandCtx => ({
      ...queryCtx(client, row, request, options),
      newId: ids.newId,
      newIds: ids.newIds,
      randomBytes: options.randomBytes,
      emit: (...added) => void events.push(...added),
      audit: (...added) => void entries.push(...added),
      outdate: bag.outdate,
      unawaited(statement) {
        sent.push(statement);
        // It is looked at with the commit; until then it must not count as unhandled.
        statement.catch(() => undefined);
      },
      afterCommit: (action) => void afterwards.push(action),
    }),
    committed(): void {
      if (events.length > 0) options.wake?.('outbox', request.tenantId);
      for (const news of bag.news(events)) options.news?.tell(news);
      if (entries.length > 0) options.wake?.('audit-seal', request.tenantId);
      for (const action of afterwards) runQuietly(action, options.log);
    },
  };
}

async function runCommand<E, T>(
  maker: Maker,
  request: TransactionRequest,
  early: (ctx: EarlyCtx) => Promise<E>,
  fn: (ctx: CommandCtx, early: E) => Promise<T>,
): Promise<T> {
  const { options, seen } = maker;
  const { events, entries, sent, ctxOn, committed } = openCommand(maker, request);
  const result = await withClient(options.database.runtime, async (client) => {
    const [row, first] = await Promise.all([
      begin(client, 'begin', request.tenantId),
      early({ sql: sqlOn(client), tenant: { id: request.tenantId } }),
    ]);
    if (seen.get(row.id)?.mark !== row.mark) seen.set(row.id, row);
    const ctx = ctxOn(client, row);
    const value = await applied(ctx, () => fn(ctx, first), events, entries, options.follow).catch(
      (error: unknown) => causeOf(sent, error),
    );
    await endAll([...sent, commit(client)]);
    return value;
  });
  committed();
  return result;
}

async function runAtOnce<T extends object>(
  maker: Maker,
  request: TransactionRequest,
  tenant: SeenTenant,
  fn: (ctx: CommandCtx) => Promise<T>,
  line: Line | undefined,
): Promise<T> {
  const { events, entries, sent, ctxOn, committed } = openCommand(maker, request);
  const work = async (client: pg.PoolClient, allSent: () => void) => {
    const entered = enterAsSeen(client, tenant);
    const ctx = ctxOn(client, tenant);
    const { sql, close } = closable(ctx.sql);
    const value = await fn({ ...ctx, sql, tenantMark: tenant.mark })
      .finally(close)
      .catch((error: unknown) => causeOf([entered, ...sent], error));
    invariant(events.length + entries.length === 0, 'What is done at once publishes nothing.');
    const ended = commit(client);
    allSent();
    await endAll([entered, ...sent, ended]);
    return value;
  };
  const { runtime } = maker.options.database;
  const result = await (line === undefined
    ? withClient(runtime, (client) => work(client, () => undefined))
    : line.inTurn(work));
  committed();
  return result;
}

/** As `begin`, for a tenant that must be as it was seen. */
function enterAsSeen(client: pg.ClientBase, { id, mark }: SeenTenant): Promise<unknown> {
  const entered = Promise.all([
    client.query('begin'),
    client.query({
      name: 'tenants.enter_as_seen',
      text: `select app.insist(xmin::text = $2, 'tenant'), set_config('app.tenant', id::text, true) from tenants where id = $1`,
      values: [id, mark],
    }),
  ]);
  // It is looked at with the commit.
  entered.catch(() => undefined);
  return entered;
}

/** A statement that nobody waited for may have failed before, and then it is the cause. */
async function causeOf(sent: readonly Promise<unknown>[], error: unknown): Promise<never> {
  const failed = (await Promise.allSettled(sent)).find(({ status }) => status === 'rejected');
  throw failed === undefined ? error : (failed as PromiseRejectedResult).reason;
}

/**
 * The last statements of a transaction with its COMMIT. What the database said of one of them is certain: nothing stands.
 * If the connection broke instead, COMMIT was on its way too, and what became of it is unknown.
 */
async function endAll(sent: readonly Promise<unknown>[]): Promise<void> {
  const reasons = (await Promise.allSettled(sent)).flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  if (reasons.length > 0)
    throw reasons.find((reason) => reason instanceof pg.DatabaseError) ?? reasons.at(-1);
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
 * Begins, and sets the tenant while it is loaded, in statements that are sent together: one round trip. The setting is made
 * where the tenant's own row is read, which no policy guards, and so before any statement that it is meant for. It ends
 * with the transaction.
 */
async function begin(client: pg.ClientBase, opening: string, tenantId: number): Promise<SeenTenant> {
  invariant(Number.isSafeInteger(tenantId) && tenantId > 0, 'A tenant is a positive whole number.');
  const [, { rows }] = await Promise.all([
    client.query(opening),
    client.query<SeenTenant>({
      name: 'tenants.enter',
      text: `select ${TENANT_COLUMNS}, xmin::text as mark, set_config('app.tenant', id::text, true) from tenants where id = $1`,
      values: [tenantId],
    }),
  ]);
  const [row] = rows;
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

/** So often what a transaction lacks is fetched for it; a preview may look at several invoices. */
const MAX_RECOVERIES = 5;

async function recovering<T>(
  { recover }: TransactorOptions,
  request: TransactionRequest,
  run: () => Promise<T>,
): Promise<T> {
  for (let recoveries = 0; ; recoveries += 1) {
    try {
      return await run();
    } catch (error) {
      const isLast = recover === undefined || recoveries === MAX_RECOVERIES;
      if (isLast || !(await recover(request, error))) throw error;
    }
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
