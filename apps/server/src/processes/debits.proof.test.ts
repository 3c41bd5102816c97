import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginCard, beginSubscription, startHostedPage } from '../modules/checkout/api.ts';
import { listMethods, methodKindOf } from '../modules/payments/api.ts';
import { addCustomer, addPlan, balances, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';

const SETTLES = 'DE89370400440532013000';
const COMES_BACK = 'DE62370400440532013001';

let world: PaymentWorld;
let customerId: string;

beforeEach(async () => {
  world = await createPaymentWorld('2026-03-01T00:00:00Z');
  await world.admin(`update provider_accounts set method_kinds = '{card,sepa_debit}'`);
  await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  customerId = (await addCustomer(world, { name: 'Ada', email: 'ada@example.com', country: 'DE' })).id;
});
afterEach(() => world.close());

async function subscribeByDebit(iban: string): Promise<void> {
  const returns = { successUrl: 'http://shop.example/done', cancelUrl: 'http://shop.example/plans' };
  const checkout = await startHostedPage(
    world,
    { tenantId: world.tenantId, actor: { kind: 'system', id: 'test' }, requestId: null },
    (ctx) => beginSubscription(ctx, { customerId, plan: 'pro', quantity: 1, ...returns }),
  );
  expect((await world.debitOnPage(checkout.url ?? '', iban)).status).toBe(303);
  await world.settle();
}

const attempts = () =>
  world.admin('select purpose, status, failure_code as code from payment_attempts order by created_at, id');

test('I15 I240 a debit on a page is the one way that collects the invoice, and settles days later', async () => {
  await subscribeByDebit(SETTLES);
  expect(await attempts()).toEqual([{ purpose: 'invoice', status: 'processing', code: null }]);
  expect(await world.invoices()).toMatchObject([{ status: 'open', dueMinor: 2900n }]);
  const methods = await world.query((ctx) => listMethods(ctx, customerId));
  expect(methods).toMatchObject([{ kind: 'sepa_debit', last4: '3000', brand: null, isDefault: true }]);
  expect(methods[0]?.mandateReference).toMatch(/^\w{8,}$/);
  await world.advance('2026-03-05T23:00:00Z');
  expect(await attempts()).toMatchObject([{ status: 'processing' }]);
  await world.advance('2026-03-07T12:00:00Z');
  expect(await attempts()).toMatchObject([{ status: 'succeeded' }]);
  expect(await world.invoices()).toMatchObject([{ status: 'paid', paidMinor: 2900n }]);
  expect(await balances(world)).toEqual({ receivable: 0n, revenue: -2900n, 'cash:stripe': 2865n, fees: 35n });
  await world.advance('2026-04-10T00:00:00Z');
  expect((await world.invoices()).map(({ status }) => status)).toEqual(['paid', 'paid']);
  expect(await world.admin(`select kind from cases`)).toEqual([]);
});

test('I240 a debit that comes back is no money, and is dunned as any failure', async () => {
  await subscribeByDebit(COMES_BACK);
  await world.advance('2026-03-04T00:00:00Z');
  expect(await attempts()).toMatchObject([
    { purpose: 'invoice', status: 'failed', code: 'generic_decline' },
    { purpose: 'invoice', status: 'created' },
  ]);
  expect(await world.invoices()).toMatchObject([{ status: 'open', failureCount: 1, paidMinor: 0n }]);
  expect(await balances(world)).toEqual({ receivable: 2900n, revenue: -2900n });
  expect(await world.admin('select failure_kind as kind from dunning_runs')).toEqual([
    { kind: 'debit_returned' },
  ]);
  // Mails go by it: who pays by debit is not told of a card.
  const [failed] = await world.admin(`select id from payment_attempts where status = 'failed'`);
  expect(await world.query((ctx) => methodKindOf(ctx, String(failed?.id)))).toBe('sepa_debit');
});

test('I404 a first charge waits too once what came back has used up what the scheme allows for the account', async () => {
  await subscribeByDebit(COMES_BACK);
  await world.advance('2026-03-20T00:00:00Z');
  const failed = (await attempts()).filter(({ status }) => status === 'failed');
  expect(failed).toHaveLength(3);
  const plan = await addPlan(world, { key: 'team', prices: [flatPrice('900')] });
  await subscribe(world, customerId, plan, { collection: 'automatic' });
  await world.settle();
  const [first] = await world.admin(
    `select status, to_char(due_at at time zone 'UTC', 'YYYY-MM-DD') as due from payment_attempts where amount_minor = 900`,
  );
  // Thirty days after the first one came back.
  expect(first).toEqual({ status: 'created', due: '2026-04-02' });
  await world.advance('2026-04-03T00:00:00Z');
  const [sent] = await world.admin('select status from payment_attempts where amount_minor = 900');
  expect(sent?.status).toBe('processing');
});

test('I241 what the provider said of risk, and what moved the money, is kept with the attempt', async () => {
  await world.addCard(customerId, 'pm_card_riskLevelElevated');
  const plan = await addPlan(world, { key: 'team', prices: [flatPrice('900')] });
  await subscribe(world, customerId, plan, { collection: 'automatic' });
  await world.settle();
  const [attempt] = await world.admin(
    'select risk_level as level, risk_outcome as outcome, provider_charge_id as charge from payment_attempts',
  );
  expect(attempt).toMatchObject({ level: 'elevated', outcome: 'authorized' });
  expect(String(attempt?.charge)).toMatch(/^ch_/);
});

test('an account that may be debited is kept by a page without an amount, with its mandate', async () => {
  const returns = { successUrl: 'http://shop.example/done', cancelUrl: 'http://shop.example/plans' };
  const checkout = await startHostedPage(
    world,
    { tenantId: world.tenantId, actor: { kind: 'system', id: 'test' }, requestId: null },
    (ctx) => beginCard(ctx, { customerId, ...returns }),
  );
  expect((await world.debitOnPage(checkout.url ?? '', SETTLES)).status).toBe(303);
  await world.settle();
  const methods = await world.query((ctx) => listMethods(ctx, customerId));
  expect(methods).toMatchObject([{ kind: 'sepa_debit', last4: '3000', isDefault: true }]);
  expect(methods[0]?.mandateUrl).toContain('/c/mandate/');
});
