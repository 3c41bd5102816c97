import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloneTemplate } from '../testing/database.ts';
import { createStatementNames, sqlOn } from './sql.ts';

let client: pg.Client;
beforeAll(async () => {
  client = new pg.Client({ connectionString: (await cloneTemplate()).url });
  await client.connect();
});
afterAll(() => client.end());

const prepared = async (text: string) =>
  (
    await client.query(
      'select generic_plans + custom_plans as runs from pg_prepared_statements where statement = $1',
      [text],
    )
  ).rows;

test('a statement that is sent often is parsed once on a connection, a rare one leaves nothing there', async () => {
  const sql = sqlOn(client, createStatementNames());
  const [often, rare] = ['select $1::int + 1 as often', 'select $1::int + 1 as rare'];
  for (let n = 0; n < 150; n += 1) expect(await sql.row(often, [n])).toEqual({ often: n + 1 });
  expect(await sql.row(rare, [1])).toEqual({ rare: 2 });
  expect(await prepared(often)).toHaveLength(1);
  expect(await prepared(rare)).toEqual([]);
});

test('a statement that fails says who asked, and what the database said of it', async () => {
  const sql = sqlOn(client);
  const asksForTooMuch = async () => {
    await sql.rows('select $1::int / 0', [1]);
  };
  const error = await asksForTooMuch().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(pg.DatabaseError);
  expect((error as pg.DatabaseError).code).toBe('22012');
  expect((error as pg.DatabaseError).stack).toContain('asksForTooMuch');
});

test('statements go over a pool as over a connection', async () => {
  const pool = new pg.Pool({ connectionString: (await cloneTemplate()).url, max: 1 });
  const sql = sqlOn(pool);
  expect(await sql.row('select $1::int as one', [1], 'one')).toEqual({ one: 1 });
  expect(await sql.rows('select 2 as two')).toEqual([{ two: 2 }]);
  await expect(sql.run('select 1 / 0')).rejects.toThrow('division by zero');
  expect(await sql.run('create temporary table few as select 1 as a')).toBe(1);
  await pool.end();
});
