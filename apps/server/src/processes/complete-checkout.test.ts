import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPlanVersion } from '../modules/catalog/commands/create-plan-version.ts';
import {
  beginCard,
  beginInvoice,
  beginSubscription,
  findCheckout,
  type Intent,
  startHostedPage,
} from '../modules/checkout/api.ts';
import { listMethods } from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { actOn } from '../testing/act.ts';
import { addCustomer, addPlan, balances, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';

const VISA = '4242424242424242';
const DECLINED = '4000000000000002';
const NEEDS_CODE = '4000002760003184';
const returns = {
  successUrl: 'http://shop.example/done?checkout={CHECKOUT_ID}',
  cancelUrl: 'http://shop.example/plans',
};

let world: PaymentWorld;
let plan: Awaited<ReturnType<typeof addPlan>>;
let customerId: string;

beforeEach(async () => {
  world = await createPaymentWorld('2026-03-01T00:00:00Z', {
    taxRates: { DE: { name: 'VAT', rate: '0.19' } },
  });
  plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  customerId = (await addCustomer(world, { name: 'Ada', email: 'ada@example.com', country: 'DE' })).id;
});
afterEach(() => world.close());

const open = (decide: (ctx: CommandCtx) => Promise<Intent>) =>
  startHostedPage(
    world,
    { tenantId: world.tenantId, actor: { kind: 'system', id: 'test' }, requestId: null },
    decide,
  );
const openPro = (more: { plan?: string; quantity?: number } = {}) =>
  open((ctx) => beginSubscription(ctx, { customerId, plan: 'pro', quantity: 1, ...returns, ...more }));
const subscriptions = () => world.admin('select status from subscriptions order by created_at');
const stateOf = (id: string) => world.query(async (ctx) => (await findCheckout(ctx, id))?.status);

test('a paid page starts the subscription, issues and pays the first invoice, and keeps the card', async () => {
  const checkout = await openPro();
  expect(checkout).toMatchObject({ status: 'open', amountMinor: 3451n });
  const page = await world.payOnPage(checkout.url ?? '', VISA);
  expect(page.status).toBe(303);
  expect(page.location).toMatch(/^http:\/\/shop\.example\/done\?checkout=chk_/);
  await world.settle();
  expect(await stateOf(checkout.id)).toBe('completed');
  expect(await subscriptions()).toEqual([{ status: 'active' }]);
  expect(await world.invoices()).toMatchObject([
    { number: 'BH-2026-000001', status: 'paid', totalMinor: 3451n, paidMinor: 3451n },
  ]);
  const cards = await world.query((ctx) => listMethods(ctx, customerId));
  expect(cards).toMatchObject([{ brand: 'visa', last4: '4242', isDefault: true }]);
  expect(await balances(world)).toMatchObject({ receivable: 0n, revenue: -2900n, tax: -551n });
  await world.advance('2026-04-02T00:00:00Z');
  expect((await world.invoices()).map(({ status }) => status)).toEqual(['paid', 'paid']);
});

test('I39 the same news a hundred times, and in another order, has one effect', async () => {
  await world.control.setFaults(world.accountId, { duplicateWebhooks: true });
  const checkout = await openPro();
  await world.payOnPage(checkout.url ?? '', VISA);
  await world.settle();
  await world.admin(`update provider_events set state = 'stored', retry_at = now() - random() * interval '1 day',
    received_at = now() - random() * interval '1 day'`);
  await world.settle();
  expect(await world.admin('select count(*)::int as count from payments')).toEqual([{ count: 1 }]);
  expect(await subscriptions()).toHaveLength(1);
  expect(await world.invoices()).toHaveLength(1);
});

test('a declined card leaves the page open; another card then pays it', async () => {
  const checkout = await openPro();
  expect((await world.payOnPage(checkout.url ?? '', DECLINED)).status).toBe(402);
  await world.settle();
  expect(await stateOf(checkout.id)).toBe('open');
  expect(await world.invoices()).toEqual([]);
  await world.payOnPage(checkout.url ?? '', VISA);
  await world.settle();
  expect(await world.invoices()).toMatchObject([{ number: 'BH-2026-000001', status: 'paid' }]);
});

test('a card that must be confirmed pays only after the customer confirmed', async () => {
  const checkout = await openPro();
  const page = await world.payOnPage(checkout.url ?? '', NEEDS_CODE);
  await world.settle();
  expect(await subscriptions()).toEqual([]);
  const confirmation = new URL(page.location ?? '');
  const answer = await fetch(confirmation.origin + confirmation.pathname, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      client_secret: confirmation.searchParams.get('client_secret') ?? '',
      outcome: 'complete',
    }),
  });
  expect(answer.status).toBe(303);
  await world.settle();
  expect(await subscriptions()).toEqual([{ status: 'active' }]);
  expect(await world.invoices()).toMatchObject([{ status: 'paid' }]);
});

test('an abandoned page expires, and nothing is issued, so that numbers stay gapless', async () => {
  const abandoned = await openPro();
  await world.advance('2026-03-03T00:00:00Z');
  expect(await stateOf(abandoned.id)).toBe('expired');
  expect(await world.invoices()).toEqual([]);
  const checkout = await openPro();
  await world.payOnPage(checkout.url ?? '', VISA);
  await world.settle();
  expect(await world.invoices()).toMatchObject([{ number: 'BH-2026-000001' }]);
});

test('a plan with a trial asks for the card only, and charges it when the trial ends', async () => {
  await addPlan(world, { key: 'trial', trial_days: 7, prices: [flatPrice('1000')] });
  const checkout = await openPro({ plan: 'trial' });
  expect(checkout.amountMinor).toBe(0n);
  await world.payOnPage(checkout.url ?? '', VISA);
  await world.settle();
  expect(await subscriptions()).toEqual([{ status: 'trialing' }]);
  await world.advance('2026-03-09T00:00:00Z');
  expect(await world.invoices()).toMatchObject([{ status: 'paid', totalMinor: 1190n }]);
});

test('a new version of the plan does not change what was quoted', async () => {
  const checkout = await openPro();
  await world.command((ctx) =>
    createPlanVersion(ctx, plan.plan.id, { currency: 'EUR', entitlements: [], prices: [flatPrice('9900')] }),
  );
  await world.payOnPage(checkout.url ?? '', VISA);
  await world.settle();
  expect(await world.invoices()).toMatchObject([{ status: 'paid', subtotalMinor: 2900n }]);
});

test('asking again answers the open page; another wish closes it before a new one opens', async () => {
  const first = await openPro();
  expect((await openPro()).id).toBe(first.id);
  const second = await openPro({ quantity: 2 });
  expect(second.id).not.toBe(first.id);
  expect((await world.payOnPage(first.url ?? '', VISA)).status).toBe(410);
  await world.payOnPage(second.url ?? '', VISA);
  await world.settle();
  expect(await subscriptions()).toHaveLength(1);
  await expect(openPro()).rejects.toMatchObject({ code: 'subscription.already_exists' });
});

test('I15 while a page for an invoice is open, nothing else collects it', async () => {
  await world.addCard(customerId, 'pm_card_chargeCustomerFail');
  await subscribe(world, customerId, plan, { collection: 'automatic' });
  await world.settle();
  const [invoice] = await world.invoices();
  const pay = () =>
    open((ctx) => beginInvoice(ctx, { customerId, invoiceId: invoice?.id ?? '', ...returns }));
  await world.setBothClocks('2026-03-03T23:00:00Z');
  const checkout = await pay();
  await world.advance('2026-03-04T10:00:00Z');
  const open1 = await world.admin(`select status from payment_attempts order by created_at, id`);
  expect(open1).toEqual([{ status: 'failed' }, { status: 'created' }]);
  await world.payOnPage(checkout.url ?? '', VISA);
  await world.settle();
  expect(await world.invoices()).toMatchObject([{ status: 'paid', paidMinor: 3451n }]);
  expect(await world.admin('select status from subscriptions')).toEqual([{ status: 'active' }]);
  await world.advance('2026-03-10T00:00:00Z');
  expect(await world.admin('select count(*)::int as count from payments')).toEqual([{ count: 1 }]);
  await expect(pay()).rejects.toMatchObject({ code: 'invoice.not_open' });
  await balances(world);
});

test('a card saved on its own page becomes the one that is charged', async () => {
  const checkout = await open((ctx) => beginCard(ctx, { customerId, ...returns }));
  await world.payOnPage(checkout.url ?? '', VISA);
  await world.settle();
  expect(await stateOf(checkout.id)).toBe('completed');
  expect(await world.query((ctx) => listMethods(ctx, customerId))).toMatchObject([{ isDefault: true }]);
  expect(await world.admin('select * from payments')).toEqual([]);
});

test('a provider that does not answer opens no page and leaves nothing in the way', async () => {
  await world.control.setFaults(world.accountId, { rejectRequests: 1, rejectStatus: 500 });
  await expect(openPro()).rejects.toMatchObject({ code: 'provider.unavailable' });
  expect(await openPro()).toMatchObject({ status: 'open' });
});

test('a hidden plan cannot be bought by its key', async () => {
  await addPlan(world, { key: 'secret', public: false, prices: [flatPrice('1')] });
  await expect(openPro({ plan: 'secret' })).rejects.toMatchObject({ code: 'plan.not_found' });
  expect(await world.admin('select * from checkouts')).toEqual([]);
});

test('I93 a customer has one trial of a family, also when it was ended at once; the seller may give another one', async () => {
  const trial = await addPlan(world, { key: 'trial', trial_days: 7, prices: [flatPrice('1000')] });
  const other = await addPlan(world, {
    key: 'other',
    family: trial.plan.family,
    trial_days: 30,
    prices: [flatPrice('2000')],
  });
  const first = await openPro({ plan: 'trial' });
  expect(first.amountMinor).toBe(0n);
  await world.payOnPage(first.url ?? '', VISA);
  await world.settle();
  const [{ id }] = (await world.admin('select id from subscriptions')) as [{ id: string }];
  await world.command((ctx) => actOn(ctx, id, { action: 'cancel', when: 'now', reason: 'asked' }));
  for (const key of ['trial', 'other']) {
    const again = await openPro({ plan: key });
    expect(again.amountMinor).toBe(key === 'trial' ? 1190n : 2380n);
  }
  const paying = await subscribe(world, customerId, other, { trialDays: null });
  expect(paying).toMatchObject({ status: 'active', trialEndAt: null });
  const given = await subscribe(world, customerId, other, { trialDays: 5 });
  expect(given.status).toBe('trialing');
});
