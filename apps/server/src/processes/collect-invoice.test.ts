import { instant } from '@billhook/core/time/instant';
import { afterEach, expect, test } from 'vitest';
import { type PaymentProvider, refundPayment } from '../modules/payments/api.ts';
import { openDatabase } from '../platform/database.ts';
import { silentLog } from '../platform/log.ts';
import { addCustomer, addPlan, balances, creditBalance, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';
import { collectSource } from './collect-invoice.ts';

let world: PaymentWorld;
afterEach(() => world.close());

const START = '2026-03-01T00:00:00Z';

async function subscribed(card: string | null, settings: Record<string, unknown> = {}, timeoutMs?: number) {
  world = await createPaymentWorld(START, settings, timeoutMs);
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  const customer = await addCustomer(world, { name: 'Ada', email: 'ada@example.com' });
  if (card !== null) await world.addCard(customer.id, card);
  const subscription = await subscribe(world, customer.id, plan, { collection: 'automatic' });
  return { customer, subscription };
}

const attempts = () =>
  world.admin('select status, failure_code as code from payment_attempts order by created_at, id');
const statusOf = async (subscriptionId: string) =>
  (await world.admin('select status from subscriptions where id = $1', [subscriptionId]))[0]?.status;
const events = async (type: string) =>
  (await world.admin('select count(*)::int as count from outbox where type = $1', [type]))[0]?.count;
const chargesAtProvider = async (customerId: string) => {
  const [row] = await world.admin(
    'select provider_customer_id as id from provider_customers where customer_id = $1',
    [customerId],
  );
  const key = await world.admin('select id from payment_attempts');
  const found = await Promise.all(
    key.map((attempt) =>
      world.provider.findIntent({
        providerCustomerId: String(row?.id),
        attemptId: String(attempt.id),
        since: instant(0),
      }),
    ),
  );
  return found.filter((intent) => intent?.status === 'succeeded').length;
};

test('I18 an invoice is collected from the default card, with its fee in the books', async () => {
  const { customer } = await subscribed('pm_card_visa');
  await world.settle();
  expect(await world.invoices()).toMatchObject([{ status: 'paid', paidMinor: 2900n, dueMinor: 0n }]);
  // The sandbox takes 1.4 % and 25 cents, as Stripe does for European cards: 41 + 25.
  expect(await balances(world)).toEqual({ receivable: 0n, revenue: -2900n, 'cash:stripe': 2834n, fees: 66n });
  expect(await attempts()).toEqual([{ status: 'succeeded', code: null }]);
  expect(await chargesAtProvider(customer.id)).toBe(1);
  expect(await events('payment.succeeded')).toBe(1);
  expect(await events('invoice.paid')).toBe(1);
});

test('a card that is declined is tried again by schedule, and recovers with another card at once', async () => {
  const { customer, subscription } = await subscribed('pm_card_chargeCustomerFail');
  await world.settle();
  expect(await statusOf(subscription.id)).toBe('past_due');
  expect(await world.invoices()).toMatchObject([{ status: 'open', failureCount: 1 }]);
  await world.advance('2026-03-04T00:00:00Z');
  expect((await attempts()).map(({ status }) => status)).toEqual(['failed', 'failed', 'created']);
  await world.addCard(customer.id, 'pm_card_visa');
  await world.settle();
  expect(await statusOf(subscription.id)).toBe('active');
  expect(await world.invoices()).toMatchObject([{ status: 'paid' }]);
  expect(await events('payment.failed')).toBe(2);
  await balances(world);
});

test('after the last failed try the subscription ends and the invoice is uncollectible', async () => {
  const { subscription } = await subscribed('pm_card_chargeCustomerFail');
  await world.advance('2026-03-31T00:00:00Z');
  expect(await attempts()).toHaveLength(4);
  expect(await statusOf(subscription.id)).toBe('canceled');
  expect(await world.invoices()).toMatchObject([{ status: 'uncollectible', dueMinor: 2900n }]);
  await world.advance('2026-06-01T00:00:00Z');
  expect(await world.invoices()).toHaveLength(1);
  await balances(world);
});

test('a customer without a card fails without a call to the provider', async () => {
  await subscribed(null);
  await world.settle();
  expect((await attempts())[0]).toEqual({ status: 'failed', code: 'payment_method_missing' });
});

test('I16 a charge that ran out of time is unknown, looked up, and never made twice', async () => {
  const { customer } = await subscribed('pm_card_visa', {}, 300);
  await world.control.setFaults(world.accountId, { timeoutsAfter: 1, holdMs: 2_000, loseWebhooks: 100 });
  await world.sources.bill.run(world.tenantId, 10);
  await world.sources.collect.run(world.tenantId, 10);
  expect(await attempts()).toEqual([{ status: 'unknown', code: null }]);
  expect(await world.sources.collect.run(world.tenantId, 10)).toBe(0);
  await world.advance('2026-03-01T00:10:00Z');
  expect(await attempts()).toEqual([{ status: 'succeeded', code: null }]);
  expect(await chargesAtProvider(customer.id)).toBe(1);
  expect(await world.invoices()).toMatchObject([{ status: 'paid' }]);
  await balances(world);
});

test('I16 a call that never arrived is sent again under its first key, after a look-up said so', async () => {
  const { customer } = await subscribed('pm_card_visa', {}, 300);
  await world.control.setFaults(world.accountId, { timeoutsBefore: 1, holdMs: 2_000 });
  await world.settle();
  expect(await attempts()).toEqual([{ status: 'unknown', code: null }]);
  await world.advance('2026-03-01T00:10:00Z');
  expect(await attempts()).toEqual([{ status: 'succeeded', code: null }]);
  expect(await chargesAtProvider(customer.id)).toBe(1);
});

test('I17 what stays unknown to the end of the schedule becomes a case', async () => {
  await subscribed('pm_card_visa');
  await world.control.setFaults(world.accountId, { rejectRequests: 10_000, rejectStatus: 500 });
  await world.settle();
  await world.admin(`update payment_attempts set provider_object_id = 'pi_that_is_not_there'`);
  await world.advance('2026-03-20T00:00:00Z');
  expect(await world.admin('select kind from cases')).toEqual([{ kind: 'payment.unknown' }]);
  expect((await attempts())[0]?.status).toBe('unknown');
});

const unknownCases = () =>
  world.admin(`select closed_at is null as "isOpen" from cases where kind = 'payment.unknown'`);

test('I457 an outcome that stays unknown is a case after an hour while it is looked up further, and no case once it is known', async () => {
  const { customer } = await subscribed('pm_card_visa');
  await world.control.setFaults(world.accountId, { rejectRequests: 10_000, rejectStatus: 500 });
  await world.settle();
  await world.advance('2026-03-01T00:59:00Z');
  expect(await attempts()).toEqual([{ status: 'unknown', code: null }]);
  expect(await unknownCases()).toEqual([]);
  await world.advance('2026-03-01T01:10:00Z');
  expect(await unknownCases()).toEqual([{ isOpen: true }]);
  expect(await events('case.opened')).toBe(1);
  expect(await attempts()).toEqual([{ status: 'unknown', code: null }]);
  await world.control.setFaults(world.accountId, {});
  await world.advance('2026-03-02T02:00:00Z');
  expect(await attempts()).toEqual([{ status: 'succeeded', code: null }]);
  expect(await chargesAtProvider(customer.id)).toBe(1);
  expect(await unknownCases()).toEqual([{ isOpen: false }]);
  expect(await events('case.closed')).toBe(1);
});

test('a sender that died in mid-call leaves an unknown outcome, which is looked up', async () => {
  const { customer } = await subscribed('pm_card_visa');
  await world.sources.bill.run(world.tenantId, 10);
  await world.admin(
    `update payment_attempts set status = 'sending', lease_until = now() - interval '1 minute', sent_at = now(),
       payment_method_id = (select id from payment_methods)`,
  );
  await world.settle();
  expect(await attempts()).toEqual([{ status: 'succeeded', code: null }]);
  expect(await chargesAtProvider(customer.id)).toBe(1);
});

test('the calls of a process that was killed are looked up at the same business instant, those of a living one wait', async () => {
  const { customer } = await subscribed('pm_card_visa');
  await world.sources.bill.run(world.tenantId, 10);
  const other = openDatabase(world.database.url);
  await other.life.held();
  await world.admin(
    `update payment_attempts set status = 'sending', lease_until = now() + interval '2 minutes', lease_owner = $1,
       sent_at = now(), payment_method_id = (select id from payment_methods)`,
    [other.life.id.toString()],
  );
  const dueAt = () => world.query((ctx) => world.sources.collect.nextDueAt(ctx));
  const tenantsDue = () =>
    world.transactor.work((sql) => world.sources.collect.tenantsDue(sql, world.transactor.wallNow()));
  expect(await dueAt()).toBeNull();
  expect(await tenantsDue()).toEqual([]);
  await world.settle();
  expect(await attempts()).toEqual([{ status: 'sending', code: null }]);
  await other.close();
  // PostgreSQL notices the end of a session in its own time.
  await expect.poll(dueAt).toBe(Date.parse(START));
  expect(await tenantsDue()).toEqual([world.tenantId]);
  await world.settle();
  expect(await attempts()).toEqual([{ status: 'succeeded', code: null }]);
  expect(await chargesAtProvider(customer.id)).toBe(1);
  expect(await world.admin('select distinct succeeded_at from payments')).toEqual([
    { succeeded_at: new Date(START) },
  ]);
});

async function paid() {
  const { customer } = await subscribed('pm_card_visa', { taxRates: {} });
  await world.settle();
  const [payment] = await world.admin('select id from payments');
  return { customer, paymentId: String(payment?.id) };
}

const refund = (paymentId: string, amountMinor: bigint | null) =>
  world.command((ctx) => refundPayment(ctx, { paymentId, amountMinor, reason: 'goodwill' }));

test('I19 refunds go back in parts, never beyond what was captured, also when asked for at once', async () => {
  const { paymentId } = await paid();
  const asked = await Promise.allSettled(Array.from({ length: 5 }, () => refund(paymentId, 1000n)));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  await world.settle();
  await expect(refund(paymentId, 901n)).rejects.toMatchObject({ code: 'payment.refund_exceeds' });
  await refund(paymentId, null);
  await world.settle();
  await expect(refund(paymentId, null)).rejects.toMatchObject({ code: 'payment.refund_exceeds' });
  expect(await world.admin('select refunded_minor::int as refunded from payments')).toEqual([
    { refunded: 2900 },
  ]);
  expect(
    await world.admin('select status, amount_minor::int as amount from refunds order by amount'),
  ).toEqual([
    { status: 'succeeded', amount: 900 },
    { status: 'succeeded', amount: 1000 },
    { status: 'succeeded', amount: 1000 },
  ]);
  expect(await balances(world)).toMatchObject({ receivable: 0n, revenue: -2900n, refunds: 2900n });
  expect(await events('payment.refunded')).toBe(3);
  expect(await world.invoices()).toMatchObject([{ refundedMinor: 2900n }]);
});

test('I16 a refund without an answer is looked up and made once', async () => {
  const { paymentId } = await paid();
  await world.control.setFaults(world.accountId, { timeoutsAfter: 1, holdMs: 20, loseWebhooks: 100 });
  await refund(paymentId, 500n);
  await world.settle();
  await world.advance('2026-03-01T00:10:00Z');
  expect(await world.admin('select status from refunds')).toEqual([{ status: 'succeeded' }]);
  const [payment] = await world.admin('select provider_object_id as id from payments');
  expect(await world.provider.listRefunds(String(payment?.id))).toHaveLength(1);
  await balances(world);
});

test('I457 a refund whose outcome stays unknown is a case after an hour, until it is known', async () => {
  const { paymentId } = await paid();
  await world.control.setFaults(world.accountId, { rejectRequests: 10_000, rejectStatus: 500 });
  await refund(paymentId, 500n);
  await world.settle();
  await world.advance('2026-03-01T00:59:00Z');
  expect(await unknownCases()).toEqual([]);
  await world.advance('2026-03-01T01:10:00Z');
  expect(await unknownCases()).toEqual([{ isOpen: true }]);
  await world.control.setFaults(world.accountId, {});
  await world.advance('2026-03-02T02:00:00Z');
  expect(await world.admin('select status from refunds')).toEqual([{ status: 'succeeded' }]);
  expect(await unknownCases()).toEqual([{ isOpen: false }]);
});

test('I18 a payment that arrives for an invoice that was paid meanwhile becomes visible credit', async () => {
  const { customer } = await subscribed('pm_card_visa', {}, 300);
  await world.control.setFaults(world.accountId, { timeoutsAfter: 1, holdMs: 2_000, loseWebhooks: 100 });
  await world.sources.bill.run(world.tenantId, 10);
  await world.sources.collect.run(world.tenantId, 10);
  // Somebody closes the invoice by hand while the outcome is open.
  const [invoice] = await world.invoices();
  const { voidInvoice } = await import('../modules/invoicing/api.ts');
  await world.command((ctx) =>
    voidInvoice(ctx, { invoiceId: invoice?.id ?? '', reason: 'mistake', periods: 'bill_again' }),
  );
  await world.advance('2026-03-01T00:10:00Z');
  expect(await creditBalance(world, customer.id)).toBe(2900n);
  expect(await world.admin('select kind from cases')).toEqual([{ kind: 'payment.surplus' }]);
  expect(await balances(world)).toMatchObject({ credit_liability: -2900n });
});

test('I13 the attempt and its key are committed before the provider hears of them', async () => {
  await subscribed('pm_card_visa');
  await world.sources.bill.run(world.tenantId, 10);
  const seen: unknown[] = [];
  const { chargeOffSession } = world.provider;
  const watched: PaymentProvider = {
    ...world.provider,
    async chargeOffSession(charge, key) {
      // Another connection sees only what is committed.
      seen.push(
        await world.admin('select id, status from payment_attempts where idempotency_key = $1', [key]),
      );
      expect(charge.attemptId).toBe(key.replace('attempt:', ''));
      return chargeOffSession(charge, key);
    },
  };
  const source = collectSource({
    transactor: world.transactor,
    providers: { ...world.providers, of: async () => watched },
    log: silentLog,
  });
  await source.run(world.tenantId, 10);
  expect(seen).toMatchObject([[{ status: 'sending' }]]);
  expect(await attempts()).toEqual([{ status: 'succeeded', code: null }]);
});

test('I20 a webhook that says less than we know moves nothing back', async () => {
  const { paymentId } = await paid();
  const [payment] = await world.admin('select provider_object_id as id from payments where id = $1', [
    paymentId,
  ]);
  await world.admin(
    `insert into provider_events (id, tenant_id, provider, provider_event_id, type, body, received_at, state, retry_at)
     values (gen_random_uuid(), $1, 'stripe', 'evt_late', 'payment_intent.payment_failed', $2, now(), 'stored', now() - interval '1 second')`,
    [
      world.tenantId,
      Buffer.from(
        JSON.stringify({
          id: 'evt_late',
          type: 'payment_intent.payment_failed',
          livemode: false,
          data: { object: { id: payment?.id } },
        }),
      ),
    ],
  );
  await world.settle();
  expect(await attempts()).toEqual([{ status: 'succeeded', code: null }]);
  expect(await world.invoices()).toMatchObject([{ status: 'paid' }]);
});

test('a refund made at the provider itself appears here and in the books', async () => {
  const { paymentId } = await paid();
  const [payment] = await world.admin('select provider_object_id as id from payments where id = $1', [
    paymentId,
  ]);
  const made = { refundId: 'not-ours', intentId: String(payment?.id), amountMinor: 400n };
  await world.provider.refund(made, 'made-in-the-dashboard').catch(() => undefined);
  await world.settle();
  expect(await world.admin('select status, amount_minor::int as amount, attempt_id from refunds')).toEqual([
    { status: 'succeeded', amount: 400, attempt_id: null },
  ]);
  expect(await balances(world)).toMatchObject({ revenue: -2900n, refunds: 400n });
});

/** Two captures of one invoice: the second is credit of the customer. */
async function paidTwice() {
  const { customer } = await subscribed('pm_card_visa', {}, 300);
  await world.control.setFaults(world.accountId, { timeoutsAfter: 1, holdMs: 2_000, loseWebhooks: 100 });
  await world.sources.bill.run(world.tenantId, 10);
  await world.sources.collect.run(world.tenantId, 10);
  await world.admin(`update invoices set status = 'paid', paid_minor = 2900`);
  await world.advance('2026-03-01T00:10:00Z');
  expect(await creditBalance(world, customer.id)).toBe(2900n);
  const [payment] = await world.admin('select id from payments');
  return { customer, paymentId: String(payment?.id) };
}

test('I91 a surplus is given back out of the credit, which is set aside at once, and no sale is reversed', async () => {
  const { customer, paymentId } = await paidTwice();
  await refund(paymentId, null);
  expect(await creditBalance(world, customer.id)).toBe(0n);
  expect(await balances(world)).toMatchObject({ credit_liability: 0n, refunds_payable: -2900n });
  await expect(refund(paymentId, 1n)).rejects.toMatchObject({ code: 'payment.refund_exceeds' });
  await world.settle();
  expect(await world.admin('select status, amount_minor::int as amount from refunds')).toEqual([
    { status: 'succeeded', amount: 2900 },
  ]);
  expect(await balances(world)).toMatchObject({ refunds_payable: 0n, credit_liability: 0n, revenue: -2900n });
  expect(await world.invoices()).toMatchObject([{ status: 'paid', refundedMinor: 0n }]);
});

test('I91 a surplus that the customer has spent cannot be given back', async () => {
  const { customer, paymentId } = await paidTwice();
  await world.advance('2026-04-02T00:00:00Z');
  expect(await creditBalance(world, customer.id)).toBe(0n);
  await expect(refund(paymentId, 1n)).rejects.toMatchObject({ code: 'payment.refund_exceeds' });
});

test('I91 a surplus that is given back at the provider itself leaves the credit', async () => {
  const { customer, paymentId } = await paidTwice();
  await world.control.setFaults(world.accountId, {});
  const [payment] = await world.admin('select provider_object_id as id from payments where id = $1', [
    paymentId,
  ]);
  await world.provider.refund(
    { refundId: 'not-ours', intentId: String(payment?.id), amountMinor: 900n },
    'made-in-the-dashboard',
  );
  await world.settle();
  expect(await world.admin('select status, amount_minor::int as amount from refunds')).toEqual([
    { status: 'succeeded', amount: 900 },
  ]);
  expect(await creditBalance(world, customer.id)).toBe(2000n);
  expect(await balances(world)).toMatchObject({ credit_liability: -2000n, revenue: -2900n });
});

test.each([401, 403])(
  'an account that the provider answers with %i is no decline: nobody is dunned, and a case says it once',
  async (rejectStatus) => {
    const { subscription } = await subscribed('pm_card_visa');
    await world.sources.bill.run(world.tenantId, 10);
    await world.control.setFaults(world.accountId, { rejectRequests: 10_000, rejectStatus });
    await world.advance('2026-03-01T05:00:00Z');
    expect(await attempts()).toEqual([{ status: 'created', code: null }]);
    expect(await statusOf(subscription.id)).toBe('active');
    expect(await world.admin('select kind from cases')).toEqual([{ kind: 'provider.denied' }]);
    await world.control.setFaults(world.accountId, { rejectRequests: 0 });
    await world.advance('2026-03-01T07:00:00Z');
    expect(await attempts()).toEqual([{ status: 'succeeded', code: null }]);
    expect(await events('payment.failed')).toBe(0);
  },
);
