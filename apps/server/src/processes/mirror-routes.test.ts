import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Caller, Loose } from '../testing/caller.ts';

const PASSWORD = 'correct horse battery staple';
const RETURNS = { success_url: 'https://shop.example/done', cancel_url: 'https://shop.example/back' };

let app: TestApp;
let member: Caller;
let subscription: string;

const portal = (address: string) => `/p/${app.tenant.slug}/api/v1${address}`;

const settle = () => app.settle();

async function buyer(name: string): Promise<Caller> {
  const email = `${name}@example.com`;
  const auth = `/p/${app.tenant.slug}/auth`;
  const made = await app.anybody('POST', `${auth}/sign-up/email`, {
    body: { name, email, password: PASSWORD },
    headers: { origin: app.baseUrl },
  });
  expect(made.status, made.text).toBe(200);
  const caller = await app.signIn(email, PASSWORD, auth);
  await caller('POST', portal('/customers'), { body: { name, country: 'DE' } });
  return caller;
}

/** Fills in the page of the provider, as a browser would. */
async function pay(url: string, number = '4242424242424242'): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      number,
      expiry: '12 / 39',
      cvc: '123',
      name: 'Ada',
      email: 'ada@example.com',
    }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

const price = (key: string, amount: string) => ({
  key,
  name: key,
  pricing: { model: 'flat', amount },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
});

const plan = (key: string, rank: number, prices: object[]) => ({
  key,
  name: key,
  family: 'main',
  rank,
  currency: 'EUR',
  prices,
  entitlements: [{ kind: 'boolean', feature: 'sso', enabled: true }],
});

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const seats = {
    ...price('seat', '0'),
    pricing: { model: 'per_unit', unit_amount: '9', per: '1' },
    quantity: { kind: 'seats' },
  };
  const pushed = await app.api('PUT', '/v1/catalogue', {
    body: {
      meters: [],
      features: [{ key: 'sso', name: 'SSO', kind: 'boolean' }],
      plans: [
        plan('pro', 1, [price('base', '2900')]),
        plan('team', 2, [seats]),
        { ...plan('secret', 4, [price('base', '100')]), public: false },
        plan('odd', 3, [{ ...price('late', '500'), timing: 'in_arrears' }]),
      ],
      credits: {
        types: [{ key: 'tokens', name: 'Tokens', unit: 'tokens' }],
        costs: [],
        packs: [],
        allowances: [{ plan: 'team', credit_type: 'tokens', amount: '100', interval: 'billing_period' }],
      },
    },
  });
  expect(pushed.status, pushed.text).toBe(200);
  const chosen = await app.api('PATCH', '/v1/tenant', {
    body: { settings: { new_subscriptions: 'stripe' } },
  });
  expect(chosen.body).toMatchObject({
    settings: { new_subscriptions: 'stripe', stripe_pricing_table: null },
  });
});
afterAll(() => app.close());

test('the catalogue is compared first, then made the same', async () => {
  const run = (dry: boolean) => app.api('POST', '/v1/stripe_mirror/catalogue', { body: { dry_run: dry } });
  expect((await run(true)).body).toMatchObject({ dry_run: true, unchanged: false, created: 3, skipped: 1 });
  member = await buyer('ada');
  const early = await member('POST', portal('/checkouts'), { body: { plan: 'pro', ...RETURNS } });
  expect(early.body).toMatchObject({ code: 'plan.not_at_stripe' });
  expect((await run(false)).body).toMatchObject({ created: 3, conflicts: 0 });
  expect((await app.api('GET', '/v1/stripe_mirror')).body).toMatchObject({
    connected: true,
    linked_prices: 3,
    subscriptions: 0,
    waiting: [],
  });
});

test('a customer buys on a page of Stripe, and has the plan, its rights and its figures here', async () => {
  const page = await member('POST', portal('/checkouts'), {
    body: { plan: 'team', quantity: 3, ...RETURNS },
  });
  expect(page.status, page.text).toBe(201);
  expect(await pay(String(page.body.url))).toBe(303);
  await settle();
  expect((await member('GET', portal(`/checkouts/${page.body.id}`))).body).toMatchObject({
    status: 'completed',
  });
  const mine = await member('GET', portal('/subscription'));
  expect(mine.body).toMatchObject({
    status: 'active',
    billing_authority: 'stripe',
    stripe_id: expect.stringMatching(/^sub_/),
    quantity: 3,
    mrr: '2700',
    next_bill_at: null,
    plan: { key: 'team' },
  });
  subscription = String(mine.body.id);
  const customer = String(mine.body.customer);
  const check = await app.api('POST', '/v1/check', { body: { customer, feature: 'sso' } });
  expect(check.body).toMatchObject({ allowed: true });
  const credits = await app.api('GET', `/v1/customers/${customer}/credits`);
  expect(credits.text).toContain('"100"');
  const revenue = await app.api('GET', '/v1/analytics/revenue');
  expect(revenue.text).toContain('2700');
  const invoices = await member('GET', portal('/invoices'));
  expect(invoices.body).toMatchObject({
    data: [{ status: 'paid', authority: 'stripe', total: '2700', due: '0' }],
  });
  const invoice = await app.api('GET', `/v1/invoices/${invoices.body.data?.[0]?.id}`);
  expect(invoice.body).toMatchObject({
    hosted_url: expect.stringContaining('http'),
    lines: [{ kind: 'mirrored', amount: '2700', explanation: { rule: 'computed_at_stripe' } }],
    payments: [{ status: 'succeeded' }],
  });
  const ledger = await app.api('GET', '/v1/ledger/trial_balance');
  expect(ledger.body).toMatchObject({ balanced: true });
});

test('what Stripe computes is neither voided, credited, collected nor changed here', async () => {
  const [invoice] = (await app.api('GET', '/v1/invoices')).body.data as unknown as Loose[];
  const at = `/v1/invoices/${invoice?.id}`;
  const calls: [string, object][] = [
    [`${at}/void`, { reason: 'x', periods: 'waive' }],
    [`${at}/reissue`, { reason: 'x' }],
    [`${at}/collect`, {}],
    [`${at}/credit_notes`, { reason: 'x' }],
  ];
  for (const [address, body] of calls) {
    const answer = await app.api('POST', address, { body });
    expect([answer.status, answer.body.code], address + answer.text).toEqual([
      409,
      'invoice.billed_at_stripe',
    ]);
  }
  const diff = await app.api('GET', `${at}/diff`);
  expect(diff.body).toMatchObject({ code: 'invoice.not_comparable' });
  const pdf = await app.api('GET', `${at}/pdf`);
  expect(pdf.text.startsWith('%PDF-')).toBe(true);
  const canceled = await app.api('POST', `/v1/subscriptions/${subscription}/cancel`, {
    body: { when: 'now' },
  });
  expect(canceled.body).toMatchObject({
    code: 'subscription.not_changeable',
    reason: 'subscription.authority_stripe',
  });
});

test('a change is asked for, previewed by Stripe, answered 202 and confirmed', async () => {
  const preview = await member('POST', portal('/stripe_changes/preview'), {
    body: { action: 'quantity', quantity: 5 },
  });
  expect(preview.body).toMatchObject({ computed_by: 'stripe', currency: 'EUR' });
  const at = `/v1/subscriptions/${subscription}/stripe_changes`;
  const same = await app.api('POST', `${at}/preview`, { body: { action: 'quantity', quantity: 5 } });
  expect(same.body.total).toBe(preview.body.total);
  const asked = await member('POST', portal('/stripe_changes'), {
    body: { action: 'quantity', quantity: 5 },
  });
  expect(asked.status, asked.text).toBe(202);
  expect(asked.body).toMatchObject({ status: 'created', action: 'quantity', quantity: 5 });
  const again = await app.api('POST', at, { body: { action: 'keep' } });
  expect(again.body).toMatchObject({ code: 'subscription.change_under_way' });
  await settle();
  expect((await member('GET', portal('/subscription'))).body).toMatchObject({ quantity: 5, mrr: '4500' });
  expect((await member('GET', portal('/stripe_changes'))).body).toMatchObject({
    data: [{ status: 'confirmed' }],
  });
  const moved = await app.api('POST', at, { body: { action: 'change', plan: 'pro', quantity: 1 } });
  expect(moved.status, moved.text).toBe(202);
  await settle();
  expect((await app.api('GET', at)).body).toMatchObject({
    data: [{ status: 'confirmed', plan: 'pro' }, { status: 'confirmed' }],
  });
  const none = await app.api('POST', at, { body: { action: 'quantity', quantity: 2 } });
  expect([none.status, none.body.code]).toEqual([422, 'request.invalid']);
  const hidden = await member('POST', portal('/stripe_changes'), {
    body: { action: 'change', plan: 'secret' },
  });
  expect(hidden.body).toMatchObject({ code: 'plan.not_found' });
  const odd = await app.api('POST', at, { body: { action: 'change', plan: 'odd' } });
  expect(odd.body).toMatchObject({ code: 'plan.not_at_stripe' });
});

test('links lead to the pages of Stripe, and what is billed here is not asked of it', async () => {
  const page = await member('POST', portal('/stripe_portal'), {
    body: { return_url: 'https://shop.example/' },
  });
  expect(page.body).toMatchObject({ object: 'stripe_page', url: expect.stringContaining('http') });
  const made = await app.api('POST', '/v1/customers', { body: { name: 'Here', external_id: 'here' } });
  const link = await app.api('POST', `/v1/customers/here/stripe_portal`, {
    body: { return_url: 'https://shop.example/' },
  });
  expect(link.body).toMatchObject({ code: 'subscription.not_at_stripe' });
  const ours = await app.api('POST', '/v1/subscriptions', {
    body: { customer: String(made.body.id), plan: 'pro', collection: 'manual' },
  });
  const asked = await app.api('POST', `/v1/subscriptions/${ours.body.id}/stripe_changes`, {
    body: { action: 'keep' },
  });
  expect(asked.body).toMatchObject({ code: 'subscription.not_at_stripe' });
});

test('what was not paid on the page of Stripe was not bought', async () => {
  const bea = await buyer('bea');
  const page = await bea('POST', portal('/checkouts'), { body: { plan: 'pro', ...RETURNS } });
  // It attaches and pays nothing: the first payment stays open, so nothing was bought.
  await pay(String(page.body.url), '4000000000000002');
  await settle();
  expect((await bea('GET', portal('/subscription'))).status).toBe(404);
  expect(await pay(String(page.body.url))).toBe(303);
  await settle();
  expect((await bea('GET', portal('/subscription'))).body).toMatchObject({ status: 'active' });
});

test('an import over the API is told before it is done', async () => {
  const run = (dry: boolean) => app.api('POST', '/v1/stripe_mirror/import', { body: { dry_run: dry } });
  expect((await run(true)).body).toMatchObject({ dry_run: true, conflicts: 0 });
  await run(false);
  expect((await run(false)).body).toMatchObject({ unchanged: true });
});

test("Stripe's table of prices is let into the pages of the seller who chose it, and nowhere else", async () => {
  mkdirSync(app.web.portal, { recursive: true });
  writeFileSync(path.join(app.web.portal, 'index.html'), '<!doctype html>');
  const rules = async (address: string) =>
    (await app.anybody('GET', address)).headers.get('content-security-policy') ?? '';
  expect(await rules(`/p/${app.tenant.slug}`)).not.toContain('stripe');
  const table = { id: 'prctbl_1', publishable_key: 'pk_test_1' };
  await app.api('PATCH', '/v1/tenant', { body: { settings: { stripe_pricing_table: table } } });
  expect((await app.anybody('GET', portal('/plans'))).body).toMatchObject({ stripe_pricing_table: table });
  expect(await rules(`/p/${app.tenant.slug}/pricing`)).toMatch(
    /frame-src [^;]*https:\/\/js\.stripe\.com.*script-src 'self' https:\/\/js\.stripe\.com;/,
  );
  expect(await rules('/p/somebody')).not.toContain('stripe');
  expect(await rules('/admin')).not.toContain('stripe');
});
