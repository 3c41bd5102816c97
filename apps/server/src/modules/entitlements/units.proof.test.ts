import { randomBytes } from 'node:crypto';
import { DECIMAL12_SCALE, type Decimal12 } from '@billhook/core/kernel/decimal';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../platform/clock.ts';
import { openDatabase } from '../../platform/database.ts';
import { silentLog } from '../../platform/log.ts';
import { createTransactor } from '../../platform/transaction.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { joinUnits } from './commands/join-units.ts';

const ROUNDS = 1_000;
const SPENDERS = 40;

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  await must('PUT', '/v1/catalogue', {
    meters: [{ key: 'n', name: 'N', event_type: 'n', aggregation: 'sum', value_property: 'n' }],
    features: [{ key: 'n', name: 'N', kind: 'metered', meter: 'n' }],
    plans: [
      {
        key: 'one',
        name: 'One',
        currency: 'EUR',
        prices: [],
        entitlements: [
          {
            feature: 'n',
            kind: 'metered',
            limit: '1',
            reset: 'never',
            overage: 'block',
            warn_at_percent: [],
          },
        ],
      },
    ],
  });
});
afterAll(() => app.close());

async function must(method: string, url: string, body: unknown) {
  const answer = await app.api(method, url, { body });
  if (answer.status >= 300) throw new Error(answer.text);
}

/** What a process has: connections and a queue of its own. */
function openProcess() {
  const database = openDatabase(app.database.url, { runtime: 4, work: 1 });
  const transactor = createTransactor({ database, clock: systemClock, randomBytes, log: silentLog });
  return { take: joinUnits(transactor), close: () => database.close() };
}

test('I190 in a thousand rounds of forty spenders in two processes exactly one gets the last unit', async () => {
  const request = {
    tenantId: app.tenant.id,
    actor: { kind: 'system', id: 'test' },
    requestId: null,
  } as const;
  const processes = [openProcess(), openProcess()];
  const winners = new Map<number, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const customer = `c${round}`;
    await must('POST', '/v1/customers', { name: customer, external_id: customer });
    await must('POST', '/v1/subscriptions', { customer, plan: 'one' });
    const answers = await Promise.all(
      Array.from({ length: SPENDERS }, async (_, spender) =>
        processes[spender % 2]?.take(request, {
          kind: 'consume',
          customer,
          feature: 'n',
          quantity: DECIMAL12_SCALE as Decimal12,
          eventId: `${round}-${spender}`,
        }),
      ),
    );
    const count = answers.filter((answer) => answer?.outcome === 'done').length;
    winners.set(count, (winners.get(count) ?? 0) + 1);
  }
  expect([...winners]).toEqual([[1, ROUNDS]]);
  await Promise.all(processes.map((process) => process.close()));
});
