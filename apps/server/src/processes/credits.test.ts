import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Answer } from '../testing/caller.ts';
import { expectSoundCredits } from '../testing/credits.ts';
import { must, secondTenant, signUpMember } from '../testing/scenario.ts';

/** The end of an id that is well formed and belongs to nothing. */
const NONE = '01h2xcejqtf2nbrexx3vqjhp41';

let app: TestApp;
let admin: pg.Client;

const price = {
  key: 'base',
  name: 'Base',
  pricing: { model: 'flat', amount: '2900' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};
const plan = (key: string) => ({ key, name: key, currency: 'EUR', prices: [price], entitlements: [] });

const call = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown) =>
  app.api(method, path, body === undefined ? {} : { body });
const ok = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown) =>
  must(call(method, path, body));

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  await ok('POST', '/v1/meters', { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count' });
  for (const key of ['api', 'images', 'mail'])
    await ok('POST', '/v1/features', { key, name: key, kind: 'metered', meter: 'calls' });
  await ok('POST', '/v1/plans', plan('small'));
  await ok('POST', '/v1/plans', plan('large'));
  await ok('POST', '/v1/plans', { ...plan('free'), prices: [] });
  await ok('POST', '/v1/credit_types', { key: 'tokens', name: 'Tokens', unit: 'tokens', low_at: '5' });
  await ok('POST', '/v1/credit_types', { key: 'sparks', name: 'Sparks', return_days: 10, low_at: '40' });
  await ok('POST', '/v1/credit_types', { key: 'money', name: 'Balance', unit: 'EUR', currency: 'EUR' });
  await ok('POST', '/v1/credit_costs', { feature: 'api', credit_type: 'tokens', per_unit: '0.5' });
  await ok('POST', '/v1/credit_costs', {
    feature: 'images',
    credit_type: 'tokens',
    per_unit: '4',
    beyond: 'allow',
  });
  await ok('POST', '/v1/credit_packs', {
    key: 'tokens-100',
    name: '100 tokens',
    credit_type: 'tokens',
    amount: '100',
    price: '1000',
    currency: 'EUR',
    expires_after_days: 20,
  });
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

let serial = 0;
async function customer(more: object = {}): Promise<string> {
  serial += 1;
  const made = await ok('POST', '/v1/customers', {
    name: `Customer ${serial}`,
    external_id: `c${serial}`,
    currency: 'EUR',
    ...more,
  });
  return String(made.id);
}

const give = (id: string, amount: string, more: object = {}) =>
  ok('POST', `/v1/customers/${id}/credits`, { credit_type: 'tokens', amount, reason: 'Welcome', ...more });
const spend = (id: string, eventId: string, body: object) =>
  call('POST', '/v1/credits/consume', { customer: id, event_id: eventId, ...body });
const tokens = (amount: string) => ({ credit_type: 'tokens', amount });

type Balance = { credit_type: { key: string }; available: string; grants: Record<string, unknown>[] };
async function balances(id: string): Promise<Balance[]> {
  return (await ok('GET', `/v1/customers/${id}/credits`)).balances as unknown as Balance[];
}
const available = async (id: string, key = 'tokens') =>
  (await balances(id)).find(({ credit_type }) => credit_type.key === key)?.available ?? 'none';

async function advance(to: string): Promise<void> {
  await ok('POST', '/v1/clock/advance', { to });
  await app.server.mover.finished(app.tenant.id);
}

const refused = (answer: Answer) => [answer.status, answer.body.code];

const expectSound = () => expectSoundCredits(admin);

describe('granting and spending', () => {
  test('I29 a consumption names the grants that paid it, in the order of spending, and the kept balance is that of the entries', async () => {
    const id = await customer();
    const never = await give(id, '10');
    const soon = await give(id, '4', { expires_at: '2026-03-01T00:00:00Z' });
    const first = await give(id, '1', { priority: 0 });
    const { body } = await spend(id, 'e1', tokens('6.5'));
    expect(body).toMatchObject({
      repeated: false,
      available: '8.5',
      consumption: {
        amount: '6.5',
        overage: '0',
        grants: [
          { grant: first.id, amount: '1' },
          { grant: soon.id, amount: '4' },
          { grant: never.id, amount: '1.5' },
        ],
      },
    });
    const history = await ok('GET', `/v1/customers/${id}/credit_entries?limit=4`);
    expect(history.data).toMatchObject([
      { kind: 'consumed', amount: '-1.5' },
      { kind: 'consumed', amount: '-4' },
      { kind: 'consumed', amount: '-1' },
      { kind: 'granted', amount: '1', reason: 'Welcome' },
    ]);
    expect(history.has_more).toBe(true);
    const rest = await ok('GET', `/v1/customers/${id}/credit_entries?starting_after=${history.next_cursor}`);
    expect(rest.data).toMatchObject([{ amount: '4' }, { amount: '10' }]);
    await expectSound();
  });

  test('I110 a feature costs what its table says at the instant of use, blocked or owed beyond the balance', async () => {
    const id = await customer();
    await give(id, '3');
    const answer = await spend(id, 'use-1', { feature: 'api', quantity: '3' });
    expect(answer.body).toMatchObject({ available: '1.5', consumption: { amount: '1.5', quantity: '3' } });
    expect(refused(await spend(id, 'use-2', { feature: 'api', quantity: '4' }))).toEqual([
      402,
      'credits.insufficient',
    ]);
    expect(await available(id)).toBe('1.5');
    const owed = await spend(id, 'use-3', { feature: 'images' });
    expect(owed.body).toMatchObject({ available: '0', consumption: { amount: '4', overage: '2.5' } });
    expect(refused(await spend(id, 'use-4', { feature: 'mail' }))).toEqual([409, 'credits.no_cost']);
    const costs = (await ok('GET', '/v1/credit_costs')).data as unknown as Record<string, unknown>[];
    expect(costs.map(({ feature, status }) => [feature, status])).toEqual([
      ['images', 'current'],
      ['api', 'current'],
    ]);
  });

  test('I28 of forty parallel spenders of the last unit exactly one is served', async () => {
    for (let round = 0; round < 3; round += 1) {
      const id = await customer();
      await give(id, '1');
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) => spend(id, `s${n}`, tokens('1'))),
      );
      const served = answers.filter(({ status }) => status === 200);
      expect([served.length, answers.filter(({ status }) => status === 402).length]).toEqual([1, 39]);
      expect(await available(id)).toBe('none');
    }
    await expectSound();
  }, 60_000);

  test('B14 credits are not spent twice by parallel consumers, and B17 the same event is spent once however often it comes', async () => {
    const id = await customer();
    await give(id, '100');
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => spend(id, 'same', tokens('7'))),
      ...Array.from({ length: 10 }, (_, n) => spend(id, `other${n}`, tokens('3'))),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const same = answers.slice(0, 10).map(({ body }) => body);
    expect(same.filter(({ repeated }) => String(repeated) === 'false')).toHaveLength(1);
    expect(new Set(same.map(({ consumption }) => (consumption as unknown as { id: string }).id)).size).toBe(
      1,
    );
    expect(await available(id)).toBe('63');
    expect(refused(await spend(id, 'same', tokens('8')))).toEqual([409, 'credits.event_conflict']);
    const other = await customer();
    await give(other, '7');
    // The name of an event is the customer's own: another one may use the same.
    expect((await spend(other, 'same', tokens('7'))).body).toMatchObject({ repeated: false });
    const key = { 'idempotency-key': `grant-${id}` };
    const grant = () =>
      app.api('POST', `/v1/customers/${id}/credits`, {
        headers: key,
        body: { ...tokens('5'), reason: 'Once' },
      });
    const [one, two] = [await grant(), await grant()];
    expect(two.body.id).toBe(one.body.id);
    expect(await available(id)).toBe('68');
    await expectSound();
  });

  test('B23 credits for one subscription or feature pay for nothing else, and nothing is overspent', async () => {
    const id = await customer();
    const start = (key: string) =>
      ok('POST', '/v1/subscriptions', { customer: id, plan: key, collection: 'manual' });
    const mine = String((await start('small')).id);
    const other = String((await start('large')).id);
    await give(id, '10', { subscription: mine });
    await give(id, '2', { features: ['api'] });
    const inSub = (subscription: string, eventId: string, body: object) =>
      spend(id, eventId, { ...body, subscription });
    expect(refused(await inSub(other, 'a', tokens('1')))).toEqual([402, 'credits.insufficient']);
    expect(refused(await spend(id, 'b', tokens('1')))).toEqual([402, 'credits.insufficient']);
    expect((await inSub(other, 'c', { feature: 'api', quantity: '2' })).body).toMatchObject({
      available: '11',
    });
    expect((await inSub(mine, 'd', tokens('10'))).status).toBe(200);
    expect(refused(await inSub(mine, 'e', tokens('1')))).toEqual([402, 'credits.insufficient']);
    expect(refused(await inSub(`sub_${NONE}`, 'f', tokens('1')))).toEqual([404, 'subscription.not_found']);
    const stranger = await customer();
    const asStranger = await spend(stranger, 'g', { ...tokens('1'), subscription: mine });
    expect(refused(asStranger)).toEqual([404, 'subscription.not_found']);
  });

  test('a check of a feature that costs credits is answered from the balance', async () => {
    const id = await customer();
    const check = (feature: string, quantity?: string) =>
      ok('POST', '/v1/check', { customer: id, feature, ...(quantity === undefined ? {} : { quantity }) });
    expect(await check('api')).toMatchObject({
      allowed: false,
      reason: 'credits_used_up',
      remaining: '0',
      credits: { credit_type: 'tokens', available: '0', cost: '0.5' },
    });
    await give(id, '2');
    expect(await check('api', '4')).toMatchObject({ allowed: true, reason: 'credits', remaining: '4' });
    expect(await check('api', '5')).toMatchObject({ allowed: false, credits: { cost: '2.5' } });
    expect(await check('images')).toMatchObject({ allowed: true, reason: 'overage' });
    expect(await check('mail')).toMatchObject({ credits: null });
  });
});

describe('what comes back and what is taken', () => {
  test('I107 a refund restores the grants; staff revoke and adjust with a reason', async () => {
    const id = await customer({ email: 'low@example.com' });
    const grant = await give(id, '10');
    const { body } = await spend(id, 'r1', tokens('8'));
    const use = String((body.consumption as unknown as { id: string }).id);
    const refund = (amount?: string) =>
      call('POST', `/v1/credit_consumptions/${use}/refund`, {
        reason: 'It failed',
        ...(amount === undefined ? {} : { amount }),
      });
    await app.drain();
    const { rows } = await admin.query(`select facts from mails where template = 'credits.low'`);
    expect(rows).toEqual([{ facts: { name: 'Tokens', left: '2 tokens' } }]);
    expect((await refund('3')).status).toBe(200);
    expect(await available(id)).toBe('5');
    expect(refused(await refund('5.1'))).toEqual([422, 'credits.refund_exceeds']);
    expect((await refund()).status).toBe(200);
    expect(await available(id)).toBe('10');
    expect(refused(await refund())).toEqual([422, 'credits.refund_exceeds']);
    const adjust = (amount: string) =>
      call('POST', `/v1/customers/${id}/credits/adjust`, { ...tokens(amount), reason: 'Counted wrong' });
    expect((await adjust('2')).status).toBe(200);
    expect((await adjust('-4')).status).toBe(200);
    expect(await available(id)).toBe('8');
    expect(refused(await adjust('-8.1'))).toEqual([402, 'credits.insufficient']);
    expect(refused(await adjust('0'))).toEqual([422, 'credits.invalid']);
    const revoke = () => call('POST', `/v1/credit_grants/${grant.id}/revoke`, { reason: 'By mistake' });
    expect((await revoke()).body).toMatchObject({ left: '0', amount: '10' });
    expect(refused(await revoke())).toEqual([409, 'credits.nothing_left']);
    expect(await available(id)).toBe('2');
    await expectSound();
  });

  test('every refusal names itself', async () => {
    const id = await customer();
    const body = { ...tokens('1'), reason: 'x' };
    const grant = (more: object) => call('POST', `/v1/customers/${id}/credits`, { ...body, ...more });
    expect(refused(await grant({ credit_type: 'gold' }))).toEqual([404, 'credit_type.not_found']);
    expect(refused(await grant({ amount: '0' }))).toEqual([422, 'credits.invalid']);
    expect(refused(await grant({ expires_at: '2025-01-01T00:00:00Z' }))).toEqual([422, 'credits.invalid']);
    expect(refused(await grant({ features: ['none'] }))).toEqual([404, 'feature.not_found']);
    const reason = { reason: 'x' };
    expect(refused(await call('POST', `/v1/credit_grants/cgrant_${NONE}/revoke`, reason))).toEqual([
      404,
      'credit_grant.not_found',
    ]);
    expect(refused(await call('POST', `/v1/credit_consumptions/cuse_${NONE}/refund`, reason))).toEqual([
      404,
      'credit_consumption.not_found',
    ]);
    expect(refused(await spend(id, 'x', { feature: 'api', ...tokens('1') }))).toEqual([
      422,
      'credits.invalid',
    ]);
    const type = { key: 'tokens', name: 'Again' };
    expect(refused(await call('POST', '/v1/credit_types', type))).toEqual([
      409,
      'credit_type.already_exists',
    ]);
    const pack = { key: 'tokens-100', name: 'Again', ...tokens('1'), price: '1', currency: 'EUR' };
    expect(refused(await call('POST', '/v1/credit_packs', pack))).toEqual([
      409,
      'credit_pack.already_exists',
    ]);
    const dollars = { ...pack, key: 'usd', credit_type: 'money', currency: 'USD' };
    expect(refused(await call('POST', '/v1/credit_packs', dollars))).toEqual([422, 'credits.invalid']);
    const cost = {
      feature: 'api',
      credit_type: 'tokens',
      per_unit: '1',
      effective_at: '2025-01-01T00:00:00Z',
    };
    expect(refused(await call('POST', '/v1/credit_costs', cost))).toEqual([422, 'credits.invalid']);
    const buy = (key: string) => call('POST', `/v1/customers/${id}/credits/purchases`, { pack: key });
    expect(refused(await buy('none'))).toEqual([404, 'credit_pack.not_found']);
    expect(refused(await buy('tokens-100'))).toEqual([409, 'credits.no_subscription']);
  });

  test('a grant, a history and a consumption of another tenant are not there', async () => {
    const id = await customer();
    const grant = await give(id, '1');
    const owner = await app.signIn(app.owner.email, app.owner.password);
    const { api } = await secondTenant(app, owner, 'other-seller');
    const body = { reason: 'x' };
    expect((await api('GET', `/v1/customers/${id}/credits`)).status).toBe(404);
    expect((await api('GET', `/v1/customers/${id}/credit_entries`)).status).toBe(404);
    expect((await api('POST', `/v1/credit_grants/${grant.id}/revoke`, { body })).status).toBe(404);
    expect((await api('GET', '/v1/credit_types')).body.data).toEqual([]);
  });
});

describe('as time goes on', () => {
  test('I109 plans grant each month what they promise, roll over within their cap, and what is left expires', async () => {
    await ok('POST', '/v1/credit_allowances', { plan: 'large', credit_type: 'sparks', amount: '250' });
    const id = await customer();
    const large = await customer({ email: 'month@example.com' });
    await ok('POST', '/v1/subscriptions', { customer: large, plan: 'large', collection: 'manual' });
    const subscription = String(
      (await ok('POST', '/v1/subscriptions', { customer: id, plan: 'small', collection: 'manual' })).id,
    );
    await app.drain();
    // Who has the plan already is granted what it promises from now on.
    await ok('POST', '/v1/credit_allowances', {
      plan: 'small',
      credit_type: 'sparks',
      amount: '100',
      rollover_max: '30',
      rollover_periods: 1,
    });
    const promised = await give(id, '5', { credit_type: 'sparks', expires_at: '2026-01-20T00:00:00Z' });
    await app.drain();
    expect(await available(id, 'sparks')).toBe('105');
    const used = await spend(id, 'm1', { credit_type: 'sparks', amount: '55' });
    expect(used.body).toMatchObject({
      available: '50',
      consumption: { grants: [{ grant: promised.id }, {}] },
    });
    await app.drain();
    await advance('2026-02-02T00:00:00Z');
    // 30 of 50 went on, 20 lapsed, and February brought its own.
    expect(await available(id, 'sparks')).toBe('130');
    // Between the end of a month and the credits of the next one nobody is told that none are left.
    expect(await available(large, 'sparks')).toBe('250');
    await app.drain();
    const { rows: told } = await admin.query(
      `select facts from mails where template = 'credits.low' and recipient = 'month@example.com'`,
    );
    expect(told).toEqual([]);
    const back = String((used.body.consumption as unknown as { id: string }).id);
    await ok('POST', `/v1/credit_consumptions/${back}/refund`, { reason: 'Late', amount: '10' });
    // What returns to an expired grant lives ten days anew.
    expect(await available(id, 'sparks')).toBe('140');
    await ok('POST', `/v1/subscriptions/${subscription}/change`, { plan: 'large', when: 'now' });
    await app.drain();
    expect(await available(id, 'sparks')).toBe('290');
    await app.drain();
    expect(await available(id, 'sparks')).toBe('290');
    await advance('2026-02-13T00:00:00Z');
    expect(await available(id, 'sparks')).toBe('280');
    await ok('POST', `/v1/subscriptions/${subscription}/cancel`, { when: 'now' });
    await app.drain();
    expect(await available(id, 'sparks')).toBe('none');
    await expectSound();
  }, 60_000);

  test('I111 bought credits come when they are paid, earn as they are used, and lapse as breakage', async () => {
    const id = await customer();
    await ok('POST', '/v1/subscriptions', { customer: id, plan: 'small', collection: 'automatic' });
    const bought = await ok('POST', `/v1/customers/${id}/credits/purchases`, { pack: 'tokens-100' });
    await app.drain();
    // Without a card the invoice waits for its page, and nothing is granted.
    expect(await available(id)).toBe('0');
    expect(await ok('GET', `/v1/invoices/${bought.invoice}`)).toMatchObject({
      status: 'open',
      total: '1000',
    });
    await ok('POST', `/v1/customers/${id}/payment_methods`, { provider_method_id: 'pm_card_visa' });
    await ok('POST', `/v1/invoices/${bought.invoice}/collect`, {});
    await app.drain();
    expect(await ok('GET', `/v1/invoices/${bought.invoice}`)).toMatchObject({ status: 'paid' });
    expect(await available(id)).toBe('100');
    const account = async (name: string) => {
      const { accounts } = (await ok('GET', '/v1/ledger/trial_balance')) as unknown as {
        accounts: { account: string; balance: string }[];
      };
      return accounts.find((one) => one.account === name)?.balance ?? '0';
    };
    expect(await account('prepaid_credits')).toBe('-1000');
    await spend(id, 'p1', tokens('33.3'));
    expect(await account('prepaid_credits')).toBe('-667');
    await spend(id, 'p2', tokens('33.3'));
    await advance('2026-03-10T00:00:00Z');
    expect(await account('prepaid_credits')).toBe('0');
    expect(await account('breakage')).toBe('-334');
    expect(await available(id)).toBe('none');
    await expectSound();
  }, 60_000);

  test('I112 credits are reloaded below the threshold, once, up to the maximum of the month', async () => {
    const id = await customer();
    await ok('POST', `/v1/customers/${id}/payment_methods`, { provider_method_id: 'pm_card_visa' });
    await ok('POST', '/v1/subscriptions', { customer: id, plan: 'small', collection: 'automatic' });
    await give(id, '50');
    const settings = {
      credit_type: 'tokens',
      enabled: true,
      threshold: '20',
      pack: 'tokens-100',
      monthly_maximum: '2000',
    };
    const cheap = { ...settings, monthly_maximum: '999' };
    expect(refused(await call('PUT', `/v1/customers/${id}/credits/reload`, cheap))).toEqual([
      422,
      'credits.invalid',
    ]);
    await ok('PUT', `/v1/customers/${id}/credits/reload`, settings);
    await app.drain();
    expect(await available(id)).toBe('50');
    await Promise.all(Array.from({ length: 8 }, (_, n) => spend(id, `q${n}`, tokens('5'))));
    await app.drain();
    expect(await available(id)).toBe('110');
    await spend(id, 'big', tokens('100'));
    await app.drain();
    expect(await available(id)).toBe('110');
    await spend(id, 'bigger', tokens('100'));
    await app.drain();
    // The third one of the month would pass the maximum.
    expect(await available(id)).toBe('10');
    await advance('2026-04-01T12:00:00Z');
    expect(await available(id)).toBe('110');
    await expectSound();
  }, 60_000);

  test('I113 a reload that is not paid is taken back, and the third in a row suspends reloads', async () => {
    const id = await customer({ email: 'due@example.com' });
    await ok('POST', '/v1/subscriptions', { customer: id, plan: 'free', collection: 'automatic' });
    await ok('POST', `/v1/customers/${id}/payment_methods`, {
      provider_method_id: 'pm_card_chargeCustomerFail',
    });
    const settings = { credit_type: 'tokens', enabled: true, threshold: '20', pack: 'tokens-100' };
    await ok('PUT', `/v1/customers/${id}/credits/reload`, settings);
    await app.drain();
    const reload = async () =>
      (await balances(id)).find(({ credit_type }) => credit_type.key === 'tokens') as unknown as {
        reload: Record<string, unknown>;
      };
    await advance('2026-04-06T00:00:00Z');
    await app.drain();
    expect((await reload()).reload).toMatchObject({ failed_payments: 3 });
    expect((await reload()).reload.suspended_at).not.toBeNull();
    const feed = (await ok('GET', '/v1/event_feed?limit=100')).data as unknown as { type: string }[];
    expect(feed.filter(({ type }) => type === 'credits.reload_failed')).toHaveLength(3);
    const { rows: mails } = await admin.query(
      `select facts ->> 'next_step' as step, template from mails where recipient = 'due@example.com' and template <> 'billing.receipt' order by id`,
    );
    expect(mails.map(({ template }) => template)).toEqual(Array(3).fill('credits.not_bought'));
    expect(mails[2]?.step).toMatch(/stopped until you save/);
    const { rows } = await admin.query(
      `select p.status, i.status as invoice from credit_purchases p join invoices i on i.id = p.invoice_id where p.is_reload
       and p.customer_id = (select customer_id from credit_reloads where suspended_at is not null)`,
    );
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ status: 'failed', invoice: 'void' })));
  }, 60_000);
});

describe('the portal', () => {
  test('a customer sees grants and history, buys a pack and sets the reload', async () => {
    const member = await signUpMember(app, app.tenant.slug, 'ada@example.com');
    const base = `/p/${app.tenant.slug}/api/v1`;
    const mine = await must(member('POST', `${base}/customers`, { body: { name: 'Ada', currency: 'EUR' } }));
    const id = String(mine.id);
    await give(id, '12');
    expect(await must(member('GET', `${base}/credits`))).toMatchObject({
      balances: [{ available: '12', grants: [{ left: '12', source: 'promotion' }] }],
      packs: [{ key: 'tokens-100' }],
    });
    expect((await must(member('GET', `${base}/credits/entries`))).data).toMatchObject([{ amount: '12' }]);
    const buy = await member('POST', `${base}/credits/purchases`, { body: { pack: 'tokens-100' } });
    expect(refused(buy)).toEqual([409, 'credits.no_subscription']);
    await ok('POST', '/v1/subscriptions', { customer: id, plan: 'small', collection: 'manual' });
    const bought = await must(member('POST', `${base}/credits/purchases`, { body: { pack: 'tokens-100' } }));
    expect(bought).toMatchObject({ status: 'pending', price: '1000', amount: '100' });
    const settings = { credit_type: 'tokens', enabled: false, threshold: '1', pack: 'tokens-100' };
    expect(await must(member('PUT', `${base}/credits/reload`, { body: settings }))).toMatchObject({
      balances: [{ purchase_pending: true, reload: { enabled: false, pack: 'tokens-100' } }],
    });
  });
});
