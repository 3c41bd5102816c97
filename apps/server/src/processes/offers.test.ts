import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';

let app: TestApp;

const price = (key: string, amount: string, more: object = {}) => ({
  key,
  name: key,
  pricing: { model: 'flat', amount },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
  ...more,
});
const perSeat = (key: string, unit: string) =>
  price(key, '0', {
    pricing: { model: 'per_unit', unit_amount: unit, per: '1' },
    quantity: { kind: 'seats' },
  });
const plan = (key: string, prices: object[], more: object = {}) => ({
  key,
  name: key,
  currency: 'EUR',
  prices,
  entitlements: [],
  ...more,
});
const coupon = (key: string, more: object = {}) => ({
  key,
  name: key,
  value: { kind: 'percent', percent: '20' },
  ...more,
});

/** The whole of what a seller may offer, in the form in which the server writes it. */
const FILE = {
  meters: [],
  features: [],
  plans: [
    plan('basic', [price('base', '3000')], { rank: 1 }),
    plan('pro', [price('base', '9000')], { rank: 2 }),
    plan('committed', [
      price('base', '3000'),
      price('floor', '0', {
        pricing: { model: 'commitment', minimum: '5000', maximum: null },
        timing: 'in_arrears',
      }),
    ]),
    plan('world', [price('base', '1000'), perSeat('seat', '2.5')], {
      other_currencies: [
        { currency: 'JPY', prices: [price('base', '1500'), perSeat('seat', '400')] },
        { currency: 'KWD', prices: [price('base', '3250'), perSeat('seat', '0.755')] },
      ],
    }),
    plan('storage', [perSeat('gigabytes', '5')], { kind: 'add_on', offered_with: ['basic'] }),
    plan('setup', [price('setup', '25000')], { kind: 'one_off' }),
    plan('secret', [price('secret', '100')], { kind: 'add_on', public: false }),
  ],
  coupons: [
    coupon('welcome', { duration: { kind: 'once' } }),
    coupon('five-off', { value: { kind: 'amount', amounts: { EUR: '500', JPY: '700' } } }),
    coupon('three', { max_redemptions: 3 }),
    coupon('single', { max_per_customer: 1 }),
    coupon('pro-only', { plans: ['pro'] }),
    coupon('alone', { stackable: false }),
  ],
};

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  const answer = await app.api('PUT', '/v1/catalogue', { body: FILE });
  if (answer.status !== 200) throw new Error(answer.text);
});
afterAll(() => app.close());

let serial = 0;
async function customer(currency = 'EUR'): Promise<string> {
  serial += 1;
  const ref = `customer-${serial}`;
  const made = await app.api('POST', '/v1/customers', { body: { name: ref, external_id: ref, currency } });
  if (made.status !== 201) throw new Error(made.text);
  return String(made.body.id);
}

const start = (ref: string, body: object) =>
  app.api('POST', '/v1/subscriptions', { body: { customer: ref, collection: 'manual', ...body } });

async function subscribe(ref: string, body: object) {
  const answer = await start(ref, body);
  if (answer.status !== 201) throw new Error(answer.text);
  return String(answer.body.id);
}

const act = (id: string, path: string, body: object = {}) =>
  app.api('POST', `/v1/subscriptions/${id}/${path}`, { body });
const preview = (id: string, body: object) => act(id, 'preview', body);

type Line = {
  kind: string;
  description: string;
  gross: string;
  amount: string;
  discounts: { coupon: string; amount: string }[];
};

/** Lines of the customer's invoices, the newest invoice first. */
async function invoicesOf(ref: string): Promise<Line[][]> {
  const list = await app.api('GET', `/v1/invoices?customer=${ref}`);
  const invoices: Line[][] = [];
  for (const { id } of list.body.data as unknown as { id: string }[]) {
    const invoice = await app.api('GET', `/v1/invoices/${id}`);
    invoices.push(invoice.body.lines as unknown as Line[]);
  }
  return invoices;
}

const couponNamed = async (key: string) => {
  const list = await app.api('GET', '/v1/coupons?archived=true');
  const found = (list.body.data as unknown as { id: string; key: string; redemptions: number }[]).find(
    (one) => one.key === key,
  );
  if (found === undefined) throw new Error(`there is no coupon ${key}`);
  return found;
};

describe('the catalogue file', () => {
  test('holds plans, add-ons, prices in several currencies, commitments and coupons, and a second push changes nothing', async () => {
    const { object, ...pulled } = (await app.api('GET', '/v1/catalogue')).body;
    const again = await app.api('PUT', '/v1/catalogue', { body: pulled });
    expect(again.body.counts).toMatchObject({ created: 0, updated: 0, new_versions: 0 });
    const written = await app.api('PUT', '/v1/catalogue', { body: FILE });
    expect(written.body.counts).toMatchObject({ created: 0, updated: 0, new_versions: 0 });
    expect(pulled.plans).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ key: 'storage', kind: 'add_on', offered_with: ['basic'] }),
        expect.objectContaining({
          key: 'world',
          other_currencies: [
            expect.objectContaining({ currency: 'JPY' }),
            expect.objectContaining({ currency: 'KWD' }),
          ],
        }),
      ]),
    );
    expect(pulled.coupons).toHaveLength(FILE.coupons.length);
  });

  test('says every fault of coupons, add-ons and currencies with pointers, and what cannot change', async () => {
    const bad = await app.api('PUT', '/v1/catalogue', {
      body: {
        meters: [],
        features: [],
        plans: [
          plan('extra', [price('a', '1')], { kind: 'add_on', offered_with: ['nothing'], trial_days: 3 }),
          plan('odd', [price('a', '1')], {
            other_currencies: [{ currency: 'USD', prices: [price('b', '1')] }],
          }),
        ],
        coupons: [
          coupon('none', { value: { kind: 'percent', percent: '0' }, plans: ['nowhere'] }),
          coupon('past', { redeem_by: '2025-01-01T00:00:00Z' }),
        ],
      },
    });
    const faults = bad.body.errors as unknown as { pointer: string; code: string }[];
    expect(faults.map(({ pointer }) => pointer).sort()).toEqual([
      '/coupons/0/plans/0',
      '/coupons/0/value/percent',
      '/coupons/1/redeem_by',
      '/plans/0/offered_with/0',
      '/plans/0/trial_days',
      '/plans/1/other_currencies/0/prices',
    ]);
    const changed = await app.api('PUT', '/v1/catalogue', {
      body: { ...FILE, coupons: [coupon('welcome', { value: { kind: 'percent', percent: '30' } })] },
    });
    expect([changed.status, changed.body.code]).toEqual([409, 'catalogue.fixed_field']);
  });
});

describe('coupons', () => {
  test('are made, found, limited, renamed and archived; what is wrong is said at once', async () => {
    const made = await app.api('POST', '/v1/coupons', { body: coupon('spring', { max_redemptions: 5 }) });
    expect(made.body).toMatchObject({ key: 'spring', duration: { kind: 'forever' }, redemptions: 0 });
    const taken = await app.api('POST', '/v1/coupons', { body: coupon('spring') });
    expect(taken.body.code).toBe('coupon.already_exists');
    const wrong = await app.api('POST', '/v1/coupons', {
      body: coupon('wrong', { value: { kind: 'amount', amounts: { XXX: '5' } }, prices: ['nothing'] }),
    });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'coupon.invalid']);
    expect(
      (wrong.body.errors as unknown as { pointer: string }[]).map(({ pointer }) => pointer).sort(),
    ).toEqual(['/prices/0', '/value/amounts/XXX']);
    const id = String(made.body.id);
    const renamed = await app.api('PATCH', `/v1/coupons/${id}`, {
      body: { name: 'Spring', max_redemptions: null },
    });
    expect(renamed.body).toMatchObject({ name: 'Spring', max_redemptions: null });
    await app.api('PATCH', `/v1/coupons/${id}`, { body: { archived: true } });
    const refused = await start(await customer(), { plan: 'basic', coupons: ['spring'] });
    expect([refused.status, refused.body.code]).toEqual([409, 'coupon.not_redeemable']);
  });

  test('lower the first invoice, show gross and amount, and end with their periods', async () => {
    const ref = await customer();
    const id = await subscribe(ref, { plan: 'basic', coupons: ['WELCOME', 'five-off'] });
    expect(await invoicesOf(ref)).toMatchObject([
      [
        {
          gross: '3000',
          discounts: [
            { coupon: 'welcome', amount: '600' },
            { coupon: 'five-off', amount: '500' },
          ],
          amount: '1900',
        },
      ],
    ]);
    const upcoming = await app.api('GET', `/v1/subscriptions/${id}/upcoming_invoice`);
    expect(upcoming.body).toMatchObject({ total: '2500', lines: [{ gross: '3000', amount: '2500' }] });
    const shown = await app.api('GET', `/v1/subscriptions/${id}`);
    expect(shown.body.discounts).toMatchObject([
      { coupon: { key: 'welcome' }, ends_at: '2026-02-01T00:00:00.000Z', running: true },
      { coupon: { key: 'five-off' }, ends_at: null },
    ]);
  });

  test('are given later with a preview and its token, and ended', async () => {
    const ref = await customer();
    const id = await subscribe(ref, { plan: 'basic' });
    const seen = await preview(id, { action: 'discount', coupon: 'five-off' });
    expect(seen.body).toMatchObject({ due_today: '0', next_invoice: { total: '2500' } });
    const given = await act(id, 'discounts', { coupon: 'five-off', preview_token: seen.body.token });
    expect(given.status).toBe(200);
    const [discount] = given.body.discounts as unknown as { id: string }[];
    const twice = await act(id, 'discounts', { coupon: 'five-off' });
    expect(twice.body).toMatchObject({ code: 'coupon.not_redeemable', reason: 'coupon.already_applied' });
    const ended = await act(id, `discounts/${discount?.id}/end`);
    expect(ended.body.discounts).toMatchObject([{ running: false }]);
    const gone = await act(id, `discounts/${discount?.id}/end`);
    expect(gone.body.code).toBe('discount.not_found');
    const upcoming = await app.api('GET', `/v1/subscriptions/${id}/upcoming_invoice`);
    expect(upcoming.body.total).toBe('3000');
  });

  test('are refused where they do not belong, with the reason', async () => {
    const reasonOf = async (body: object, currency = 'EUR') => {
      const answer = await start(await customer(currency), body);
      return [answer.body.code, answer.body.reason];
    };
    expect(await reasonOf({ plan: 'basic', coupons: ['nothing'] })).toEqual(['coupon.not_found', undefined]);
    expect(await reasonOf({ plan: 'basic', coupons: ['pro-only'] })).toEqual([
      'coupon.not_redeemable',
      'coupon.not_for_plan',
    ]);
    expect(await reasonOf({ plan: 'world', coupons: ['five-off'] }, 'KWD')).toEqual([
      'coupon.not_redeemable',
      'coupon.currency_differs',
    ]);
    expect(await reasonOf({ plan: 'basic', coupons: ['alone', 'five-off'] })).toEqual([
      'coupon.not_redeemable',
      'coupon.not_stackable',
    ]);
  });

  test('eight customers at once redeem a coupon with a limit of three exactly three times', async () => {
    const refs = await Promise.all(Array.from({ length: 8 }, () => customer()));
    const answers = await Promise.all(refs.map((ref) => start(ref, { plan: 'basic', coupons: ['three'] })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, 201, 201, 409, 409, 409, 409, 409]);
    const refused = answers.filter(({ status }) => status === 409);
    expect(new Set(refused.map(({ body }) => body.reason))).toEqual(new Set(['coupon.exhausted']));
    expect((await couponNamed('three')).redemptions).toBe(3);
    // Who was refused got no subscription at all.
    const [loser] = refs.filter((_, index) => answers[index]?.status === 409);
    expect(await invoicesOf(loser as string)).toEqual([]);
  });

  test('one customer who asks four times at once redeems a coupon with a limit of one a customer once', async () => {
    const ref = await customer();
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => start(ref, { plan: 'basic', coupons: ['single'] })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    await subscribe(await customer(), { plan: 'basic', coupons: ['single'] });
    expect((await couponNamed('single')).redemptions).toBe(2);
  });
});

describe('add-ons', () => {
  test('are taken beside a plan they are offered with, changed, ended and undone, each with a preview', async () => {
    const ref = await customer();
    const id = await subscribe(ref, { plan: 'basic' });
    const seen = await preview(id, { action: 'add_on', add_on: 'storage', quantity: 2 });
    expect(seen.body).toMatchObject({ action: 'add_on', due_today: '1000', next_invoice: { total: '4000' } });
    const taken = await act(id, 'add_ons', {
      add_on: 'storage',
      quantity: 2,
      preview_token: seen.body.token,
    });
    expect(taken.body).toMatchObject({
      plan: { key: 'basic' },
      add_ons: [{ add_on: { key: 'storage' }, quantity: 2, ends_at: null }],
    });
    expect((await invoicesOf(ref))[0]).toMatchObject([{ description: 'gigabytes', amount: '1000' }]);
    const twice = await act(id, 'add_ons', { add_on: 'storage' });
    expect(twice.body).toMatchObject({ code: 'add_on.not_available', reason: 'add_on.already_added' });
    const more = await act(id, 'add_ons/storage/quantity', { quantity: 3 });
    expect(more.body.add_ons).toMatchObject([{ quantity: 3 }]);
    const ended = await act(id, 'add_ons/storage/end', { when: 'period_end' });
    expect(ended.body).toMatchObject({
      add_ons: [{ ends_at: '2026-02-01T00:00:00.000Z' }],
      schedule: [{ kind: 'add_on_end', add_on: { key: 'storage' } }],
    });
    const upcoming = await app.api('GET', `/v1/subscriptions/${id}/upcoming_invoice`);
    expect(upcoming.body.total).toBe('3000');
    const [step] = ended.body.schedule as unknown as { id: string }[];
    const undone = await act(id, `schedule/${step?.id}/undo`);
    expect(undone.body).toMatchObject({ schedule: [], add_ons: [{ ends_at: null }] });
    const now = await act(id, 'add_ons/storage/end', { when: 'now' });
    expect(now.body.add_ons).toEqual([]);
    const gone = await act(id, 'add_ons/storage/end', { when: 'now' });
    expect(gone.body.code).toBe('add_on.not_added');
  });

  test('are refused beside other plans, as plans, and where there is none', async () => {
    const id = await subscribe(await customer(), { plan: 'pro' });
    const other = await act(id, 'add_ons', { add_on: 'storage' });
    expect(other.body).toMatchObject({ code: 'add_on.not_available', reason: 'add_on.not_for_plan' });
    expect((await act(id, 'add_ons', { add_on: 'basic' })).body.code).toBe('add_on.not_found');
    expect((await start(await customer(), { plan: 'storage' })).body.code).toBe('plan.not_found');
  });

  test('one-off ones and amounts by hand are charged once, at once', async () => {
    const ref = await customer();
    const id = await subscribe(ref, { plan: 'basic' });
    const charged = await act(id, 'add_ons', { add_on: 'setup' });
    expect(charged.body).toMatchObject({
      add_ons: [],
      charges: [{ description: 'setup', quantity: 1, add_on: { key: 'setup' } }],
    });
    const seen = await preview(id, {
      action: 'charge',
      description: 'Training',
      amount: '12345',
      quantity: 2,
    });
    expect(seen.body.due_today).toBe('24690');
    const hand = { description: 'Training', amount: '12345', quantity: 2 };
    const done = await act(id, 'charges', { ...hand, preview_token: seen.body.token });
    expect(done.status).toBe(200);
    const invoices = await invoicesOf(ref);
    expect(invoices.flat().map(({ kind, description, amount }) => [kind, description, amount])).toEqual([
      ['one_off', 'Training', '24690'],
      ['one_off', 'setup', '25000'],
      ['recurring', 'base', '3000'],
    ]);
  });

  test('are made, offered with plans, versioned and listed among the plans', async () => {
    const made = await app.api('POST', '/v1/plans', {
      body: plan('support', [price('support', '900')], { kind: 'add_on', offered_with: ['pro'] }),
    });
    expect(made.body).toMatchObject({ kind: 'add_on', offered_with: ['pro'] });
    const moved = await app.api('PATCH', `/v1/plans/${made.body.id}`, {
      body: { offered_with: ['basic', 'pro'] },
    });
    expect(moved.body.offered_with).toEqual(['basic', 'pro']);
    const version = await app.api('POST', `/v1/plans/${made.body.id}/versions`, {
      body: { currency: 'EUR', prices: [price('support', '1100')], entitlements: [] },
    });
    expect(version.body).toMatchObject({ version: 2, prices: [{ pricing: { amount: '1100' } }] });
    const wrong = await app.api('POST', '/v1/plans', {
      body: plan('wrong', [price('a', '1')], { offered_with: ['pro'] }),
    });
    expect(wrong.body).toMatchObject({ code: 'plan.invalid', errors: [{ pointer: '/offered_with' }] });
  });
});

describe('several currencies', () => {
  test('customers get the prices of their currency, with none, two or three decimals', async () => {
    const totals: Record<string, string> = {};
    for (const currency of ['EUR', 'JPY', 'KWD']) {
      const ref = await customer(currency);
      await subscribe(ref, { plan: 'world', quantity: 3 });
      totals[currency] = (await invoicesOf(ref))
        .flat()
        .map(({ amount }) => amount)
        .join('+');
    }
    expect(totals).toEqual({ EUR: '1000+750', JPY: '1500+1200', KWD: '3250+2265' });
    const missing = await start(await customer('USD'), { plan: 'world' });
    expect(missing.body.code).toBe('plan.currency_mismatch');
  });

  test('the pricing page shows the currency that is asked for where a plan is sold in it', async () => {
    const page = `/p/${app.tenant.slug}/api/v1`;
    const shown = await app.anybody('GET', `${page}/plans?currency=JPY`);
    const plans = shown.body.plans as unknown as { key: string; currency: string; currencies: string[] }[];
    expect(shown.body.currency).toBe('JPY');
    expect(plans.find(({ key }) => key === 'world')).toMatchObject({
      currency: 'JPY',
      currencies: ['EUR', 'JPY', 'KWD'],
      prices: [{ pricing: { amount: '1500' } }, {}],
    });
    expect(plans.find(({ key }) => key === 'basic')).toMatchObject({ currency: 'EUR' });
    expect((shown.body.add_ons as unknown as { key: string }[]).map(({ key }) => key)).not.toContain(
      'secret',
    );
    const priced = await app.anybody('POST', `${page}/plans/preview`, {
      body: { plan: 'world', quantity: 2, currency: 'JPY', coupon: 'five-off' },
    });
    expect(priced.body).toMatchObject({ currency: 'JPY', total: '1600' });
  });

  test('a new version moves everybody within their currency', async () => {
    const ref = await customer('JPY');
    const id = await subscribe(ref, { plan: 'world' });
    const plans = await app.api('GET', '/v1/plans');
    const world = (plans.body.data as unknown as { id: string; key: string }[]).find(
      ({ key }) => key === 'world',
    );
    const version = await app.api('POST', `/v1/plans/${world?.id}/versions`, {
      body: {
        currency: 'EUR',
        prices: [price('base', '1100')],
        other_currencies: [{ currency: 'JPY', prices: [price('base', '1800')] }],
        entitlements: [],
      },
    });
    expect(version.body).toMatchObject({ version: 2, other_currencies: [{ currency: 'JPY' }] });
    const moved = await app.api('POST', `/v1/plans/${world?.id}/versions/2/migrate`, {
      body: { when: 'at_renewal' },
    });
    // The customer in dinars cannot follow: the new version is not sold in them.
    expect(moved.body).toMatchObject({ refused: [{ code: 'plan.currency_mismatch' }] });
    const upcoming = await app.api('GET', `/v1/subscriptions/${id}/upcoming_invoice`);
    expect(upcoming.body).toMatchObject({ currency: 'JPY', total: '1800' });
  });
});
