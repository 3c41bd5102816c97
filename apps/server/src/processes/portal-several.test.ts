import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Caller } from '../testing/caller.ts';
import { must, send } from '../testing/scenario.ts';

let app: TestApp;
let member: Caller;
let customer: string;
let pro: string;
let mini: string;

const PASSWORD = 'correct horse battery staple';
const plan = (key: string, name: string, amount: string, more: object = {}) => ({
  key,
  name,
  rank: 1,
  currency: 'EUR',
  entitlements: [],
  prices: [
    {
      key: 'base',
      name: 'Base fee',
      quantity: { kind: 'fixed' },
      timing: 'in_advance',
      pricing: { model: 'flat', amount },
      cadence: { interval: 'month', count: 1 },
    },
  ],
  ...more,
});
const portal = (path: string) => `/p/${app.tenant.slug}/api/v1${path}`;

type Dashboard = {
  subscriptions: { id: string; plan: { key: string } }[];
  next_charge: { at: string; due: string; invoices: number } | null;
  charges: { at: string; due: string; subscriptions: string[] }[];
  notices: { kind: string; subject: string | null; subscription: string | null }[];
  meters: { subscription: string | null; used: string; limit: string | null }[];
};
const dashboard = async () => (await must(member('GET', portal('/dashboard')))) as unknown as Dashboard;

async function signUp(email: string, company: string): Promise<{ caller: Caller; id: string }> {
  const auth = `/p/${app.tenant.slug}/auth`;
  const body = { email, password: PASSWORD, name: email };
  await must(app.anybody('POST', `${auth}/sign-up/email`, { body, headers: { origin: app.baseUrl } }));
  const caller = await app.signIn(email, PASSWORD, auth);
  const made = await must(caller('POST', portal('/customers'), { body: { name: company, country: 'DE' } }));
  return { caller, id: String(made.id) };
}

async function subscribe(key: string, collection = 'manual'): Promise<string> {
  const made = await send(app.api, '/v1/subscriptions', { customer, plan: key, collection });
  await app.settle();
  return String(made.id);
}

async function advance(to: string): Promise<void> {
  await must(app.api('POST', '/v1/clock/advance', { body: { to } }));
  await app.server.mover.finished(app.tenant.id);
  await app.settle();
}

const issued = async () =>
  (await must(app.api('GET', `/v1/invoices?customer=${customer}`))).data as unknown as {
    id: string;
    due: string;
    issued_at: string;
  }[];

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-05T09:00:00Z' });
  await must(
    app.api('PUT', '/v1/catalogue', {
      body: {
        meters: [],
        features: [],
        plans: [plan('pro', 'Pro', '3000'), plan('mini', 'Mini', '700'), plan('max', 'Max', '9000')],
      },
    }),
  );
  ({ caller: member, id: customer } = await signUp('owner@several.example', 'Several'));
});

afterAll(() => app.close());

test('shows every subscription, and as next charge what one invoice of the month will really ask for', async () => {
  await must(app.api('PATCH', `/v1/customers/${customer}`, { body: { invoice_consolidation: 'month' } }));
  pro = await subscribe('pro');
  await advance('2026-01-12T09:00:00Z');
  mini = await subscribe('mini');
  const seen = await dashboard();
  expect(seen.subscriptions.map(({ id }) => id)).toEqual([pro, mini]);
  expect(seen.charges).toMatchObject([{ currency: 'EUR', subscriptions: [pro, mini] }]);
  expect(seen.next_charge).toMatchObject({ invoices: 1 });
  const before = (await issued()).length;
  await advance('2026-02-01T09:00:00Z');
  const after = await issued();
  expect(after).toHaveLength(before + 1);
  expect(after[0]?.due).toBe(seen.next_charge?.due);
  expect(after[0]?.due).toBe('3700');
});

test('invoiced as things fall due, each has a charge of its own', async () => {
  await must(app.api('PATCH', `/v1/customers/${customer}`, { body: { invoice_consolidation: 'as_due' } }));
  await advance('2026-02-12T09:30:00Z');
  const seen = await dashboard();
  expect(seen.charges).toMatchObject([
    { at: '2026-03-05T09:00:00.000Z', due: '3000', subscriptions: [pro] },
    { at: '2026-03-12T09:00:00.000Z', due: '700', subscriptions: [mini] },
  ]);
  expect(seen.next_charge).toMatchObject({ due: '3000', invoices: 1, subscriptions: [pro] });
});

test('what falls on one day is one sum, also where it is several invoices', async () => {
  await advance('2026-03-05T15:00:00Z');
  const third = await subscribe('max');
  const seen = await dashboard();
  expect(seen.charges.map(({ due }) => due)).toEqual(['700', '3000', '9000']);
  await advance('2026-03-12T10:00:00Z');
  expect((await dashboard()).next_charge).toMatchObject({
    due: '12000',
    invoices: 2,
    subscriptions: [pro, third],
  });
  await must(member('POST', portal(`/subscription/cancel?subscription=${third}`), { body: {} }));
  await advance('2026-04-06T09:00:00Z');
  expect((await dashboard()).subscriptions.map(({ id }) => id)).toEqual([pro, mini]);
});

test('acts on the subscription that is named, says in notices which, and leaves the others alone', async () => {
  const preview = await must(
    member('POST', portal(`/subscription/preview?subscription=${pro}`), {
      body: { action: 'cancel', when: 'period_end' },
    }),
  );
  const canceled = await must(
    member('POST', portal(`/subscription/cancel?subscription=${pro}`), {
      body: { when: 'period_end', preview_token: preview.token },
    }),
  );
  expect(canceled).toMatchObject({ id: pro, cancel_at: '2026-05-05T08:00:00.000Z' });
  expect(await must(member('GET', portal('/subscription')))).toMatchObject({ id: mini, cancel_at: null });
  expect((await dashboard()).notices).toContainEqual({
    kind: 'cancel_scheduled',
    at: '2026-05-05T08:00:00.000Z',
    subject: 'Pro',
    subscription: pro,
  });
  await must(member('POST', portal(`/subscription/undo?subscription=${pro}`), { body: {} }));
  expect(await must(member('GET', portal(`/subscription?subscription=${pro}`)))).toMatchObject({
    cancel_at: null,
  });
});

test('I585 use that several plans count stands once for each, under its plan and against its own limit', async () => {
  const right = (limit: string) => ({
    kind: 'metered',
    feature: 'calls',
    limit,
    reset: 'billing_period',
    overage: 'allow',
    warn_at_percent: [],
  });
  await must(
    app.api('PUT', '/v1/catalogue', {
      body: {
        meters: [
          { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'sum', value_property: 'n' },
        ],
        features: [{ key: 'calls', name: 'Calls', kind: 'metered', meter: 'calls' }],
        plans: [
          plan('low', 'Low', '100', { entitlements: [right('50')] }),
          plan('high', 'High', '900', { entitlements: [right('1000')] }),
        ],
      },
    }),
  );
  const before = { member, customer };
  ({ caller: member, id: customer } = await signUp('owner@counted.example', 'Counted'));
  const low = await subscribe('low');
  const high = await subscribe('high');
  const { now } = await must(app.api('GET', '/v1/clock'));
  const event = { specversion: '1.0', id: 'n-1', source: '/t', type: 'call', subject: customer, time: now };
  await must(
    app.api('POST', '/v1/events', { body: [{ ...event, data: { n: '60' } }], idempotencyKey: null }),
  );
  const seen = await dashboard();
  expect(seen.meters).toMatchObject([
    { subscription: low, used: '60', limit: '50' },
    { subscription: high, used: '60', limit: '1000' },
  ]);
  expect(seen.notices).toMatchObject([{ kind: 'limit_reached', subject: 'Calls', subscription: low }]);
  expect((await must(member('GET', portal('/usage')))).data).toMatchObject([
    {
      quantity: '60',
      limit: '1000',
      limit_of: high,
      limits: [
        { subscription: low, plan_name: 'Low', limit: '50' },
        { subscription: high, plan_name: 'High', limit: '1000' },
      ],
    },
  ]);
  const overview = await must(app.api('GET', `/v1/customers/${customer}/overview`));
  expect(overview.usage).toMatchObject([{ subscription: low }, { subscription: high }]);
  ({ member, customer } = before);
});

test('credit is taken off the first charge, and what it used up not off the second', async () => {
  ({ caller: member, id: customer } = await signUp('owner@credit.example', 'Credit'));
  const method = { provider_method_id: 'pm_card_visa' };
  await send(app.api, `/v1/customers/${customer}/payment_methods`, method);
  await subscribe('mini', 'automatic');
  await advance('2026-04-07T09:00:00Z');
  await subscribe('pro', 'automatic');
  const [invoice] = await issued();
  const { lines } = await must(app.api('GET', `/v1/invoices/${invoice?.id}`));
  const [line] = lines as unknown as { id: string }[];
  const wish = { lines: [{ line: line?.id, amount: '900' }], reason: 'Goodwill.', settle: 'credit_balance' };
  await send(app.api, `/v1/invoices/${invoice?.id}/credit_notes`, wish);
  expect(await dashboard()).toMatchObject({
    credit_balance: '900',
    charges: [
      { total: '700', credit_applied: '700', due: '0' },
      { total: '3000', credit_applied: '200', due: '2800' },
    ],
  });
});

test('knows nothing of a subscription of another customer', async () => {
  const { caller: stranger } = await signUp('stranger@several.example', 'Stranger');
  for (const [method, path, body] of [
    ['GET', `/subscription?subscription=${pro}`, undefined],
    ['POST', `/subscription/cancel?subscription=${pro}`, {}],
    ['POST', `/subscription/preview?subscription=${pro}`, { action: 'cancel', when: 'period_end' }],
    ['GET', `/stripe_changes?subscription=${pro}`, undefined],
  ] as const) {
    const answer = await stranger(method, portal(path), body === undefined ? {} : { body });
    expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'subscription.not_found']);
  }
});
