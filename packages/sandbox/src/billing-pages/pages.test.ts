import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import fixtures from '../../fixtures/stripe-billing-objects.json' with { type: 'json' };
import { customerWithCard, stripeClient, type TestSandbox, testSandbox } from '../testing/sandbox.ts';
import { differences, type Json } from '../testing/shapes.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
let account: string;
let price: string;

beforeAll(async () => {
  sandbox = await testSandbox();
  account = (await sandbox.control.putAccount({ key: 'sk_test_pages', sellerName: 'Seller <One>' })).id;
  stripe = stripeClient(sandbox.stripeUrl, 'sk_test_pages');
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

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

function submit(url: string, fields: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

async function subscribed(token = 'pm_card_visa') {
  const { customer, method } = await customerWithCard(stripe, token);
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price }],
    default_payment_method: method,
    payment_behavior: 'allow_incomplete',
  });
  return { customer, subscription };
}

it('shows customers what they have; they cancel, think better of it, and change what they pay with', async () => {
  const { customer, subscription } = await subscribed();
  const portal = await stripe.billingPortal.sessions.create({
    customer,
    return_url: 'https://shop.example/account',
  });
  const text = await textOf(portal.url);
  expect(text).toContain('1 × Plus (at €14.50 / month)');
  expect(text).toContain('Visa ending in 4242');
  expect(text).toContain('href="https://shop.example/account"');
  expect(text).toContain('Seller &lt;One&gt;');
  expect(text).not.toContain('<script');
  const now = () => stripe.subscriptions.retrieve(subscription.id);
  expect((await submit(`${portal.url}/cancel`, { subscription: subscription.id })).status).toBe(303);
  expect(await now()).toMatchObject({
    cancel_at_period_end: true,
    cancellation_details: { reason: 'cancellation_requested' },
  });
  await submit(`${portal.url}/keep`, { subscription: subscription.id });
  expect(await now()).toMatchObject({ cancel_at_period_end: false, cancel_at: null });
  const page = (await submit(`${portal.url}/method`)).headers.get('location') ?? '';
  const done = await submit(page, { ...CARD, number: '5555 5555 5555 4444' });
  expect(done.headers.get('location')).toBe(portal.url);
  expect(await textOf(portal.url)).toContain('Mastercard ending in 4444');
  const { default_payment_method: method } = await now();
  expect((await stripe.paymentMethods.retrieve(String(method))).card?.brand).toBe('mastercard');
});

it('lets nobody in with another link, act on what is not theirs, or do what is switched off', async () => {
  const { customer } = await subscribed();
  const { subscription: foreign } = await subscribed();
  const closed = await stripe.billingPortal.configurations.create({
    features: { subscription_cancel: { enabled: false }, payment_method_update: { enabled: false } },
  });
  const open = await stripe.billingPortal.sessions.create({ customer });
  const shut = await stripe.billingPortal.sessions.create({ customer, configuration: closed.id });
  const [own] = (await stripe.subscriptions.list({ customer })).data;
  const tries = [
    submit(`${open.url}/cancel`, { subscription: foreign.id }),
    submit(`${open.url}/destroy`, { subscription: own?.id ?? '' }),
    submit(`${shut.url}/cancel`, { subscription: own?.id ?? '' }),
    submit(`${shut.url}/method`),
    fetch(`${open.url}x`),
  ];
  for (const answer of await Promise.all(tries)) expect(answer.status).toBe(404);
  const left = await stripe.subscriptions.list({ customer });
  expect(left.data.map(({ cancel_at: at }) => at)).toEqual([null]);
  await sandbox.control.setClock(
    account,
    Math.floor(performance.timeOrigin + performance.now()) + 2 * 3_600_000,
  );
  expect((await fetch(open.url)).status).toBe(404);
  await sandbox.control.setClock(account, null);
});

it('answers with the fields and types of Stripe for portal links and settings', async () => {
  const { id: customer } = await stripe.customers.create();
  const session: Json = JSON.parse(JSON.stringify(await stripe.billingPortal.sessions.create({ customer })));
  expect(differences(session, fixtures['billing_portal.session'] as Json, [], new Set())).toEqual([]);
  const [made] = (await stripe.billingPortal.configurations.list()).data;
  const configuration: Json = JSON.parse(JSON.stringify(made));
  expect(differences(configuration, fixtures['billing_portal.configuration'] as Json, [], new Set())).toEqual(
    [],
  );
});

it('shows an invoice as page and PDF, and takes its payment once', async () => {
  const { subscription } = await subscribed('pm_card_chargeCustomerFail');
  expect(subscription.status).toBe('incomplete');
  const customer = String(subscription.customer);
  const invoice = await stripe.invoices.retrieve(String(subscription.latest_invoice));
  const url = invoice.hosted_invoice_url ?? '';
  expect(await textOf(url)).toContain('Pay €14.50');
  const declined = await submit(`${url}/pay`);
  expect(declined.status).toBe(402);
  expect(await declined.text()).toContain('Your card was declined');
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: card.id });
  expect((await submit(`${url}/pay`)).status).toBe(303);
  expect((await submit(`${url}/pay`)).status).toBe(303);
  expect((await stripe.charges.list({ customer })).data.filter(({ paid }) => paid)).toHaveLength(1);
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  const pdf = await fetch(invoice.invoice_pdf ?? '');
  expect(pdf.headers.get('content-type')).toBe('application/pdf');
  expect(await pdf.text()).toMatch(/^%PDF-1\.4[\s\S]*EUR 14\.50[\s\S]*%%EOF\n$/);
  expect((await fetch(url.replace(invoice.id, 'in_none'))).status).toBe(404);
});

it('lists what is sold in a table of prices, and leads from there through checkout', async () => {
  const table = `${sandbox.stripeUrl}/pricing-table/${account}`;
  expect(await textOf(`${table}?client_reference_id=team-7`)).toContain('€14.50 a month');
  expect((await submit(table, { price: 'price_none' })).status).toBe(404);
  const answer = await submit(table, { price, client_reference_id: 'team-7' });
  const page = answer.headers.get('location') ?? '';
  await submit(page, { ...CARD, number: '4242 4242 4242 4242' });
  const [session] = (await stripe.checkout.sessions.list({ limit: 1 })).data;
  expect(session).toMatchObject({ status: 'complete', mode: 'subscription', client_reference_id: 'team-7' });
  expect((await stripe.subscriptions.retrieve(String(session?.subscription))).status).toBe('active');
});
