import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Caller } from '../testing/caller.ts';

let app: TestApp;
let customer: string;
let subscription: string;

const PASSWORD = 'correct horse battery staple';
const base = {
  key: 'base',
  name: 'Base fee',
  pricing: { model: 'flat', amount: '2900' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};
const calls = {
  ...base,
  key: 'calls',
  name: 'Calls',
  pricing: { model: 'per_unit', unit_amount: '0.02', per: '1' },
  quantity: { kind: 'meter', meter: 'calls' },
  timing: 'in_arrears',
};

const settle = () => app.settle();

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  await app.api('PATCH', '/v1/tenant', {
    body: { settings: { tax_rates: { DE: { name: 'VAT', rate: '0.19' } } } },
  });
  const catalogue = await app.api('PUT', '/v1/catalogue', {
    body: {
      meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count', unit: 'calls' }],
      features: [],
      plans: [{ key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [base, calls], entitlements: [] }],
    },
  });
  expect(catalogue.status).toBe(200);
  const made = await app.api('POST', '/v1/customers', {
    body: { name: 'Acme', email: 'acme@example.com', external_id: 'acme', country: 'DE' },
  });
  customer = String(made.body.id);
  const card = await app.api('POST', `/v1/customers/${customer}/payment_methods`, {
    body: { provider_method_id: 'pm_card_visa' },
  });
  expect(card.body).toMatchObject({ brand: 'visa', last4: '4242', is_default: true });
  const started = await app.api('POST', '/v1/subscriptions', {
    body: { customer, plan: 'pro', quantity: 1, collection: 'automatic' },
  });
  expect(started.status).toBe(201);
  subscription = String(started.body.id);
  await settle();
});
afterAll(() => app.close());

test('an invoice is listed, shown with explained lines and payments, and its line explained alone', async () => {
  const list = await app.api('GET', `/v1/invoices?customer=${customer}`);
  expect(list.body).toMatchObject({
    data: [{ status: 'paid', due: '0', customer_external_id: 'acme' }],
    has_more: false,
  });
  const invoice = await app.api('GET', `/v1/invoices/${list.body.data?.[0]?.id}`);
  expect(invoice.body).toMatchObject({
    buyer: { name: 'Acme', country: 'DE' },
    lines: [
      { kind: 'recurring', amount: '2900', explanation: { rule: 'flat_fee', price: { plan_key: 'pro' } } },
    ],
    payments: [{ status: 'succeeded', payment_method: { last4: '4242' }, refunds: [] }],
  });
  const line = invoice.body.lines?.[0];
  const alone = await app.api('GET', `/v1/invoice_lines/${line?.id}/explanation`);
  expect(alone.body).toEqual(line?.explanation);
});

test('the feed says of each fact what a reader knows it by: who, how much, for which invoice and plan', async () => {
  const feed = await app.api('GET', `/v1/event_feed?customer=${customer}`);
  const events = feed.body.data as unknown as { type: string; customer_name: string; data: object }[];
  const known = {
    amount_minor: '3451',
    currency: 'EUR',
    invoice_number: expect.stringMatching(/-2026-000001$/),
  };
  for (const type of ['invoice.issued', 'invoice.paid', 'payment.succeeded']) {
    expect(events.find((event) => event.type === type)).toMatchObject({ data: known, customer_name: 'Acme' });
  }
  expect(events.find(({ type }) => type === 'subscription.activated')).toMatchObject({
    data: { plan_name: 'Pro' },
  });
});

test('the document is a PDF, the same bytes every time', async () => {
  const list = await app.api('GET', '/v1/invoices');
  const path = `/v1/invoices/${list.body.data?.[0]?.id}/pdf`;
  const first = await app.api('GET', path);
  expect(first.headers.get('content-type')).toBe('application/pdf');
  expect(first.text.startsWith('%PDF-')).toBe(true);
  expect((await app.api('GET', path)).text).toBe(first.text);
});

test('the mail with the receipt lies in the mailbox, and the document that hangs on it can be had', async () => {
  const mails = await app.api('GET', '/v1/mailbox?to=acme@example.com');
  const [mail] = mails.body.data as unknown as { id: string; attachments: { index: number }[] }[];
  expect(mail?.attachments).toMatchObject([{ index: 0, content_type: 'application/pdf' }]);
  const file = await app.api('GET', `/v1/mailbox/${mail?.id}/attachments/0`);
  expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect(file.text.startsWith('%PDF-')).toBe(true);
  expect((await app.api('GET', `/v1/mailbox/${mail?.id}/attachments/1`)).status).toBe(404);
  expect((await app.api('GET', `/v1/mailbox/${mail?.id}/attachments/first`)).status).toBe(404);
});

test('lines are exported as CSV and JSON with external ids and decimal amounts', async () => {
  const csv = await app.api('GET', '/v1/invoices/export?format=csv');
  expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
  expect(csv.text).toMatch(
    /^customer,invoice,line,quantity,currency,amount\r\nacme,[A-Z]+-2026-000001,Base fee,1,EUR,29\.00\r\n/,
  );
  const json = await app.api('GET', '/v1/invoices/export?format=json&from=2027-01-01T00:00:00Z');
  expect(json.body).toMatchObject({ lines: [] });
});

test('the next invoice is computed with the usage so far, and nothing is written', async () => {
  await app.api('POST', '/v1/events', {
    raw: JSON.stringify([
      {
        specversion: '1.0',
        id: 'e1',
        source: 'test',
        type: 'call',
        subject: 'acme',
        time: '2026-01-10T08:59:59Z',
      },
      {
        specversion: '1.0',
        id: 'e2',
        source: 'test',
        type: 'call',
        subject: 'acme',
        time: '2026-01-10T09:00:00Z',
      },
    ]),
    headers: { 'content-type': 'application/json' },
  });
  const upcoming = await app.api('GET', `/v1/subscriptions/${subscription}/upcoming_invoice`);
  expect(upcoming.status).toBe(200);
  expect(upcoming.body).toMatchObject({ bills_at: '2026-02-10T09:00:00.000Z', subtotal: '2902' });
  expect((await app.api('GET', '/v1/invoices')).body.data).toHaveLength(1);
});

test('refunds stay within the payment, and the books balance', async () => {
  const payments = await app.api('GET', `/v1/payments?customer=${customer}`);
  const id = String(payments.body.data?.[0]?.id);
  const refund = (body: object) => app.api('POST', `/v1/payments/${id}/refund`, { body });
  expect((await refund({ amount: '999999', reason: 'too much' })).body.code).toBe('payment.refund_exceeds');
  const made = await refund({ amount: '500', reason: 'goodwill' });
  expect(made.status).toBe(201);
  await settle();
  const after = await app.api('GET', '/v1/payments?status=succeeded');
  expect(after.body.data?.[0]).toMatchObject({
    refunded: '500',
    refunds: [{ status: 'succeeded', reason: 'goodwill' }],
  });
  const balance = await app.api('GET', '/v1/ledger/trial_balance');
  expect(balance.body).toMatchObject({ balanced: true, totals: [{ currency: 'EUR', difference: '0' }] });
  const back = await app.api('GET', '/v1/ledger/entries?account=refunds');
  expect(back.body.data).toMatchObject([{ posting: 'refund_succeeded', source_kind: 'refund' }]);
  const entries = await app.api('GET', '/v1/ledger/entries?limit=1&account=receivable');
  expect(entries.body).toMatchObject({ data: [{ posting: 'payment_succeeded' }], has_more: true });
  const next = await app.api(
    'GET',
    `/v1/ledger/entries?limit=1&account=receivable&starting_after=${entries.body.next_cursor}`,
  );
  expect(next.body.data?.[0]?.posting).toBe('invoice_issued');
});

test('an open invoice is collected or voided on demand, and refused in any other state', async () => {
  const other = await app.api('POST', '/v1/customers', { body: { name: 'Bea', country: 'FR' } });
  const bea = String(other.body.id);
  await app.api('POST', '/v1/subscriptions', {
    body: { customer: bea, plan: 'pro', quantity: 1, collection: 'manual' },
  });
  await settle();
  const open = await app.api('GET', `/v1/invoices?customer=${bea}&status=open`);
  const path = `/v1/invoices/${open.body.data?.[0]?.id}`;
  const collect = () => app.api('POST', `${path}/collect`, { body: {} });
  expect((await collect()).body.code).toBe('subscription.payment_method_missing');
  await app.api('POST', `/v1/customers/${bea}/payment_methods`, {
    body: { provider_method_id: 'pm_card_visa' },
  });
  expect((await collect()).status).toBe(202);
  await settle();
  expect((await app.api('GET', path)).body).toMatchObject({ status: 'paid', paid: '2900' });
  expect((await collect()).body.code).toBe('invoice.not_open');
  const voided = await app.api('POST', `${path}/void`, {
    body: { reason: 'mistake', periods: 'bill_again' },
  });
  expect(voided.body.code).toBe('invoice.not_open');
});

test('a method that the provider does not know is refused', async () => {
  const answer = await app.api('POST', `/v1/customers/${customer}/payment_methods`, {
    body: { provider_method_id: 'pm_nobody' },
  });
  expect(answer.body).toMatchObject({ code: 'payment_method.refused', status: 422 });
});

async function signUp(email: string): Promise<Caller> {
  const auth = `/p/${app.tenant.slug}/auth`;
  await app.anybody('POST', `${auth}/sign-up/email`, {
    body: { email, password: PASSWORD, name: email },
    headers: { origin: app.baseUrl },
  });
  await app.server.transactor.command(
    { tenantId: app.tenant.id, actor: { kind: 'system', id: 'test' }, requestId: null },
    (ctx) =>
      ctx.sql.run(`update member_user set "emailVerified" = true where tenant_id = $1`, [ctx.tenant.id]),
  );
  return app.signIn(email, PASSWORD, auth);
}

test('a visitor signs up, pays on the hosted page, and sees plan, invoice and card', async () => {
  const portal = (path: string) => `/p/${app.tenant.slug}/api/v1${path}`;
  const member = await signUp('cid@example.com');
  await member('POST', portal('/customers'), { body: { name: 'Cid', country: 'DE' } });
  const returns = {
    success_url: 'http://shop.example/done/{CHECKOUT_ID}',
    cancel_url: 'http://shop.example/',
  };
  const checkout = await member('POST', portal('/checkouts'), { body: { plan: 'pro', ...returns } });
  expect(checkout.body).toMatchObject({
    status: 'open',
    purpose: 'subscription',
    plan: 'pro',
    amount: '3451',
  });
  const page = await fetch(String(checkout.body.url), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ number: '4242424242424242', expiry: '12 / 39', cvc: '123', name: 'Cid' }),
  });
  expect(page.headers.get('location')).toBe(`http://shop.example/done/${checkout.body.id}`);
  await settle();
  const invoices = await member('GET', portal('/invoices'));
  expect(invoices.body.data).toMatchObject([{ status: 'paid', total: '3451' }]);
  const done = await member('GET', portal(`/checkouts/${checkout.body.id}`));
  expect(done.body).toMatchObject({ status: 'completed', invoice: invoices.body.data?.[0]?.id });
  const own = `${portal('/invoices')}/${invoices.body.data?.[0]?.id}`;
  expect((await member('GET', own)).body).toMatchObject({ payments: [{ status: 'succeeded' }] });
  expect((await member('GET', `${own}/pdf`)).text.startsWith('%PDF-')).toBe(true);
  const cards = await member('GET', portal('/payment_methods'));
  expect(cards.body.data).toMatchObject([{ last4: '4242', is_default: true }]);
  const card = `${portal('/payment_methods')}/${cards.body.data?.[0]?.id}`;
  expect((await member('POST', `${card}/default`, { body: {} })).status).toBe(200);
  expect((await member('DELETE', card)).body.code).toBe('payment_method.in_use');
  const another = await member('POST', portal('/payment_methods/checkout'), { body: returns });
  expect(another.body).toMatchObject({ purpose: 'card', amount: '0' });
  const paid = await member('POST', `${own}/pay`, { body: returns });
  expect(paid.body.code).toBe('invoice.not_open');
  const strange = await app.api('GET', `/v1/invoices?customer=${customer}`);
  const foreign = await member('GET', `${portal('/invoices')}/${strange.body.data?.[0]?.id}`);
  expect(foreign.body.code).toBe('invoice.not_found');
  const again = await member('POST', portal('/checkouts'), { body: { plan: 'pro', ...returns } });
  expect(again.body.code).toBe('subscription.already_exists');
});

test('whoever comes back from a page is told what kind of method was saved, and whether money is on its way', async () => {
  const portal = (path: string) => `/p/${app.tenant.slug}/api/v1${path}`;
  const offered = { body: { method_kinds: ['card', 'sepa_debit'] } };
  expect((await app.api('PATCH', '/v1/payment_accounts/stripe', offered)).status).toBe(200);
  const member = await signUp('dea@example.com');
  await member('POST', portal('/customers'), { body: { name: 'Dea', country: 'DE' } });
  const body = { success_url: 'http://shop.example/{CHECKOUT_ID}', cancel_url: 'http://shop.example/' };
  const done = async (path: string, more: object, fields: Record<string, string>) => {
    const page = await member('POST', portal(path), { body: { ...body, ...more } });
    expect(page.body).toMatchObject({ status: 'open', method_kind: null, is_under_way: false });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = new URLSearchParams({ name: 'Dea', email: 'dea@example.com', ...fields });
    await fetch(String(page.body.url), { method: 'POST', redirect: 'manual', headers, body: sent });
    await settle();
    return (await member('GET', portal(`/checkouts/${page.body.id}`))).body;
  };
  const card = { number: '4242424242424242', expiry: '12 / 39', cvc: '123' };
  const account = { iban: 'DE89370400440532013000' };
  expect(await done('/payment_methods/checkout', {}, card)).toMatchObject({
    status: 'completed',
    purpose: 'card',
    method_kind: 'card',
    is_under_way: false,
  });
  expect(await done('/payment_methods/checkout', {}, account)).toMatchObject({
    status: 'completed',
    purpose: 'card',
    method_kind: 'sepa_debit',
    is_under_way: false,
  });
  expect(await done('/checkouts', { plan: 'pro' }, account)).toMatchObject({
    status: 'completed',
    purpose: 'subscription',
    method_kind: 'sepa_debit',
    is_under_way: true,
  });
});
