import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCustomerByProvider, type ProviderBilling } from '../modules/payments/api.ts';
import { subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import { addPlan, flatPrice } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';
import { stripeAt } from '../testing/stripe-client.ts';
import { syncCatalogue } from './import-stripe.ts';
import { followSold } from './mirror-events.ts';
import type { MirrorWork } from './mirror-subscription.ts';
import { pollEvents } from './poll-events.ts';

let world: PaymentWorld;
let stripe: Stripe;
let work: MirrorWork;

beforeAll(async () => {
  world = await createPaymentWorld('2027-01-31T12:00:00Z', { newSubscriptions: 'stripe' });
  stripe = stripeAt(world.stripeUrl, world.secretKey);
  const billing = world.provider.billing as ProviderBilling;
  work = { provider: world.provider, billing, command: world.command, query: world.query };
});
afterAll(() => world.close());

type PlanRow = {
  key: string;
  name: string;
  description: string;
  kind: string;
  is_sold: boolean;
  public: boolean;
};

const plans = (where = 'true') =>
  world.admin(
    `select key, name, description, kind, archived_at is null as is_sold, public from plans where ${where} order by key`,
  ) as unknown as Promise<PlanRow[]>;

const monthly = (name: string, amount: number, more: object = {}) =>
  stripe.prices.create({
    currency: 'eur',
    unit_amount: amount,
    recurring: { interval: 'month' },
    product_data: { name },
    ...more,
  } as Stripe.PriceCreateParams);

const eventsAtStripe = async () => (await stripe.events.list({ limit: 100 })).data.length;

async function buy(name: string, items: Stripe.SubscriptionCreateParams.Item[]) {
  const customer = await stripe.customers.create({ name });
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
  await stripe.subscriptions.create({ customer: customer.id, items });
  return customer.id;
}

async function boughtBy(customer: string) {
  const id = await world.query((ctx) => findCustomerByProvider(ctx, 'stripe', customer));
  return id === null ? [] : world.query((ctx) => subscriptionsOfCustomers(ctx, [id]));
}

test('I470 what Stripe sells anew is a plan here without a command, and follows what Stripe changes of it', async () => {
  const price = await monthly('Solo', 1900);
  await world.settle();
  expect(await plans()).toEqual([
    { key: 'solo-month-eur', name: 'Solo', description: '', kind: 'plan', is_sold: true, public: false },
  ]);
  const product = String(price.product);
  await stripe.products.update(product, { name: 'Solo plus', description: 'For one' });
  await stripe.prices.update(price.id, { nickname: 'monthly' });
  await world.settle();
  expect(await plans()).toMatchObject([{ name: 'Solo plus monthly', description: 'For one', is_sold: true }]);
  await stripe.prices.update(price.id, { active: false });
  await world.settle();
  expect(await plans()).toMatchObject([{ is_sold: false }]);
  await stripe.prices.update(price.id, { active: true });
  await world.settle();
  expect(await plans()).toMatchObject([{ is_sold: true }]);
  const spare = await stripe.products.create({ name: 'Nothing to buy' });
  await stripe.products.del(spare.id);
  await monthly('Once', 500, { recurring: undefined });
  await world.settle();
  expect(await plans()).toHaveLength(1);
  expect(await syncCatalogue(work, false)).toMatchObject({ unchanged: true, conflicts: 0 });
});

test('I470 of many looks at once, in any order and again, each price becomes one plan', async () => {
  await world.control.setFaults(world.accountId, { loseWebhooks: 3 });
  const price = await monthly('Crowd', 700);
  const product = String(price.product);
  const second = await stripe.prices.create({
    currency: 'eur',
    unit_amount: 7000,
    recurring: { interval: 'year' },
    product,
  });
  await world.settle();
  expect(await plans(`name = 'Crowd'`)).toEqual([]);
  await Promise.all([
    followSold(work, 'price', second.id),
    followSold(work, 'product', product),
    followSold(work, 'price', price.id),
    followSold(work, 'product', product),
    syncCatalogue(work, false),
  ]);
  const keys = ['crowd-month-eur', 'crowd-year-eur'];
  expect((await plans(`name = 'Crowd'`)).map(({ key }) => key)).toEqual(keys);
  await followSold(work, 'price', price.id);
  await stripe.products.update(product, { name: 'Crowds' });
  await world.settle();
  expect((await plans(`name = 'Crowds'`)).map(({ key }) => key)).toEqual(keys);
});

test('I470 news that no webhook brought are asked for, and say the same', async () => {
  await world.control.setFaults(world.accountId, { loseWebhooks: 2 });
  await monthly('Lost', 300);
  await world.settle();
  expect(await plans(`name = 'Lost'`)).toEqual([]);
  const request = {
    tenantId: world.tenantId,
    actor: { kind: 'system' as const, id: 'test' },
    requestId: null,
  };
  await pollEvents(
    { transactor: world.transactor, providers: world.providers, wake: () => undefined },
    request,
    world.provider,
  );
  await world.settle();
  expect(await plans(`name = 'Lost'`)).toHaveLength(1);
});

test('I470 what was sent from here makes no echo, and a lost answer is made good by its news', async () => {
  await addPlan(world, { key: 'ours', prices: [flatPrice('2000')] });
  const before = await plans();
  expect(await syncCatalogue(work, false)).toMatchObject({ created: 1 });
  await world.settle();
  expect(await plans()).toEqual(before);
  const [link] = await world.admin(
    `select l.stripe_id from stripe_links l join prices p on p.id = l.object_id join plan_versions v on v.id = p.plan_version_id
     join plans on plans.id = v.plan_id where plans.key = 'ours'`,
  );
  const priceId = String(link?.stripe_id);
  await world.admin('delete from stripe_links where stripe_id = $1', [priceId]);
  await followSold(work, 'price', priceId);
  expect(await plans()).toEqual(before);
  expect(await syncCatalogue(work, false)).toMatchObject({ unchanged: true });
  // The same where nobody told: the next run links it instead of taking it in.
  await world.admin('delete from stripe_links where stripe_id = $1', [priceId]);
  expect(await syncCatalogue(work, false)).toMatchObject({ created: 0, updated: 1 });
  expect(await plans()).toEqual(before);
  // Another Billhook on the same account sells what is no plan here.
  await monthly('Elsewhere', 100, { lookup_key: 'billhook_else_v1_base_EUR' });
  await world.settle();
  expect(await plans()).toEqual(before);
});

test('I470 changed on both sides at once it settles: one word, or a conflict that nobody guesses away', async () => {
  const [row] = await world.admin(
    `select l.stripe_id, l.object_id from stripe_links l join plans on plans.id = l.object_id where plans.key = 'ours'`,
  );
  const product = String(row?.stripe_id);
  const rename = (name: string) => world.admin(`update plans set name = $1 where key = 'ours'`, [name]);
  // Different parts on both sides: each goes its way, whoever is first.
  await rename('Ours');
  await Promise.all([
    stripe.products.update(product, { description: 'Theirs' }),
    syncCatalogue(work, false),
    followSold(work, 'product', product),
  ]);
  await world.settle();
  await syncCatalogue(work, false);
  await world.settle();
  const there = await stripe.products.retrieve(product);
  expect([there.name, there.description]).toEqual(['Ours', 'Theirs']);
  expect(await plans(`key = 'ours'`)).toMatchObject([{ name: 'Ours', description: 'Theirs' }]);
  const told = await eventsAtStripe();
  await world.settle();
  expect(await syncCatalogue(work, false)).toMatchObject({ unchanged: true, conflicts: 0 });
  expect(await eventsAtStripe()).toBe(told);
  // The same part: a case until both say the same.
  await rename('Mine');
  await stripe.products.update(product, { name: 'Yours' });
  await world.settle();
  const open = () =>
    world.admin(`select detail from cases where kind = 'stripe.catalogue_conflict' and closed_at is null`);
  expect(await open()).toHaveLength(1);
  expect(await plans(`key = 'ours'`)).toMatchObject([{ name: 'Mine' }]);
  expect((await stripe.products.retrieve(product)).name).toBe('Yours');
  await stripe.products.update(product, { name: 'Mine' });
  await world.settle();
  expect(await open()).toEqual([]);
  // Back and forth within a day is sent each time.
  for (const name of ['Back', 'Mine', 'Back']) {
    await rename(name);
    await syncCatalogue(work, false);
    expect((await stripe.products.retrieve(product)).name).toBe(name);
  }
  await world.settle();
  expect(await plans(`key = 'ours'`)).toMatchObject([{ name: 'Back' }]);
});

test('I470 what is taken off sale on one side is so on the other; half of it is a case', async () => {
  await addPlan(world, {
    key: 'pair',
    prices: [flatPrice('500', { key: 'a', name: 'A' }), flatPrice('600', { key: 'b', name: 'B' })],
  });
  await syncCatalogue(work, false);
  const prices = await world.admin(
    `select l.stripe_id from stripe_links l join prices p on p.id = l.object_id join plan_versions v on v.id = p.plan_version_id
     join plans on plans.id = v.plan_id where plans.key = 'pair' order by p.key`,
  );
  const [first, second] = prices.map(({ stripe_id }) => String(stripe_id));
  await stripe.prices.update(String(first), { active: false });
  await world.settle();
  expect(await plans(`key = 'pair'`)).toMatchObject([{ is_sold: true }]);
  const open = () =>
    world.admin(`select detail from cases where kind = 'stripe.catalogue_conflict' and closed_at is null`);
  expect(await open()).toEqual([{ detail: expect.stringContaining('not sold at Stripe any more') }]);
  await stripe.prices.update(String(second), { active: false });
  await world.settle();
  expect(await open()).toEqual([]);
  expect(await plans(`key = 'pair'`)).toMatchObject([{ is_sold: false }]);
  await world.admin(`update plans set archived_at = now() where key = 'ours'`);
  await syncCatalogue(work, false);
  const [product] = (await stripe.products.list({ limit: 100 })).data.filter(({ name }) => name === 'Back');
  expect(product?.active).toBe(false);
});

test('I534 a price that is gone at Stripe leaves its plan on sale while another one of it stands, and a case says so', async () => {
  await addPlan(world, {
    key: 'trio',
    prices: ['a', 'b'].map((key) => flatPrice('500', { key, name: key })),
  });
  await syncCatalogue(work, false);
  const prices = await world.admin(
    `select l.stripe_id from stripe_links l join prices p on p.id = l.object_id join plan_versions v on v.id = p.plan_version_id
     join plans on plans.id = v.plan_id where plans.key = 'trio' order by p.key`,
  );
  const [first, second] = prices.map(({ stripe_id }) => String(stripe_id));
  // Stripe deletes prices in its dashboard alone, and answers like this from then on.
  const without = (...gone: (string | undefined)[]): MirrorWork => ({
    ...work,
    billing: {
      ...work.billing,
      retrievePrice: async (id) => (gone.includes(id) ? null : work.billing.retrievePrice(id)),
      listPrices: async (product) =>
        (await work.billing.listPrices(product)).filter(({ id }) => !gone.includes(id)),
    },
  });
  const followGone = (gone: string | undefined, from: MirrorWork) =>
    followSold({ ...from, provider: { ...from.provider, billing: from.billing } }, 'price', String(gone));
  const open = () =>
    world.admin(`select detail from cases where kind = 'stripe.catalogue_conflict' and closed_at is null`);
  expect(await followGone(first, without(first))).toBe(true);
  expect(await plans(`key = 'trio'`)).toMatchObject([{ is_sold: true }]);
  expect(await open()).toEqual([{ detail: expect.stringContaining('not sold at Stripe any more') }]);
  expect(await followGone(first, without(first))).toBe(true);
  expect(await open()).toHaveLength(1);
  expect(await followGone(second, without(first, second))).toBe(true);
  expect(await plans(`key = 'trio'`)).toMatchObject([{ is_sold: false }]);
  expect(await open()).toEqual([]);
});

test('I534 however many buyers wait for a price, all are taken in once it is known', async () => {
  const price = await monthly('Queue', 900);
  await world.settle();
  await world.admin(
    `insert into stripe_look_ups (tenant_id, kind, stripe_id, asked, state, reason, looked_at)
     select $1, 'subscription', 'sub_0000' || lpad(n::text, 4, '0'), 1, 'waiting', 'mirror.price_unknown', now()
     from generate_series(1, 130) n`,
    [world.tenantId],
  );
  await followSold(work, 'price', price.id);
  // None of these is at Stripe, so that each says so once it was looked at.
  const rows = await world.admin(
    `select count(*)::int as count from stripe_look_ups where stripe_id like 'sub_0000%' and state = 'waiting' and asked = 1`,
  );
  expect(rows).toEqual([{ count: 0 }]);
});

test('I470 a metered price waits for its first buyer, who says whether it is a plan or an add-on', async () => {
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula: 'sum' },
  });
  const base = await monthly('Api', 2500);
  const calls = await stripe.prices.create({
    currency: 'eur',
    unit_amount: 2,
    nickname: 'calls',
    product: String(base.product),
    recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
  });
  await world.settle();
  expect((await plans(`name like 'Api%'`)).map(({ name }) => name)).toEqual(['Api']);
  const customer = await buy('Ada', [{ price: base.id }, { price: calls.id }]);
  await world.settle();
  expect((await plans(`name like 'Api%'`)).map(({ name, kind }) => [name, kind])).toEqual([
    ['Api calls', 'add_on'],
    ['Api', 'plan'],
  ]);
  expect(await boughtBy(customer)).toMatchObject([{ status: 'active', billingAuthority: 'stripe' }]);
});

test('I470 bought before its news came, or at a price for one buyer alone, it is taken in with its buyer', async () => {
  await world.control.setFaults(world.accountId, { loseWebhooks: 2 });
  const price = await monthly('Early', 900);
  const customer = await buy('Leo', [{ price: price.id }]);
  await world.settle();
  expect(await boughtBy(customer)).toMatchObject([{ status: 'active' }]);
  expect(await plans(`name = 'Early'`)).toMatchObject([{ is_sold: true }]);
  const own = await buy('Zoe', [
    {
      price_data: {
        currency: 'eur',
        unit_amount: 4200,
        product: String(price.product),
        recurring: { interval: 'month' },
      },
    },
  ]);
  await world.settle();
  expect(await boughtBy(own)).toMatchObject([{ status: 'active' }]);
  expect((await plans(`name = 'Early'`)).map(({ is_sold }) => is_sold).toSorted()).toEqual([false, true]);
  const waiting = await world.admin(
    `select 1 from cases where kind = 'stripe.subscription_waiting' and closed_at is null`,
  );
  expect(waiting).toEqual([]);
});

test('whose truth is here follows nothing by itself', async () => {
  await world.admin(`update tenants set settings = settings || '{"newSubscriptions":"billhook"}'`);
  const price = await monthly('Unasked', 800);
  expect(await followSold(work, 'price', price.id)).toBe(false);
  expect(await plans(`name = 'Unasked'`)).toEqual([]);
});
