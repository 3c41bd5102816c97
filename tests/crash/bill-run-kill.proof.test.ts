import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proofsOf } from '../../bench/bill/checks.ts';
import { makeCrowd } from '../../bench/bill/crowd.ts';
import { DUE_AT, openShop } from '../../bench/bill/shop.ts';
import { LIMIT_MS, type Program, startProgram, until } from './program.ts';

const CUSTOMERS = 5_200;
const KINDS = 7;
const KILLS = 3;

let program: Program;

beforeAll(async () => {
  program = await startProgram();
}, LIMIT_MS);
afterAll(() => program.stop(), LIMIT_MS);

/** The administrator of the embedded database, which has another port after each start. */
async function asAdmin<T>(work: (admin: pg.Pool) => Promise<T>): Promise<T> {
  const [, , , port] = readFileSync(path.join(program.folder, 'postgres', 'postmaster.pid'), 'utf8').split(
    '\n',
  );
  const password = readFileSync(path.join(program.folder, 'postgres.password'), 'utf8').trim();
  const admin = new pg.Pool({
    connectionString: `postgres://postgres:${password}@127.0.0.1:${port}/billhook`,
  });
  // A kill ends connections that lie idle.
  admin.on('error', () => undefined);
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

const billed = () =>
  asAdmin(async (admin) => {
    const { rows } = await admin.query<{ n: number }>(
      'select coalesce(sum(last_number), 0)::integer as n from number_series where tenant_id = 1',
    );
    return (rows[0]?.n ?? 0) - CUSTOMERS - 1;
  });

/** The runs as staff see them. */
async function runs() {
  const { text } = await program.api('GET', '/v1/bill_runs');
  return (JSON.parse(text) as { data: { status: string; due_customers: number }[] }).data;
}

test('I363 a bill run that is killed three times bills everybody once, and leaves nothing half done', {
  timeout: 6 * LIMIT_MS,
}, async () => {
  const call = async (method: string, url: string, body?: unknown) => {
    const answer = await program.api(method, url, body === undefined ? {} : { body });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body;
  };
  const tenants = await asAdmin(async (admin) => {
    const made = await makeCrowd(admin, await openShop({ admin, call }), {
      count: CUSTOMERS,
      sellers: 1,
      kinds: KINDS,
    });
    await admin.query('update tenants set frozen_at = $1 where id = 1', [DUE_AT]);
    return made;
  });
  for (let kills = 0, before = 0; kills < KILLS; kills += 1) {
    await until('some more are billed', async () => (await billed()) > before);
    await program.kill();
    await program.start();
    before = await billed();
    expect(before).toBeLessThanOrEqual(CUSTOMERS);
  }
  await until('the run is told', async () => (await runs()).length > 0);
  const [begun] = await runs();
  expect(begun).toMatchObject({ object: 'bill_run', billed_up_to: DUE_AT });
  expect(begun?.due_customers).toBeGreaterThan(0);
  await until('all are billed', async () => (await billed()) === CUSTOMERS);
  await until('the run is over', async () => (await runs())[0]?.status === 'done');
  expect((await runs())[0]).toMatchObject({
    remaining_customers: 0,
    remaining_seconds: null,
    parked_customers: 0,
  });
  const proofs = await asAdmin((admin) => proofsOf(admin, tenants, CUSTOMERS, KINDS));
  expect(proofs.filter(({ isTrue }) => !isTrue)).toEqual([]);
});
