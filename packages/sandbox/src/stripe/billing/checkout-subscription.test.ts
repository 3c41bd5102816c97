import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stripeClient, type TestSandbox, testSandbox } from '../../testing/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
let price: string;

beforeAll(async () => {
  sandbox = await testSandbox();
  stripe = stripeClient(sandbox.stripeUrl, 'sk_test_subscribe');
  const made = await stripe.prices.create({
    currency: 'eur',
    unit_amount: 1_450,
    recurring: { interval: 'month' },
    product_data: { name: 'Plus' },
  });
  price = made.id;
});
afterAll(() => sandbox.dispose());

const CARD = { email: 'ada@example.com', expiry: '12 / 90', cvc: '123', name: 'Ada' };

function createSession(more: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  return stripe.checkout.sessions.create({
    mode: 'subscription',
    success_url: 'https://shop.example/ok?session={CHECKOUT_SESSION_ID}',
    line_items: [{ price, quantity: 2 }],
    subscription_data: { metadata: { plan: 'plus' } },
    ...more,
  });
}

function submit(url: string | null, number: string): Promise<Response> {
  const body = new URLSearchParams({ ...CARD, number });
  return fetch(url ?? '', { method: 'POST', body, redirect: 'manual' });
}

async function subscribed(session: string): Promise<Stripe.Subscription> {
  const { subscription } = await stripe.checkout.sessions.retrieve(session, {
    expand: ['subscription.latest_invoice'],
  });
  return subscription as Stripe.Subscription;
}

it('starts the subscription that was paid for on the page, and keeps the card for what follows', async () => {
  const session = await createSession();
  expect(session).toMatchObject({ amount_total: 2_900, payment_status: 'unpaid', subscription: null });
  expect(await (await fetch(session.url ?? '')).text()).toContain('>Subscribe</button>');
  const declined = await submit(session.url, '4000 0000 0000 0341');
  expect(declined.status).toBe(402);
  expect((await stripe.subscriptions.list()).data.map(({ status }) => status)).toEqual(['incomplete']);
  const answer = await submit(session.url, '4242 4242 4242 4242');
  expect(answer.headers.get('location')).toBe(`https://shop.example/ok?session=${session.id}`);
  const subscription = await subscribed(session.id);
  expect(subscription).toMatchObject({
    status: 'active',
    metadata: { plan: 'plus' },
    latest_invoice: { status: 'paid', amount_paid: 2_900 },
  });
  expect(subscription.default_payment_method).toMatch(/^pm_/);
  expect((await stripe.subscriptions.list({ status: 'all' })).data).toHaveLength(1);
  const after = await stripe.checkout.sessions.retrieve(session.id);
  expect(after).toMatchObject({ status: 'complete', payment_status: 'paid' });
});

it('starts a trial with a kept card and nothing due, after the cardholder authenticated', async () => {
  const session = await createSession({ subscription_data: { trial_period_days: 14 } });
  expect(session).toMatchObject({ amount_total: 0, payment_status: 'no_payment_required' });
  const answer = await submit(session.url, '4000 0025 0000 3155');
  const page = new URL(answer.headers.get('location') ?? '');
  expect((await subscribed(session.id)) as unknown).toBeNull();
  const form = new URLSearchParams({
    client_secret: page.searchParams.get('client_secret') ?? '',
    outcome: 'complete',
  });
  const done = await fetch(page, { method: 'POST', body: form, redirect: 'manual' });
  expect(done.headers.get('location')).toBe(`https://shop.example/ok?session=${session.id}`);
  const subscription = await subscribed(session.id);
  expect(subscription.status).toBe('trialing');
  expect(subscription.default_payment_method).toMatch(/^pm_/);
});

it('adds what is sold once, takes a promotion code off and taxes the rest, as the session said', async () => {
  const rate = await stripe.taxRates.create({ display_name: 'VAT', percentage: 21, inclusive: false });
  const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
  const code = await stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: coupon.id },
    code: 'TEN',
  });
  const session = await createSession({
    line_items: [
      { price, quantity: 1 },
      { quantity: 1, price_data: { currency: 'eur', unit_amount: 550, product_data: { name: 'Set-up' } } },
    ],
    discounts: [{ promotion_code: code.id }],
    subscription_data: { default_tax_rates: [rate.id] },
  });
  expect(session).toMatchObject({
    amount_subtotal: 2_000,
    amount_total: 2_178,
    total_details: { amount_discount: 200, amount_tax: 378 },
  });
  await submit(session.url, '4242 4242 4242 4242');
  const subscription = await subscribed(session.id);
  const invoice = subscription.latest_invoice as Stripe.Invoice;
  expect(invoice).toMatchObject({
    subtotal: 2_000,
    total: 2_178,
    amount_paid: 2_178,
    total_excluding_tax: 1_800,
  });
  expect(invoice.total_discount_amounts?.map(({ amount }) => amount)).toEqual([200]);
  expect(invoice.total_taxes?.map(({ amount }) => amount)).toEqual([378]);
  expect((await stripe.coupons.retrieve(coupon.id)).times_redeemed).toBe(1);
});
