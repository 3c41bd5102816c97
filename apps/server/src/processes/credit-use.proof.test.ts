import { randomBytes } from 'node:crypto';
import { DECIMAL12_SCALE, type Decimal12 } from '@billhook/core/kernel/decimal';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { creditTypeNamed, grantCredits } from '../modules/credits/api.ts';
import { customerBySubject, customerRowId } from '../modules/customers/api.ts';
import { joinUnits } from '../modules/entitlements/commands/join-units.ts';
import { track } from '../modules/entitlements/commands/track.ts';
import { upgradeUrls } from '../modules/entitlements/queries/check.ts';
import { joinIngest } from '../modules/usage/commands/join-ingest.ts';
import { systemClock } from '../platform/clock.ts';
import { openDatabase } from '../platform/database.ts';
import { silentLog } from '../platform/log.ts';
import { createTransactor } from '../platform/transaction.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { unsoundCredits } from '../testing/credit-soundness.ts';
import { must } from '../testing/scenario.ts';
import { burnCreditsSource } from './burn-credits.ts';
import { correctWithEffects } from './correction-effects.ts';

const ROUNDS = 300;
const SPENDERS = 40;
const ONE = DECIMAL12_SCALE as Decimal12;

let app: TestApp;

const meter = (key: string) => ({
  key,
  name: key,
  event_type: key,
  aggregation: 'sum',
  value_property: 'n',
});

beforeAll(async () => {
  app = await startTestApp();
  const post = (path: string, body: unknown) => must(app.api('POST', path, { body }));
  await must(
    app.api('PUT', '/v1/catalogue', {
      body: {
        meters: ['n', 'images', 'owed'].map(meter),
        features: ['n', 'images'].map((key) => ({ key, name: key, kind: 'metered', meter: key })),
        plans: [],
      },
    }),
  );
  await post('/v1/credit_types', { key: 'sparks', name: 'Sparks' });
  await post('/v1/credit_costs', { feature: 'n', credit_type: 'sparks', per_unit: '1' });
  const images = { feature: 'images', credit_type: 'sparks', per_unit: '2', beyond: 'allow' };
  await post('/v1/credit_costs', { ...images, overage_meter: 'owed' });
}, 60_000);
afterAll(() => app.close());

/** What a process has: connections and a queue of its own. */
function openProcess() {
  const database = openDatabase(app.database.url, { runtime: 4, work: 1 });
  const transactor = createTransactor({ database, clock: systemClock, randomBytes, log: silentLog });
  return {
    transactor,
    take: joinUnits(transactor),
    ingest: joinIngest(transactor),
    close: () => database.close(),
  };
}
type Process = ReturnType<typeof openProcess>;

const requestOf = () =>
  ({ tenantId: app.tenant.id, actor: { kind: 'system', id: 'test' }, requestId: null }) as const;

test('I202 in three hundred rounds of forty who consume the last credit in two processes exactly one gets it', async () => {
  const request = requestOf();
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

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('I201 I203 whatever two processes count, consume, correct, grant and pay at the same time, it comes out even', async () => {
  const request = requestOf();
  const processes = [openProcess(), openProcess()] as const;
  const names = ['p', 'q', 'r'];
  for (const name of names)
    await must(app.api('POST', '/v1/customers', { body: { name, external_id: name, currency: 'EUR' } }));
  const next = numbers(7);
  const pick = <T>(all: readonly T[]) => all[next(all.length)] as T;
  const time = new Date(Number(await processes[0].transactor.query(request, async (ctx) => ctx.now)));
  const content = (subject: string, type: string, n: number) => ({
    type,
    subject,
    time: time.toISOString(),
    data: { n },
  });
  const eventOf = (index: number) => ({
    specversion: '1.0',
    source: 'app',
    id: `e${index}`,
    ...content(names[index % 3] as string, index % 2 === 0 ? 'n' : 'images', (index % 5) + 1),
  });
  const sent: number[] = [];
  const runs = [
    async ({ ingest }: Process) => {
      const start = next(300);
      const indices = Array.from({ length: 1 + next(20) }, (_, index) => start + index);
      await ingest(request, indices.map(eventOf));
      sent.push(...indices);
    },
    ({ take }: Process, op: number) =>
      take(request, {
        kind: 'consume',
        customer: pick(names),
        feature: pick(['n', 'images']),
        quantity: ONE,
        eventId: `c${op}`,
      }),
    ({ transactor }: Process, op: number) => {
      const input = { customer: pick(names), feature: pick(['n', 'images']), quantity: '3' };
      return transactor.command(request, (ctx) =>
        track(
          ctx,
          { ...input, event_id: `t${op}` },
          upgradeUrls((slug) => slug),
        ),
      );
    },
    async ({ transactor }: Process) => {
      if (sent.length === 0) return;
      const key = { source: 'app', eventId: `e${pick(sent)}` };
      const other = content(pick(names), pick(['n', 'images']), next(9));
      const isVoid = next(3) === 0;
      await transactor.command(request, (ctx) =>
        correctWithEffects(
          ctx,
          isVoid
            ? { kind: 'void', events: [key], reason: 'x' }
            : { kind: 'amend', key, content: { specversion: '1.0', ...other }, reason: 'x' },
        ),
      );
    },
    ({ transactor }: Process) =>
      transactor.command(request, async (ctx) => {
        const { id } = await customerBySubject(ctx, pick(names));
        const type = await creditTypeNamed(ctx, 'sparks');
        const rest = { effectiveAt: null, expiresAt: null, featureIds: null, subscriptionId: null };
        const given = { customerId: id, type, amount: ONE, priority: next(100), reason: 'x', ...rest };
        await grantCredits(ctx, { ...given, source: 'promotion' });
      }),
    ({ transactor }: Process) => burnCreditsSource(transactor).run(request.tenantId, 10),
  ];
  for (let round = 0; round < 25; round += 1) {
    const work = Array.from({ length: 12 }, (_, index) => {
      const run = pick(runs);
      return run(processes[index % 2] as Process, round * 100 + index);
    });
    await Promise.all(work);
  }
  await app.drain();
  const client = new pg.Client({ connectionString: app.database.url });
  await client.connect();
  expect(await unsoundCredits(client)).toEqual([]);
  const { rows } = await client.query(
    `select count(*)::integer as paid, count(*) filter (where overage > 0)::integer as over,
       count(*) filter (where corrected > 0)::integer as corrected from credit_consumptions`,
  );
  expect(Math.min(rows[0].paid, rows[0].over, rows[0].corrected)).toBeGreaterThan(5);
  await client.end();
  await Promise.all(processes.map((process) => process.close()));
}, 120_000);
