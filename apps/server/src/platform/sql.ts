import { invariant } from '@billhook/core/kernel/invariant';
import pg from 'pg';

/**
 * The only handle on the database that a module gets. Statements are plain SQL with numbered parameters.
 * Times go in as epoch milliseconds through `to_timestamp($1::double precision / 1000)` or, simpler, as ISO
 * text made by `iso()`; they come back as epoch milliseconds. `bigint` columns come back as BigInt,
 * `numeric` as text. A bigint parameter may be given as BigInt.
 */
export type Sql = {
  /** All rows of a statement. */
  rows<T>(text: string, values?: readonly unknown[], name?: StatementName): Promise<T[]>;
  /** The only row, or undefined. More than one row is a bug and throws. */
  row<T>(text: string, values?: readonly unknown[], name?: StatementName): Promise<T | undefined>;
  /** Number of rows that were changed. */
  run(text: string, values?: readonly unknown[], name?: StatementName): Promise<number>;
};

/**
 * Names a statement of a hot path, whose text never varies: each connection then parses and plans it once. A plan that
 * is kept takes memory on every connection, so few statements have a name from the beginning; others get one once they
 * were sent often.
 */
export type StatementName = string;

/** With the policies of row-level security, planning a small statement takes longer than running it. */
const OFTEN = 100;
const MOST_COUNTED = 2_000;
let mostNames = 64;

/** Lets a process that ends soon, and its memory with it, keep more plans than one that stays. */
export function nameMoreStatements(most: number): void {
  mostNames = most;
}

/** Names statements by how often they were sent; one for all connections of a process. */
export function createStatementNames(): (text: string) => StatementName | undefined {
  const sent = new Map<string, { times: number; name: StatementName | undefined }>();
  let names = 0;
  return (text) => {
    const known = sent.get(text);
    if (known === undefined) {
      if (sent.size < MOST_COUNTED) sent.set(text, { times: 1, name: undefined });
      return undefined;
    }
    if (known.name !== undefined) return known.name;
    known.times += 1;
    if (known.times < OFTEN || names >= mostNames) return undefined;
    names += 1;
    known.name = `often-${names}`;
    return known.name;
  };
}

const nameOfOften = createStatementNames();

/**
 * Names all that is sent at one place after it, from the first time on. For a place whose texts never vary and which sends
 * them for as long as the process lives.
 */
export function namedAfter(place: string): (sql: Sql) => Sql {
  const names = new Map<string, StatementName>();
  const nameOf = (text: string) => {
    const name = names.get(text) ?? (names.size === 0 ? place : `${place}.${names.size + 1}`);
    names.set(text, name);
    return name;
  };
  return (sql) => ({
    rows: (text, values, name) => sql.rows(text, values, name ?? nameOf(text)),
    row: (text, values, name) => sql.row(text, values, name ?? nameOf(text)),
    run: (text, values, name) => sql.run(text, values, name ?? nameOf(text)),
  });
}

const encode = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(encode);
  return value;
};

/** As the driver's own `query` with a callback, which takes a statement that is made already. */
type Asked = (
  query: pg.Query,
  values: undefined,
  told: (error: Error | null | undefined, result: pg.QueryResult) => void,
) => void;

/**
 * The driver copies a description of a statement with all that could be said of its members, which costs as much as
 * sending it; a statement that is made it takes as it is.
 */
async function send(
  client: pg.ClientBase | pg.Pool,
  text: string,
  values: unknown[],
  name: StatementName | undefined,
): Promise<pg.QueryResult> {
  const query = new pg.Query(text, values);
  if (name !== undefined) (query as { name?: string }).name = name;
  try {
    return await new Promise((resolve, reject) => {
      (client.query as unknown as Asked).call(client, query, undefined, (error, result) =>
        error ? reject(error) : resolve(result),
      );
    });
  } catch (error) {
    // Where it was read from the wire tells nobody anything; who asked does.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}

/** @param client a connection, or a pool for single statements that need no transaction */
export function sqlOn(client: pg.ClientBase | pg.Pool, nameOf = nameOfOften): Sql {
  const query = (text: string, values: readonly unknown[] = [], given?: StatementName) =>
    send(client, text, values.map(encode), given ?? nameOf(text));
  return {
    async rows<T>(text: string, values?: readonly unknown[], name?: StatementName) {
      return (await query(text, values, name)).rows as T[];
    },
    async row<T>(text: string, values?: readonly unknown[], name?: StatementName) {
      const { rows } = await query(text, values, name);
      if (rows.length > 1) throw new Error('a statement that names one row returned more');
      return rows[0] as T | undefined;
    },
    async run(text: string, values?: readonly unknown[], name?: StatementName) {
      return (await query(text, values, name)).rowCount ?? 0;
    },
  };
}

/** The same until it is closed: behind that the connection is somebody else's. */
export function closable(sql: Sql): { sql: Sql; close(): void } {
  let isClosed = false;
  const open = () => {
    invariant(!isClosed, 'A statement was sent after the end of its transaction.');
    return sql;
  };
  return {
    sql: {
      rows: (text, values, name) => open().rows(text, values, name),
      row: (text, values, name) => open().row(text, values, name),
      run: (text, values, name) => open().run(text, values, name),
    },
    close() {
      isClosed = true;
    },
  };
}

/** The same few instants, such as now and the ends of a period, are written thousands of times. */
const WRITTEN = 64;
const written = Array.from({ length: WRITTEN }, () => ({ instant: Number.NaN, text: '' }));

/** An instant as the text that PostgreSQL takes for timestamptz. */
export function iso(instant: number): string {
  const last = written[Math.abs(instant) % WRITTEN];
  if (last?.instant === instant) return last.text;
  const text = new Date(instant).toISOString();
  if (last !== undefined) {
    last.instant = instant;
    last.text = text;
  }
  return text;
}

/** As `iso`, for a value that may be missing. */
export function isoOrNull(instant: number | null | undefined): string | null {
  return instant === null || instant === undefined ? null : iso(instant);
}
