import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_KEY, type TestSandbox, testSandbox } from '../testing/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;

beforeAll(async () => {
  sandbox = await testSandbox();
  stripe = sandbox.stripe;
  await sandbox.control.putAccount({ key: TEST_KEY, sellerName: 'Smart <Mailbox>' });
});
afterAll(() => sandbox.dispose());

const CARD = {
  email: 'ada@example.com',
  number: '4242 4242 4242 4242',
  expiry: '12 / 90',
  cvc: '123',
  name: 'Ada',
};

function createSession(more: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  return stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'https://shop.example/ok?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://shop.example/pricing',
    client_reference_id: 'order-7',
    payment_intent_data: { setup_future_usage: 'off_session', metadata: { order: '7' } },
    line_items: [
      { quantity: 2, price_data: { currency: 'eur', unit_amount: 1_450, product_data: { name: 'Plus' } } },
    ],
    ...more,
  });
}

function submit(url: string | null, fields: Record<string, string>): Promise<Response> {
  return fetch(url ?? '', { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

async function pageOf(url: string | null): Promise<string> {
  return (await fetch(url ?? '')).text();
}

describe('the hosted page', () => {
  it('shows seller, lines, total and the way back, loads nothing from elsewhere and needs no script', async () => {
    const { url } = await createSession();
    const answer = await fetch(url ?? '');
    const text = await answer.text();
    expect(text).toContain('Sandbox checkout: no real money');
    expect(text).toContain('Smart &lt;Mailbox&gt;');
    expect(text).toContain('€29.00');
    expect(text).toContain('href="https://shop.example/pricing"');
    expect(text).not.toContain('<script');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const [, id] of text.matchAll(/<label for="(\w+)"/g)) expect(text).toContain(`<input id="${id}"`);
  });

  it('takes the payment, leads back with the session id, and keeps the card for a new customer', async () => {
    const session = await createSession();
    const answer = await submit(session.url, CARD);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`https://shop.example/ok?session=${session.id}`);
    const after = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent', 'customer'],
    });
    expect(after).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      client_reference_id: 'order-7',
      url: null,
      customer_details: { email: 'ada@example.com', name: 'Ada' },
      payment_intent: { status: 'succeeded', amount_received: 2_900, metadata: { order: '7' } },
    });
    const customer = after.customer as Stripe.Customer;
    const methods = await stripe.customers.listPaymentMethods(customer.id);
    expect(methods.data.map(({ card }) => card?.last4)).toEqual(['4242']);
    const again = await stripe.paymentIntents.create({
      amount: 100,
      currency: 'eur',
      customer: customer.id,
      payment_method: methods.data[0]?.id ?? '',
      off_session: true,
      confirm: true,
    });
    expect(again.status).toBe('succeeded');
  });

  it('charges once however often the form is sent', async () => {
    const session = await createSession();
    const answers = await Promise.all(Array.from({ length: 5 }, () => submit(session.url, CARD)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303, 303]);
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
    expect((await stripe.charges.list({ payment_intent: String(intent) })).data).toHaveLength(1);
    expect(await pageOf(`${sandbox.stripeUrl}/c/pay/${session.id}`)).toContain('already completed');
  });

  it('says why a card was declined, never shows its number again, and takes another card', async () => {
    const session = await createSession();
    const declined = await submit(session.url, { ...CARD, number: '4000000000009995' });
    const text = await declined.text();
    expect(declined.status).toBe(402);
    expect(text).toContain('Your card has insufficient funds.');
    expect(text).not.toContain('4000000000009995');
    expect((await submit(session.url, CARD)).status).toBe(303);
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
    const charges = await stripe.charges.list({ payment_intent: String(intent) });
    expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });

  it.each([
    ['number', '4242 4242 4242 4241', 'Your card number is invalid.'],
    ['number', '', 'Your card number is incomplete.'],
    ['number', '4111111111111111', 'This is no test card'],
    ['expiry', '13/90', 'Enter the month and year'],
    ['expiry', '01/20', 'Your card&#39;s expiration date is in the past.'],
    ['cvc', '12', 'Enter the 3 digits'],
    ['email', 'nobody', 'Enter your e-mail address.'],
    ['name', '', 'Enter the name on the card.'],
  ])('marks the field %s when it is "%s"', async (field, value, message) => {
    const session = await createSession();
    const answer = await submit(session.url, { ...CARD, [field]: value });
    const text = await answer.text();
    expect(answer.status).toBe(422);
    expect(text).toContain(`id="${field}-error">${message}`);
    expect(text).toContain(`aria-describedby="${field}-error"`);
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_intent).toBeNull();
  });

  it('asks to authenticate, takes no for an answer, and then lets the card be charged off session', async () => {
    const customer = await stripe.customers.create({ email: 'grace@example.com' });
    const session = await createSession({ customer: customer.id });
    const { email: _email, ...card } = { ...CARD, number: '4000002500003155' };
    const step = async (outcome: string) => {
      const location = (await submit(session.url, card)).headers.get('location') ?? '';
      const secret = new URL(location).searchParams.get('client_secret') ?? '';
      return submit(location, { client_secret: secret, outcome });
    };
    const failed = await step('fail');
    expect(failed.headers.get('location')).toBe(`/c/pay/${session.id}`);
    expect(await pageOf(session.url)).toContain('unable to authenticate');
    const passed = await step('complete');
    expect(passed.headers.get('location')).toContain(session.id);
    const [method] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    const later = await stripe.paymentIntents.create({
      amount: 100,
      currency: 'eur',
      customer: customer.id,
      payment_method: method?.id ?? '',
      off_session: true,
      confirm: true,
    });
    expect(later.status).toBe('succeeded');
  });

  it('keeps a card without charging in setup mode', async () => {
    const customer = await stripe.customers.create({ email: 'grace@example.com' });
    const session = await stripe.checkout.sessions.create({
      mode: 'setup',
      customer: customer.id,
      currency: 'eur',
      success_url: 'https://shop.example/ok',
    });
    expect(await pageOf(session.url)).toContain('Nothing is charged now');
    expect((await submit(session.url, CARD)).status).toBe(303);
    const after = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['setup_intent.payment_method'],
    });
    expect(after).toMatchObject({
      status: 'complete',
      payment_status: 'no_payment_required',
      setup_intent: {
        status: 'succeeded',
        payment_method: { customer: customer.id, card: { last4: '4242' } },
      },
    });
  });

  it('takes nothing once the session has expired, by the API or by the clock of the account', async () => {
    const session = await createSession();
    await submit(session.url, { ...CARD, number: '4000000000000002' });
    const expired = await stripe.checkout.sessions.expire(session.id);
    expect((await submit(`${sandbox.stripeUrl}/c/pay/${session.id}`, CARD)).status).toBe(410);
    expect((await stripe.paymentIntents.retrieve(String(expired.payment_intent))).status).toBe('canceled');
    const { id } = await sandbox.control.putAccount({ key: TEST_KEY });
    const late = await createSession();
    await sandbox.control.setClock(id, (late.expires_at ?? 0) * 1000);
    expect((await submit(late.url, CARD)).status).toBe(410);
    await sandbox.control.setClock(id, null);
  });

  it('leaves no card number in the journal', async () => {
    const journal = await readFile(join(sandbox.folder, 'journal.jsonl'), 'utf8');
    expect(journal).not.toMatch(/(4242|4000|4111)[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}/);
    expect(journal).not.toContain(TEST_KEY);
    expect(journal).toContain('"last4":"4242"');
  });

  it('answers 404 for a session that does not exist', async () => {
    expect((await fetch(`${sandbox.stripeUrl}/c/pay/cs_test_none`)).status).toBe(404);
    expect((await submit(`${sandbox.stripeUrl}/c/pay/cs_test_none`, CARD)).status).toBe(404);
  });
});
