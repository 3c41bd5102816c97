import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { customerWithCard, TEST_KEY, type TestSandbox, testSandbox } from '../testing/sandbox.ts';
import { retryDelayMs } from './schedule.ts';

const SECRET = 'whsec_of_the_tests_0123456789';

/** What takes a moment takes many on a busy machine. */
const SOON = { timeout: 20_000 };

let sandbox: TestSandbox;
let receiver: Receiver;
let account: string;
let skewMs = 0;

beforeEach(async () => {
  skewMs = 0;
  sandbox = await testSandbox({ wallNow: () => performance.timeOrigin + performance.now() + skewMs });
  receiver = await startReceiver();
  account = (
    await sandbox.control.putAccount({ key: TEST_KEY, webhookUrl: receiver.url, webhookSecret: SECRET })
  ).id;
});
afterEach(async () => {
  await sandbox.dispose();
  await receiver.stop();
});

const SLOW_MS = 500;

/** How long something took. */
async function lasting(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Ids of the objects that the webhooks told of, in the order in which they came. */
const objectIds = () =>
  receiver.received.map(
    ({ body }) => (JSON.parse(body) as { data: { object: { id: string } } }).data.object.id,
  );

async function pay(amount = 1_000) {
  const { customer, method } = await customerWithCard(sandbox.stripe, 'pm_card_visa');
  return sandbox.stripe.paymentIntents.create({
    amount,
    currency: 'eur',
    customer,
    payment_method: method,
    confirm: true,
    off_session: true,
  });
}

describe('webhooks', () => {
  it('are signed so that the official SDK accepts them, and refuses a changed body', async () => {
    const intent = await pay();
    await sandbox.control.drain(account);
    expect(receiver.types()).toEqual(
      expect.arrayContaining([
        'customer.created',
        'payment_method.attached',
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.succeeded',
      ]),
    );
    const { webhooks } = new Stripe(TEST_KEY);
    for (const { body, signature } of receiver.received) {
      const event = webhooks.constructEvent(body, signature, SECRET);
      expect(event.api_version).toBe('2026-10-28.endive');
      expect(() => webhooks.constructEvent(`${body} `, signature, SECRET)).toThrow();
    }
    const [stored] = (await sandbox.stripe.events.list({ type: 'payment_intent.succeeded' })).data;
    expect(stored).toMatchObject({ pending_webhooks: 0, data: { object: { id: intent.id } } });
  });

  it('tell of refunds, cancelled intents and deleted customers', async () => {
    const intent = await pay();
    const refund = await sandbox.stripe.refunds.create({ payment_intent: intent.id, amount: 300 });
    await sandbox.stripe.refunds.update(refund.id, { metadata: { note: 'x' } });
    const open = await sandbox.stripe.paymentIntents.create({ amount: 100, currency: 'eur' });
    await sandbox.stripe.paymentIntents.cancel(open.id);
    await sandbox.stripe.customers.del(String(intent.customer));
    await sandbox.control.drain(account);
    const types = [
      'refund.created',
      'charge.refunded',
      'refund.updated',
      'payment_intent.canceled',
      'customer.deleted',
    ];
    expect(receiver.types()).toEqual(expect.arrayContaining(types));
  });

  it('wait while the endpoint fails, and go out again by themselves', async () => {
    receiver.answerWith(500);
    await sandbox.stripe.customers.create({ name: 'A' });
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), SOON);
    receiver.answerWith(200);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(2), SOON);
    const bodies = new Set(receiver.received.map(({ body }) => body));
    expect(bodies.size).toBe(1);
    await vi.waitFor(
      async () => expect((await sandbox.control.account(account)).pendingWebhooks).toBe(0),
      SOON,
    );
  });

  it('that came between two drains are told by their total, which neither of them counts', async () => {
    const before = await sandbox.control.drain(account);
    await sandbox.stripe.customers.create({ name: 'A' });
    await vi.waitFor(
      async () => expect((await sandbox.control.account(account)).pendingWebhooks).toBe(0),
      SOON,
    );
    const after = await sandbox.control.drain(account);
    expect([after.delivered, after.total - before.total]).toEqual([0, 1]);
  });

  it('are tried at once by a drain, which counts what is left', async () => {
    receiver.answerWith(503);
    await sandbox.stripe.customers.create({ name: 'A' });
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), SOON);
    expect(await sandbox.control.drain(account)).toMatchObject({ failed: 1, pending: 1 });
    receiver.answerWith(200);
    expect(await sandbox.control.drain(account)).toEqual({ delivered: 1, failed: 0, pending: 0, total: 1 });
  });

  it('go on after a restart', async () => {
    receiver.answerWith(500);
    await sandbox.stripe.customers.create({ name: 'A' });
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), SOON);
    await sandbox.stop();
    receiver.answerWith(200);
    const again = await testSandbox({ folder: sandbox.folder });
    await again.control.drain(account);
    expect(receiver.received.length).toBeGreaterThanOrEqual(2);
    expect((await again.control.account(account)).pendingWebhooks).toBe(0);
    await again.stop();
  });

  it('go only to endpoints that asked for their type', async () => {
    const other = await startReceiver();
    await sandbox.stripe.webhookEndpoints.create({ url: other.url, enabled_events: ['customer.updated'] });
    const customer = await sandbox.stripe.customers.create({ name: 'A' });
    await sandbox.stripe.customers.update(customer.id, { name: 'B' });
    await sandbox.control.drain(account);
    expect(other.types()).toEqual(['customer.updated']);
    expect(JSON.parse(other.received[0]?.body ?? '{}')).toMatchObject({
      data: { previous_attributes: { name: 'A' } },
    });
    await other.stop();
  });

  it('are tried 1 s, 5 s, 30 s and 5 min after failures, and given up after about three days', () => {
    expect([1, 2, 3, 4].map(retryDelayMs)).toEqual([1_000, 5_000, 30_000, 300_000]);
    let totalMs = 0;
    let attempts = 1;
    for (let delay = retryDelayMs(attempts); delay !== null; delay = retryDelayMs(attempts)) {
      totalMs += delay;
      attempts += 1;
    }
    expect(totalMs / 86_400_000).toBeGreaterThan(2.5);
    expect(totalMs / 86_400_000).toBeLessThan(4);
  });
});

describe('faults', () => {
  it('decline the next charges with the code that was chosen, then stop', async () => {
    await sandbox.control.setFaults(account, { failCharges: 1, failChargesWith: 'insufficient_funds' });
    await expect(pay()).rejects.toMatchObject({ decline_code: 'insufficient_funds' });
    expect((await pay()).status).toBe('succeeded');
  });

  it('leave a charge unanswered before or after it was carried out', async () => {
    const { customer, method } = await customerWithCard(sandbox.stripe, 'pm_card_visa');
    const attempt = (idempotencyKey: string) =>
      sandbox.stripe.paymentIntents.create(
        { amount: 700, currency: 'eur', customer, payment_method: method, confirm: true },
        { idempotencyKey, timeout: 300 },
      );
    await sandbox.control.setFaults(account, { timeoutsBefore: 1 });
    await expect(attempt('before')).rejects.toMatchObject({ type: 'StripeConnectionError' });
    expect((await sandbox.stripe.charges.list({ customer })).data).toHaveLength(0);
    await sandbox.control.setFaults(account, { timeoutsAfter: 1 });
    await expect(attempt('after')).rejects.toMatchObject({ type: 'StripeConnectionError' });
    expect((await sandbox.stripe.charges.list({ customer })).data).toHaveLength(1);
    expect((await attempt('after')).status).toBe('succeeded');
    expect((await sandbox.stripe.charges.list({ customer })).data).toHaveLength(1);
  });

  it('refuse the next writes with 429 or 500', async () => {
    await sandbox.control.setFaults(account, { rejectRequests: 1, rejectStatus: 429 });
    await expect(sandbox.stripe.customers.create()).rejects.toMatchObject({ type: 'StripeRateLimitError' });
    await sandbox.control.setFaults(account, { rejectRequests: 1, rejectStatus: 500 });
    await expect(sandbox.stripe.customers.create()).rejects.toMatchObject({ statusCode: 500 });
    await expect(sandbox.stripe.customers.create()).resolves.toBeDefined();
  });

  it('double, hold back or lose webhooks', async () => {
    await sandbox.control.setFaults(account, { duplicateWebhooks: true });
    await sandbox.stripe.customers.create();
    await sandbox.control.drain(account);
    expect(receiver.received).toHaveLength(2);
    await sandbox.control.setFaults(account, { delayWebhooksMs: 60_000 });
    await sandbox.stripe.customers.create();
    expect(await sandbox.control.drain(account)).toMatchObject({ delivered: 0, failed: 0, pending: 1 });
    await sandbox.control.setFaults(account, { loseWebhooks: 1 });
    const lost = await sandbox.stripe.customers.create({ name: 'Lost' });
    expect(await sandbox.control.drain(account)).toMatchObject({ delivered: 0 });
    const [event] = (await sandbox.stripe.events.list({ limit: 1 })).data;
    expect(event?.data.object).toMatchObject({ id: lost.id });
  });

  it('deliver held back webhooks late, and the newest first where the order is turned round', async () => {
    await sandbox.control.setFaults(account, { delayWebhooksMs: 60_000 });
    const late = await sandbox.stripe.customers.create({ name: 'Late' });
    await sandbox.control.drain(account);
    expect(receiver.received).toHaveLength(0);
    skewMs = 60_000;
    expect(await sandbox.control.drain(account)).toMatchObject({ delivered: 1, pending: 0 });
    expect(objectIds()).toEqual([late.id]);
    await sandbox.control.setFaults(account, { delayWebhooksMs: 60_000, reorderWebhooks: true });
    const made: string[] = [];
    for (const name of ['A', 'B', 'C']) made.push((await sandbox.stripe.customers.create({ name })).id);
    skewMs = 120_000;
    expect(await sandbox.control.drain(account)).toMatchObject({ delivered: 3, pending: 0 });
    expect(objectIds().slice(1)).toEqual(made.toReversed());
  });

  it('keep every answer waiting, of reads and of writes, until they end', async () => {
    const { id } = await sandbox.stripe.customers.create();
    await sandbox.control.setFaults(account, { slowMs: SLOW_MS });
    expect(await lasting(() => sandbox.stripe.customers.create())).toBeGreaterThanOrEqual(SLOW_MS - 5);
    expect(await lasting(() => sandbox.stripe.customers.retrieve(id))).toBeGreaterThanOrEqual(SLOW_MS - 5);
    await sandbox.control.setFaults(account, {});
    // A machine under load may be slow by itself, but not each of several times.
    const without: number[] = [];
    for (let count = 0; count < 5; count += 1)
      without.push(await lasting(() => sandbox.stripe.customers.retrieve(id)));
    expect(Math.min(...without)).toBeLessThan(SLOW_MS);
  });
});
