import type { ErrorCode } from '@billhook/contract/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Answer, Caller } from '../testing/caller.ts';
import { joinAs } from '../testing/colleague.ts';

const NONE = '01h2xcejqtf2nbrexx3vqjhp41';

let app: TestApp;
let owner: Caller;
let colleague: Caller;

const post = (path: string, body: unknown) => app.api('POST', path, { body });
const get = (path: string) => app.api('GET', path);
const as = (who: Caller) => (method: string, path: string, body?: unknown) =>
  who(method, path, {
    headers: { 'billhook-tenant': app.tenant.typeId },
    ...(body === undefined ? {} : { body }),
  });

function expectCode(answer: Answer, code: ErrorCode): void {
  expect(answer.body.code, answer.text).toBe(code);
}

async function ok(call: Promise<Answer>): Promise<Answer['body']> {
  const answer = await call;
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
}

const settle = () => app.settle();

/** Somebody with a card who has paid 290.00 EUR. */
async function paidCustomer(key: string, token = 'pm_card_visa') {
  const body = { name: key, external_id: key, email: `${key}@example.com`, country: 'DE' };
  const customer = String((await ok(post('/v1/customers', body))).id);
  await ok(post(`/v1/customers/${customer}/payment_methods`, { provider_method_id: token }));
  await ok(post('/v1/subscriptions', { customer, plan: 'pro', collection: 'automatic' }));
  await settle();
  const payments = await ok(get(`/v1/payments?customer=${customer}`));
  return { customer, payment: String(payments.data?.[0]?.id) };
}

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  owner = await app.signIn(app.owner.email, app.owner.password);
  colleague = await joinAs(app, owner, 'grace@example.com', 'finance');
  const pricing = { model: 'flat', amount: '29000' };
  const cadence = { interval: 'month', count: 1 };
  const price = {
    key: 'base',
    name: 'Base fee',
    quantity: { kind: 'fixed' },
    pricing,
    timing: 'in_advance',
    cadence,
  };
  await ok(
    post('/v1/plans', { key: 'pro', name: 'Pro', currency: 'EUR', prices: [price], entitlements: [] }),
  );
});
afterAll(() => app.close());

test('I281 a payment that the bank takes back shows with it, is answered over HTTP, and the provider decides', async () => {
  const { payment } = await paidCustomer('vic', 'pm_card_createDispute');
  const open = await ok(get('/v1/disputes?status=open'));
  expect(open.data).toMatchObject([
    { payment, status: 'needs_response', withdrawn: '29000', evidence: 'none' },
  ]);
  const [shown] = (await ok(get('/v1/payments'))).data as unknown as { dispute: unknown }[];
  expect(shown?.dispute).toMatchObject({ status: 'needs_response', amount: '29000' });
  expectCode(await post(`/v1/payments/${payment}/refund`, { reason: 'x' }), 'payment.disputed');
  const at = `/v1/disputes/${open.data?.[0]?.id}/answer`;
  expect(await ok(post(at, { text: 'winning_evidence' }))).toMatchObject({ evidence: 'submitted' });
  expectCode(
    await post(at, { text: 'Again' }),
    (await ok(get(at.replace('/answer', '')))).closed_at === null ? 'dispute.answered' : 'dispute.closed',
  );
});

test('a dispute that is not there is neither shown nor answered', async () => {
  expectCode(await get(`/v1/disputes/dp_${NONE}`), 'dispute.not_found');
  expectCode(await post(`/v1/disputes/dp_${NONE}/answer`, { text: 'x' }), 'dispute.not_found');
});

test('a payment has one numbered receipt, the same each time; what was not paid has none', async () => {
  const { customer, payment } = await paidCustomer('zoe');
  const path = `/v1/payments/${payment}/receipt`;
  const [first, again] = await Promise.all([get(path), get(path)]);
  expect(first.headers.get('content-disposition')).toMatch(/-RC-2026-000001\.pdf/);
  expect(first.text.startsWith('%PDF-')).toBe(true);
  expect(again.text).toBe(first.text);
  await ok(app.api('PATCH', `/v1/customers/${customer}`, { body: { name: 'Renamed' } }));
  expect((await get(path)).text).toBe(first.text);
  const unlucky = await paidCustomer('yan', 'pm_card_chargeCustomerFail');
  expectCode(await get(`/v1/payments/${unlucky.payment}/receipt`), 'payment.no_receipt');
});

test('money on account and deposits are asked for, charged, listed and sent back over HTTP', async () => {
  const { customer } = await paidCustomer('wil');
  const body = { customer: 'wil', kind: 'deposit', currency: 'EUR', amount: '5000', description: 'Devices' };
  const asked = await ok(post('/v1/payment_requests', body));
  const at = `/v1/payment_requests/${asked.id}`;
  const returns = { success_url: 'http://shop.example/a', cancel_url: 'http://shop.example/b' };
  expect(String((await ok(post(`${at}/link`, returns))).url)).toMatch(/^http/);
  expectCode(await post(`${at}/charge`, undefined), 'payment_request.collecting');
  expectCode(await post(`/v1/payment_requests/preq_${NONE}/charge`, undefined), 'payment_request.not_found');
  const other = await ok(post('/v1/payment_requests', { ...body, amount: '900' }));
  await ok(post(`/v1/payment_requests/${other.id}/charge`, undefined));
  await settle();
  const listed = await ok(get(`/v1/payment_requests?customer=${customer}`));
  expect(listed.data).toMatchObject([
    { status: 'paid', held: '900' },
    { status: 'open', held: '0' },
  ]);
  expectCode(await post(`/v1/payment_requests/${other.id}/apply`, { amount: '901' }), 'deposit.exceeds_held');
  const back = await ok(post(`/v1/payment_requests/${other.id}/refund`, { reason: 'Back' }));
  expect(back).toMatchObject({ held: '0' });
  expectCode(await post(`/v1/payment_requests/${other.id}/cancel`, undefined), 'payment_request.not_open');
});

describe('a refund above the limit of one person', () => {
  beforeAll(async () => {
    await ok(app.api('PATCH', '/v1/tenant', { body: { settings: { refund_limits: { EUR: '5000' } } } }));
  });

  test('I280 goes back once another person has agreed, and not before; small ones add up', async () => {
    const { payment } = await paidCustomer('ada');
    const refund = (amount?: string) =>
      post(`/v1/payments/${payment}/refund`, { amount, reason: 'Goodwill' });
    const ask = (amount: string) =>
      post(`/v1/payments/${payment}/refund_approval`, { amount, reason: 'Unused' });
    expectCode(await refund('5001'), 'payment.refund_needs_approval');
    expectCode(await refund(), 'payment.refund_needs_approval');
    expect((await refund('3000')).status).toBe(201);
    expectCode(await refund('2001'), 'payment.refund_needs_approval');
    expectCode(await ask('30000'), 'payment.refund_exceeds');

    const asked = await ok(
      as(owner)('POST', `/v1/payments/${payment}/refund_approval`, { amount: '20000', reason: 'Unused' }),
    );
    expect(asked).toMatchObject({ status: 'waiting', amount: '20000', is_own: true, refund: null });
    expectCode(await ask('100'), 'approval.already_waiting');
    expectCode(await as(owner)('POST', `/v1/approvals/${asked.id}/approve`), 'approval.own_request');
    const waiting = await ok(as(colleague)('GET', '/v1/approvals?status=waiting'));
    expect(waiting.data).toMatchObject([{ id: asked.id, customer_name: 'ada', is_own: false }]);
    const done = await ok(as(colleague)('POST', `/v1/approvals/${asked.id}/approve`));
    expect(done).toMatchObject({ status: 'approved', decided_by: 'Grace' });
    expect(String(done.refund)).toMatch(/^re_/);
    expectCode(await as(colleague)('POST', `/v1/approvals/${asked.id}/approve`), 'approval.closed');
    await settle();
    const [seen] = (await ok(get('/v1/payments'))).data as unknown as { refunded: string }[];
    expect(seen?.refunded).toBe('23000');
  });

  test('I602 who is asked to agree to a refund is told which invoice was paid, and how much', async () => {
    const { payment } = await paidCustomer('cy');
    const body = { amount: '6000', reason: 'Unused' };
    const asked = await ok(as(owner)('POST', `/v1/payments/${payment}/refund_approval`, body));
    const found = (await ok(get('/v1/payments'))).data as unknown as {
      id: string;
      invoice: string;
      amount: string;
    }[];
    const paid = found.find(({ id }) => id === payment);
    const { number } = await ok(get(`/v1/invoices/${paid?.invoice}`));
    const [seen] = (await ok(as(colleague)('GET', '/v1/approvals?status=waiting')))
      .data as unknown as object[];
    expect(seen).toMatchObject({
      id: asked.id,
      amount: '6000',
      paid: paid?.amount,
      invoice: paid?.invoice,
      invoice_number: number,
    });
    expect(String(number)).toMatch(/^INV-/);
    await ok(as(owner)('POST', `/v1/approvals/${asked.id}/decline`, {}));
  });

  test('I643 requests of one customer are found by it, and none of another', async () => {
    const [eve, fay] = [await paidCustomer('eve'), await paidCustomer('fay')];
    const body = { amount: '6000', reason: 'Unused' };
    const asked = await ok(as(owner)('POST', `/v1/payments/${eve.payment}/refund_approval`, body));
    const waitingOf = async ({ customer }: { customer: string }) => {
      const path = `/v1/approvals?status=waiting&customer=${customer}`;
      return (await ok(as(colleague)('GET', path))).data;
    };
    expect(await waitingOf(eve)).toMatchObject([{ id: asked.id, payment: eve.payment }]);
    expect(await waitingOf(fay)).toEqual([]);
    await ok(as(owner)('POST', `/v1/approvals/${asked.id}/decline`, {}));
    expect(await waitingOf(eve)).toEqual([]);
  });

  test('I280 that a key asked for is not approved by whoever made the key, nor by a key, nor after a week', async () => {
    const { payment } = await paidCustomer('bob');
    const made = await ok(as(owner)('POST', '/v1/api_keys', { name: 'Shop' }));
    const shop: Caller = (method, path, options = {}) =>
      app.anybody(method, path, { ...options, headers: { authorization: `Bearer ${String(made.secret)}` } });
    const body = { reason: 'Fraud' };
    const asked = await ok(shop('POST', `/v1/payments/${payment}/refund_approval`, { body }));
    expectCode(await as(owner)('POST', `/v1/approvals/${asked.id}/approve`), 'approval.own_request');
    expectCode(await app.api('POST', `/v1/approvals/${asked.id}/approve`), 'auth.forbidden');
    expectCode(await as(owner)('POST', `/v1/approvals/apr_${NONE}/approve`), 'approval.not_found');
    const declined = await ok(as(owner)('POST', `/v1/approvals/${asked.id}/decline`, { note: 'No' }));
    expect(declined).toMatchObject({ status: 'declined', note: 'No', refund: null });
    const again = await ok(shop('POST', `/v1/payments/${payment}/refund_approval`, { body }));
    app.passWallTime(7 * 86_400_000);
    colleague = await app.signIn('grace@example.com', 'correct horse battery');
    owner = await app.signIn(app.owner.email, app.owner.password);
    expectCode(await as(colleague)('POST', `/v1/approvals/${again.id}/approve`), 'approval.closed');
    const [last] = (await ok(get('/v1/approvals'))).data as unknown as { status: string }[];
    expect(last?.status).toBe('expired');
  });
});
