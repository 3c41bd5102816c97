import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Answer } from '../testing/caller.ts';
import { customerRow } from '../testing/dunning.ts';
import { untilSomebodyWaits } from '../testing/locks.ts';

let app: TestApp;
let admin: pg.Client;
const IBAN = 'DE89370400440532013000';
const post = (path: string, body: unknown) => app.api('POST', path, { body });
const get = (path: string) => app.api('GET', path);

async function ok(call: Promise<Answer>): Promise<Answer['body']> {
  const answer = await call;
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
}

type Waiting = { id: string; customer: string } & Record<
  'name' | 'iban' | 'iban_masked' | 'account_from',
  string | null
>;
const waiting = async () => (await ok(get('/v1/outgoing_transfers'))).data as unknown as Waiting[];

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  const price = {
    key: 'base',
    name: 'Base fee',
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    pricing: { model: 'flat', amount: '29000' },
    cadence: { interval: 'month', count: 1 },
  };
  const plan = { key: 'pro', name: 'Pro', currency: 'EUR', prices: [price], entitlements: [] };
  await ok(post('/v1/plans', plan));
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

/** A payment by card. */
async function paid(key: string) {
  const body = { name: key, external_id: key, email: `${key}@example.com`, country: 'DE' };
  const customer = String((await ok(post('/v1/customers', body))).id);
  await ok(post(`/v1/customers/${customer}/payment_methods`, { provider_method_id: 'pm_card_visa' }));
  await ok(post('/v1/subscriptions', { customer, plan: 'pro', collection: 'automatic' }));
  await app.settle();
  const [payment] = (await ok(get(`/v1/payments?customer=${customer}`))).data as unknown as { id: string }[];
  return { customer, refunds: `/v1/payments/${payment?.id}/refund` };
}

test('I578 the account of a refund by transfer is kept with it, checked, changed while it waits, and stands in the bank’s file', async () => {
  const { refunds } = await paid('una');
  const asked = { amount: '1000', reason: 'by bank', way: 'transfer' };
  const to = { holder: 'Una Jones', iban: 'de89 3704 0044 0532 0130 00' };
  const mistyped = await post(refunds, { ...asked, to: { ...to, iban: 'DE89370400440532013001' } });
  expect(mistyped.body).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/to/iban' }] });
  const beside = await post(refunds, { ...asked, way: 'provider', to });
  expect(beside.body).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/to' }] });
  expect(await waiting()).toEqual([]);
  const refund = await ok(post(refunds, { ...asked, to }));
  await ok(post(refunds, { ...asked, amount: '500' }));
  expect(await waiting()).toMatchObject([
    { id: refund.id, name: 'Una Jones', iban: IBAN, iban_masked: 'DE89 … 3000', account_from: 'given' },
    { name: null, iban: null, iban_masked: null, account_from: null },
  ]);
  const other = (await waiting())[1]?.id;
  const account = { holder: 'Una Jones-Smith', iban: 'NL91ABNA0417164300' };
  const put = (id: unknown, body: unknown) =>
    app.api('PUT', `/v1/outgoing_transfers/${id}/account`, { body });
  expect((await put(other, { ...account, iban: 'NL91ABNA0417164301' })).body.code).toBe('request.invalid');
  expect(await ok(put(other, account))).toMatchObject({ name: 'Una Jones-Smith', iban: account.iban });
  const bank = await ok(
    post('/v1/bank_accounts', { holder: 'Acme', iban: 'DE02120300000000202051', currency: 'EUR' }),
  );
  const file = await get(`/v1/outgoing_transfers/export?account=${String(bank.id)}`);
  expect(file.text).toContain(`<Cdtr><Nm>Una Jones</Nm></Cdtr><CdtrAcct><Id><IBAN>${IBAN}</IBAN>`);
  expect(file.text).toContain('<Nm>Una Jones-Smith</Nm>');
  const log = (await ok(get('/v1/audit?limit=100'))).data as unknown as { action: string; details: object }[];
  expect(log.filter(({ action }) => action === 'refund.account')).toMatchObject([
    { details: { iban: 'NL91 … 4300' } },
  ]);
  await ok(post(`/v1/outgoing_transfers/${String(refund.id)}/settle`, { outcome: 'paid' }));
  expect((await put(refund.id, account)).body.code).toBe('refund.not_open');
});

test('I579 who may not move money sees no more of an account than its ends', async () => {
  const { refunds } = await paid('vera');
  const to = { holder: 'Vera', iban: IBAN };
  const refund = await ok(post(refunds, { amount: '700', reason: 'by bank', way: 'transfer', to }));
  const made = await app.signIn(app.owner.email, app.owner.password);
  const headers = { 'billhook-tenant': app.tenant.typeId };
  const key = await ok(
    made('POST', '/v1/api_keys', {
      headers,
      body: { name: 'Reader', scopes: ['payments:read'] },
    }),
  );
  const read = await app.anybody('GET', '/v1/outgoing_transfers', {
    headers: { authorization: `Bearer ${String(key.secret)}` },
  });
  const seen = (read.body.data as unknown as Waiting[]).find(({ id }) => id === String(refund.id));
  expect(seen).toMatchObject({ name: 'Vera', iban: null, iban_masked: 'DE89 … 3000', account_from: 'given' });
  expect((await waiting()).find(({ id }) => id === String(refund.id))?.iban).toBe(IBAN);
});

test('I600 of two people who decide on one transfer at once, the first is believed and the second is told', async () => {
  const { customer, refunds } = await paid('wim');
  const refund = await ok(post(refunds, { amount: '900', reason: 'by bank', way: 'transfer' }));
  const settle = (outcome: string) => post(`/v1/outgoing_transfers/${String(refund.id)}/settle`, { outcome });
  const isSettled = async () =>
    (
      (await ok(get('/v1/audit?limit=100'))).data as unknown as { action: string; object_id: string }[]
    ).filter(({ action, object_id }) => action === 'refund.settle' && object_id === String(refund.id));
  // Both have read that it waits, and neither has the customer yet.
  await admin.query('begin');
  await admin.query('select 1 from customers where id = $1 for update', [customerRow(customer)]);
  const both = [settle('paid'), settle('not_paid')];
  await untilSomebodyWaits(admin, both.length);
  await admin.query('commit');
  const answers = await Promise.all(both);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('refund.not_open');
  const [made] = answers.filter(({ status }) => status === 200);
  const { rows } = await admin.query(
    'select r.status from refunds r join payments p on p.id = r.payment_id where p.customer_id = $1',
    [customerRow(customer)],
  );
  expect(rows).toEqual([{ status: made?.body.status }]);
  expect(['succeeded', 'failed']).toContain(made?.body.status);
  expect(await isSettled()).toHaveLength(1);
});

test('I604 a file for the bank has something to transfer, and two files with other contents are two messages', async () => {
  const { refunds } = await paid('xena');
  const asked = { reason: 'by bank', way: 'transfer' };
  const first = await ok(post(refunds, { ...asked, amount: '300' }));
  await ok(post(refunds, { ...asked, amount: '400', to: { holder: 'Xena', iban: IBAN } }));
  const account = async (currency: string, iban: string) =>
    String((await ok(post('/v1/bank_accounts', { holder: 'Acme', iban, currency }))).id);
  const pounds = await account('GBP', 'GB33BUKB20201555555555');
  const none = await get(`/v1/outgoing_transfers/export?account=${pounds}`);
  expect([none.status, none.body.code]).toEqual([409, 'refund.nothing_to_transfer']);
  const euros = await account('EUR', 'DE75512108001245126199');
  const messageOf = async () => {
    const { text } = await get(`/v1/outgoing_transfers/export?account=${euros}`);
    return /<MsgId>(BH[0-9A-Za-z]{8,33})<\/MsgId>/.exec(text)?.[1];
  };
  const before = await messageOf();
  expect(before).toBeDefined();
  expect(await messageOf()).toBe(before);
  const to = { holder: 'Xena', iban: 'NL91ABNA0417164300' };
  await ok(app.api('PUT', `/v1/outgoing_transfers/${String(first.id)}/account`, { body: to }));
  expect(await messageOf()).not.toBe(before);
});
