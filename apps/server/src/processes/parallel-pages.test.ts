import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  beginInvoice,
  beginSubscription,
  type CheckoutRow,
  findCheckout,
  type Intent,
  startHostedPage,
} from '../modules/checkout/api.ts';
import { type PaymentProvider, ProviderFault } from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { addCustomer, addPlan, balances, creditBalance, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';
import { claimDue } from './claim-attempts.ts';

const VISA = '4242424242424242';
const returns = { successUrl: 'http://shop.example/done', cancelUrl: 'http://shop.example/plans' };

let world: PaymentWorld;
let plan: Awaited<ReturnType<typeof addPlan>>;
let customerId: string;

beforeEach(async () => {
  world = await createPaymentWorld('2026-03-01T00:00:00Z');
  plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  customerId = (await addCustomer(world, { name: 'Ada', email: 'ada@example.com' })).id;
});
afterEach(() => world.close());

const open = (decide: (ctx: CommandCtx) => Promise<Intent>, deps: Pick<PaymentWorld, 'providers'> = world) =>
  startHostedPage(
    { ...world, providers: deps.providers },
    { tenantId: world.tenantId, actor: { kind: 'system', id: 'test' }, requestId: null },
    decide,
  );
const openPro = (quantity: number, deps?: Pick<PaymentWorld, 'providers'>) =>
  open((ctx) => beginSubscription(ctx, { customerId, plan: 'pro', quantity, ...returns }), deps);
const count = async (what: string) =>
  (await world.admin(`select count(*)::int as count from ${what}`))[0]?.count;
const kinds = async () => (await world.admin('select kind from cases order by kind')).map(({ kind }) => kind);

/** Every page that anybody was given is tried, as an impatient customer would. */
async function payAll(answers: readonly PromiseSettledResult<CheckoutRow>[]): Promise<number> {
  let paid = 0;
  for (const answer of answers) {
    if (answer.status !== 'fulfilled') continue;
    const page = await world.payOnPage(answer.value.url ?? '', VISA);
    if (page.status === 303) paid += 1;
  }
  await world.settle();
  return paid;
}

/** The provider as it is, with one call done otherwise. */
const withCall = (calls: Partial<PaymentProvider>): Pick<PaymentWorld, 'providers'> => ({
  providers: { ...world.providers, of: async () => ({ ...world.provider, ...calls }) },
});

test('I15 B13 of pages that are asked for at once one can be paid, and one subscription comes of them', async () => {
  for (let round = 1; round <= 3; round += 1) {
    const answers = await Promise.allSettled([1, 2, 3].map((quantity) => openPro(quantity)));
    const codes = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : 'open'));
    expect(codes.filter((code) => code !== 'open' && code !== 'checkout.superseded')).toEqual([]);
    if (round < 3) continue;
    expect(await payAll(answers)).toBe(1);
  }
  expect(await count('subscriptions')).toBe(1);
  expect(await count('payments')).toBe(1);
  expect(await balances(world)).not.toHaveProperty('credit_liability');
});

test('I15 a page that is asked for while the provider still makes the customer for another one waits for that', async () => {
  let isFirst = true;
  const underWay = withCall({
    async createCustomer(customer, key) {
      if (!isFirst) return world.provider.createCustomer(customer, key);
      isFirst = false;
      throw new ProviderFault('unknown', 'idempotency_key_in_use', 'There is another request under way.');
    },
  });
  expect(await openPro(1, underWay)).toMatchObject({ status: 'open' });
});

test('I15 one that is overtaken time and again gives up and leaves the page of the last one open', async () => {
  const others: CheckoutRow[] = [];
  const overtaken = open(async (ctx) => {
    others.push(await openPro(others.length + 2));
    return beginSubscription(ctx, { customerId, plan: 'pro', quantity: 1, ...returns });
  });
  await expect(overtaken).rejects.toMatchObject({ code: 'checkout.superseded' });
  expect((await world.payOnPage(others.at(-1)?.url ?? '', VISA)).status).toBe(303);
});

test('I15 B13 an invoice whose pages are asked for at once is captured once', async () => {
  await subscribe(world, customerId, plan, { collection: 'manual' });
  await world.settle();
  const [invoice] = await world.invoices();
  const answers = await Promise.allSettled(
    ['a', 'b', 'c'].map((page) =>
      open((ctx) =>
        beginInvoice(ctx, {
          customerId,
          invoiceId: invoice?.id ?? '',
          ...returns,
          successUrl: `${returns.successUrl}/${page}`,
        }),
      ),
    ),
  );
  expect(await payAll(answers)).toBe(1);
  expect(await count('payments')).toBe(1);
  expect(await world.invoices()).toMatchObject([{ status: 'paid', paidMinor: 2900n }]);
});

test('I15 a page that is paid while another one is asked for is completed, and no other opens', async () => {
  await world.control.setFaults(world.accountId, { loseWebhooks: 100 });
  const first = await openPro(1);
  const late = withCall({
    async expireSession(id) {
      await world.payOnPage(first.url ?? '', VISA);
      return world.provider.expireSession(id);
    },
  });
  await expect(openPro(2, late)).rejects.toMatchObject({ code: 'subscription.already_exists' });
  expect(await world.query((ctx) => findCheckout(ctx, first.id))).toMatchObject({ status: 'completed' });
  expect(await count('subscriptions')).toBe(1);
  expect(await world.invoices()).toMatchObject([{ status: 'paid', paidMinor: 2900n }]);
});

test('I15 no second page opens while it is not known that the first one is closed', async () => {
  const first = await openPro(1);
  const down = withCall({
    expireSession: () =>
      world.provider.retrieveIntent('pi_that_is_not_there').then(() => Promise.reject(new Error('found'))),
  });
  await expect(openPro(2, down)).rejects.toMatchObject({ code: 'provider.unavailable' });
  expect(await world.query((ctx) => findCheckout(ctx, first.id))).toMatchObject({ status: 'open' });
  const second = await openPro(2);
  expect((await world.payOnPage(first.url ?? '', VISA)).status).toBe(410);
  expect((await world.payOnPage(second.url ?? '', VISA)).status).toBe(303);
});

test('I18 a page that is paid after the plan was started otherwise starts no second subscription: its money is visible credit', async () => {
  const page = await openPro(1);
  await subscribe(world, customerId, plan, { collection: 'manual' });
  await world.payOnPage(page.url ?? '', VISA);
  await world.sources.events.run(world.tenantId, 100);
  await world.control.drain(world.accountId);
  await world.sources.events.run(world.tenantId, 100);
  expect(await count('subscriptions')).toBe(1);
  expect(await world.query((ctx) => findCheckout(ctx, page.id))).toMatchObject({
    status: 'completed',
    subscriptionId: null,
  });
  expect(await creditBalance(world, customerId)).toBe(2900n);
  expect(await kinds()).toEqual(['checkout.unexpected_payment']);
  expect(await balances(world)).toMatchObject({ credit_liability: -2900n, 'cash:stripe': 2834n, fees: 66n });
  // The next bill uses it, and nothing is charged.
  await world.settle();
  expect(await world.invoices()).toMatchObject([{ status: 'paid', creditAppliedMinor: 2900n }]);
  expect(await balances(world)).toMatchObject({ credit_liability: 0n, receivable: 0n });
});

/** An invoice with a planned try, and something that lets a transaction stand still before its commit. */
async function planned() {
  await world.addCard(customerId, 'pm_card_visa');
  await subscribe(world, customerId, plan, { collection: 'automatic' });
  await world.sources.bill.run(world.tenantId, 10);
  const [invoice] = await world.invoices();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const stand = async () => {
    reach();
    await released;
  };
  return { invoiceId: invoice?.id ?? '', stand, reached, release };
}

const payPage = (invoiceId: string) => (ctx: CommandCtx) =>
  beginInvoice(ctx, { customerId, invoiceId, ...returns });

test('I15 a page that is asked for while a try is being claimed waits for the claim and is refused', async () => {
  const { invoiceId, stand, reached, release } = await planned();
  const claiming = world.command(async (ctx) => {
    const claims = await claimDue(ctx, 10);
    await stand();
    return claims;
  });
  await reached;
  const asking = world.command(payPage(invoiceId)).catch((error: unknown) => error);
  await world.untilWaiting();
  release();
  expect((await claiming).toSend).toHaveLength(1);
  expect(await asking).toMatchObject({ code: 'invoice.collection_running' });
  expect(await count('checkouts')).toBe(0);
});

test('I15 B13 a try that is due while a page is being opened is left alone, and afterwards waits for the page', async () => {
  const { invoiceId, stand, reached, release } = await planned();
  const opening = world.command(async (ctx) => {
    await payPage(invoiceId)(ctx);
    await stand();
  });
  await reached;
  expect(await world.command((ctx) => claimDue(ctx, 10))).toEqual({
    toSend: [],
    withoutMethod: [],
    blocked: [],
    settled: 0,
  });
  release();
  await opening;
  expect(await world.command((ctx) => claimDue(ctx, 10))).toMatchObject({ toSend: [], settled: 1 });
  expect(await world.admin('select status from payment_attempts')).toEqual([{ status: 'created' }]);
});
