import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';

let app: TestApp;

const flat = (key: string, amount: string, interval = 'month') => ({
  key,
  name: key,
  pricing: { model: 'flat', amount },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval, count: 1 },
});
const seat = {
  ...flat('seat', '0'),
  pricing: { model: 'per_unit', unit_amount: '10', per: '1' },
  quantity: { kind: 'seats' },
};
const calls = {
  ...flat('calls', '0'),
  pricing: { model: 'per_unit', unit_amount: '0.01', per: '1' },
  quantity: { kind: 'meter', meter: 'calls' },
  timing: 'in_arrears',
};
const right = (limit: string | null, overage = 'block') => ({
  feature: 'api-calls',
  kind: 'metered',
  limit,
  reset: 'billing_period',
  overage,
  warn_at_percent: [80, 95],
});
const plan = (
  key: string,
  rank: number,
  prices: object[],
  entitlements: object[] = [],
  more: object = {},
) => ({
  key,
  name: key,
  rank,
  currency: 'EUR',
  prices,
  entitlements,
  ...more,
});

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const answer = await app.api('PUT', '/v1/catalogue', {
    body: {
      meters: [
        { key: 'calls', name: 'Calls', event_type: 'api.call', aggregation: 'count' },
        {
          key: 'bytes',
          name: 'Bytes',
          event_type: 'sent',
          aggregation: 'sum',
          value_property: 'bytes',
          unit: 'B',
        },
      ],
      features: [
        { key: 'api-calls', name: 'API calls', kind: 'metered', meter: 'calls' },
        { key: 'traffic', name: 'Traffic', kind: 'metered', meter: 'bytes' },
        { key: 'sso', name: 'Single sign-on', kind: 'boolean' },
        { key: 'regions', name: 'Regions', kind: 'configuration' },
      ],
      plans: [
        plan('free', 0, []),
        plan(
          'basic',
          1,
          [flat('base', '3000'), calls],
          [
            right('10'),
            {
              feature: 'traffic',
              kind: 'metered',
              limit: null,
              reset: 'never',
              overage: 'block',
              warn_at_percent: [],
            },
          ],
        ),
        plan(
          'pro',
          2,
          [flat('base', '9000'), calls],
          [
            right('100', 'allow'),
            { feature: 'sso', kind: 'boolean', enabled: true },
            { feature: 'regions', kind: 'configuration', value: ['eu', 'us'] },
          ],
        ),
        plan('immense', 9, [flat('base', '900000000000000'), flat('more', '900000000000000')]),
        plan('yearly', 3, [flat('base', '90000', 'year')]),
        plan('team', 1, [seat]),
        plan('trial', 1, [flat('base', '3000')], [], { trial_days: 14 }),
        plan('dollars', 1, [flat('base', '3000')], [], { currency: 'USD' }),
      ],
    },
  });
  if (answer.status !== 200) throw new Error(answer.text);
  const settings = await app.api('PATCH', '/v1/tenant', { body: { settings: { max_backdate_days: 365 } } });
  if (settings.status !== 200) throw new Error(settings.text);
});

afterAll(() => app.close());

let serial = 0;
async function customer(): Promise<string> {
  serial += 1;
  const ref = `customer-${serial}`;
  await app.api('POST', '/v1/customers', { body: { name: ref, external_id: ref } });
  return ref;
}

async function subscribe(ref: string, body: object) {
  const answer = await app.api('POST', '/v1/subscriptions', {
    body: { customer: ref, collection: 'manual', ...body },
  });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body;
}

/** An invoice with what its lines say of themselves. */
type Charged = {
  id: string;
  number: string;
  lines: { id: string; kind: string; amount: string; explanation: { basis: unknown } }[];
};

const invoicesOf = (sub: unknown) =>
  app.database.runtime.connect().then(async (client) => {
    try {
      await client.query(`select set_config('app.tenant', '${app.tenant.id}', false)`);
      const { rows } = await client.query(
        `select l.kind, l.amount_minor from invoice_lines l where l.subscription_id =
           (select id from subscriptions where tenant_id = $1 order by created_at desc, id desc limit 1) order by l.amount_minor desc`,
        [app.tenant.id],
      );
      return rows.map((row: { kind: string; amount_minor: bigint }) => [row.kind, Number(row.amount_minor)]);
    } finally {
      await client.query(`select set_config('app.tenant', '', false)`);
      client.release();
      void sub;
    }
  });

describe('starting', () => {
  test('bills the first period at once and shows plan, period and recurring revenue', async () => {
    const ref = await customer();
    const preview = await app.api('POST', '/v1/subscriptions/preview', {
      body: { customer: ref, plan: 'basic' },
    });
    expect(preview.body).toMatchObject({
      direction: 'start',
      total: '3000',
      due: '3000',
      features_gained: ['API calls', 'Traffic'],
    });
    expect(preview.body.next_charge).toEqual({ at: '2026-02-10T09:00:00.000Z', total: '3000' });
    const sub = await subscribe(ref, { plan: 'basic' });
    expect(sub).toMatchObject({
      status: 'active',
      plan: { key: 'basic', version: 1 },
      quantity: 1,
      mrr: '3000',
      current_period_start: '2026-01-10T09:00:00.000Z',
      current_period_end: '2026-02-10T09:00:00.000Z',
      next_bill_at: '2026-02-10T09:00:00.000Z',
    });
    expect(await invoicesOf(sub)).toEqual([['recurring', 3000]]);
    expect((await app.api('GET', `/v1/subscriptions/${sub.id}`)).body).toEqual(sub);
  });

  test('with a trial, of the plan or of this subscription, bills nothing until its end', async () => {
    const ref = await customer();
    const preview = await app.api('POST', '/v1/subscriptions/preview', {
      body: { customer: ref, plan: 'trial' },
    });
    expect(preview.body).toMatchObject({ total: '0', lines: [], trial_end_at: '2026-01-24T09:00:00.000Z' });
    expect(preview.body.next_charge).toEqual({ at: '2026-01-24T09:00:00.000Z', total: '3000' });
    const sub = await subscribe(ref, { plan: 'trial' });
    expect(sub).toMatchObject({ status: 'trialing', mrr: '0', next_bill_at: '2026-01-24T09:00:00.000Z' });
    expect(await invoicesOf(sub)).toEqual([]);
    const none = await subscribe(await customer(), { plan: 'trial', trial_days: 0 });
    expect(none).toMatchObject({ status: 'active', trial_end_at: null });
    const own = await subscribe(await customer(), { plan: 'basic', trial_days: 3 });
    expect(own).toMatchObject({ status: 'trialing', trial_end_at: '2026-01-13T09:00:00.000Z' });
  });

  test('longer ago than the seller takes is refused, before and without any bill', async () => {
    const ref = await customer();
    for (const path of ['/v1/subscriptions', '/v1/subscriptions/preview']) {
      const body = { customer: ref, plan: 'basic', start_at: '1970-01-01T00:00:00Z' };
      const answer = await app.api('POST', path, { body });
      expect(answer.status, answer.text).toBe(422);
      expect(answer.body.errors).toMatchObject([{ pointer: '/start_at' }]);
    }
    const body = { customer: ref, plan: 'basic', start_at: '2025-01-10T09:00:00Z' };
    expect((await app.api('POST', '/v1/subscriptions/preview', { body })).status).toBe(200);
  });

  test('that cannot be billed is refused whole, and the customer is not put on hold', async () => {
    const ref = await customer();
    const body = { customer: ref, plan: 'immense', collection: 'manual' };
    const refused = await app.api('POST', '/v1/subscriptions', { body });
    expect([refused.status, refused.body.code], refused.text).toEqual([409, 'billing.refused']);
    expect(refused.body).toMatchObject({ reason: 'billing.amount_out_of_range' });
    // Had anything been left behind, the customer would have this plan already, or be on hold.
    await subscribe(ref, { plan: 'free' });
  });

  test('in the past bills what has run since; in the future waits', async () => {
    const past = await subscribe(await customer(), { plan: 'basic', start_at: '2025-11-10T09:00:00Z' });
    expect(past).toMatchObject({
      status: 'active',
      started_at: '2025-11-10T09:00:00.000Z',
      next_bill_at: '2026-02-10T09:00:00.000Z',
    });
    expect((await invoicesOf(past)).filter(([kind]) => kind === 'recurring')).toEqual(
      Array(3).fill(['recurring', 3000]),
    );
    const future = await subscribe(await customer(), { plan: 'basic', start_at: '2026-03-01T00:00:00Z' });
    expect(future).toMatchObject({ status: 'scheduled', next_bill_at: '2026-03-01T00:00:00.000Z' });
    expect(await invoicesOf(future)).toEqual([]);
  });

  test('a plan without prices costs nothing and never comes due', async () => {
    const sub = await subscribe(await customer(), { plan: 'free' });
    expect(sub).toMatchObject({
      status: 'active',
      mrr: '0',
      next_bill_at: null,
      current_period_end: '2026-02-10T09:00:00.000Z',
    });
  });

  test('what cannot be is refused with its code', async () => {
    const ref = await customer();
    const cases = [
      [{ customer: 'nobody', plan: 'basic' }, 404, 'customer.not_found'],
      [{ customer: ref, plan: 'nothing' }, 404, 'plan.not_found'],
      [{ customer: ref, plan: 'dollars' }, 422, 'plan.currency_mismatch'],
      [
        { customer: ref, plan: 'basic', payment_method: 'pm_01h2xcejqtf2nbrexx3vqjhp41' },
        404,
        'payment_method.not_found',
      ],
      [{ customer: ref, plan: 'basic', quantity: 0 }, 422, 'request.invalid'],
    ] as const;
    for (const [body, status, code] of cases) {
      const answer = await app.api('POST', '/v1/subscriptions', { body });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    }
    expect((await app.api('GET', '/v1/subscriptions/sub_01h2xcejqtf2nbrexx3vqjhp41')).body.code).toBe(
      'subscription.not_found',
    );
  });
});

describe('changing', () => {
  test('I10 to and fro many times in a day is billed each time and puts nobody on hold', async () => {
    const sub = await subscribe(await customer(), { plan: 'basic' });
    for (let change = 0; change < 8; change += 1) {
      const body = { plan: change % 2 === 0 ? 'pro' : 'basic', when: 'now' };
      const answer = await app.api('POST', `/v1/subscriptions/${sub.id}/change`, { body });
      expect(answer.status, answer.text).toBe(200);
    }
    expect((await app.api('GET', '/v1/cases')).body.data).toEqual([]);
  });

  test('to a larger plan now costs what the preview said: credit for the rest, charge for the new', async () => {
    const sub = await subscribe(await customer(), { plan: 'basic' });
    const preview = await app.api('POST', `/v1/subscriptions/${sub.id}/change/preview`, {
      body: { plan: 'pro', when: 'now' },
    });
    expect(preview.body).toMatchObject({
      direction: 'upgrade',
      total: '6000',
      features_gained: ['Regions', 'Single sign-on'],
      features_lost: ['Traffic'],
    });
    const changed = await app.api('POST', `/v1/subscriptions/${sub.id}/change`, {
      body: { plan: 'pro', when: 'now', preview_token: preview.body.token },
    });
    expect(changed.body).toMatchObject({ plan: { key: 'pro' }, mrr: '9000', scheduled_change: null });
    expect(await invoicesOf(sub)).toEqual([
      ['recurring', 9000],
      ['recurring', 3000],
      ['proration_credit', -3000],
    ]);
    const stale = await app.api('POST', `/v1/subscriptions/${sub.id}/change`, {
      body: { plan: 'basic', when: 'now', preview_token: preview.body.token },
    });
    expect([stale.status, stale.body.code]).toEqual([409, 'preview.stale']);
  });

  test('a credit says which line of which invoice it takes back, each subscription its own', async () => {
    const who = await customer();
    for (const sub of [await subscribe(who, { plan: 'basic' }), await subscribe(who, { plan: 'basic' })]) {
      const body = { plan: 'pro', when: 'now' };
      const answer = await app.api('POST', `/v1/subscriptions/${sub.id}/change`, { body });
      expect(answer.status, answer.text).toBe(200);
      const { body: list } = await app.api('GET', `/v1/invoices?subscription=${sub.id}`);
      const all = await Promise.all(
        (list.data as unknown as { id: string }[]).map(
          async ({ id }) => (await app.api('GET', `/v1/invoices/${id}`)).body,
        ),
      );
      const lines = (all as unknown as Charged[]).flatMap(({ id, number, lines: theirs }) =>
        theirs.map((line) => ({ ...line, invoice: id, number })),
      );
      const credit = lines.find(({ kind }) => kind === 'proration');
      const charge = lines.find(({ kind, amount }) => kind === 'recurring' && amount === '3000');
      expect(credit?.explanation.basis).toMatchObject({
        kind: 'charge',
        line: charge?.id,
        invoice: charge?.invoice,
        invoice_number: charge?.number,
        charged: '3000',
      });
    }
  });

  test('at the end of the period is kept, can be undone, and blocks nothing', async () => {
    const sub = await subscribe(await customer(), { plan: 'pro' });
    const changed = await app.api('POST', `/v1/subscriptions/${sub.id}/change`, {
      body: { plan: 'basic', when: 'period_end' },
    });
    expect(changed.body).toMatchObject({
      plan: { key: 'pro' },
      scheduled_change: { at: '2026-02-10T09:00:00.000Z', plan: { key: 'basic' }, quantity: 1 },
    });
    const undone = await app.api('POST', `/v1/subscriptions/${sub.id}/undo`, { body: {} });
    expect(undone.body.scheduled_change).toBeNull();
    const again = await app.api('POST', `/v1/subscriptions/${sub.id}/undo`, { body: {} });
    expect([again.status, again.body.code]).toEqual([409, 'subscription.nothing_scheduled']);
    const same = await app.api('POST', `/v1/subscriptions/${sub.id}/change`, { body: { plan: 'pro' } });
    expect([same.status, same.body.code]).toEqual([409, 'subscription.not_changeable']);
  });

  test('the number of seats charges the difference for the rest of the period', async () => {
    const sub = await subscribe(await customer(), { plan: 'team', quantity: 3 });
    const preview = await app.api('POST', `/v1/subscriptions/${sub.id}/change/preview`, {
      body: { quantity: 5 },
    });
    expect(preview.body).toMatchObject({ direction: 'quantity', quantity: 5, total: '2000' });
    const changed = await app.api('POST', `/v1/subscriptions/${sub.id}/change`, { body: { quantity: 5 } });
    expect(changed.body).toMatchObject({ quantity: 5, mrr: '5000' });
  });

  test('to another rhythm begins a new period', async () => {
    const sub = await subscribe(await customer(), { plan: 'basic' });
    const changed = await app.api('POST', `/v1/subscriptions/${sub.id}/change`, { body: { plan: 'yearly' } });
    expect(changed.body).toMatchObject({ current_period_end: '2027-01-10T09:00:00.000Z', mrr: '7500' });
  });
});

describe('canceling', () => {
  test('at the end of the period is the default and can be undone', async () => {
    const sub = await subscribe(await customer(), { plan: 'basic' });
    const canceled = await app.api('POST', `/v1/subscriptions/${sub.id}/cancel`, { body: {} });
    expect(canceled.body).toMatchObject({ status: 'active', cancel_at: '2026-02-10T09:00:00.000Z' });
    const undone = await app.api('POST', `/v1/subscriptions/${sub.id}/undo`, { body: {} });
    expect(undone.body.cancel_at).toBeNull();
  });

  test('now ends it, pays what is open with the rest, and is final', async () => {
    const ref = await customer();
    const sub = await subscribe(ref, { plan: 'basic' });
    const canceled = await app.api('POST', `/v1/subscriptions/${sub.id}/cancel`, {
      body: { when: 'now', reason: 'too dear' },
    });
    expect(canceled.body).toMatchObject({
      status: 'canceled',
      ended_at: '2026-01-10T09:00:00.000Z',
      mrr: '0',
      next_bill_at: null,
    });
    const again = await app.api('POST', `/v1/subscriptions/${sub.id}/cancel`, { body: { when: 'now' } });
    expect([again.status, again.body.code]).toEqual([409, 'subscription.already_canceled']);
    const changed = await app.api('POST', `/v1/subscriptions/${sub.id}/change`, { body: { plan: 'pro' } });
    expect(changed.body.code).toBe('subscription.already_canceled');
    const found = await app.api('GET', `/v1/customers?q=${ref}&status=canceled`);
    expect(found.body.data).toEqual([
      expect.objectContaining({ credit_balance: '0', open_amount: '0', subscription_status: 'canceled' }),
    ]);
  });
});

describe('rights', () => {
  const event = (subject: string, id: string, patch: object = {}) => ({
    specversion: '1.0',
    id,
    source: 'test',
    type: 'api.call',
    subject,
    time: '2026-01-10T09:01:00Z',
    ...patch,
  });

  test('follow plan and usage, and a refusal names the next plan that grants more', async () => {
    const ref = await customer();
    const check = (feature: string, quantity?: string) =>
      app.api('POST', '/v1/check', {
        body: { customer: ref, feature, ...(quantity ? { quantity } : {}) },
        idempotencyKey: null,
      });
    expect((await check('api-calls')).body).toMatchObject({
      allowed: false,
      reason: 'no_subscription',
      upgrade: { plan: 'basic' },
    });
    const sub = await subscribe(ref, { plan: 'basic' });
    expect((await check('api-calls', '10')).body).toMatchObject({
      allowed: true,
      reason: 'within_limit',
      limit: '10',
      used: '0',
      remaining: '10',
      reset_at: '2026-02-10T09:00:00.000Z',
    });
    expect((await check('api-calls', '11')).body).toMatchObject({
      allowed: false,
      reason: 'limit_reached',
      upgrade: { plan: 'pro', plan_name: 'pro' },
    });
    expect((await check('sso')).body).toMatchObject({
      allowed: false,
      reason: 'not_granted',
      upgrade: { plan: 'pro' },
    });
    expect((await check('traffic')).body).toMatchObject({
      allowed: true,
      reason: 'unlimited',
      limit: null,
      reset_at: null,
    });
    for (let index = 0; index < 9; index += 1) {
      const tracked = await app.api('POST', '/v1/track', {
        body: { customer: ref, feature: 'api-calls', event_id: `${ref}-${index}` },
        idempotencyKey: null,
      });
      expect(tracked.body).toMatchObject({ status: 'accepted', check: { used: `${index + 1}` } });
    }
    expect((await check('api-calls')).body).toMatchObject({ allowed: true, remaining: '1' });
    expect((await check('api-calls', '2')).body).toMatchObject({ allowed: false, reason: 'limit_reached' });
    await app.api('POST', `/v1/subscriptions/${sub.id}/change`, { body: { plan: 'pro' } });
    expect((await check('api-calls', '1000')).body).toMatchObject({
      allowed: true,
      reason: 'overage',
      used: '9',
    });
    expect((await check('regions')).body).toMatchObject({ allowed: true, value: ['eu', 'us'] });
    const rights = await app.api('GET', `/v1/customers/${sub.customer}/entitlements`);
    expect(
      (rights.body.data as unknown as { feature: string }[]).map(({ feature }) => feature).sort(),
    ).toEqual(['api-calls', 'regions', 'sso']);
    await app.api('POST', `/v1/subscriptions/${sub.id}/cancel`, { body: { when: 'now' } });
    expect((await check('sso')).body).toMatchObject({ allowed: false, reason: 'no_subscription' });
    expect([(await check('nothing')).status, (await check('nothing')).body.code]).toEqual([
      404,
      'feature.not_found',
    ]);
  });

  test('tracking the same event id again, at the same moment or later, counts once', async () => {
    const ref = await customer();
    const track = () =>
      app.api('POST', '/v1/track', {
        body: { customer: ref, feature: 'traffic', quantity: '2.5', event_id: `${ref}-once` },
        idempotencyKey: null,
      });
    const answers = await Promise.all(Array.from({ length: 6 }, track));
    app.passWallTime(1);
    answers.push(await track());
    expect(answers.map(({ body }) => String(body.status)).sort()).toEqual([
      'accepted',
      ...Array(6).fill('duplicate'),
    ]);
    const report = await app.api(
      'GET',
      `/v1/usage?customer=${ref}&meter=bytes&from=2026-01-10T00:00:00Z&to=2026-01-11T00:00:00Z&granularity=day`,
    );
    expect(report.body).toMatchObject({
      quantity: '2.5',
      event_count: 1,
      unit: 'B',
      points: [
        { quantity: '2.5', event_count: 1 },
        { quantity: '0', event_count: 0 },
      ],
    });
    const refused = await app.api('POST', '/v1/track', {
      body: { customer: ref, feature: 'api-calls', quantity: '2', event_id: 'x' },
      idempotencyKey: null,
    });
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [expect.objectContaining({ pointer: '/quantity' })],
    ]);
    const boolean = await app.api('POST', '/v1/track', {
      body: { customer: ref, feature: 'sso', event_id: 'x' },
      idempotencyKey: null,
    });
    expect([boolean.status, boolean.body.code]).toEqual([422, 'feature.not_metered']);
  });

  test('usage that nears a limit is told once a window, the highest mark first', async () => {
    const ref = await customer();
    await subscribe(ref, { plan: 'basic' });
    const send = (from: number, count: number) =>
      app.api('POST', '/v1/events', {
        body: Array.from({ length: count }, (_, index) => event(ref, `${ref}-warn-${from + index}`)),
        idempotencyKey: null,
      });
    expect((await send(0, 7)).body.counts).toEqual({
      accepted: 7,
      duplicate: 0,
      quarantined: 0,
      rejected: 0,
    });
    await app.drain();
    await send(7, 3);
    await app.drain();
    await send(10, 1);
    await app.drain();
    const id = String(
      ((await app.api('GET', `/v1/customers?q=${ref}`)).body.data as unknown as { id: string }[])[0]?.id,
    );
    const feed = await app.api('GET', `/v1/event_feed?customer=${id}&type=usage.threshold_reached`);
    expect(feed.body.data).toEqual([
      expect.objectContaining({ data: expect.objectContaining({ percent: 95, used: '10', limit: '10' }) }),
    ]);
  });

  test('events come one by one, in batches and line by line, and can be listed and held', async () => {
    const ref = await customer();
    const one = await app.api('POST', '/v1/events', {
      raw: JSON.stringify(event(ref, `${ref}-1`)),
      headers: { 'content-type': 'application/cloudevents+json' },
    });
    expect(one.body.results).toEqual([{ index: 0, id: `${ref}-1`, status: 'accepted' }]);
    const lines = [event(ref, `${ref}-1`), event(ref, `${ref}-2`), event('stranger', `${ref}-3`)]
      .map((line) => JSON.stringify(line))
      .join('\n');
    const many = await app.api('POST', '/v1/events', {
      raw: lines,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(many.body.counts).toEqual({ accepted: 1, duplicate: 1, quarantined: 1, rejected: 0 });
    const first = await app.api('GET', `/v1/events?customer=${ref}&limit=1`);
    expect(first.body).toMatchObject({
      has_more: true,
      data: [{ id: `${ref}-2`, type: 'api.call', customer_name: ref }],
    });
    const second = await app.api(
      'GET',
      `/v1/events?customer=${ref}&limit=1&starting_after=${first.body.next_cursor}`,
    );
    expect(second.body).toMatchObject({ has_more: false, data: [{ id: `${ref}-1` }] });
    const held = (
      (await app.api('GET', '/v1/usage/quarantine')).body.data as unknown as {
        id: string;
        event_id: string;
      }[]
    ).find((row) => row.event_id === `${ref}-3`);
    const assigned = await app.api('POST', `/v1/usage/quarantine/${held?.id}/assign`, {
      body: { customer: ref },
    });
    expect(assigned.body).toMatchObject({ event_id: `${ref}-3`, resolved_at: expect.any(String) });
    const again = await app.api('POST', `/v1/usage/quarantine/${held?.id}/assign`, {
      body: { customer: ref },
    });
    expect([again.status, again.body.code]).toEqual([409, 'quarantine.already_resolved']);
    const missing = await app.api('POST', '/v1/usage/quarantine/qua_01h2xcejqtf2nbrexx3vqjhp41/assign', {
      body: { customer: ref },
    });
    expect([missing.status, missing.body.code]).toEqual([404, 'quarantine.not_found']);
    const nowhere = await app.api(
      'GET',
      `/v1/usage?customer=${ref}&meter=nothing&from=2026-01-10T00:00:00Z&to=2026-01-11T00:00:00Z`,
    );
    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'meter.not_found']);
    const backwards = await app.api(
      'GET',
      `/v1/usage?customer=${ref}&meter=calls&from=2026-01-11T00:00:00Z&to=2026-01-10T00:00:00Z`,
    );
    expect([backwards.status, backwards.body.code]).toEqual([422, 'request.invalid']);
  });
});

test('a list of more than a thousand events is refused whole; line by line any number is taken', async () => {
  const ref = await customer();
  const events = Array.from({ length: 1001 }, (_, index) => ({
    specversion: '1.0',
    id: `${ref}-many-${index}`,
    source: 'test',
    type: 'api.call',
    subject: ref,
    time: '2026-01-10T09:01:00Z',
  }));
  const refused = await app.api('POST', '/v1/events', { body: events, idempotencyKey: null });
  expect([refused.status, refused.body.code]).toEqual([413, 'request.too_large']);
  const raw = events.map((one) => JSON.stringify(one)).join('\n');
  const send = () =>
    app.api('POST', '/v1/events', { raw, headers: { 'content-type': 'application/x-ndjson' } });
  const first = await send();
  expect(first.body.counts).toEqual({ accepted: 1001, duplicate: 0, quarantined: 0, rejected: 0 });
  expect((first.body.results as unknown as { index: number }[]).at(-1)).toMatchObject({ index: 1000 });
  expect((await send()).body.counts).toEqual({ accepted: 0, duplicate: 1001, quarantined: 0, rejected: 0 });
});

describe('figures', () => {
  test('recurring revenue adds up: start and movements give the end of every month', async () => {
    const report = (await app.api('GET', '/v1/analytics/revenue')).body as unknown as {
      mrr: string;
      months: Record<string, string>[];
      plans: { mrr: string }[];
      open_receivable: string;
    };
    expect(report.months).toHaveLength(12);
    for (const month of report.months) {
      const moved = ['mrr_start', 'new', 'expansion', 'contraction', 'churn', 'reactivation'];
      expect(moved.reduce((sum, name) => sum + BigInt(month[name] ?? 'x'), 0n)).toBe(
        BigInt(month.mrr_end ?? 'x'),
      );
    }
    expect(report.months.at(-1)?.mrr_end).toBe(report.mrr);
    expect(report.plans.reduce((sum, one) => sum + BigInt(one.mrr), 0n)).toBe(BigInt(report.mrr));
    expect(report.months.at(-2)).toMatchObject({ month: '2025-12', mrr_end: '3000' });
    expect(BigInt(report.open_receivable)).toBeGreaterThan(0n);
  });

  test('the feed shows facts with public ids only, page by page', async () => {
    const feed = await app.api('GET', '/v1/event_feed?limit=3&type=subscription.changed');
    expect(feed.body.data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          object_id: expect.stringMatching(/^sub_/),
          data: expect.objectContaining({ plan_id: expect.stringMatching(/^plan_/) }),
        }),
      ]),
    );
    expect(feed.text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
    expect((await app.api('GET', '/v1/cases?open=true')).body).toMatchObject({ object: 'list', data: [] });
  });

  test('the export of facts holds no ids and comes out the same twice', async () => {
    const facts = async () =>
      (
        await fetch(`${app.baseUrl}/v1/facts/export`, { headers: { authorization: `Bearer ${app.apiKey}` } })
      ).text();
    const [one, two] = [await facts(), await facts()];
    expect(one).toBe(two);
    expect(one).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
    expect(one.split('\n').filter((line) => line.includes('"fact":"invoice"')).length).toBeGreaterThan(3);
  });
});
