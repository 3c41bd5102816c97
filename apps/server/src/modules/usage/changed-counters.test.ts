import { decimal12FromInteger } from '@billhook/core/kernel/decimal';
import { instant } from '@billhook/core/time/instant';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandCtx } from '../../platform/context.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { changeCounters, changeHeld, type LockedCounter } from './counters.ts';
import { changeForeseen } from './foreseen.ts';

const ID = '0197a000-0000-7000-8000-000000000001';
const ONE = decimal12FromInteger(1n);
const WINDOW = { start: instant(0), end: instant(1) };
const COUNTER: LockedCounter = { customerId: ID, meterId: ID, window: WINDOW, used: ONE, held: ONE };

let platform: TestPlatform;
let admin: pg.Client;
beforeAll(async () => {
  platform = await startTestPlatform();
  admin = new pg.Client({ connectionString: platform.database.url });
  await admin.connect();
  await admin.query('set session_replication_role = replica');
});
afterAll(async () => {
  await admin.end();
  await platform.close();
});

/** Counters of sellers who have so many each, of customers and a meter that nobody looks for. */
async function fill(sellers: number, each: number): Promise<void> {
  await admin.query('truncate usage_counters');
  await admin.query(
    `insert into usage_counters (tenant_id, customer_id, meter_id, window_start, window_end, is_level, used)
     select t, gen_random_uuid(), $1, '2026-01-01', '2026-02-01', false, 1
     from generate_series(1, ${sellers}) t, generate_series(1, ${each}) n`,
    [ID],
  );
}

/** The plans of all statements that change counters. */
async function plans(): Promise<string[]> {
  return platform.transactor.command(platform.one, async (ctx) => {
    const sent: string[] = [];
    const sql = {
      ...ctx.sql,
      run: async (text: string) => sent.push(text),
      rows: async <T>(text: string): Promise<T[]> => {
        sent.push(text);
        return [];
      },
    };
    const seen: CommandCtx = { ...ctx, sql };
    await changeCounters(seen, [{ counter: COUNTER, used: 1n, held: 0n }]);
    const meter = { id: ID } as Parameters<typeof changeHeld>[1][number]['key']['meter'];
    await changeHeld(seen, [{ key: { customerId: ID, meter, window: WINDOW }, by: 1n }]).catch(
      () => undefined,
    );
    await changeForeseen(seen, [{ counter: COUNTER, used: 1n, held: 0n, most: COUNTER }], []);
    expect(sent).toHaveLength(3);
    const texts: string[] = [];
    for (const text of sent) {
      const rows = await ctx.sql.rows<{ 'QUERY PLAN': string }>(`explain (generic_plan) ${text}`);
      texts.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    return texts;
  });
}

async function expectKeys(): Promise<void> {
  for (const plan of await plans()) {
    expect(plan).toMatch(/on usage_counters c .*Index Cond: .*customer_id = ANY/s);
    expect(plan).not.toContain('Nested Loop');
  }
}

test('counters are changed by their keys, planned while there were none', () => expectKeys());

test('counters are changed by their keys, planned while nobody had looked how many there are', async () => {
  await fill(1, 400);
  await expectKeys();
});

test.each([1, 20, 200])(
  'counters are changed by their keys, planned with those of %i sellers',
  async (sellers) => {
    await fill(sellers, 100);
    await admin.query('analyze usage_counters');
    await expectKeys();
  },
);
