import { randomBytes } from 'node:crypto';
import { DECIMAL12_SCALE, type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../platform/clock.ts';
import { openDatabase } from '../../platform/database.ts';
import { silentLog } from '../../platform/log.ts';
import { createTransactor } from '../../platform/transaction.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { joinUnits } from './commands/join-units.ts';

const LIMIT = 1_000;

let app: TestApp;
let serial = 0;
const closings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  app = await startTestApp();
  const limit = { kind: 'metered', reset: 'never', overage: 'block', warn_at_percent: [80] };
  const plan = (key: string, units: number) => ({
    key,
    name: key,
    currency: 'EUR',
    prices: [],
    entitlements: [{ feature: 'units', limit: String(units), ...limit }],
  });
  await must('PUT', '/v1/catalogue', {
    meters: [{ key: 'units', name: 'U', event_type: 'unit', aggregation: 'sum', value_property: 'n' }],
    features: [{ key: 'units', name: 'Units', kind: 'metered', meter: 'units' }],
    plans: [plan('large', LIMIT), plan('small', 10)],
  });
});
afterAll(async () => {
  for (const close of closings) await close();
  await app.close();
});

async function must(method: string, url: string, body?: unknown) {
  const answer = await app.api(method, url, body === undefined ? {} : { body });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

const units = (quantity: number) => (BigInt(quantity) * DECIMAL12_SCALE) as Decimal12;

function nextName(): string {
  serial += 1;
  return `n${serial}`;
}

/** What a process has: connections, a queue and a memory of its own. */
function openProcess() {
  const database = openDatabase(app.database.url, { runtime: 4, work: 1 });
  const transactor = createTransactor({ database, clock: systemClock, randomBytes, log: silentLog });
  const pieces = { atOnce: 0, looked: 0 };
  const take = joinUnits({
    ...transactor,
    commandAfter: (...args) => {
      pieces.looked += 1;
      return transactor.commandAfter(...args);
    },
    commandAtOnce: (...args) => {
      const ended = transactor.commandAtOnce(...args);
      void ended?.then(
        () => {
          pieces.atOnce += 1;
        },
        () => undefined,
      );
      return ended;
    },
  });
  const request = {
    tenantId: app.tenant.id,
    actor: { kind: 'system', id: 'test' },
    requestId: null,
  } as const;
  closings.push(() => database.close());
  return {
    pieces,
    async consume(customer: string, quantity: number, eventId = nextName()) {
      const asked = {
        kind: 'consume',
        customer,
        feature: 'units',
        quantity: units(quantity),
        eventId,
      } as const;
      const { outcome, standing } = await take(request, asked);
      return `${outcome} ${standing.used}`;
    },
    async reserve(customer: string, quantity: number, key = nextName()) {
      const { outcome, reservation, standing } = await take(request, {
        kind: 'reserve',
        customer,
        feature: 'units',
        key,
        quantity: units(quantity),
        minimum: units(quantity),
        expiresInMs: 60_000,
        onExpiry: 'release',
      });
      const granted = reservation === null ? '0' : formatDecimal12(reservation.granted);
      return `${outcome} ${granted} ${standing.remaining}`;
    },
  };
}

async function customer(plan = 'large') {
  serial += 1;
  const name = `foreseen-${serial}`;
  const { id } = await must('POST', '/v1/customers', { name, external_id: name });
  const { id: subscription } = await must('POST', '/v1/subscriptions', { customer: name, plan });
  return { name, id: String(id), subscription: String(subscription) };
}

/** Two looks teach a process what it takes the next units by. */
async function acquainted(name: string) {
  const process = openProcess();
  await process.consume(name, 1);
  await process.consume(name, 1);
  process.pieces.atOnce = 0;
  process.pieces.looked = 0;
  return process;
}

test('I556 units that are taken without a look are told exactly, whatever others took meanwhile', async () => {
  const { name } = await customer();
  const one = await acquainted(name);
  expect([await one.consume(name, 3), await one.reserve(name, 5)]).toEqual(['done 5', 'done 5 990']);
  expect(one.pieces).toEqual({ atOnce: 2, looked: 0 });
  expect(await openProcess().consume(name, 7)).toBe('done 12');
  expect(await one.consume(name, 1)).toBe('done 13');
  expect(one.pieces).toEqual({ atOnce: 3, looked: 0 });
});

test('I556 where others took the last units meanwhile nothing is given, and nothing stands of the attempt', async () => {
  const { name } = await customer();
  const one = await acquainted(name);
  expect(await openProcess().consume(name, 990)).toBe('done 992');
  expect(await one.consume(name, 9)).toBe('refused 992');
  expect(await one.reserve(name, 8)).toBe('done 8 0');
  expect(await one.consume(name, 1)).toBe('refused 992');
});

test('I628 where a counter that holds nothing was removed meanwhile nothing is held without one', async () => {
  const { name } = await customer();
  const one = await acquainted(name);
  expect(await one.reserve(name, 1)).toBe('done 1 997');
  const admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  try {
    const theirs = 'customer_id = (select id from customers where external_id = $1)';
    await admin.query(`delete from usage_reservations where ${theirs}`, [name]);
    expect((await admin.query(`delete from usage_counters where ${theirs}`, [name])).rowCount).toBe(1);
    // The attempt comes to nothing; who looks finds no counter, and looks again when there is one.
    expect(await one.reserve(name, 1)).toBe('done 1 997');
    expect(one.pieces).toEqual({ atOnce: 1, looked: 2 });
    const held = `select trim_scale(held)::text as held from usage_counters where ${theirs}`;
    expect((await admin.query(held, [name])).rows).toEqual([{ held: '1' }]);
    const reserved = await admin.query(`select 1 from usage_reservations where ${theirs}`, [name]);
    expect(reserved.rowCount).toBe(1);
  } finally {
    await admin.end();
  }
});

test('I556 four hundred spenders in two processes that look seldom get all of a limit and not one more', async () => {
  const { name } = await customer();
  const both = [await acquainted(name), await acquainted(name)];
  let given = 0;
  for (let round = 0; round < 4; round += 1) {
    const answers = await Promise.all(
      both.flatMap((process) => Array.from({ length: 200 }, () => process.consume(name, 1))),
    );
    given += answers.filter((answer) => answer.startsWith('done')).length;
  }
  expect(given).toBe(LIMIT - 4);
  expect(both.every(({ pieces }) => pieces.atOnce > 0)).toBe(true);
});

test('I557 a plan, an override and a name that change end what was seen of a customer at once', async () => {
  const { name, id, subscription } = await customer();
  const one = await acquainted(name);
  await must('POST', `/v1/subscriptions/${subscription}/change`, { plan: 'small', when: 'now' });
  expect(await one.consume(name, 9)).toBe('refused 2');
  expect(await one.consume(name, 1)).toBe('done 3');
  const other = await customer();
  const two = await acquainted(other.name);
  await must('POST', `/v1/customers/${other.id}/entitlement_overrides`, {
    reason: 'Agreed.',
    feature: 'units',
    change: { kind: 'metered', mode: 'replace', limit: '4' },
  });
  expect(await two.consume(other.name, 3)).toBe('refused 2');
  await must('PATCH', `/v1/customers/${other.id}`, { external_id: `${other.name}-before` });
  await must('PATCH', `/v1/customers/${id}`, { external_id: other.name });
  expect(await two.consume(other.name, 2)).toBe('done 5');
});

test('I558 what was done before is not done again by who does not look, in whatever process', async () => {
  const { name } = await customer();
  const [one, two] = [await acquainted(name), await acquainted(name)];
  expect(await one.consume(name, 5, 'once')).toBe('done 9');
  expect(await two.consume(name, 5, 'once')).toBe('known 9');
  const three = await acquainted(name);
  expect([await one.reserve(name, 5, 'held'), await three.reserve(name, 5, 'held')]).toEqual([
    'done 5 984',
    'known 5 984',
  ]);
  const sent = await Promise.all(
    Array.from({ length: 40 }, (_, index) => (index % 2 ? one : three).consume(name, 1, `all-${index % 5}`)),
  );
  expect(sent.filter((answer) => answer.startsWith('done'))).toHaveLength(5);
  expect(await one.consume(name, 1)).toBe('done 17');
});

test('I559 an event in quarantine keeps nobody from taking units without a look', async () => {
  const { name } = await customer();
  const one = await acquainted(name);
  const stranger = { specversion: '1.0', id: 'q', source: 'elsewhere', type: 'unit', subject: 'nobody' };
  const data = { n: 1 };
  await must('POST', '/v1/events', [{ ...stranger, time: new Date(systemClock()).toISOString(), data }]);
  const said: string[] = [];
  for (let turn = 0; turn < 4; turn += 1) said.push(await one.consume(name, 1));
  expect(said).toEqual(['done 3', 'done 4', 'done 5', 'done 6']);
  // The first met the quarantine, the second rested; those after reckoned with it.
  expect(one.pieces).toEqual({ atOnce: 2, looked: 2 });
});
