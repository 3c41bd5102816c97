import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Answer } from '../testing/caller.ts';
import { joinAs } from '../testing/colleague.ts';

let app: TestApp;

const post = (path: string, body: unknown) => app.api('POST', path, { body });
const get = (path: string) => app.api('GET', path);

async function ok(call: Promise<Answer>): Promise<Answer['body']> {
  const answer = await call;
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
}

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const price = {
    key: 'base',
    name: 'Base fee',
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    pricing: { model: 'flat', amount: '29000' },
    cadence: { interval: 'month', count: 1 },
  };
  await ok(
    post('/v1/plans', { key: 'pro', name: 'Pro', currency: 'EUR', prices: [price], entitlements: [] }),
  );
});
afterAll(() => app.close());

/** Somebody who has paid with a card whose bank sends refunds back after two days. */
async function payer(key: string) {
  const body = { name: key, external_id: key, email: `${key}@example.com`, country: 'DE', locale: 'de' };
  const customer = String((await ok(post('/v1/customers', body))).id);
  await ok(post(`/v1/customers/${customer}/payment_methods`, { provider_method_id: 'pm_card_refundFail' }));
  await ok(post('/v1/subscriptions', { customer, plan: 'pro', collection: 'automatic' }));
  await app.settle();
  return { customer, ...(await paymentOf(customer)) };
}

type Seen = {
  id: string;
  invoice: string;
  refunded: string;
  refunds: { status: string; amount: string; returned_at: string | null }[];
};

async function paymentOf(customer: string) {
  const [payment] = (await ok(get(`/v1/payments?customer=${customer}`))).data as unknown as Seen[];
  if (payment === undefined) throw new Error('nobody paid');
  return { payment };
}

async function advance(to: string) {
  await ok(post('/v1/clock/advance', { to }));
  await app.server.mover.finished(app.tenant.id);
  await app.settle();
}

const cases = async (kind: string) => {
  const { data } = await ok(get('/v1/cases?limit=100'));
  return (data as unknown as { kind: string; closed_at: string | null; customer: string | null }[]).filter(
    (one) => one.kind === kind,
  );
};
const subjects = async (to: string) => {
  const { data } = await ok(get(`/v1/mailbox?to=${encodeURIComponent(to)}&limit=100`));
  return (data as unknown as { subject: string }[]).map(({ subject }) => subject);
};
const eventsOf = async (customer: string) => {
  const { data } = await ok(get(`/v1/event_feed?customer=${customer}&limit=100`));
  return (data as unknown as { type: string }[]).map(({ type }) => type);
};

const postings = async () => {
  const { data } = await ok(get('/v1/ledger/entries?account=refunds&limit=100'));
  return (data as unknown as { posting: string }[]).map(({ posting }) => posting);
};

test('I530 a refund that comes back is owed again, told to everybody once, and met by the provider’s own books', async () => {
  await ok(post('/v1/reconciliation/run', {}));
  const { customer, payment } = await payer('vic');
  await ok(post(`/v1/payments/${payment.id}/refund`, { amount: '10000', reason: 'goodwill' }));
  await app.settle();
  expect((await ok(get(`/v1/invoices/${payment.invoice}`))).refunded).toBe('10000');
  expect(await eventsOf(customer)).toContain('payment.refunded');

  await advance('2026-01-13T09:00:00Z');
  const after = (await paymentOf(customer)).payment;
  expect(after).toMatchObject({ refunded: '0', refunds: [{ status: 'returned', amount: '10000' }] });
  expect(after.refunds[0]?.returned_at).toMatch(/^2026-01-13T09:00/);
  expect((await ok(get(`/v1/invoices/${payment.invoice}`))).refunded).toBe('0');
  expect((await eventsOf(customer)).filter((type) => type === 'refund.returned')).toHaveLength(1);
  expect(await cases('refund.returned')).toMatchObject([{ customer, closed_at: null }]);
  expect(await subjects(app.owner.email)).toEqual(['A refund came back']);
  expect((await subjects('vic@example.com')).filter((line) => /kam zu uns zurück/.test(line))).toHaveLength(
    1,
  );
  const audit = (await ok(get('/v1/audit?limit=100'))).data as unknown as { action: string }[];
  expect(audit.filter(({ action }) => action === 'refund.return')).toHaveLength(1);

  expect((await postings()).filter((posting) => /^refund/.test(posting))).toEqual([
    'refund_returned',
    'refund_succeeded',
  ]);

  // Every movement at the provider stands in the books: what was sent, and what came back.
  await ok(post('/v1/reconciliation/run', {}));
  const { data } = await ok(get('/v1/reconciliation/transactions?limit=100'));
  const kinds = (data as unknown as { kind: string; state: string; explanation: string }[]).map((one) => [
    one.kind,
    one.state,
  ]);
  expect(kinds).toContainEqual(['refund', 'matched']);
  expect(kinds).toContainEqual(['refund_failure', 'matched']);
  expect(kinds.filter(([, state]) => state === 'open')).toEqual([]);
});

test('I530 what had been credit is credit again, and a later refund of as much ends the case', async () => {
  const { customer, payment } = await payer('wim');
  await ok(post(`/v1/invoices/${payment.invoice}/credit_notes`, { reason: 'Never used', settle: 'refund' }));
  await app.settle();
  const credit = async () => (await ok(get(`/v1/customers/${customer}`))).credit_balance;
  expect(await credit()).toBe('0');
  await advance('2026-01-16T09:00:00Z');
  expect(await credit()).toBe('29000');
  expect((await paymentOf(customer)).payment).toMatchObject({
    refunded: '0',
    refunds: [{ status: 'returned' }],
  });
  const open = async () => (await cases('refund.returned')).filter((one) => one.customer === customer);
  expect(await open()).toMatchObject([{ closed_at: null }]);
  await ok(post(`/v1/payments/${payment.id}/refund`, { reason: 'again' }));
  await app.settle();
  expect(await open()).toMatchObject([{ closed_at: expect.any(String) }]);
  expect(await credit()).toBe('0');
});

test('I530 a case stays open until so much was given back after it: earlier refunds end none, and one refund ends one', async () => {
  const { customer, payment } = await payer('zoe');
  const refund = async (reason: string) => {
    await ok(post(`/v1/payments/${payment.id}/refund`, { amount: '5000', reason }));
    await app.settle();
  };
  const open = async () =>
    (await cases('refund.returned')).filter((one) => one.customer === customer && one.closed_at === null);
  await refund('first');
  await advance('2026-01-17T09:00:00Z');
  await refund('second');
  await advance('2026-01-18T09:00:00Z');
  expect((await paymentOf(customer)).payment.refunds.map(({ status }) => status).toSorted()).toEqual([
    'returned',
    'succeeded',
  ]);
  expect(await open()).toHaveLength(1);
  await advance('2026-01-19T09:00:00Z');
  expect(await open()).toHaveLength(2);
  await refund('again');
  expect(await open()).toHaveLength(1);
  await refund('and again');
  expect(await open()).toHaveLength(0);
});

const CASH_OUT = expect.objectContaining({ account: 'cash:bank_transfer', side: 'credit', amount: '7000' });

test('I537 what came back is transferred by a person, out of the bank’s account, and the case ends with it', async () => {
  const { customer, payment } = await payer('xan');
  await ok(post(`/v1/payments/${payment.id}/refund`, { amount: '7000', reason: 'goodwill' }));
  await app.settle();
  await advance('2026-01-22T09:00:00Z');
  const open = async () => (await cases('refund.returned')).filter((one) => one.customer === customer);
  expect(await open()).toMatchObject([{ closed_at: null }]);
  const sent = await ok(
    post(`/v1/payments/${payment.id}/refund`, { amount: '7000', reason: 'by bank', way: 'transfer' }),
  );
  expect(sent).toMatchObject({ way: 'transfer', status: 'pending' });
  await app.settle();
  const waiting = async () => (await ok(get('/v1/outgoing_transfers'))).data as unknown as object[];
  expect(await waiting()).toMatchObject([{ id: sent.id, customer, iban: null }]);
  // The provider is asked for nothing.
  expect((await paymentOf(customer)).payment.refunds.map(({ status }) => status).toSorted()).toEqual([
    'pending',
    'returned',
  ]);
  await ok(post(`/v1/outgoing_transfers/${String(sent.id)}/settle`, { outcome: 'paid' }));
  await app.settle();
  expect(await waiting()).toEqual([]);
  expect(await open()).toMatchObject([{ closed_at: expect.any(String) }]);
  expect((await paymentOf(customer)).payment).toMatchObject({ refunded: '7000' });
  const entries = (await ok(get('/v1/ledger/entries?account=cash:bank_transfer'))).data;
  expect(entries).toMatchObject([
    { posting: 'refund_succeeded', entries: expect.arrayContaining([CASH_OUT]) },
  ]);
  expect(await ok(get('/v1/ledger/trial_balance'))).toMatchObject({ balanced: true });
  expect(await subjects('xan@example.com')).toContain('Erstattung von 70,00 EUR');
  await ok(post('/v1/reconciliation/run', {}));
  expect(await ok(get('/v1/reconciliation'))).toMatchObject({ open_count: 0 });
});

test('I537 above the limit of one person it is transferred once a second one agrees', async () => {
  const { payment } = await payer('yul');
  await ok(app.api('PATCH', '/v1/tenant', { body: { settings: { refund_limits: { EUR: '100' } } } }));
  const asked = { amount: '5000', reason: 'by bank', way: 'transfer' };
  expect((await post(`/v1/payments/${payment.id}/refund`, asked)).body.code).toBe(
    'payment.refund_needs_approval',
  );
  const colleague = await joinAs(
    app,
    await app.signIn(app.owner.email, app.owner.password),
    'grace@example.com',
    'finance',
  );
  const approval = await ok(post(`/v1/payments/${payment.id}/refund_approval`, asked));
  expect(approval).toMatchObject({ way: 'transfer', status: 'waiting' });
  await ok(
    colleague('POST', `/v1/approvals/${String(approval.id)}/approve`, {
      headers: { 'billhook-tenant': app.tenant.typeId },
      body: {},
    }),
  );
  const waiting = (await ok(get('/v1/outgoing_transfers'))).data as unknown as { refund: object }[];
  expect(waiting.map(({ refund }) => refund)).toMatchObject([{ way: 'transfer', amount: '5000' }]);
});
