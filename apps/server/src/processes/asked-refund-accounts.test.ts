import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Answer, Caller } from '../testing/caller.ts';
import { joinAs } from '../testing/colleague.ts';

let app: TestApp;
let owner: Caller;
let colleague: Caller;
const IBAN = 'DE89370400440532013000';

async function ok(call: Promise<Answer>): Promise<Answer['body']> {
  const answer = await call;
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
}
const get = (path: string) => ok(app.api('GET', path));
const as =
  (person: Caller): ((method: string, path: string, body?: unknown) => Promise<Answer>) =>
  (method, path, body) =>
    person(method, path, { body, headers: { 'billhook-tenant': app.tenant.typeId } });

/** A key of the owner with these scopes. */
async function keyWith(scopes: readonly string[]): Promise<Caller> {
  const made = await ok(as(owner)('POST', '/v1/api_keys', { name: 'Key', scopes }));
  return (method, path, options = {}) =>
    app.anybody(method, path, { ...options, headers: { authorization: `Bearer ${String(made.secret)}` } });
}

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  owner = await app.signIn(app.owner.email, app.owner.password);
  colleague = await joinAs(app, owner, 'grace@example.com', 'finance');
  await ok(app.api('PATCH', '/v1/tenant', { body: { settings: { refund_limits: { EUR: '5000' } } } }));
  const price = {
    key: 'base',
    name: 'Base fee',
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    pricing: { model: 'flat', amount: '29000' },
    cadence: { interval: 'month', count: 1 },
  };
  const plan = { key: 'pro', name: 'Pro', currency: 'EUR', prices: [price], entitlements: [] };
  await ok(app.api('POST', '/v1/plans', { body: plan }));
});
afterAll(() => app.close());

async function paid(key: string): Promise<string> {
  const body = { name: key, external_id: key, email: `${key}@example.com`, country: 'DE' };
  const customer = String((await ok(app.api('POST', '/v1/customers', { body }))).id);
  const card = { provider_method_id: 'pm_card_visa' };
  await ok(app.api('POST', `/v1/customers/${customer}/payment_methods`, { body: card }));
  const start = { customer, plan: 'pro', collection: 'automatic' };
  await ok(app.api('POST', '/v1/subscriptions', { body: start }));
  await app.settle();
  const [payment] = (await get(`/v1/payments?customer=${customer}`)).data as unknown as { id: string }[];
  return `/v1/payments/${payment?.id}/refund_approval`;
}

test('I597 who asks for a refund by transfer gives its account at once: masked for who moves no money, used once it is agreed to', async () => {
  const path = await paid('una');
  const asked = { amount: '20000', reason: 'by bank', way: 'transfer' };
  const to = { holder: 'Una Jones', iban: 'de89 3704 0044 0532 0130 00' };
  const wrong = { ...to, iban: 'DE89370400440532013001' };
  const mistyped = await app.api('POST', path, { body: { ...asked, to: wrong } });
  expect(mistyped.body).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/to/iban' }] });
  const beside = await app.api('POST', path, { body: { ...asked, way: 'provider', to } });
  expect(beside.body).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/to' }] });
  const request = await ok(app.api('POST', path, { body: { ...asked, to } }));
  expect(request).toMatchObject({
    status: 'waiting',
    way: 'transfer',
    to: { holder: 'Una Jones', iban: IBAN, iban_masked: 'DE89 … 3000' },
  });
  const reader = await keyWith(['payments:read']);
  const [seen] = (await ok(reader('GET', '/v1/approvals?status=waiting'))).data as unknown as object[];
  expect(seen).toMatchObject({ to: { holder: 'Una Jones', iban: null, iban_masked: 'DE89 … 3000' } });
  const done = await ok(as(colleague)('POST', `/v1/approvals/${request.id}/approve`));
  expect(done).toMatchObject({ status: 'approved', to: null });
  const [waiting] = (await get('/v1/outgoing_transfers')).data as unknown as object[];
  expect(waiting).toMatchObject({
    id: done.refund,
    name: 'Una Jones',
    iban: IBAN,
    account_from: 'given',
  });
  const facts = await app.api('GET', '/v1/audit?limit=100');
  expect(facts.text).not.toContain(IBAN);
});

test('I597 the account of a refund that is not agreed to is forgotten', async () => {
  const path = await paid('vera');
  const to = { holder: 'Vera', iban: IBAN };
  const body = { amount: '20000', reason: 'by bank', way: 'transfer', to };
  const request = await ok(app.api('POST', path, { body }));
  const declined = await ok(as(owner)('POST', `/v1/approvals/${request.id}/decline`, { note: 'No' }));
  expect(declined).toMatchObject({ status: 'declined', to: null });
  const all = (await get('/v1/approvals')).data as unknown as { id: string; to: object | null }[];
  expect(all.map((one) => one.to)).toEqual([null, null]);
});

test('I597 the account of a refund that nobody agrees to in its time is forgotten', async () => {
  const path = await paid('wanda');
  const body = { amount: '20000', reason: 'by bank', way: 'transfer', to: { holder: 'Wanda', iban: IBAN } };
  const request = await ok(app.api('POST', path, { body }));
  const admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  const kept = async () => (await admin.query('select holder from asked_refund_accounts')).rows;
  try {
    await app.drain();
    expect(await kept()).toEqual([{ holder: 'Wanda' }]);
    app.passWallTime(7 * 86_400_000);
    const all = (await get('/v1/approvals')).data as unknown as { id: string }[];
    expect(all.find(({ id }) => id === String(request.id))).toMatchObject({ status: 'expired', to: null });
    await app.drain();
    expect(await kept()).toEqual([]);
  } finally {
    await admin.end();
  }
});
