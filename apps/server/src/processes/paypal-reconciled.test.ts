import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { approveAs } from '@billhook/sandbox/testing/paypal';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { programEnvironment } from '../testing/program-environment.ts';
import { signUpMember } from '../testing/scenario.ts';

const PROGRAM = path.join(import.meta.dirname, '../../../../packages/cli/src/main.ts');

let app: TestApp;
let accountId: string;

type Row = Record<string, unknown>;
const ok = async (method: string, pathname: string, body?: unknown): Promise<Row> => {
  const answer = await app.api(method, pathname, body === undefined ? {} : { body });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
};
const rows = async (pathname: string) => (await ok('GET', pathname)).data as Row[];
const state = () => ok('GET', '/v1/reconciliation?provider=paypal');
const movements = () => rows('/v1/reconciliation/transactions?provider=paypal&limit=100');
const openCases = async () =>
  (await rows('/v1/cases?open=true')).filter(({ kind }) => kind === 'reconciliation.open');

async function advance(to: string): Promise<void> {
  await ok('POST', '/v1/clock/advance', { to });
  await app.server.mover.finished(app.tenant.id);
  await app.settle();
}

/** The command, in a process of its own, as a person types it. */
async function billhook(...args: string[]): Promise<{ code: number; out: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...programEnvironment(), BILLHOOK_URL: app.baseUrl, BILLHOOK_API_KEY: app.apiKey },
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, out };
}

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const base = {
    key: 'base',
    name: 'Base fee',
    pricing: { model: 'flat', amount: '2900' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  };
  await ok('PUT', '/v1/catalogue', {
    meters: [],
    features: [],
    plans: [{ key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [base], entitlements: [] }],
  });
  await ok('PUT', '/v1/payment_provider/paypal', { mode: 'sandbox' });
  accountId = (await app.sandbox.payPal.accounts())[0]?.id ?? '';
  const member = await signUpMember(app, app.tenant.slug, 'owner@acme.example');
  const client = await app.database.runtime.connect();
  await client.query(`select set_config('app.tenant', '${app.tenant.id}', false)`);
  await client.query('update member_user set "emailVerified" = true');
  await client.query(`select set_config('app.tenant', '', false)`);
  client.release();
  const portal = (rest: string) => `/p/${app.tenant.slug}/api/v1${rest}`;
  await member('POST', portal('/customers'), { body: { name: 'Acme', country: 'DE' } });
  const page = await member('POST', portal('/checkouts'), {
    body: {
      plan: 'pro',
      provider: 'paypal',
      success_url: 'http://shop.example/done',
      cancel_url: 'http://shop.example/back',
    },
  });
  await approveAs(String(page.body.url), 'ada');
  await app.settle();
  // The sandbox begins to be reconciled once somebody asks for it; from then on it is done each day.
  await ok('POST', '/v1/reconciliation/run', { provider: 'paypal' });
});
afterAll(() => app.close());

test('I290 I291 PayPal is reconciled each day: what was taken, its fees, what went back and what a claim takes', async () => {
  expect(await ok('GET', '/v1/reconciliation')).toMatchObject({
    provider: 'stripe',
    providers: ['stripe', 'paypal'],
  });
  expect(await rows('/v1/reconciliation/payouts?provider=stripe')).toEqual([]);
  expect(await state()).toMatchObject({
    provider: 'paypal',
    open_count: 0,
    next_at: '2026-01-11T00:00:00.000Z',
  });
  await advance('2026-03-10T12:00:00Z');
  const payments = await rows('/v1/payments?limit=10');
  expect(payments.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  const [last, middle] = payments;
  await ok('POST', `/v1/payments/${last?.id}/refund`, { amount: '900', reason: 'Too much' });
  const middleCapture = (await movements()).find(({ payment }) => payment === middle?.id);
  await app.sandbox.payPal.act(accountId, {
    deed: 'open_dispute',
    captureId: String(middleCapture?.provider_transaction_id),
  });
  await app.settle();
  await advance('2026-03-11T12:00:00Z');
  const now = await state();
  expect(now).toMatchObject({ fault: null, open_count: 0, next_at: '2026-03-12T00:00:00.000Z' });
  expect(String(now.reconciled_at)).toMatch(/^2026-03-11/);
  const [money] = now.currencies as Row[];
  expect(money).toMatchObject({
    currency: 'EUR',
    difference: '0',
    open: '0',
    unlisted: '0',
    unexplained: '0',
  });
  const listed = await movements();
  const grossOf = (kind: string) => listed.filter((one) => one.kind === kind).map(({ gross }) => gross);
  expect(grossOf('charge')).toEqual(['2900', '2900', '2900']);
  expect(grossOf('refund')).toEqual(['-900']);
  expect(grossOf('dispute')).toEqual(['-2900']);
  expect(listed.every(({ state: found }) => found === 'matched' || found === 'posted')).toBe(true);
  expect(listed.filter(({ kind, fee }) => kind === 'charge' && Number(fee) > 0)).toHaveLength(3);
  // What the provider has is what the books say is there, after its fees.
  const netMinor = listed.reduce((sum, { net }) => sum + BigInt(String(net)), 0n);
  expect([money?.provider, money?.books]).toEqual([`${netMinor}`, `${netMinor}`]);
});

test('I290 money at PayPal that nobody here knows of is a case with an age, and `billhook reconcile` prints it', async () => {
  const clean = await billhook('reconcile', '--provider', 'paypal');
  expect([clean.code, clean.out]).toEqual([0, expect.stringContaining('Nothing is open.')]);
  await app.sandbox.payPal.trigger(accountId, 'PAYMENT.CAPTURE.COMPLETED', {
    amount: 4_200,
    currency: 'eur',
  });
  await app.settle();
  await advance('2026-03-12T12:00:00Z');
  const [found, ...others] = await openCases();
  expect(others).toEqual([]);
  await advance('2026-03-15T12:00:00Z');
  expect((await openCases()).map(({ id }) => id)).toEqual([found?.id]);
  const open = (await movements()).filter(({ state: one }) => one === 'open');
  expect(open).toMatchObject([{ kind: 'charge', gross: '4200', reason: 'not_booked', age_days: 4 }]);
  expect((await state()).currencies).toMatchObject([{ open_count: 1, unexplained: '0' }]);

  const { code, out } = await billhook('reconcile', '--provider', 'paypal');
  expect(code).toBe(1);
  expect(out).toContain('paypal, reconciled 2026-03-15');
  expect(out).toMatch(/2026-03-11 {2,}4 {2}charge {2}42\.00 EUR {2}\w+ /);
  expect(out).toContain(String(open[0]?.provider_transaction_id));
  const stripe = await billhook('reconcile', '--provider', 'stripe');
  expect([stripe.code, stripe.out]).toEqual([0, expect.stringContaining('stripe, reconciled')]);
});

test('a provider that is not set up is refused by name', async () => {
  const answer = await app.api('GET', '/v1/reconciliation?provider=nobody');
  expect(answer.body.code).toBe('provider.not_configured');
  expect((await app.api('POST', '/v1/reconciliation/run', { body: { provider: 'nobody' } })).body.code).toBe(
    'provider.not_configured',
  );
});

test('I581 a refund of PayPal that comes back is owed again, told once, and met by the movement that brought it', async () => {
  const payment = (await rows('/v1/payments?limit=10')).find(
    ({ refunded, dispute }) => refunded === '0' && dispute === null,
  );
  const path = `/v1/payments/${String(payment?.id)}/refund`;
  await ok('POST', path, { amount: '500', reason: 'goodwill' });
  await app.settle();
  const refunded = async () =>
    (await rows('/v1/payments?limit=10')).find(({ id }) => id === payment?.id) as Row & { refunds: Row[] };
  const made = (await refunded()).refunds.find(({ amount }) => amount === '500');
  expect(made).toMatchObject({ status: 'succeeded' });
  await ok('POST', '/v1/reconciliation/run', { provider: 'paypal' });
  const sent = (await movements()).find(({ kind, gross }) => kind === 'refund' && gross === '-500');
  await app.sandbox.payPal.act(accountId, {
    deed: 'fail_refund',
    refundId: String(sent?.provider_transaction_id),
  });
  await app.settle();
  expect((await refunded()).refunds.find(({ amount }) => amount === '500')).toMatchObject({
    status: 'returned',
  });
  const returned = (await rows('/v1/cases?limit=100')).filter(({ kind }) => kind === 'refund.returned');
  expect(returned).toMatchObject([{ closed_at: null }]);
  const { data } = await ok('GET', '/v1/ledger/entries?account=refunds&limit=100');
  const postings = (data as Row[]).map(({ posting }) => posting);
  expect(postings.filter((posting) => posting === 'refund_returned')).toHaveLength(1);
  await ok('POST', '/v1/reconciliation/run', { provider: 'paypal' });
  expect((await movements()).filter(({ kind }) => kind === 'refund_failure')).toMatchObject([
    { state: 'matched' },
  ]);
});
