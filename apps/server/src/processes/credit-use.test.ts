import { verifyInvoice } from '@billhook/core/invoicing/verify/verify-invoice';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Answer } from '../testing/caller.ts';
import { unsoundCredits } from '../testing/credit-soundness.ts';
import { must } from '../testing/scenario.ts';

let app: TestApp;
let admin: pg.Client;
let serial = 0;
/** Ids of customers by their names. */
const ids = new Map<string, string>();
const subscriptions = new Map<string, string>();

const call = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) =>
  app.api(method, path, body === undefined ? {} : { body });
const ok = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => must(call(method, path, body));

const cadence = { interval: 'month', count: 1 };
const beyondBalance = (meter: string, name: string, unit: string) => ({
  key: meter,
  name,
  pricing: { model: 'per_unit', unit_amount: unit, per: '1' },
  quantity: { kind: 'meter', meter },
  timing: 'in_arrears',
  cadence,
});
/** A base fee, 0.02 EUR for each spark that credits did not cover, and a cent for each cent. */
const plan = (key: string, entitlements: object[]) => ({
  key,
  name: key,
  currency: 'EUR',
  entitlements,
  prices: [
    {
      key: 'base',
      name: 'Base',
      pricing: { model: 'flat', amount: '1000' },
      quantity: { kind: 'fixed' },
      timing: 'in_advance',
      cadence,
    },
    beyondBalance('owed', 'Sparks beyond the balance', '0.02'),
    beyondBalance('cents', 'Mails beyond the balance', '0.01'),
  ],
});

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  const meter = (key: string) => ({
    key,
    name: key,
    event_type: key,
    aggregation: 'sum',
    value_property: 'n',
  });
  const metered = (key: string) => ({ key, name: key, kind: 'metered', meter: key });
  const chat = { feature: 'chat', kind: 'metered', limit: '100', reset: 'billing_period', overage: 'block' };
  await ok('PUT', '/v1/catalogue', {
    meters: [meter('chat'), meter('images'), meter('mails'), meter('owed'), meter('cents')],
    features: [metered('chat'), metered('images'), metered('mails')],
    plans: [plan('pro', [{ ...chat, warn_at_percent: [] }]), plan('bare', [])],
  });
  await ok('POST', '/v1/credit_types', { key: 'sparks', name: 'Sparks' });
  const cost = { credit_type: 'sparks' };
  await ok('POST', '/v1/credit_costs', { ...cost, feature: 'chat', per_unit: '0.5' });
  await ok('POST', '/v1/credit_types', { key: 'money', name: 'Prepaid', unit: 'EUR', currency: 'EUR' });
  const mails = { feature: 'mails', credit_type: 'money', per_unit: '2.5', beyond: 'allow' };
  await ok('POST', '/v1/credit_costs', { ...mails, overage_meter: 'cents' });
  const images = { ...cost, feature: 'images', per_unit: '4', beyond: 'allow', overage_meter: 'owed' };
  await ok('POST', '/v1/credit_costs', images);
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

async function customer(planKey: string | null, sparks: string | null): Promise<string> {
  serial += 1;
  const name = `user-${serial}`;
  const made = await ok('POST', '/v1/customers', { name, external_id: name, currency: 'EUR' });
  ids.set(name, String(made.id));
  if (planKey !== null) {
    const body = { customer: name, plan: planKey, collection: 'manual' };
    subscriptions.set(name, String((await ok('POST', '/v1/subscriptions', body)).id));
  }
  if (sparks !== null) await give(name, sparks);
  return name;
}

const idOf = (name: string) => ids.get(name) ?? '';
const give = async (name: string, amount: string, more: object = {}) =>
  ok('POST', `/v1/customers/${idOf(name)}/credits`, {
    credit_type: 'sparks',
    amount,
    reason: 'Welcome',
    ...more,
  });
const consume = (name: string, quantity: string, eventId: string, feature = 'chat') =>
  call('POST', '/v1/consume', { customer: name, feature, quantity, event_id: eventId });
const track = (name: string, quantity: string, eventId: string, feature = 'chat') =>
  ok('POST', '/v1/track', { customer: name, feature, quantity, event_id: eventId });
const check = (name: string, quantity: string, feature = 'chat') =>
  ok('POST', '/v1/check', { customer: name, feature, quantity });
const event = (name: string, id: string, n: number, more: object = {}) => ({
  specversion: '1.0',
  id,
  source: 'app',
  type: 'images',
  subject: name,
  time: '2026-01-01T00:00:00Z',
  data: { n },
  ...more,
});

async function credits(name: string) {
  const body = await ok('GET', `/v1/customers/${idOf(name)}/credits`);
  const balances = body.balances as unknown as { available: string }[];
  return { available: balances[0]?.available ?? '0', pending: body.events_pending as unknown as number };
}

async function corrected(kind: 'void' | 'amend', body: object): Promise<Answer['body']> {
  const preview = await ok('POST', `/v1/events/${kind}/preview`, body);
  return ok('POST', `/v1/events/${kind}`, { ...body, preview_token: preview.token });
}

const expectSound = async () => expect(await unsoundCredits(admin)).toEqual([]);

describe('a feature that costs credits', () => {
  test('I200 is checked and listed by limit and credits together, the limit first', async () => {
    const name = await customer('pro', '20');
    expect(await check(name, '30')).toMatchObject({
      allowed: true,
      reason: 'credits',
      limit: '100',
      remaining: '40',
      credits: { credit_type: 'sparks', available: '20', cost: '15', beyond: 'block' },
    });
    expect(await check(name, '41')).toMatchObject({ allowed: false, reason: 'credits_used_up' });
    await give(name, '100');
    expect(await check(name, '101')).toMatchObject({ allowed: false, reason: 'limit_reached' });
    expect(await check(name, '100')).toMatchObject({ allowed: true, remaining: '100' });
    const { data } = await ok('GET', `/v1/customers/${idOf(name)}/entitlements`);
    expect(data).toMatchObject([
      { feature: 'chat', limit: '100', credits: { available: '120', cost: '0.5' } },
      { feature: 'images', limit: null, reason: 'credits', remaining: '30', explanation: { sources: [] } },
      { feature: 'mails', reason: 'overage', credits: { credit_type: 'money', available: '0' } },
    ]);
    const nobody = await customer(null, '1');
    expect(await check(nobody, '2')).toMatchObject({ allowed: true, reason: 'credits', limit: null });
    expect(await check(nobody, '1', 'images')).toMatchObject({ allowed: true, reason: 'overage' });
  });

  test('I202 consume counts and spends in one step, names the grants, and refuses whole', async () => {
    const name = await customer('pro', null);
    const soon = await give(name, '3', { expires_at: '2026-03-01T00:00:00Z' });
    const never = await give(name, '7');
    const first = await consume(name, '8', `${name}-a`);
    expect(first.body).toMatchObject({
      status: 'counted',
      credits: {
        credit_type: 'sparks',
        amount: '4',
        overage_is: 'none',
        grants: [
          { grant: soon.id, amount: '3' },
          { grant: never.id, amount: '1' },
        ],
      },
      entitlement: { used: '8', remaining: '12', credits: { available: '6', cost: '0.5' } },
    });
    expect((await consume(name, '8', `${name}-a`)).body).toMatchObject({
      status: 'duplicate',
      credits: first.body.credits,
    });
    expect((await consume(name, '9', `${name}-a`)).body.code).toBe('idempotency.key_reused');
    expect((await consume(name, '13', `${name}-b`)).body).toMatchObject({
      status: 'refused',
      credits: null,
      entitlement: { used: '8' },
    });
    expect((await credits(name)).available).toBe('6');
    await give(name, '500');
    expect((await consume(name, '93', `${name}-c`)).body).toMatchObject({
      status: 'refused',
      entitlement: { used: '8' },
    });
    const held = await call('POST', '/v1/reservations', {
      customer: name,
      feature: 'chat',
      quantity: '1',
      key: name,
    });
    expect(held.body).toMatchObject({ allowed: true, entitlement: { credits: { available: '505.5' } } });
    await ok('POST', `/v1/reservations/${String(held.body.id)}/release`);
    expect((await credits(name)).available).toBe('506');
    const alone = await customer(null, '8');
    const two = await consume(alone, '2', `${alone}-a`, 'images');
    expect(two.body).toMatchObject({ status: 'counted', credits: { amount: '8', overage: '0' } });
    await app.drain();
    await expectSound();
  });

  test('I202 B14 of forty who consume the last unit at once exactly one gets it', async () => {
    const name = await customer('pro', '0.5');
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => consume(name, '1', `${name}-${index}`)),
    );
    const by = (status: string) => answers.filter(({ body }) => String(body.status) === status).length;
    expect([by('counted'), by('refused')]).toEqual([1, 39]);
    expect((await credits(name)).available).toBe('0');
    await expectSound();
  });

  test('track counts what happened, spends what there is, and says what nothing covered', async () => {
    const name = await customer('pro', '2');
    const tracked = await track(name, '6', `${name}-a`);
    expect(tracked).toMatchObject({
      status: 'accepted',
      credits: { amount: '3', overage: '1', overage_is: 'uncovered', grants: [{ amount: '2' }] },
      check: { used: '6', reason: 'credits_used_up', credits: { available: '0' } },
    });
    expect(await track(name, '6', `${name}-a`)).toMatchObject({
      status: 'duplicate',
      credits: tracked.credits,
    });
    await give(name, '1');
    expect(await track(name, '1', `${name}-b`, 'images')).toMatchObject({
      credits: { amount: '4', overage: '3', overage_is: 'owed' },
    });
    await expectSound();
  });
});

describe('events that come in by themselves', () => {
  test('I201 B17 B18 are paid for once, however often and in whatever order they are sent, amended and voided', async () => {
    const name = await customer('bare', '30');
    const other = await customer('bare', '30');
    const batch = [event(name, `${name}-1`, 2), event(name, `${name}-2`, 3), event(other, `${other}-1`, 1)];
    await Promise.all([batch, batch.toReversed(), batch].map((events) => ok('POST', '/v1/events', events)));
    expect(await credits(name)).toEqual({ available: '30', pending: 2 });
    // Whoever asks to consume pays for what waits first.
    expect((await consume(other, '1', `${other}-2`, 'images')).body).toMatchObject({
      credits: { amount: '4' },
      entitlement: { credits: { available: '22' } },
    });
    await app.drain();
    expect(await credits(name)).toEqual({ available: '10', pending: 0 });
    await ok('POST', '/v1/events', batch);
    await app.drain();
    expect(await credits(name)).toEqual({ available: '10', pending: 0 });
    const key = (id: string) => ({ source: 'app', id });
    const { type, time } = event(name, '', 0);
    const content = (n: number, subject = name) => ({ type, time, subject, data: { n } });
    const amend = (n: number, subject = name) =>
      corrected('amend', {
        event: key(`${name}-1`),
        content: content(n, subject),
        reason: 'Read wrongly.',
      });
    await amend(4);
    expect((await credits(name)).available).toBe('2');
    await amend(1);
    expect((await credits(name)).available).toBe('14');
    await corrected('void', { events: [key(`${name}-2`)], reason: 'By mistake.' });
    expect((await credits(name)).available).toBe('26');
    // Of another meter now: its feature pays, and the first one gets back what it paid.
    const asChat = { ...content(2), type: 'chat' };
    await corrected('amend', { event: key(`${name}-1`), content: asChat, reason: 'Was a chat.' });
    expect((await credits(name)).available).toBe('29');
    await amend(1, other);
    expect([(await credits(name)).available, (await credits(other)).available]).toEqual(['30', '18']);
    await expectSound();
  });
});

test('I649 what an event counts for several meters whose features cost credits is paid for each, whichever it was sent for', async () => {
  const sum = { event_type: 'joint', aggregation: 'sum' };
  for (const [key, property] of [
    ['joint-a', 'n'],
    ['joint-b', 'm'],
  ]) {
    await ok('POST', '/v1/meters', { ...sum, key, name: key, value_property: property });
    await ok('POST', '/v1/features', { key, name: key, kind: 'metered', meter: key });
    const per = key === 'joint-a' ? '1' : '2';
    await ok('POST', '/v1/credit_costs', { feature: key, credit_type: 'sparks', per_unit: per });
  }
  const name = await customer('bare', '100');
  let left = 100;
  const paid = async (amount: number) => {
    left -= amount;
    await app.drain();
    expect(await credits(name)).toEqual({ available: `${left}`, pending: 0 });
  };
  const of = (quantity: string, m: string) => ({ customer: name, feature: 'joint-a', quantity, data: { m } });
  const tracked = await ok('POST', '/v1/track', { ...of('3', '5'), event_id: `${name}-a` });
  expect(tracked.credits).toMatchObject({ amount: '3' });
  await paid(3 + 10);
  const taken = await ok('POST', '/v1/consume', { ...of('2', '1'), event_id: `${name}-b` });
  expect(taken.credits).toMatchObject({ amount: '2' });
  await paid(2 + 2);
  const held = await ok('POST', '/v1/reservations', { ...of('4', '1'), key: name });
  await ok('POST', `/v1/reservations/${String(held.id)}/settle`, { quantity: '4', event_id: `${name}-c` });
  await paid(4 + 2);
  expect((await ok('POST', '/v1/consume', { ...of('2', '1'), event_id: `${name}-b` })).status).toBe(
    'duplicate',
  );
  await paid(0);
  await expectSound();
});

describe('beyond the balance', () => {
  test('I203 what is owed stands on the next invoice at its price, explained and verified, and follows refunds', async () => {
    const name = await customer('bare', '10');
    const one = await track(name, '5', `${name}-a`, 'images');
    await ok('POST', '/v1/events', [event(name, `${name}-b`, 100)]);
    // 20 - 10 and 400 are owed, 2 of which staff give back.
    const use = String((one.credits as unknown as { consumption: string }).consumption);
    await ok('POST', `/v1/credit_consumptions/${use}/refund`, { amount: '2', reason: 'It failed.' });
    await ok('POST', '/v1/clock/advance', { to: '2026-02-02T00:00:00Z' });
    await app.server.mover.finished(app.tenant.id);
    const id = idOf(name);
    const invoices = (await ok('GET', `/v1/invoices?customer=${id}`)).data as unknown as { id: string }[];
    const last = String(invoices[0]?.id);
    const invoice = await ok('GET', `/v1/invoices/${last}`);
    expect(invoice.lines).toMatchObject([
      { description: expect.stringContaining('Base'), amount: '1000' },
      { description: expect.stringContaining('Sparks beyond'), quantity: '408', amount: '816' },
      { description: expect.stringContaining('Mails beyond'), amount: '0' },
    ]);
    const document = await app.api('GET', `/v1/invoices/${last}/document`);
    expect(verifyInvoice(JSON.parse(document.text))).toEqual({ ok: true, lines: 3 });
    const key = { source: 'app', id: `${name}-b` };
    const void100 = { events: [key], reason: 'By mistake.' };
    expect(await ok('POST', '/v1/events/void/preview', void100)).toMatchObject({
      billed: [{ quantity_before: '408', quantity_after: '8', outcome: 'credited', settled: '-800' }],
    });
    await corrected('void', void100);
    await app.drain();
    await expectSound();
    const { differences } = await ok('GET', '/v1/usage/verification');
    expect(differences).toEqual([]);
  });

  test('I647 what is owed counts on its meter alone, also where another one of that type asks for more or counts all', async () => {
    const name = await customer('bare', null);
    await ok('POST', '/v1/meters', {
      key: 'owed-sizes',
      name: 'Sizes',
      event_type: 'owed',
      aggregation: 'sum',
      value_property: 'size',
    });
    await ok('POST', '/v1/meters', { key: 'owing', name: 'Owing', event_type: 'owed', aggregation: 'count' });
    const one = await track(name, '5', `${name}-a`, 'images');
    expect(one).toMatchObject({ credits: { overage: '20', overage_is: 'owed' } });
    const owed = async (quantity: string) => {
      const { lines } = await ok('GET', `/v1/subscriptions/${subscriptions.get(name)}/upcoming_invoice`);
      expect(lines).toContainEqual(
        expect.objectContaining({ description: expect.stringContaining('Sparks beyond'), quantity }),
      );
    };
    await owed('20');
    const use = String((one.credits as unknown as { consumption: string }).consumption);
    const giveBack = (amount: string) =>
      ok('POST', `/v1/credit_consumptions/${use}/refund`, { amount, reason: 'It failed.' });
    await giveBack('2');
    await owed('18');
    await giveBack('18');
    await owed('0');
    const { rows } = await admin.query(
      `select sum(h.event_count)::int as count from usage_hours h join meters m on m.id = h.meter_id where m.key in ('owed-sizes', 'owing')`,
    );
    expect(rows[0]?.count ?? 0).toBe(0);
    const { differences } = await ok('GET', '/v1/usage/verification');
    expect(differences).toEqual([]);
    await expectSound();
  });

  test('I203 use that costs money credits asks for what prepaid money does not cover, to the cent', async () => {
    const name = await customer('bare', null);
    await ok('POST', `/v1/customers/${idOf(name)}/credits`, {
      credit_type: 'money',
      amount: '100',
      reason: 'Prepaid',
    });
    expect(await track(name, '100', `${name}-a`, 'mails')).toMatchObject({
      credits: { credit_type: 'money', amount: '250', overage: '150', overage_is: 'owed' },
    });
    const { lines } = await ok('GET', `/v1/subscriptions/${subscriptions.get(name)}/upcoming_invoice`);
    expect(lines).toContainEqual(
      expect.objectContaining({ description: expect.stringContaining('Mails beyond'), amount: '150' }),
    );
  });

  test('is refused as a cost where nothing can be owed or counted', async () => {
    const cost = { feature: 'images', credit_type: 'sparks', per_unit: '4' };
    const refused = async (more: object) =>
      (await call('POST', '/v1/credit_costs', { ...cost, ...more })).body;
    const allow = { beyond: 'allow' };
    expect((await refused({ overage_meter: 'owed' })).code).toBe('credits.invalid');
    expect((await refused({ ...allow, overage_meter: 'chat' })).code).toBe('credits.invalid');
    expect((await refused({ ...allow, overage_meter: 'none' })).code).toBe('meter.not_found');
  });

  test('I650 what is owed never counts on a meter whose events cost credits, in whatever order that is said', async () => {
    for (const key of ['self', 'late'])
      await ok('POST', '/v1/meters', {
        key,
        name: key,
        event_type: key,
        aggregation: 'sum',
        value_property: 'n',
      });
    for (const key of ['self', 'late'])
      await ok('POST', '/v1/features', { key, name: key, kind: 'metered', meter: key });
    const cost = { credit_type: 'sparks', per_unit: '4' };
    const own = { ...cost, feature: 'self', beyond: 'allow', overage_meter: 'self' };
    expect((await call('POST', '/v1/credit_costs', own)).body.code).toBe('credits.invalid');
    await ok('POST', '/v1/credit_costs', { ...own, overage_meter: 'late' });
    const late = await call('POST', '/v1/credit_costs', { ...cost, feature: 'late' });
    expect(late.body.code).toBe('credits.invalid');
    const { data } = await ok('GET', '/v1/credit_costs?limit=100');
    expect((data as unknown as { feature: string }[]).map(({ feature }) => feature)).not.toContain('late');
    const types = [
      { key: 'sparks', name: 'Sparks' },
      { key: 'money', name: 'Prepaid', unit: 'EUR', currency: 'EUR' },
    ];
    const pushed = await call('PUT', '/v1/catalogue', {
      meters: [],
      features: [],
      plans: [],
      credits: { types, costs: [{ ...cost, feature: 'late' }] },
    });
    expect([pushed.status, pushed.body.code]).toEqual([422, 'catalogue.invalid']);
    expect(pushed.body.errors).toMatchObject([{ pointer: '/credits/costs' }]);
  });
});

test('I204 what was used before a grant ended is paid for by it, also where that is looked at later', async () => {
  const name = await customer('bare', null);
  await give(name, '8', { expires_at: '2026-02-03T00:00:00Z' });
  await ok('POST', '/v1/events', [event(name, `${name}-a`, 2, { time: '2026-02-02T00:00:00Z' })]);
  await admin.query('update tenants set frozen_at = $2 where id = $1', [
    app.tenant.id,
    '2026-02-04T00:00:00Z',
  ]);
  await app.drain();
  const { rows } = await admin.query(
    `select amount::float, overage::float from credit_consumptions where event_id = $1`,
    [`${name}-a`],
  );
  expect(rows).toEqual([{ amount: 8, overage: 0 }]);
  await expectSound();
});
