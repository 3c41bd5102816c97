import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  customerWithCard,
  stripeClient,
  TEST_KEY,
  type TestSandbox,
  testSandbox,
} from '../testing/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;

beforeAll(async () => {
  sandbox = await testSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.dispose());

function send(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(sandbox.stripeUrl + path, {
    method: 'POST',
    body,
    headers: {
      authorization: `Bearer ${TEST_KEY}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
  });
}

describe('idempotency', () => {
  it('answers a repeated key with the first answer, byte for byte, and acts once', async () => {
    const key = { 'idempotency-key': 'repeat-me' };
    const first = await send('/v1/customers', 'email=a%40example.com&name=A', key);
    const second = await send('/v1/customers', 'name=A&email=a%40example.com', key);
    expect(await second.text()).toBe(await first.text());
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.headers.get('original-request')).toBe(first.headers.get('request-id'));
    expect((await stripe.customers.list({ email: 'a@example.com' })).data).toHaveLength(1);
  });

  it('refuses a key that comes back with other parameters', async () => {
    await stripe.customers.create({ name: 'A' }, { idempotencyKey: 'other-body' });
    const again = stripe.customers.create({ name: 'B' }, { idempotencyKey: 'other-body' });
    await expect(again).rejects.toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  });

  it('replays a decline too, without charging again', async () => {
    const { customer, method } = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
    const pay = () =>
      stripe.paymentIntents
        .create(
          {
            amount: 900,
            currency: 'usd',
            customer,
            payment_method: method,
            confirm: true,
            off_session: true,
          },
          { idempotencyKey: 'declined-once' },
        )
        .catch((cause: Stripe.errors.StripeError) => cause.charge);
    expect(await pay()).toBe(await pay());
    expect((await stripe.charges.list({ customer })).data).toHaveLength(1);
  });

  it('lets a request that was refused as malformed be corrected under the same key', async () => {
    const options = { idempotencyKey: 'corrected' };
    await expect(stripe.paymentIntents.create({ amount: 0, currency: 'usd' }, options)).rejects.toThrow();
    await expect(
      stripe.paymentIntents.create({ amount: 10, currency: 'usd' }, options),
    ).resolves.toBeDefined();
  });

  it('takes ten simultaneous requests with one key as one: the others are told to wait or get its answer', async () => {
    const { customer, method } = await customerWithCard(stripe, 'pm_card_visa');
    const body = `amount=100&currency=usd&customer=${customer}&payment_method=${method}&confirm=true`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        send('/v1/payment_intents', body, { 'idempotency-key': 'all-at-once' }),
      ),
    );
    for (const answer of answers) expect([200, 409]).toContain(answer.status);
    expect((await stripe.charges.list({ customer })).data).toHaveLength(1);
  });
});

describe('errors', () => {
  it('names an unknown parameter and changes nothing', async () => {
    const answer = await send('/v1/customers', 'name=Nobody&colour=red');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('request-id')).toMatch(/^req_/);
    expect(await answer.json()).toMatchObject({
      error: { type: 'invalid_request_error', code: 'parameter_unknown', param: 'colour' },
    });
    const all = await stripe.customers.list({ limit: 100 });
    expect(all.data.some(({ name }) => name === 'Nobody')).toBe(false);
  });

  it.each([
    ['amount=ten&currency=usd', 'parameter_invalid_integer'],
    ['amount=1.5&currency=usd', 'parameter_invalid_integer'],
    ['currency=usd', 'parameter_missing'],
    ['amount=100', 'parameter_missing'],
    ['amount=100000000&currency=usd', 'amount_too_large'],
    ['amount=100&currency=usd&customer=cus_none', 'resource_missing'],
    ['amount=100&currency=usd&payment_method=pm_none', 'resource_missing'],
  ])('refuses %s with %s', async (body, code) => {
    const answer = await send('/v1/payment_intents', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code } });
  });

  it.each(['a[b=1', 'a]=1', 'a[b][c]=1&a[b]=2', `a${'[x]'.repeat(20)}=1`, '__proto__[polluted]=1'])(
    'refuses the malformed form %s with 400',
    async (body) => {
      const answer = await send('/v1/customers', body);
      expect(answer.status).toBe(400);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  it('answers 401 without a test key, 404 for what does not exist', async () => {
    await expect(stripeClient(sandbox.stripeUrl, 'sk_live_abc').customers.list()).rejects.toMatchObject({
      statusCode: 401,
    });
    await expect(stripe.customers.retrieve('cus_none')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
    expect((await fetch(`${sandbox.stripeUrl}/v1/unknown`)).status).toBe(404);
  });

  it('refuses amounts below the smallest one only where the account says so', async () => {
    const other = stripeClient(sandbox.stripeUrl, 'sk_test_minimum');
    await expect(other.paymentIntents.create({ amount: 49, currency: 'usd' })).resolves.toBeDefined();
    await sandbox.control.putAccount({ key: 'sk_test_minimum', enforceMinimumAmount: true });
    await expect(other.paymentIntents.create({ amount: 49, currency: 'usd' })).rejects.toMatchObject({
      code: 'amount_too_small',
    });
  });

  it('keeps accounts apart: an id of one is missing for another', async () => {
    const { id } = await stripe.customers.create();
    const other = stripeClient(sandbox.stripeUrl, 'sk_test_stranger');
    await expect(other.customers.retrieve(id)).rejects.toMatchObject({ code: 'resource_missing' });
    expect((await other.customers.list()).data).toEqual([]);
  });
});

describe('lists', () => {
  it('pages through everything newest first without gaps or doubles', async () => {
    const other = stripeClient(sandbox.stripeUrl, 'sk_test_pages');
    const made: string[] = [];
    for (let n = 0; n < 25; n += 1) made.unshift((await other.customers.create({ name: `n${n}` })).id);
    const seen: string[] = [];
    for await (const customer of other.customers.list({ limit: 7 })) seen.push(customer.id);
    expect(seen).toEqual(made);
    const before = await other.customers.list({ ending_before: made[10] ?? '', limit: 3 });
    expect(before.data.map(({ id }) => id)).toEqual(made.slice(7, 10));
  });

  it('refuses a limit outside 1 to 100 and a cursor that names nothing', async () => {
    await expect(stripe.customers.list({ limit: 0 })).rejects.toMatchObject({ param: 'limit' });
    await expect(stripe.customers.list({ starting_after: 'cus_none' })).rejects.toMatchObject({
      code: 'resource_missing',
    });
  });
});

describe('customers', () => {
  it('merges metadata, unsets with an empty value, and forgets a deleted customer', async () => {
    const { id } = await stripe.customers.create({ name: 'A', metadata: { one: '1', two: '2' } });
    const updated = await stripe.customers.update(id, { name: '', metadata: { one: '', three: '3' } });
    expect(updated).toMatchObject({ name: null, metadata: { two: '2', three: '3' } });
    await stripe.customers.del(id);
    expect(await stripe.customers.retrieve(id)).toMatchObject({ deleted: true });
    await expect(stripe.paymentMethods.attach('pm_card_visa', { customer: id })).rejects.toThrow(
      /No such customer/,
    );
  });

  it('takes only an attached method as default, and drops it when it is detached', async () => {
    const { customer, method } = await customerWithCard(stripe, 'pm_card_visa');
    const foreign = await customerWithCard(stripe, 'pm_card_visa');
    await expect(
      stripe.customers.update(customer, { invoice_settings: { default_payment_method: foreign.method } }),
    ).rejects.toMatchObject({ code: 'resource_missing' });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method } });
    await stripe.paymentMethods.detach(method);
    const after = (await stripe.customers.retrieve(customer)) as Stripe.Customer;
    expect(after.invoice_settings.default_payment_method).toBeNull();
  });

  it('detaches a card once and for good: no list shows it, nothing charges it, nobody gets it back', async () => {
    const { customer, method } = await customerWithCard(stripe, 'pm_card_visa');
    expect(await stripe.paymentMethods.detach(method)).toMatchObject({ id: method, customer: null });
    expect((await stripe.customers.listPaymentMethods(customer)).data).toEqual([]);
    expect(await stripe.paymentMethods.retrieve(method)).toMatchObject({ customer: null });
    const refused = { statusCode: 400, type: 'StripeInvalidRequestError' };
    await expect(stripe.paymentMethods.detach(method)).rejects.toMatchObject(refused);
    await expect(stripe.paymentMethods.attach(method, { customer })).rejects.toMatchObject(refused);
    await expect(
      stripe.paymentIntents.create({
        amount: 100,
        currency: 'eur',
        customer,
        payment_method: method,
        off_session: true,
        confirm: true,
      }),
    ).rejects.toMatchObject(refused);
    await expect(stripe.paymentMethods.detach('pm_nobody')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  it('accepts a card number only of a test card, and keeps no number at all', async () => {
    const made = await stripe.paymentMethods.create({
      type: 'card',
      card: { number: '4242424242424242', exp_month: 12, exp_year: 2090, cvc: '123' },
    });
    expect(made.card).toMatchObject({ brand: 'visa', last4: '4242', checks: { cvc_check: 'pass' } });
    await expect(
      stripe.paymentMethods.create({
        type: 'card',
        card: { number: '4111111111111111', exp_month: 1, exp_year: 2090 },
      }),
    ).rejects.toMatchObject({ decline_code: 'test_mode_live_card' });
  });
});
