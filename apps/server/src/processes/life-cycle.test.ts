import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';

let app: TestApp;

const START = '2026-01-10T09:00:00Z';

const flat = (key: string, amount: string, more: object = {}) => ({
  key,
  name: key,
  pricing: { model: 'flat', amount },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
  ...more,
});
const seat = {
  ...flat('seat', '0'),
  pricing: { model: 'per_unit', unit_amount: '10', per: '1' },
  quantity: { kind: 'seats' },
};
const plan = (key: string, rank: number, prices: object[], more: object = {}) => ({
  key,
  name: key,
  rank,
  currency: 'EUR',
  prices,
  entitlements: [],
  ...more,
});

beforeAll(async () => {
  app = await startTestApp({ clockAt: START });
  await ok('PUT', '/v1/catalogue', {
    meters: [],
    features: [],
    plans: [
      plan('basic', 1, [flat('base', '3100')]),
      plan('pro', 2, [flat('base', '9300')]),
      plan('team', 1, [flat('base', '3100'), seat]),
      plan('trial', 1, [flat('base', '3100')], { trial_days: 14 }),
      plan('daily', 1, [flat('base', '3100', { proration: 'day' })]),
      plan('daily-pro', 2, [flat('base', '9300', { proration: 'day' })]),
    ],
  });
});

afterAll(() => app.close());

type Body = Record<string, unknown> & { id: string; token: string; code: string; errors: unknown[] };

async function ask(method: string, path: string, body?: object): Promise<{ status: number; body: Body }> {
  const answer = await app.api(method as 'POST', path, body === undefined ? {} : { body });
  return { status: answer.status, body: answer.body as unknown as Body };
}

async function ok(method: string, path: string, body?: object): Promise<Body> {
  const answer = await ask(method, path, body);
  if (answer.status >= 300) throw new Error(`${path} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

let serial = 0;
async function customer(): Promise<string> {
  serial += 1;
  const ref = `life-${serial}`;
  await ok('POST', '/v1/customers', { name: ref, external_id: ref, time_zone: 'UTC' });
  return ref;
}

async function subscribe(body: object, ref?: string): Promise<Body> {
  return ok('POST', '/v1/subscriptions', {
    customer: ref ?? (await customer()),
    collection: 'manual',
    ...body,
  });
}

const act = (sub: Body, path: string, body: object = {}) =>
  ok('POST', `/v1/subscriptions/${sub.id}/${path}`, body);
const tryTo = (sub: Body, path: string, body: object = {}) =>
  ask('POST', `/v1/subscriptions/${sub.id}/${path}`, body);
const preview = (sub: Body, body: object) => ok('POST', `/v1/subscriptions/${sub.id}/preview`, body);
const read = (sub: Body) => ok('GET', `/v1/subscriptions/${sub.id}`);

type Line = { kind: string; amount: string; description: string; period: { start: string; end: string } };
/** Totals of the invoices of a subscription, oldest first. */
async function invoices(sub: Body): Promise<{ total: string; lines: Line[]; issued_at: string }[]> {
  const list = await ok('GET', `/v1/invoices?customer=${String(sub.customer)}&limit=100`);
  const found = (list.data as Body[]).filter(({ subscription }) => subscription === sub.id);
  const whole = await Promise.all(found.map(({ id }) => ok('GET', `/v1/invoices/${id}`)));
  return (whole as unknown as { total: string; lines: Line[]; issued_at: string }[]).reverse();
}
const totals = async (sub: Body) => (await invoices(sub)).map(({ total }) => total);

async function move(to: string): Promise<void> {
  await ok('POST', '/v1/clock/advance', { to });
  await app.server.mover.finished(app.tenant.id);
}

test('the day of a change belongs to the plan that the seller says, also for a change that is made at once', async () => {
  const { id } = await subscribe({ plan: 'daily' });
  await ok('PATCH', '/v1/tenant', { settings: { proration_change_day: 'old_plan' } });
  const { items } = await ok('POST', `/v1/subscriptions/${id}/change`, { plan: 'daily-pro', when: 'now' });
  await ok('PATCH', '/v1/tenant', { settings: { proration_change_day: 'new_plan' } });
  const nextDay = '2026-01-11T00:00:00.000Z';
  expect(items).toMatchObject([{ ends_at: nextDay }, { starts_at: nextDay }]);
});

describe('a preview', () => {
  test('says lines, what is due today, what comes next, and is what is then charged', async () => {
    const sub = await subscribe({ plan: 'basic' });
    const seen = await preview(sub, { action: 'change', plan: 'pro' });
    expect(seen).toMatchObject({
      action: 'change',
      direction: 'upgrade',
      due_today: '6200',
      due: '6200',
      status: 'active',
      schedule: [],
      next_invoice: { at: '2026-02-10T09:00:00.000Z', total: '9300', lines: [{ amount: '9300' }] },
    });
    await act(sub, 'change', { plan: 'pro', preview_token: seen.token });
    expect(await totals(sub)).toEqual(['3100', '6200']);
  });

  test('of an effect that lies ahead shows its invoice, and nothing due today', async () => {
    const sub = await subscribe({ plan: 'pro' });
    const seen = await preview(sub, { action: 'change', plan: 'basic', when: 'by_direction' });
    expect(seen).toMatchObject({
      direction: 'downgrade',
      effective_at: '2026-02-10T09:00:00.000Z',
      due_today: '0',
      total: '3100',
      schedule: [{ kind: 'change', plan: { key: 'basic' } }],
      next_invoice: { at: '2026-03-10T09:00:00.000Z', total: '3100' },
    });
  });

  test('that is stale is refused with the new one, and nothing is done', async () => {
    const sub = await subscribe({ plan: 'basic' });
    const seen = await preview(sub, { action: 'change', plan: 'pro' });
    await act(sub, 'cancel');
    await act(sub, 'undo');
    await act(sub, 'prices', { price: 'base', pricing: { model: 'flat', amount: '1550' } });
    const stale = await tryTo(sub, 'change', { plan: 'pro', preview_token: seen.token });
    expect([stale.status, stale.body.code]).toEqual([409, 'preview.stale']);
    const again = stale.body.preview as Body;
    expect(again).toMatchObject({ object: 'subscription_preview', due_today: '7750' });
    expect((await read(sub)).plan).toMatchObject({ key: 'basic' });
    await act(sub, 'change', { plan: 'pro', preview_token: again.token });
    expect((await totals(sub)).at(-1)).toBe('7750');
  });

  test('of something else, altered or too old is refused', async () => {
    const ref = await customer();
    const [one, two] = [await subscribe({ plan: 'basic' }, ref), await subscribe({ plan: 'basic' }, ref)];
    const { token } = await preview(one, { action: 'change', plan: 'pro' });
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    const later = token.replace(/^pv_[0-9a-z]+/, 'pv_zzzzzzzz');
    for (const [sub, bad] of [
      [two, token],
      [one, forged],
      [one, later],
      [one, 'pv_1.2.3'],
    ] as const) {
      const answer = await tryTo(sub, 'change', { plan: 'pro', preview_token: bad });
      expect([answer.status, answer.body.code]).toEqual([422, 'preview.refused']);
      expect(answer.body.errors).toMatchObject([{ pointer: '/preview_token' }]);
    }
    const other = await tryTo(one, 'seats', { quantity: 2, preview_token: token });
    expect(other.status).toBeGreaterThanOrEqual(400);
    const cancel = await tryTo(one, 'cancel', { when: 'now', preview_token: token });
    expect([cancel.status, cancel.body.code]).toEqual([409, 'preview.stale']);
    expect((await read(one)).status).toBe('active');
  });

  test('is confirmed once, also by two people at the same moment', async () => {
    const sub = await subscribe({ plan: 'basic' });
    const { token } = await preview(sub, { action: 'change', plan: 'pro' });
    const both = await Promise.all(
      [1, 2].map(() => tryTo(sub, 'change', { plan: 'pro', preview_token: token })),
    );
    // The second finds the subscription on this plan already.
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await totals(sub)).toEqual(['3100', '6200']);
  });

  test('of a start holds for the sums, also a moment later', async () => {
    const ref = await customer();
    const seen = await ok('POST', '/v1/subscriptions/preview', { customer: ref, plan: 'basic' });
    expect(seen).toMatchObject({ action: 'start', due_today: '3100', next_invoice: { total: '3100' } });
    const wrong = await ask('POST', '/v1/subscriptions', {
      customer: ref,
      plan: 'pro',
      preview_token: seen.token,
    });
    expect([wrong.status, wrong.body.code]).toEqual([409, 'preview.stale']);
    await subscribe({ plan: 'basic', preview_token: seen.token }, ref);
  });
});

describe('a start', () => {
  test('lies in the past no further than the seller takes', async () => {
    const body = { customer: await customer(), plan: 'basic', start_at: '2026-01-05T09:00:00Z' };
    const refused = await ask('POST', '/v1/subscriptions', body);
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/start_at', code: 'subscription.start_in_past' }] },
    });
    await ok('PATCH', '/v1/tenant', { settings: { max_backdate_days: 40 } });
    const sub = await subscribe({ plan: 'basic', start_at: '2025-12-05T09:00:00Z' });
    expect(sub).toMatchObject({ status: 'active', started_at: '2025-12-05T09:00:00.000Z' });
    expect((await invoices(sub)).flatMap(({ lines }) => lines.map(({ amount }) => amount))).toEqual([
      '3100',
      '3100',
    ]);
    await ok('PATCH', '/v1/tenant', { settings: { max_backdate_days: 0 } });
  });

  test('on a chosen day begins with a part of a period', async () => {
    const sub = await subscribe({ plan: 'basic', billing_day: 20 });
    expect(sub).toMatchObject({ billing_day: 20, current_period_end: '2026-01-20T09:00:00.000Z' });
    // 10 days of the 31 from 20 December on.
    expect(await totals(sub)).toEqual(['1000']);
  });

  test('takes phases, an end after periods and prices of its own', async () => {
    const sub = await subscribe({
      plan: 'basic',
      phases: [
        { at: '2026-03-10T09:00:00Z', plan: 'pro' },
        { at: '2026-04-10T09:00:00Z', plan: 'team', quantity: 3 },
      ],
      end_after_periods: 6,
      price_overrides: [{ price: 'base', pricing: { model: 'flat', amount: '100' } }],
      trial_end_behavior: 'cancel',
    });
    expect(sub).toMatchObject({
      trial_end_behavior: 'cancel',
      items: [{ price_key: 'base', overridden: true }],
      cancel_at: '2026-07-10T09:00:00.000Z',
      scheduled_change: { plan: { key: 'pro' } },
      schedule: [
        { kind: 'change', phase: 1, at: '2026-03-10T09:00:00.000Z', plan: { key: 'pro' } },
        { kind: 'change', phase: 2, plan: { key: 'team' }, quantity: 3 },
        { kind: 'cancel', reason: 'periods_completed', credit: false },
      ],
    });
    expect(await totals(sub)).toEqual(['100']);
  });

  test('is refused with a pointer to what is wrong', async () => {
    const ref = await customer();
    const cases = [
      [{ phases: [{ at: '2026-01-01T00:00:00Z', plan: 'pro' }] }, '/phases'],
      [{ price_overrides: [{ price: 'nothing' }] }, '/price_overrides/0/price'],
      [{ billing_day: 32 }, '/billing_day'],
      [{ end_after_periods: 0 }, '/end_after_periods'],
    ] as const;
    for (const [body, pointer] of cases) {
      const answer = await ask('POST', '/v1/subscriptions', { customer: ref, plan: 'basic', ...body });
      expect(answer, pointer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
  });
});

describe('what lies ahead', () => {
  test('is a list of steps, each undone by its own id', async () => {
    const sub = await subscribe({ plan: 'team', quantity: 2 });
    await act(sub, 'seats', { quantity: 5, when: 'period_end' });
    await act(sub, 'change', { plan: 'pro', at: '2026-05-10T09:00:00Z' });
    const full = await act(sub, 'cancel', { at: '2026-06-01T00:00:00Z', credit: false, reason: 'moving' });
    const schedule = full.schedule as { id: string; kind: string; at: string }[];
    expect(schedule.map(({ kind }) => kind)).toEqual(['seats', 'change', 'cancel']);
    const change = schedule[1]?.id ?? '';
    const undone = await act(sub, `schedule/${change}/undo`);
    expect((undone.schedule as { kind: string }[]).map(({ kind }) => kind)).toEqual(['seats', 'cancel']);
    const again = await tryTo(sub, `schedule/${change}/undo`);
    expect([again.status, again.body.code]).toEqual([404, 'subscription.step_not_found']);
    const pending = await tryTo(sub, 'change', { plan: 'pro' });
    expect(pending).toMatchObject({ status: 409, body: { reason: 'subscription.cancel_pending' } });
    expect(await act(sub, 'undo')).toMatchObject({ cancel_at: null, schedule: [{ kind: 'seats' }] });
  });

  test('renewal goes off and on, in words of its own', async () => {
    const sub = await subscribe({ plan: 'basic' });
    const off = await act(sub, 'renewal', { renews: false });
    expect(off).toMatchObject({
      cancel_at: '2026-02-10T09:00:00.000Z',
      schedule: [{ kind: 'cancel', reason: 'renewal_off' }],
    });
    expect(await act(sub, 'renewal', { renews: true })).toMatchObject({ cancel_at: null, schedule: [] });
    const twice = await tryTo(sub, 'renewal', { renews: true });
    expect([twice.status, twice.body.code]).toEqual([409, 'subscription.nothing_scheduled']);
  });

  test('renewal that is off already, or has no period to end with, is refused with the reason', async () => {
    const sub = await subscribe({ plan: 'basic' });
    await act(sub, 'renewal', { renews: false });
    expect(await tryTo(sub, 'renewal', { renews: false })).toMatchObject({
      status: 409,
      body: { code: 'subscription.not_changeable', reason: 'subscription.renewal_off' },
    });
    const paused = await subscribe({ plan: 'basic' });
    await act(paused, 'pause', { mode: 'keep_period' });
    expect(await tryTo(paused, 'renewal', { renews: false })).toMatchObject({
      status: 409,
      body: { code: 'subscription.not_changeable', reason: 'subscription.no_period' },
    });
  });

  test('a date in the past, and a word beside a date, are refused with a pointer', async () => {
    const sub = await subscribe({ plan: 'team' });
    const past = '2026-01-01T00:00:00Z';
    const cases = [
      ['change', { plan: 'pro', at: past }, '/at'],
      ['seats', { quantity: 9, at: past }, '/at'],
      ['cancel', { at: past }, '/at'],
      ['cancel', { at: '2026-05-01T00:00:00Z', when: 'now' }, '/at'],
      ['pause', { until: past }, '/until'],
      ['prices', { price: 'nothing' }, '/price'],
    ] as const;
    for (const [path, body, pointer] of cases) {
      const answer = await tryTo(sub, path, body);
      expect(answer, path).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
    const resumed = await tryTo(sub, 'resume');
    expect([resumed.status, resumed.body.code]).toEqual([409, 'subscription.not_paused']);
    const trial = await tryTo(sub, 'trial');
    expect([trial.status, trial.body.code]).toEqual([409, 'subscription.trial_over']);
  });
});

describe('seats, prices and credit', () => {
  test('seats change by themselves', async () => {
    const sub = await subscribe({ plan: 'team', quantity: 2 });
    expect(await act(sub, 'seats', { quantity: 4 })).toMatchObject({ quantity: 4 });
    expect(await totals(sub)).toEqual(['5100', '2000']);
    const none = await tryTo(await subscribe({ plan: 'basic' }), 'seats', { quantity: 2 });
    expect(none).toMatchObject({ status: 409, body: { reason: 'subscription.no_seats' } });
  });

  test('a price is changed for one subscription and for no other', async () => {
    const ref = await customer();
    const [one, two] = [await subscribe({ plan: 'basic' }, ref), await subscribe({ plan: 'basic' }, ref)];
    const changed = await act(one, 'prices', {
      price: 'base',
      pricing: { model: 'flat', amount: '2100' },
      terms: { discount_percent: '10' },
    });
    expect(changed).toMatchObject({ mrr: '1890' });
    expect((await read(two)).mrr).toBe('3100');
    const bad = await tryTo(one, 'prices', {
      price: 'base',
      pricing: { model: 'graduated', per: '1', tiers: [{ up_to: '5', unit_amount: '1', flat_amount: '0' }] },
    });
    expect(bad).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    expect((bad.body.errors[0] as { pointer: string }).pointer).toMatch(/^\/pricing/);
  });

  test('an end now credits the rest, or keeps it', async () => {
    const [one, two] = [await subscribe({ plan: 'basic' }), await subscribe({ plan: 'basic' })];
    await act(one, 'cancel', { when: 'now' });
    await act(two, 'cancel', { when: 'now', credit: false });
    expect([await totals(one), await totals(two)]).toEqual([['3100', '-3100'], ['3100']]);
  });
});

test('one version of a plan takes over from another: all of its customers, with a preview of who pays what', async () => {
  const ref = await ok('POST', '/v1/plans', plan('old', 1, [flat('base', '1000')]));
  const subs = [
    await subscribe({ plan: 'old' }),
    await subscribe({ plan: 'old' }),
    await subscribe({ plan: 'old' }),
  ];
  const leaving = subs[2] as Body;
  await act(leaving, 'cancel');
  await ok('POST', `/v1/plans/${ref.id}/versions`, {
    currency: 'EUR',
    prices: [flat('base', '1600')],
    entitlements: [],
  });
  const path = `/v1/plans/${ref.id}/versions/2/migrate`;
  const seen = await ok('POST', `${path}/preview`, { when: 'now', from_versions: [1] });
  expect(seen).toMatchObject({ to_plan: { version: 2 }, has_more: false });
  expect(seen.data).toMatchObject([
    { from_version: 1, mrr_before: '1000', mrr_after: '1600', due_today: '600', refusal: null },
    { from_version: 1, mrr_before: '1000', mrr_after: '1600', due_today: '600', refusal: null },
    { refusal: { code: 'subscription.cancel_pending' }, mrr_after: '1000', due_today: '0' },
  ]);
  expect(await ok('POST', path, { when: 'never' })).toMatchObject({ moved: 0, scheduled: 0 });
  const first = await ok('POST', path, { when: 'at_renewal', limit: 1 });
  expect(first).toMatchObject({ moved: 0, scheduled: 1, has_more: true, next_cursor: subs[0]?.id });
  const rest = await ok('POST', path, { when: 'now', starting_after: first.next_cursor });
  expect(rest).toMatchObject({
    moved: 1,
    scheduled: 0,
    has_more: false,
    refused: [{ subscription: leaving.id, code: 'subscription.cancel_pending' }],
  });
  expect(await read(subs[0] as Body)).toMatchObject({
    plan: { version: 1 },
    scheduled_change: { at: '2026-02-10T09:00:00.000Z', plan: { version: 2 } },
  });
  expect(await read(subs[1] as Body)).toMatchObject({ plan: { version: 2 }, mrr: '1600' });
  expect(await totals(subs[1] as Body)).toEqual(['1000', '600']);
  await act(leaving, 'undo');
  expect(await act(leaving, 'migrate', { version: 2 })).toMatchObject({ plan: { version: 2 } });
  const missing = await ask('POST', `/v1/plans/${ref.id}/versions/9/migrate`, {});
  expect([missing.status, missing.body.code]).toEqual([404, 'plan_version.not_found']);
});

test('every act is in the audit log, and the same request again does nothing twice', async () => {
  const sub = await subscribe({ plan: 'team', quantity: 1 });
  const once = { body: { quantity: 3 }, idempotencyKey: `seats-${sub.id}` };
  const answers = [
    await app.api('POST', `/v1/subscriptions/${sub.id}/seats`, once),
    await app.api('POST', `/v1/subscriptions/${sub.id}/seats`, once),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(await totals(sub)).toEqual(['4100', '2000']);
  const log = await ok('GET', '/v1/audit?limit=5');
  expect(log.data).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        action: 'subscription.seats',
        object_id: sub.id,
        details: { quantity: 3, when: 'now' },
      }),
    ]),
  );
});

describe('as time goes on', () => {
  let paused: Body;
  let team: Body;
  let stopped: Body;
  let kept: Body;
  let trialing: Body;
  let cardless: Body;
  let old: { sub: Body; token: string };

  beforeAll(async () => {
    paused = await subscribe({ plan: 'basic' });
    team = await subscribe({ plan: 'team', quantity: 2 });
    stopped = await subscribe({ plan: 'basic' });
    kept = await subscribe({ plan: 'basic' });
    trialing = await subscribe({ plan: 'trial' });
    cardless = await subscribe({
      plan: 'trial',
      collection: 'automatic',
      trial_end_behavior: 'cancel_without_payment_method',
    });
    const sub = await subscribe({ plan: 'basic' });
    old = { sub, token: (await preview(sub, { action: 'change', plan: 'pro' })).token };
    const moved = await act(trialing, 'trial', { end_at: '2026-01-15T09:00:00Z' });
    expect(moved).toMatchObject({ status: 'trialing', trial_end_at: '2026-01-15T09:00:00.000Z' });
    await act(stopped, 'pause', {
      mode: 'stop_period',
      from: '2026-01-20T09:00:00Z',
      until: '2026-03-01T00:00:00Z',
    });
    await move('2026-01-20T09:00:00Z');
  });

  test('the sum of ten days ago is not taken any more; the new one is', async () => {
    const stale = await tryTo(old.sub, 'change', { plan: 'pro', preview_token: old.token });
    expect([stale.status, stale.body.code]).toEqual([409, 'preview.stale']);
    // 21 of 31 days of the difference are left.
    expect(stale.body.preview).toMatchObject({ due_today: '4200' });
    expect(await totals(old.sub)).toEqual(['3100']);
    await act(old.sub, 'change', { plan: 'pro', preview_token: (stale.body.preview as Body).token });
    expect(await totals(old.sub)).toEqual(['3100', '4200']);
  });

  test('what was paid is worth its price by the month until the next charge, but not while it is paused', async () => {
    expect(await act(kept, 'pause', { mode: 'keep_period' })).toMatchObject({ status: 'paused', mrr: '0' });
    expect(await act(kept, 'resume')).toMatchObject({ status: 'active', mrr: '3100' });
    const changed = await act(kept, 'change', { plan: 'pro', proration: 'none' });
    expect(changed).toMatchObject({ plan: { key: 'pro' }, mrr: '3100' });
    expect(await totals(kept)).toEqual(['3100']);
  });

  test('seats without settling are charged from the next period on', async () => {
    await act(team, 'seats', { quantity: 6, proration: 'none' });
    expect(await read(team)).toMatchObject({ quantity: 6 });
    expect(await totals(team)).toEqual(['5100']);
    const seen = await preview(team, { action: 'seats', quantity: 7, proration: 'none' });
    expect(seen).toMatchObject({ due_today: '0', next_invoice: { total: '10100' } });
  });

  test('a pause does not begin before now', async () => {
    const answer = await tryTo(paused, 'pause', { from: '2026-01-15T09:00:00Z' });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/from' }] } });
  });

  test('a token older than half an hour is refused', async () => {
    const { token } = await preview(paused, { action: 'cancel' });
    app.passWallTime(31 * 60_000);
    const answer = await tryTo(paused, 'cancel', { preview_token: token });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ code: 'preview.expired' }] } });
  });

  test('a trial ends when it was moved to, or for want of a card', async () => {
    expect(await read(trialing)).toMatchObject({ status: 'active', anchor_at: '2026-01-15T09:00:00.000Z' });
    await move('2026-01-24T09:00:00Z');
    expect(await read(cardless)).toMatchObject({ status: 'canceled' });
    expect(await totals(cardless)).toEqual([]);
  });

  test('a pause that stops the period gives the rest back and begins anew', async () => {
    expect(await read(stopped)).toMatchObject({
      status: 'paused',
      pauses: [{ from: '2026-01-20T09:00:00.000Z', to: null, mode: 'stop_period' }],
      schedule: [{ kind: 'resume', at: '2026-03-01T00:00:00.000Z' }],
      mrr: '0',
    });
    expect(await totals(stopped)).toEqual(['3100', '-2100']);
    const changed = await tryTo(stopped, 'change', { plan: 'pro' });
    expect([changed.status, changed.body.code]).toEqual([409, 'subscription.paused']);
    const seen = await preview(stopped, { action: 'resume' });
    expect(seen).toMatchObject({ action: 'resume', status: 'active', schedule: [] });
    const resumed = await act(stopped, 'resume', { preview_token: seen.token });
    expect(resumed).toMatchObject({ status: 'active', anchor_at: '2026-01-24T09:00:00.000Z', schedule: [] });
    expect((await totals(stopped)).at(-1)).toBe('3100');
  });

  test('a pause that keeps the period charges nothing until it ends, and then goes on in its rhythm', async () => {
    const seen = await preview(paused, { action: 'pause', until: '2026-03-20T09:00:00Z' });
    expect(seen).toMatchObject({ status: 'paused', due_today: '0', schedule: [{ kind: 'resume' }] });
    await act(paused, 'pause', { until: '2026-03-20T09:00:00Z', preview_token: seen.token });
    const twice = await tryTo(paused, 'pause');
    expect([twice.status, twice.body.code]).toEqual([409, 'subscription.not_pausable']);
    await move('2026-03-21T00:00:00Z');
    expect(await read(paused)).toMatchObject({
      status: 'active',
      pauses: [{ from: '2026-01-24T09:00:00.000Z', to: '2026-03-20T09:00:00.000Z', mode: 'keep_period' }],
      current_period_end: '2026-04-10T09:00:00.000Z',
    });
    // 21 of the 31 days from 10 March on.
    expect(await totals(paused)).toEqual(['3100', '2100']);
  });
});
