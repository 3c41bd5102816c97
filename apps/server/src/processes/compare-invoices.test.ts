import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must, send, signUpMember } from '../testing/scenario.ts';

let app: TestApp;
let customer: string;

const cadence = { interval: 'month', count: 1 };

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  const settings = { tax_rates: { DE: { name: 'VAT', rate: '0.19' } }, invoice_series: 'BH' };
  await must(app.api('PATCH', '/v1/tenant', { body: { time_zone: 'UTC', settings } }));
  const prices = [
    {
      key: 'seats',
      name: 'Seats',
      pricing: { model: 'per_unit', unit_amount: '10', per: '1' },
      quantity: { kind: 'seats' },
      timing: 'in_advance',
      cadence,
    },
    {
      key: 'calls',
      name: 'Calls',
      pricing: { model: 'per_unit', unit_amount: '0.5', per: '1' },
      quantity: { kind: 'meter', meter: 'calls' },
      timing: 'in_arrears',
      cadence,
    },
  ];
  const meter = { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count', unit: 'call' };
  await must(
    app.api('PUT', '/v1/catalogue', {
      body: {
        meters: [{ ...meter, value_property: null }],
        features: [],
        plans: [{ key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices, entitlements: [] }],
      },
    }),
  );
}, 60_000);
afterAll(() => app.close());

async function moveTo(to: string): Promise<void> {
  await must(app.api('POST', '/v1/clock/advance', { body: { to } }));
  await app.server.mover.finished(app.tenant.id);
  await app.drain();
}

async function use(times: readonly string[]): Promise<void> {
  const events = times.map((time, index) => ({
    specversion: '1.0',
    id: `${time}/${index}`,
    source: 'test',
    type: 'call',
    subject: customer,
    time,
  }));
  const taken = await must(app.api('POST', '/v1/events', { body: events }));
  expect(taken.results).toMatchObject(times.map(() => ({ status: 'accepted' })));
}

type Side = { lines: string[]; quantity: string; amount: string; meter: { key: string } | null } | null;
type Pair = { before: Side; after: Side; change: string; causes: Record<string, string> };

test('I423 staff and the customer compare any two invoices, down to the days of usage; nobody sees those of others', async () => {
  const member = await signUpMember(app, app.tenant.slug, 'ada@example.com');
  const portal = `/p/${app.tenant.slug}/api/v1`;
  customer = String((await send(member, `${portal}/customers`, { name: 'Ada', country: 'DE' })).id);
  const { id: subscription } = await send(app.api, '/v1/subscriptions', {
    customer,
    plan: 'pro',
    quantity: 2,
    collection: 'manual',
  });
  await moveTo('2026-01-21T00:00:00Z');
  await use(['2026-01-03T10:00:00Z', '2026-01-03T11:00:00Z', '2026-01-20T10:00:00Z']);
  await moveTo('2026-02-01T00:00:00Z');
  await moveTo('2026-02-06T00:00:00Z');
  await use(['2026-02-05T10:00:00Z']);
  await send(app.api, `/v1/subscriptions/${String(subscription)}/change`, { quantity: 5, when: 'now' });
  await moveTo('2026-03-01T00:00:00Z');
  const invoices = (await must(app.api('GET', `/v1/invoices?customer=${customer}`))).data as unknown as {
    id: string;
    total: string;
  }[];
  const [march, ...earlier] = invoices as [{ id: string; total: string }, ...{ id: string; total: string }[]];
  const february = earlier.find(({ total }) => total !== march.total) ?? march;
  const path = `/invoices/${march.id}/comparison?against=${february.id}`;
  const compared = await must(app.api('GET', `/v1${path}`));
  expect(compared.change).toBe(`${BigInt(march.total) - BigInt(february.total)}`);
  const pairs = compared.lines as unknown as Pair[];
  const sum = pairs.reduce((total, pair) => total + BigInt(pair.change), BigInt(String(compared.other)));
  expect(`${sum}`).toBe(compared.change);
  for (const { change, causes } of pairs)
    expect(`${Object.values(causes).reduce((total, part) => total + BigInt(part), 0n)}`).toBe(change);

  const calls = pairs.find(({ after }) => after?.meter?.key === 'calls');
  const [line] = calls?.after?.lines ?? [];
  const days = await must(app.api('GET', `/v1/invoice_lines/${line}/usage`));
  expect(days).toMatchObject({
    meter: 'calls',
    event_type: 'call',
    has_later: false,
    days: [{ start: '2026-02-05T00:00:00.000Z', end: '2026-02-06T00:00:00.000Z', event_count: 1 }],
  });
  // Its events are found by what the day says.
  const [day] = days.days as unknown as [{ start: string; end: string }];
  const events = await must(
    app.api('GET', `/v1/events?customer=${customer}&type=call&from=${day.start}&to=${day.end}`),
  );
  expect(events.data).toHaveLength(1);

  // The customer sees the same; another customer is told that nothing is there.
  const mine = await member('GET', `${portal}${path}`);
  expect(mine.body).toEqual(compared);
  expect((await member('GET', `${portal}/invoice_lines/${line}/usage`)).body).toEqual(days);
  const stranger = await signUpMember(app, app.tenant.slug, 'eve@example.com');
  await send(stranger, `${portal}/customers`, { name: 'Eve', country: 'DE' });
  expect((await stranger('GET', `${portal}${path}`)).status).toBe(404);
  expect((await stranger('GET', `${portal}/invoice_lines/${line}/usage`)).status).toBe(404);
  const other = String((await send(app.api, '/v1/customers', { name: 'Other', country: 'DE' })).id);
  await send(app.api, '/v1/subscriptions', {
    customer: other,
    plan: 'pro',
    quantity: 1,
    collection: 'manual',
  });
  await app.drain();
  const [foreign] = (await must(app.api('GET', `/v1/invoices?customer=${other}`))).data as unknown as {
    id: string;
  }[];
  const refused = await app.api('GET', `/v1/invoices/${march.id}/comparison?against=${foreign?.id}`);
  expect([refused.status, refused.body.code]).toEqual([404, 'invoice.not_found']);
});
