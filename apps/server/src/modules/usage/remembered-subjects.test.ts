import { randomBytes } from 'node:crypto';
import type { Instant } from '@billhook/core/time/instant';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandCtx } from '../../platform/context.ts';
import { silentLog } from '../../platform/log.ts';
import { createTransactor, type Transactor } from '../../platform/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createTestTenant } from '../../testing/tenant.ts';
import { createMeter } from '../catalog/commands/create-meter.ts';
import { createCustomer } from '../customers/commands/create-customer.ts';
import { closeUsage } from './api.ts';
import { joinIngest } from './commands/join-ingest.ts';
import { listEvents } from './queries/list.ts';

const NOW = '2026-03-15T12:00:00Z';
const BEFORE_THE_BILL = '2026-03-14T12:00:00Z';
const ACTOR = { kind: 'system', id: 'test' } as const;
const OF_ACME = { limit: 10, after: undefined, type: undefined, from: undefined, to: undefined };

let database: TestDatabase;
let transactor: Transactor;

beforeAll(async () => {
  database = await createTestDatabase({ runtime: 4, work: 1 });
  transactor = createTransactor({
    database,
    clock: () => Date.now() as Instant,
    randomBytes,
    log: silentLog,
  });
});

afterAll(() => database.close());

/** A seller of two customers, `acme` and `other`, of whom `other` was billed to the start of the day. */
async function world() {
  const tenant = await createTestTenant(database, { frozenAt: NOW });
  const request = { tenantId: tenant.id, actor: ACTOR, requestId: null };
  const run = <T>(fn: (ctx: CommandCtx) => Promise<T>) => transactor.command(request, fn);
  const join = joinIngest(transactor);
  const customers = await run(async (ctx) => {
    const meter = await createMeter(ctx, {
      key: 'calls',
      name: 'Calls',
      event_type: 'api.call',
      aggregation: 'count',
      value_property: null,
      unit: 'call',
    });
    const acme = await createCustomer(ctx, { name: 'Acme', external_id: 'acme', currency: 'EUR' });
    const other = await createCustomer(ctx, { name: 'Other', external_id: 'other', currency: 'EUR' });
    const closedUntil = Date.parse('2026-03-15T00:00:00Z') as Instant;
    await closeUsage(ctx, [{ customerId: other.id, meterId: meter.id, closedUntil }]);
    return { acme: acme.id, other: other.id };
  });
  const called = async (id: string, subject: string, time = BEFORE_THE_BILL) => {
    const event = { specversion: '1.0', id, source: 'test', type: 'api.call', subject, time, data: {} };
    const { results } = await join(request, [event]);
    return `${results[0]?.status} ${results[0]?.reason?.split(':')[0] ?? ''}`.trim();
  };
  const rename = (id: string, to: string) =>
    run((ctx) =>
      ctx.sql.run('update customers set external_id = $3 where tenant_id = $1 and id = $2', [
        ctx.tenant.id,
        id,
        to,
      ]),
    );
  const storedFor = async (customerId: string) =>
    (await run((ctx) => listEvents(ctx, { ...OF_ACME, customerId }))).map(({ event_id }) => event_id).sort();
  return { ...customers, called, rename, storedFor };
}

test('I511 a name that was remembered for one customer counts for another as soon as it is theirs, by what was billed to them', async () => {
  const here = await world();
  expect(await here.called('1', 'acme')).toBe('accepted');
  expect(await here.called('2', 'acme')).toBe('accepted');
  await here.rename(here.acme, 'acme-before');
  await here.rename(here.other, 'acme');
  expect(await here.called('3', 'acme')).toBe('quarantined late');
  expect(await here.called('4', 'acme', NOW)).toBe('accepted');
  expect(await here.called('5', 'acme-before')).toBe('accepted');
  expect(await here.storedFor(here.acme)).toEqual(['1', '2', '5']);
  expect(await here.storedFor(here.other)).toEqual(['4']);
});

test('I511 a name that nobody has any more counts for nobody, however often it was seen', async () => {
  const here = await world();
  expect(await here.called('1', 'acme')).toBe('accepted');
  await here.rename(here.acme, 'renamed');
  expect(await here.called('2', 'acme')).toBe('quarantined unknown_customer');
  expect(await here.storedFor(here.acme)).toEqual(['1']);
});
