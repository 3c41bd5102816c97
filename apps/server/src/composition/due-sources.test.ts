import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool } from '../platform/database.ts';
import { namedAfter, sqlOn } from '../platform/sql.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** More often than PostgreSQL plans a statement with its values before it looks whether one plan for all is as good. */
const ROUNDS = 8;

type Prepared = { name: string; statement: string; times: bigint; planned: bigint };

test('I631 every source of due work is there once, under a name of its own', () => {
  const names = app.server.sources.map(({ name }) => name);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
});

test('I630 every source asks in the same words each time, and of what is asked over and over one plan is kept', async () => {
  const pool = createPool(app.database.url, 'billhook_work', 1);
  const sql = sqlOn(pool);
  const { sources, transactor } = app.server;
  const asking = sources.map((source) => ({ source, named: namedAfter(`due.${source.name}`)(sql) }));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { source, named } of asking) await source.tenantsDue(named, transactor.wallNow());
  const prepared = await sql.rows<Prepared>(
    `select name, statement, generic_plans + custom_plans as times, custom_plans as planned
     from pg_prepared_statements where name like 'due.%' order by name`,
  );
  // One statement each, which names it.
  expect(prepared.map(({ name }) => name)).toEqual(sources.map(({ name }) => `due.${name}`).toSorted());
  const often = prepared.filter(({ times }) => times === BigInt(ROUNDS));
  // Some look only now and then.
  expect(often.length).toBeGreaterThan(prepared.length / 2);
  expect(often.filter(({ times, planned }) => planned === times)).toEqual([]);
  await pool.end();
});
