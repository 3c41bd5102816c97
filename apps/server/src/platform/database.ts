import type { Writable } from 'node:stream';
import pg from 'pg';
import { type NewsDesk, openNews } from './news.ts';
import { holdProcessLife, type ProcessLife } from './process-life.ts';
import { type Bind, isWide, writeBind } from './wide-bind.ts';

// Dates come as epoch milliseconds (the Instant of core); bigint and numeric stay text, never floats.
const TIMESTAMPTZ = 1184;
const BIGINT = 20;
const DATE = 1082;

const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: unknown): never {
    if (oid === TIMESTAMPTZ) return ((text: string) => parseInstant(text)) as never;
    if (oid === BIGINT) return ((text: string) => BigInt(text)) as never;
    if (oid === DATE) return ((text: string) => text) as never;
    return pg.types.getTypeParser(oid, format as never) as never;
  },
};

function parseInstant(text: string): number {
  // PostgreSQL prints "2015-05-01 00:00:00+00" with the session's zone set to UTC.
  const iso = text.endsWith('+00') ? `${text.slice(0, -3).replace(' ', 'T')}Z` : text;
  return Date.parse(iso);
}

export type Role = 'billhook_rt' | 'billhook_work';

/**
 * A pool whose sessions act as one runtime role from their first statement on. The login user owns nothing
 * and is never used as itself. Pages in memory and on solid disks cost the same in any order; told otherwise, the planner reads
 * a whole small table for every few rows.
 *
 * @param pipeline statements that are sent while others are under way go over the wire at once; they run in their order
 */
export function createPool(url: string, role: Role, max: number, pipeline = false): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    pipeline,
    types,
    application_name: role,
    options: `-c role=${role} -c timezone=UTC -c random_page_cost=1.1 -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000`,
    idleTimeoutMillis: 30_000,
  });
  pool.on('connect', (client) => {
    // The database may end a session that is in use and has no statement under way: the next one fails, and says so.
    // Without a listener that news would end the whole process.
    client.on('error', () => undefined);
    if (!pipeline) return;
    sendTogether(client);
    sendWide(client);
  });
  return pool;
}

/** Statements that are sent in one turn of the event loop leave in one packet: each packet costs as much as a row. */
function sendTogether(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  const query = client.query as (...statement: unknown[]) => unknown;
  let isHeld = false;
  const send = () => {
    isHeld = false;
    stream.uncork();
  };
  client.query = ((...statement: unknown[]) => {
    if (!isHeld) {
      isHeld = true;
      stream.cork();
      process.nextTick(send);
    }
    return query.apply(client, statement);
  }) as typeof client.query;
}

/** A statement about many rows goes over the wire as its columns lie. */
function sendWide(client: pg.PoolClient): void {
  const { connection } = client as unknown as { connection: { stream: Writable; bind(bind: Bind): void } };
  const bind = connection.bind.bind(connection);
  connection.bind = (values) => {
    if (!isWide(values)) bind(values);
    else if (connection.stream.writable) writeBind(connection.stream, values);
  };
}

export type Database = {
  /** Tenant-bound work: one tenant a transaction. */
  runtime: pg.Pool;
  /** Finds tenants with due work; reads a few columns, changes nothing. */
  work: pg.Pool;
  /** Tells others that this process lives. */
  life: ProcessLife;
  /** Tells other processes whose rights changed, and hears it from them. */
  news: NewsDesk;
  close(): Promise<void>;
};

export function openDatabase(
  url: string,
  sizes: { runtime: number; work: number } = { runtime: 10, work: 2 },
): Database {
  const runtime = createPool(url, 'billhook_rt', sizes.runtime, true);
  const work = createPool(url, 'billhook_work', sizes.work);
  const alive = createPool(url, 'billhook_work', 1);
  const listening = createPool(url, 'billhook_work', 1);
  // An idle session may be ended by the server at any time; the pool replaces it, nothing is lost.
  runtime.on('error', () => undefined);
  work.on('error', () => undefined);
  alive.on('error', () => undefined);
  listening.on('error', () => undefined);
  const life = holdProcessLife(alive);
  const news = openNews(listening, work, life.id.toString());
  return {
    runtime,
    work,
    life,
    news,
    async close() {
      await Promise.all([runtime.end(), work.end(), life.end(), news.end()]);
    },
  };
}
