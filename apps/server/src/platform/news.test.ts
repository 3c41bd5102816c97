import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ runtime: 1, work: 1 });
});
afterAll(() => database.close());

test('whom news name is told in as many messages as it takes, and none is empty', async () => {
  const listener = new pg.Client(database.url);
  await listener.connect();
  const payloads: string[] = [];
  const ended = new Promise<void>((resolve) => {
    listener.on('notification', ({ payload = '' }) => {
      payloads.push(payload);
      if (payload === 'end') resolve();
    });
  });
  await listener.query('listen billhook_news');
  const names = (count: number) =>
    Array.from({ length: count }, (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);
  database.news.tell({ tenantId: 1, about: 'rights', customers: names(1) });
  database.news.tell({ tenantId: 2, about: 'rights', customers: names(301) });
  database.news.tell({ tenantId: 3, about: 'rights', customers: names(601) });
  for (let tenantId = 4; tenantId < 6; tenantId += 1)
    database.news.tell({ tenantId, about: 'rights', customers: 'all' });
  await expect.poll(() => payloads.filter((payload) => payload.includes('"tenant"')).length).toBe(7);
  await listener.query("select pg_notify('billhook_news', 'end')");
  await ended;
  await listener.end();
  const told = payloads
    .slice(0, -1)
    .map((payload) => JSON.parse(payload === '' ? '{"tenant":"nobody"}' : payload));
  expect(
    told.map(({ tenant, customers }) => [tenant, customers === 'all' ? 'all' : customers?.length]),
  ).toEqual([
    ...[
      [1, 1],
      [2, 150],
      [2, 150],
      [2, 1],
    ],
    ...[
      [3, 'all'],
      [4, 'all'],
      [5, 'all'],
    ],
  ]);
});
