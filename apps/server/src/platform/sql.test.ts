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
