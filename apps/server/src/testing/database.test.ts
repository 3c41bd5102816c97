import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.ts';

let one: TestDatabase;
let two: TestDatabase;

beforeAll(async () => {
  [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});

afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
});

test('each test database is migrated, empty and its own', async () => {
  expect(one.name).not.toBe(two.name);
  const { rows } = await one.runtime.query('select count(*)::int as tenants from tenants');
  expect(rows).toEqual([{ tenants: 0 }]);
});

test('its sessions act as the runtime roles, never as the login that owns the tables', async () => {
  const asRuntime = await one.runtime.query('select current_user as name');
  const asWork = await one.work.query('select current_user as name');
  expect([asRuntime.rows[0], asWork.rows[0]]).toEqual([{ name: 'billhook_rt' }, { name: 'billhook_work' }]);
});

test('the runtime role can create nothing', async () => {
  await expect(one.runtime.query('create table mine (n int)')).rejects.toMatchObject({ code: '42501' });
});
