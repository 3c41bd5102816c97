import type pg from 'pg';

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

const encode = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(encode);
  return value;
};

/** @param client a connection, or a pool for single statements that need no transaction */
export function sqlOn(client: pg.ClientBase | pg.Pool, nameOf = nameOfOften): Sql {
  const query = (text: string, values: readonly unknown[] = [], given?: StatementName) => {
    const name = given ?? nameOf(text);
    const config = { text, values: values.map(encode) };
    return client.query(name === undefined ? config : { ...config, name });
  };
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
