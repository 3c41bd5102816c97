import { randomBytes } from 'node:crypto';
import { DECIMAL12_SCALE, type Decimal12 } from '@billhook/core/kernel/decimal';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { creditTypeNamed, grantCredits } from '../modules/credits/api.ts';
import { customerRowId } from '../modules/customers/api.ts';
import { joinUnits } from '../modules/entitlements/commands/join-units.ts';
import { systemClock } from '../platform/clock.ts';
import { openDatabase } from '../platform/database.ts';
import { silentLog } from '../platform/log.ts';
import { createTransactor } from '../platform/transaction.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must } from '../testing/scenario.ts';

const ROUNDS = 300;
const SPENDERS = 40;
const ONE = DECIMAL12_SCALE as Decimal12;

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  const post = (path: string, body: unknown) => must(app.api('POST', path, { body }));
  await must(
    app.api('PUT', '/v1/catalogue', {
      body: {
        meters: [{ key: 'n', name: 'N', event_type: 'n', aggregation: 'sum', value_property: 'n' }],
        features: [{ key: 'n', name: 'N', kind: 'metered', meter: 'n' }],
        plans: [],
      },
    }),
  );
  await post('/v1/credit_types', { key: 'sparks', name: 'Sparks' });
  await post('/v1/credit_costs', { feature: 'n', credit_type: 'sparks', per_unit: '1' });
}, 60_000);
afterAll(() => app.close());

/** What a process has: connections and a queue of its own. */
function openProcess() {
  const database = openDatabase(app.database.url, { runtime: 4, work: 1 });
  const transactor = createTransactor({ database, clock: systemClock, randomBytes, log: silentLog });
  return { transactor, take: joinUnits(transactor), close: () => database.close() };
}

test('I202 in three hundred rounds of forty who consume the last credit in two processes exactly one gets it', async () => {
  const request = {
    tenantId: app.tenant.id,
    actor: { kind: 'system', id: 'test' },
    requestId: null,
  } as const;
  const processes = [openProcess(), openProcess()] as const;
  const [{ transactor }] = processes;
  const { id } = await must(
    app.api('POST', '/v1/customers', { body: { name: 'Ada', external_id: 'ada', currency: 'EUR' } }),
  );
  const customerId = customerRowId(String(id));
  const type = await transactor.query(request, (ctx) => creditTypeNamed(ctx, 'sparks'));
  const rest = { effectiveAt: null, expiresAt: null, featureIds: null, subscriptionId: null };
  const given = { customerId, type, amount: ONE, priority: 50, reason: 'Round', ...rest };
  const winners = new Map<number, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    await transactor.command(request, (ctx) => grantCredits(ctx, { ...given, source: 'promotion' }));
    const answers = await Promise.all(
      Array.from({ length: SPENDERS }, (_, spender) =>
        (processes[spender % 2] ?? processes[0]).take(request, {
          kind: 'consume',
          customer: 'ada',
          feature: 'n',
          quantity: ONE,
          eventId: `${round}-${spender}`,
        }),
      ),
    );
    const won = answers.filter(({ outcome }) => outcome === 'done');
    expect(won.map(({ paid }) => [paid?.amount, paid?.overage, paid?.grants.length])).toEqual(
      won.map(() => ['1', '0', 1]),
    );
    winners.set(won.length, (winners.get(won.length) ?? 0) + 1);
  }
  expect([...winners]).toEqual([[1, ROUNDS]]);
  await Promise.all(processes.map((process) => process.close()));
}, 300_000);
