import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Caller } from '../testing/caller.ts';

let app: TestApp;

const PASSWORD = 'correct horse battery staple';
const returns = { success_url: 'http://shop.example/done', cancel_url: 'http://shop.example/' };
const portal = (path: string) => `/p/${app.tenant.slug}/api/v1${path}`;
const price = (key: string, amount: string) => ({
  key,
  name: key,
  pricing: { model: 'flat', amount },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
});

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  await app.api('PATCH', '/v1/tenant', {
    body: { settings: { tax_rates: { DE: { name: 'VAT', rate: '0.19' } } } },
  });
  const catalogue = await app.api('PUT', '/v1/catalogue', {
    body: {
      meters: [],
      features: [],
      plans: [
        { key: 'pro', name: 'Pro', currency: 'EUR', prices: [price('base', '2900')], entitlements: [] },
        {
          key: 'storage',
          name: 'Storage',
          kind: 'add_on',
          currency: 'EUR',
          prices: [
            {
              ...price('storage', '0'),
              pricing: { model: 'per_unit', unit_amount: '5', per: '1' },
              quantity: { kind: 'seats' },
            },
          ],
          entitlements: [],
        },
        {
          key: 'inside',
          name: 'Inside',
          kind: 'add_on',
          public: false,
          currency: 'EUR',
          prices: [price('inside', '100')],
          entitlements: [],
        },
      ],
      coupons: [
        {
          key: 'third',
          name: 'A third less',
          value: { kind: 'percent', percent: '33.333' },
          duration: { kind: 'once' },
        },
        { key: 'last', name: 'Last one', value: { kind: 'percent', percent: '50' }, max_redemptions: 1 },
      ],
    },
  });
  if (catalogue.status !== 200) throw new Error(catalogue.text);
});
afterAll(() => app.close());

const settle = () => app.settle();

async function buyer(name: string): Promise<Caller> {
  const auth = `/p/${app.tenant.slug}/auth`;
  const email = `${name}@example.com`;
  await app.anybody('POST', `${auth}/sign-up/email`, {
    body: { email, password: PASSWORD, name },
    headers: { origin: app.baseUrl },
  });
  await app.server.transactor.command(
    { tenantId: app.tenant.id, actor: { kind: 'system', id: 'test' }, requestId: null },
    (ctx) =>
      ctx.sql.run(`update member_user set "emailVerified" = true where tenant_id = $1`, [ctx.tenant.id]),
  );
  const member = await app.signIn(email, PASSWORD, auth);
  await member('POST', portal('/customers'), { body: { name, country: 'DE' } });
  return member;
}

const pay = (url: string) =>
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ number: '4242424242424242', expiry: '12 / 39', cvc: '123', name: 'Cid' }),
  });

async function redemptionsOf(key: string): Promise<number | undefined> {
  const list = await app.api('GET', '/v1/coupons?archived=true');
  const rows = list.body.data as unknown as { key: string; redemptions: number }[];
  return rows.find((row) => row.key === key)?.redemptions;
}

test('the hosted page charges the discounted first invoice exactly, tax included', async () => {
  const member = await buyer('ada');
  const priced = await app.anybody('POST', portal('/plans/preview'), {
    body: { plan: 'pro', coupon: 'THIRD' },
  });
  // 2900 less 33.333 %, rounded on the line.
  expect(priced.body).toMatchObject({
    total: '1933',
    next_total: '2900',
    lines: [{ gross: '2900', amount: '1933' }],
  });
  const checkout = await member('POST', portal('/checkouts'), {
    body: { plan: 'pro', coupon: 'THIRD', ...returns },
  });
  expect(checkout.body).toMatchObject({ status: 'open', coupon: 'third', amount: '2300' });
  await pay(String(checkout.body.url));
  await settle();
  const invoices = await member('GET', portal('/invoices'));
  expect(invoices.body.data).toMatchObject([
    { status: 'paid', subtotal: '1933', total: '2300', paid: '2300' },
  ]);
  const invoice = await member('GET', portal(`/invoices/${invoices.body.data?.[0]?.id}`));
  expect(invoice.body.lines).toMatchObject([
    { gross: '2900', discounts: [{ coupon: 'A third less', amount: '967' }], amount: '1933' },
  ]);
  expect(invoice.body.payments).toHaveLength(1);
  expect((await member('GET', portal('/dashboard'))).body).toMatchObject({ next_charge: { total: '3451' } });
  expect(await redemptionsOf('third')).toBe(1);
});

test('an open page keeps the last redemption, also past the end of the offer; an expired one gives it back', async () => {
  const [bea, cid] = [await buyer('bea'), await buyer('cid')];
  const first = await bea('POST', portal('/checkouts'), {
    body: { plan: 'pro', coupon: 'last', ...returns },
  });
  expect(first.body.amount).toBe('1726');
  const late = await cid('POST', portal('/checkouts'), { body: { plan: 'pro', coupon: 'last', ...returns } });
  expect(late.body).toMatchObject({ code: 'coupon.not_redeemable', reason: 'coupon.exhausted' });
  // Another page of the same customer takes the place of the first and gives back what that one kept.
  const plain = await bea('POST', portal('/checkouts'), { body: { plan: 'pro', ...returns } });
  expect(plain.body).toMatchObject({ coupon: null, amount: '3451' });
  expect(await redemptionsOf('last')).toBe(0);
  const kept = await cid('POST', portal('/checkouts'), { body: { plan: 'pro', coupon: 'last', ...returns } });
  const list = await app.api('GET', '/v1/coupons');
  const last = (list.body.data as unknown as { id: string; key: string }[]).find(({ key }) => key === 'last');
  await app.api('PATCH', `/v1/coupons/${last?.id}`, { body: { archived: true } });
  await pay(String(kept.body.url));
  await settle();
  const invoices = await cid('GET', portal('/invoices'));
  expect(invoices.body.data).toMatchObject([{ status: 'paid', total: '1726' }]);
  expect(await redemptionsOf('last')).toBe(1);
});

test('a member takes, changes and ends public add-ons, and is refused those that are not shown', async () => {
  const member = await buyer('dan');
  const checkout = await member('POST', portal('/checkouts'), { body: { plan: 'pro', ...returns } });
  await pay(String(checkout.body.url));
  await settle();
  const seen = await member('POST', portal('/subscription/preview'), {
    body: { action: 'add_on', add_on: 'storage', quantity: 2 },
  });
  expect(seen.body).toMatchObject({ action: 'add_on', due_today: '1190' });
  const taken = await member('POST', portal('/subscription/add_ons'), {
    body: { add_on: 'storage', quantity: 2, preview_token: seen.body.token },
  });
  expect(taken.body.add_ons).toMatchObject([{ add_on: { key: 'storage' }, quantity: 2 }]);
  const changed = await member('POST', portal('/subscription/add_ons/storage/quantity'), {
    body: { quantity: 1 },
  });
  expect(changed.body.add_ons).toMatchObject([{ quantity: 1 }]);
  const ended = await member('POST', portal('/subscription/add_ons/storage/end'), { body: {} });
  expect(ended.body.schedule).toMatchObject([{ kind: 'add_on_end' }]);
  const hidden = await member('POST', portal('/subscription/add_ons'), { body: { add_on: 'inside' } });
  expect([hidden.status, hidden.body.code]).toEqual([404, 'add_on.not_found']);
});

test('a member chooses the currency until something was bought; a page that was open before counts as it was paid', async () => {
  await app.api('POST', '/v1/plans', {
    body: {
      key: 'world',
      name: 'World',
      currency: 'EUR',
      public: true,
      prices: [price('base', '4000')],
      other_currencies: [{ currency: 'USD', prices: [price('base', '4500')] }],
      entitlements: [],
    },
  });
  const member = await buyer('eve');
  const inEuro = await member('POST', portal('/checkouts'), { body: { plan: 'world', ...returns } });
  expect(inEuro.body).toMatchObject({ currency: 'EUR' });
  const chosen = await member('POST', portal('/currency'), { body: { currency: 'USD' } });
  expect([chosen.status, chosen.body.currency]).toEqual([200, 'USD']);
  await pay(String(inEuro.body.url));
  await settle();
  // The page was quoted and paid in euro, so that is what was bought; later offers are quoted as chosen.
  const customers = await member('GET', portal('/customers'));
  expect(customers.body.data).toMatchObject([{ currency: 'USD' }]);
  const invoices = await member('GET', portal('/invoices'));
  expect(invoices.body.data).toMatchObject([{ currency: 'EUR', status: 'paid', due: '0' }]);
  const late = await member('POST', portal('/currency'), { body: { currency: 'EUR' } });
  expect([late.status, late.body.code]).toEqual([409, 'customer.currency_fixed']);
});
