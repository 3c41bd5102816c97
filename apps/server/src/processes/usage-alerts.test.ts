import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';

type Told = {
  occurred_at: string;
  data: { percent: number; used: string; limit: string; subscription_ids?: string[] };
};

let app: TestApp;
let serial = 0;

const plan = (key: string, limit: string, reset: string) => ({
  key,
  name: key,
  currency: 'EUR',
  prices: [],
  entitlements: [
    { feature: 'calls', kind: 'metered', limit, reset, overage: 'allow', warn_at_percent: [80, 95] },
  ],
});

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-12-01T00:00:00Z' });
  const catalogue = {
    meters: [{ key: 'calls', name: 'Calls', event_type: 'api.call', aggregation: 'count' }],
    features: [{ key: 'calls', name: 'Calls', kind: 'metered', meter: 'calls' }],
    plans: [
      plan('monthly', '10', 'billing_period'),
      plan('small', '10', 'never'),
      plan('large', '20', 'never'),
      plan('sliding', '10', 'last_24_hours'),
    ],
  };
  await must('PUT', '/v1/catalogue', { body: catalogue });
  await moveTo('2027-01-01T00:00:00Z');
});
afterAll(() => app.close());

async function must(...call: Parameters<TestApp['api']>) {
  const answer = await app.api(...call);
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

async function moveTo(to: string) {
  await must('POST', '/v1/clock/advance', { body: { to } });
  await app.server.mover.finished(app.tenant.id);
}

async function subscribe(planKey: string) {
  serial += 1;
  const customer = await must('POST', '/v1/customers', { body: { name: `Reader ${serial}` } });
  const body = { customer: customer.id, plan: planKey };
  const subscription = await must('POST', '/v1/subscriptions', { body });
  return { customer: String(customer.id), subscription: String(subscription.id) };
}

/** One call each time, as a product reports them. */
async function call(customer: string, time: string, count: number) {
  for (let number = 0; number < count; number += 1) {
    serial += 1;
    await must('POST', '/v1/events', {
      body: [
        { specversion: '1.0', id: `call-${serial}`, source: '/t', type: 'api.call', subject: customer, time },
      ],
      idempotencyKey: null,
    });
  }
}

async function told(customer: string): Promise<Told[]> {
  const feed = await must('GET', `/v1/event_feed?customer=${customer}&type=usage.threshold_reached`);
  return (feed.data as unknown as Told[]).toReversed();
}

test('of all the events above a threshold only the first tells it, in each period anew', async () => {
  const { customer } = await subscribe('monthly');
  for (const month of ['01', '02', '03']) {
    for (let number = 0; number < 14; number += 1) {
      await call(customer, `2027-${month}-01T00:00:00Z`, 1);
      await app.drain();
    }
    if (month !== '03') await moveTo(`2027-0${Number(month) + 1}-01T00:00:00Z`);
  }
  expect((await told(customer)).map(({ occurred_at, data }) => [occurred_at, data.percent])).toEqual(
    ['01', '02', '03'].flatMap((month) => [
      [`2027-${month}-01T00:00:00.000Z`, 80],
      [`2027-${month}-01T00:00:00.000Z`, 95],
    ]),
  );
});

test('usage is looked at before the clock leaves its period, so that no warning is lost or late', async () => {
  const { customer } = await subscribe('monthly');
  await call(customer, '2027-03-01T00:00:00Z', 9);
  await moveTo('2027-05-01T00:00:00Z');
  expect(await told(customer)).toEqual([
    expect.objectContaining({
      occurred_at: '2027-03-01T00:00:00.000Z',
      data: expect.objectContaining({ percent: 80, used: '9', limit: '10' }),
    }),
  ]);
});

test('a limit that never resets warns again once a larger plan has raised it', async () => {
  const { customer, subscription } = await subscribe('small');
  await call(customer, '2027-05-01T00:00:00Z', 8);
  await app.drain();
  await must('POST', `/v1/subscriptions/${subscription}/change`, { body: { plan: 'large', when: 'now' } });
  await call(customer, '2027-05-01T00:00:00Z', 9);
  await app.drain();
  expect((await told(customer)).map(({ data }) => [data.percent, data.used, data.limit])).toEqual([
    [80, '8', '10'],
    [80, '17', '20'],
  ]);
});

test('a sliding window warns once in a stretch of its length, however it slides, and again in a later one', async () => {
  const { now } = await must('GET', '/v1/clock');
  const start = Math.ceil(Date.parse(String(now)) / 86_400_000) * 86_400_000;
  const at = (hours: number) => new Date(start + hours * 3_600_000).toISOString();
  const { customer } = await subscribe('sliding');
  await moveTo(at(1));
  await call(customer, at(1), 8);
  await app.drain();
  await moveTo(at(3));
  await call(customer, at(3), 1);
  await app.drain();
  expect((await told(customer)).map(({ data }) => data.percent)).toEqual([80]);
  await moveTo(at(26));
  await call(customer, at(26), 8);
  await app.drain();
  expect((await told(customer)).map(({ data }) => [data.percent, data.used])).toEqual([
    [80, '8'],
    [80, '9'],
  ]);
});

test('I596 where several plans count the same meter each of their limits is told with its plan, in the reader’s language', async () => {
  await must('PUT', '/v1/catalogue', {
    body: {
      meters: [],
      features: [],
      plans: [
        { ...plan('round', '10', 'calendar_month'), name: 'Kleine Runde', family: 'round' },
        { ...plan('field', '12', 'calendar_month'), name: 'Weites Feld', family: 'field' },
      ],
    },
  });
  const body = { name: 'Leserin', email: 'leserin@example.com', locale: 'de-DE' };
  const customer = String((await must('POST', '/v1/customers', { body })).id);
  const round = await must('POST', '/v1/subscriptions', { body: { customer, plan: 'round' } });
  const { now } = await must('GET', '/v1/clock');
  await call(customer, String(now), 8);
  await app.drain();
  const field = await must('POST', '/v1/subscriptions', { body: { customer, plan: 'field' } });
  await call(customer, String(now), 2);
  await app.drain();
  const subjects = (await app.sandbox.mails({ to: 'leserin@example.com', limit: 50 })).data
    .map(({ subject }) => subject)
    .filter((subject) => subject.includes('%'))
    .toSorted();
  // The first while there was one plan; 10 of 10 and 10 of 12 came at once.
  expect(subjects).toEqual([
    'Calls: 80 % verbraucht',
    'Calls: 80 % verbraucht (Weites Feld)',
    'Calls: 95 % verbraucht (Kleine Runde)',
  ]);
  const limits = (await told(customer)).map(({ data }) => [data.limit, data.subscription_ids]);
  expect(new Set(limits)).toEqual(
    new Set([
      ['10', undefined],
      ['10', [round.id]],
      ['12', [field.id]],
    ]),
  );
});
