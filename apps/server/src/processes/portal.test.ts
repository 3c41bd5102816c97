import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Caller } from '../testing/caller.ts';

let app: TestApp;
let member: Caller;
let customerId: string;

const PASSWORD = 'correct horse battery staple';
const flat = (amount: string) => ({
  key: 'base',
  name: 'Base',
  pricing: { model: 'flat', amount },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
});
const metered = {
  ...flat('0'),
  key: 'calls',
  name: 'Calls',
  pricing: {
    model: 'graduated',
    per: '1',
    tiers: [
      { up_to: '100', unit_amount: '0', flat_amount: '0' },
      { up_to: null, unit_amount: '0.02', flat_amount: '0' },
    ],
  },
  quantity: { kind: 'meter', meter: 'calls' },
  timing: 'in_arrears',
};
const plan = (key: string, rank: number, amount: string, limit: string, more: object = {}) => ({
  key,
  name: key,
  rank,
  currency: 'EUR',
  prices: [flat(amount), metered],
  entitlements: [
    {
      feature: 'calls',
      kind: 'metered',
      limit,
      reset: 'billing_period',
      overage: 'allow',
      warn_at_percent: [80],
    },
  ],
  ...more,
});

/** Marks an address as confirmed, as the link in the mail does. */
async function confirm(email: string) {
  const client = await app.database.runtime.connect();
  try {
    await client.query(`select set_config('app.tenant', '${app.tenant.id}', false)`);
    await client.query(`update member_user set "emailVerified" = true where tenant_id = $1 and email = $2`, [
      app.tenant.id,
      email,
    ]);
  } finally {
    await client.query(`select set_config('app.tenant', '', false)`);
    client.release();
  }
}

const portal = (path: string) => `/p/${app.tenant.slug}/api/v1${path}`;

async function signUp(email: string): Promise<Caller> {
  const auth = `/p/${app.tenant.slug}/auth`;
  const made = await app.anybody('POST', `${auth}/sign-up/email`, {
    body: { email, password: PASSWORD, name: email },
    headers: { origin: app.baseUrl },
  });
  if (made.status !== 200) throw new Error(made.text);
  await confirm(email);
  return app.signIn(email, PASSWORD, auth);
}

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  await app.api('PUT', '/v1/catalogue', {
    body: {
      meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count', unit: 'calls' }],
      features: [{ key: 'calls', name: 'Calls', kind: 'metered', meter: 'calls' }],
      plans: [
        plan('small', 1, '1000', '100'),
        plan('large', 2, '5000', '1000'),
        plan('secret', 3, '100', '9', { public: false }),
      ],
    },
  });
  member = await signUp('owner@acme.example');
  const mine = await member('POST', portal('/customers'), { body: { name: 'Acme', country: 'DE' } });
  customerId = String(mine.body.id);
});

afterAll(() => app.close());

describe('the pricing page', () => {
  test('shows public plans with the units of their meters to everybody', async () => {
    const answer = await app.anybody('GET', portal('/plans'));
    expect(answer.body).toMatchObject({
      object: 'public_catalogue',
      seller: { slug: app.tenant.slug },
      plans: [{ key: 'small', units: { calls: 'calls' } }, { key: 'large' }],
    });
    expect(answer.text).not.toContain('secret');
  });

  test('computes a period by the engine that will bill it', async () => {
    const answer = await app.anybody('POST', portal('/plans/preview'), {
      body: { plan: 'small', usage: { calls: '150' } },
    });
    expect(answer.body).toMatchObject({ plan: 'small', total: '1100', currency: 'EUR' });
    expect(
      (answer.body.lines as unknown as { kind: string; amount: string }[])
        .map(({ kind, amount }) => [kind, amount])
        .sort(),
    ).toEqual([
      ['recurring', '1000'],
      ['usage', '100'],
    ]);
    const hidden = await app.anybody('POST', portal('/plans/preview'), { body: { plan: 'secret' } });
    expect([hidden.status, hidden.body.code]).toEqual([404, 'plan.not_found']);
  });
});

describe('the portal', () => {
  test('starts empty, then shows plan, next charge, usage and what needs attention', async () => {
    const empty = await member('GET', portal('/dashboard'));
    expect(empty.body).toMatchObject({ subscriptions: [], next_charge: null, meters: [], notices: [] });
    expect((await member('GET', portal('/subscription'))).body.code).toBe('subscription.not_found');
    await app.api('POST', '/v1/subscriptions', { body: { customer: customerId, plan: 'small' } });
    const events = Array.from({ length: 90 }, (_, index) => ({
      specversion: '1.0',
      id: `p-${index}`,
      source: 'test',
      type: 'call',
      subject: customerId,
      time: '2026-01-10T09:01:00Z',
    }));
    await app.api('POST', '/v1/events', { body: events, idempotencyKey: null });
    const dashboard = await member('GET', portal('/dashboard'));
    expect(dashboard.body).toMatchObject({
      subscriptions: [{ plan: { key: 'small' } }],
      next_charge: { at: '2026-02-10T09:00:00.000Z', total: '1000', is_estimate: true },
      meters: [{ feature: 'calls', used: '90', limit: '100', percent: 90, level: 'warning' }],
      open_invoices: [{ total: '1000' }],
      notices: [{ kind: 'payment_method_missing' }, { kind: 'limit_near', subject: 'Calls' }],
    });
    const usage = await member('GET', portal('/usage'));
    expect(usage.body.data).toMatchObject([
      { meter: 'calls', quantity: '90', event_count: 90, previous_quantity: '0', limit: '100' },
    ]);
  });

  test('lets an owner preview, change, cancel and undo, only to plans on sale', async () => {
    const preview = await member('POST', portal('/subscription/change/preview'), {
      body: { plan: 'large', when: 'now' },
    });
    expect(preview.body).toMatchObject({ direction: 'upgrade', total: '4000' });
    const changed = await member('POST', portal('/subscription/change'), {
      body: { plan: 'large', when: 'now', preview_token: preview.body.token },
    });
    expect(changed.body).toMatchObject({ plan: { key: 'large' } });
    const hidden = await member('POST', portal('/subscription/change'), { body: { plan: 'secret' } });
    expect([hidden.status, hidden.body.code]).toEqual([404, 'plan.not_found']);
    const canceled = await member('POST', portal('/subscription/cancel'), { body: {} });
    expect(canceled.body).toMatchObject({ cancel_at: '2026-02-10T09:00:00.000Z' });
    expect((await member('GET', portal('/dashboard'))).body.notices).toEqual(
      expect.arrayContaining([
        {
          kind: 'cancel_scheduled',
          at: '2026-02-10T09:00:00.000Z',
          subject: null,
          subscription: canceled.body.id,
        },
      ]),
    );
    expect((await member('POST', portal('/subscription/undo'), { body: {} })).body).toMatchObject({
      cancel_at: null,
    });
  });

  test('shows a stranger nothing of it', async () => {
    const stranger = await signUp('stranger@other.example');
    for (const path of ['/dashboard', '/usage', '/subscription']) {
      const answer = await stranger('GET', portal(path));
      expect([answer.status, answer.body.code]).toEqual([404, 'customer.not_found']);
    }
    expect((await app.anybody('GET', portal('/dashboard'))).status).toBe(401);
  });
});

test('staff see everything about a customer on one page', async () => {
  const answer = await app.api('GET', `/v1/customers/${customerId}/overview`);
  expect(answer.body).toMatchObject({
    customer: { id: customerId },
    mrr: '5000',
    open_invoices: 2,
    open_amount: '5000',
    subscriptions: [{ plan: { key: 'large' } }],
    usage: [{ used: '90', limit: '1000' }],
    entitlements: [{ feature: 'calls' }],
    members: [{ email: 'owner@acme.example', role: 'owner' }],
    recent_invoices: [{ total: '4000' }, { total: '1000' }],
  });
  const missing = await app.api('GET', '/v1/customers/cus_01h2xcejqtf2nbrexx3vqjhp41/overview');
  expect([missing.status, missing.body.code]).toEqual([404, 'customer.not_found']);
});

test('the portal lets an owner pause and resume where the seller allows it, with a preview, and undo only what is theirs', async () => {
  const post = (path: string, body: object) => member('POST', portal(`/subscription/${path}`), { body });
  // A pause in the very moment in which a period begins would leave nothing of it.
  app.passWallTime(60_000);
  const refused = await post('pause', {});
  expect([refused.status, refused.body.reason]).toEqual([409, 'portal.pause_not_allowed']);
  expect((await post('preview', { action: 'pause' })).body.code).toBe('subscription.not_changeable');
  await app.api('PATCH', '/v1/tenant', { body: { settings: { portal: { allow_pause: true } } } });
  expect((await member('GET', portal('/session'))).body.seller).toMatchObject({ allows_pause: true });
  const preview = await post('preview', { action: 'pause', until: '2026-03-01T00:00:00Z' });
  expect(preview.body).toMatchObject({
    status: 'paused',
    due_today: '0',
    next_invoice: { at: '2026-03-01T00:00:00.000Z', total: '1674' },
  });
  const paused = await post('pause', { until: '2026-03-01T00:00:00Z', preview_token: preview.body.token });
  expect(paused.body).toMatchObject({
    status: 'paused',
    pauses: [{ to: null, mode: 'keep_period' }],
    schedule: [{ kind: 'resume' }],
  });
  expect((await post('resume', {})).body).toMatchObject({ status: 'active', schedule: [] });
  const id = String(paused.body.id);
  await app.api('POST', `/v1/subscriptions/${id}/pause`, { body: { from: '2026-01-20T00:00:00Z' } });
  await app.api('PATCH', '/v1/tenant', { body: { settings: { portal: { allow_pause: false } } } });
  const [step] = (await member('GET', portal('/subscription'))).body.schedule as unknown as {
    id: string;
  }[];
  const agreed = await post('undo', { step: step?.id });
  expect([agreed.status, agreed.body.reason]).toEqual([409, 'portal.step_agreed']);
  expect((await post('undo', {})).body.code).toBe('subscription.nothing_scheduled');
  await app.api('POST', `/v1/subscriptions/${id}/schedule/${step?.id}/undo`, { body: {} });
});
