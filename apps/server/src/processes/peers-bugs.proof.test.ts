import { createHash, createHmac } from 'node:crypto';
import { instant } from '@billhook/core/time/instant';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readStripeEvent } from '../adapters/stripe/verify-webhook.ts';
import { beginInvoice, startHostedPage } from '../modules/checkout/api.ts';
import { changeCreditBalance, lockCustomer } from '../modules/customers/api.ts';
import { type OffSessionCharge, type PaymentProvider, receiveWebhook } from '../modules/payments/api.ts';
import { silentLog } from '../platform/log.ts';
import { addCustomer, addPlan, balances, creditBalance, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld, WEBHOOK_SECRET } from '../testing/payments.ts';
import { settleCredit } from './apply-decision.ts';
import { collectSource } from './collect-invoice.ts';
import { pollEvents } from './poll-events.ts';

let world: PaymentWorld;
let plan: Awaited<ReturnType<typeof addPlan>>;
let people = 0;

beforeAll(async () => {
  world = await createPaymentWorld('2026-03-01T00:00:00Z', {}, 400);
  plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
});
afterAll(() => world.close());

const request = () => ({
  tenantId: world.tenantId,
  actor: { kind: 'system', id: 'test' } as const,
  requestId: null,
});

/** Somebody with a card and an invoice over 29.00 EUR that is to be collected. */
async function owing(card = 'pm_card_visa') {
  people += 1;
  const { id } = await addCustomer(world, { name: `No ${people}`, email: `p${people}@example.com` });
  await world.addCard(id, card);
  await subscribe(world, id, plan, { collection: 'automatic' });
  await world.sources.bill.run(world.tenantId, 50);
  const [invoice] = await world.invoices(id);
  return { id, invoiceId: invoice?.id ?? '' };
}

const openPage = ({ id, invoiceId }: { id: string; invoiceId: string }) =>
  startHostedPage(world, request(), (ctx) =>
    beginInvoice(ctx, {
      customerId: id,
      invoiceId,
      successUrl: 'http://shop.example/a',
      cancelUrl: 'http://shop.example/b',
    }),
  );
const paymentsOf = async (customerId: string) =>
  (await world.admin('select count(*)::int as count from payments where customer_id = $1', [customerId]))[0]
    ?.count;

type Step = 'open' | 'charge' | 'pay' | 'settle';

/** Every order of the steps, those with `pay` before `open` left out: there is nothing to pay on yet. */
function orders(steps: readonly Step[]): Step[][] {
  if (steps.length === 0) return [[]];
  return steps
    .flatMap((first) =>
      orders(steps.filter((step) => step !== first)).map((rest): Step[] => [first, ...rest]),
    )
    .filter(
      (order) =>
        !order.includes('open') || order.indexOf('open') < order.indexOf('pay') || !order.includes('pay'),
    );
}

test('I15 B13 in every order of an automatic charge and an open page an invoice is captured once', async () => {
  for (const order of orders(['open', 'charge', 'pay', 'settle'])) {
    const owed = await owing();
    let url: string | null = null;
    for (const step of order) {
      if (step === 'open') url = (await openPage(owed).catch(() => ({ url: null }))).url;
      else if (step === 'charge') await world.sources.collect.run(world.tenantId, 50);
      else if (step === 'pay' && url !== null)
        await world.payOnPage(url, '4242424242424242').catch(() => null);
      else if (step === 'settle') await world.settle();
    }
    // A page that nobody paid keeps the charge waiting; whoever comes back pays it.
    if (url !== null) await world.payOnPage(url, '4242424242424242').catch(() => null);
    await world.settle();
    expect([order.join(), await paymentsOf(owed.id)]).toEqual([order.join(), 1]);
    expect(await world.invoices(owed.id)).toMatchObject([{ status: 'paid', paidMinor: 2900n }]);
    expect(await creditBalance(world, owed.id)).toBe(0n);
  }
});

test('I28 B14 credit that many settle at the same moment pays once', async () => {
  const owed = await owing('pm_card_chargeCustomerFail');
  const grant = (amountMinor: bigint) =>
    world.command(async (ctx) => {
      await lockCustomer(ctx, owed.id);
      await changeCreditBalance(ctx, owed.id, { currency: 'EUR', deltaMinor: amountMinor });
    });
  await grant(1000n);
  const settles = Array.from({ length: 12 }, (_, index) =>
    world.command(async (ctx) => {
      await lockCustomer(ctx, owed.id);
      const source = { type: 'refund' as const, id: `0190a000-0000-7000-8000-0000000000${10 + index}` };
      await settleCredit(ctx, { customerId: owed.id, currency: 'EUR' }, source);
    }),
  );
  await Promise.all(settles);
  expect(await creditBalance(world, owed.id)).toBe(0n);
  expect(await world.invoices(owed.id)).toMatchObject([{ dueMinor: 1900n }]);
});

test('I28 B14 credit that invoices of several plans are issued and settled against at once is spent once', async () => {
  const plans = [];
  for (const key of ['one', 'two', 'three', 'four'])
    plans.push(await addPlan(world, { key: `b14_${key}`, prices: [flatPrice('2900')] }));
  people += 1;
  const { id } = await addCustomer(world, { name: `No ${people}`, email: `p${people}@example.com` });
  await world.command(async (ctx) => {
    await lockCustomer(ctx, id);
    await changeCreditBalance(ctx, id, { currency: 'EUR', deltaMinor: 5_000n });
  });
  await Promise.all(plans.map((one) => subscribe(world, id, one, { collection: 'manual' })));
  const settles = Array.from({ length: 6 }, (_, index) =>
    world.command(async (ctx) => {
      await lockCustomer(ctx, id);
      const source = { type: 'refund' as const, id: `0190a000-0000-7000-8000-0000000001${10 + index}` };
      await settleCredit(ctx, { customerId: id, currency: 'EUR' }, source);
    }),
  );
  const runs = Array.from({ length: 8 }, () => world.sources.bill.run(world.tenantId, 50));
  await Promise.all([...runs, ...settles]);
  expect(await creditBalance(world, id)).toBe(0n);
  const owed = await world.admin(
    'select sum(due_minor - paid_minor - credit_paid_minor)::int as minor from invoices where customer_id = $1',
    [id],
  );
  expect(owed).toEqual([{ minor: 4 * 2_900 - 5_000 }]);
  await balances(world);
});

test('I17 B15 a sender that dies in mid-call holds nothing up: its call is looked up and dunning goes on', async () => {
  const owed = await owing('pm_card_chargeCustomerFail');
  await world.admin(
    `update payment_attempts set status = 'sending', lease_until = now() - interval '1 minute', lease_owner = null,
       sent_at = now(), payment_method_id = (select id from payment_methods where customer_id = $1)
     where customer_id = $1`,
    [owed.id],
  );
  await world.settle();
  const statuses = await world.admin(
    'select status from payment_attempts where customer_id = $1 order by created_at, id',
    [owed.id],
  );
  expect(statuses.map(({ status }) => status)).toEqual(['failed', 'created']);
});

test('I39 B16 when no webhook comes, or all do, the end is the same', async () => {
  const ends: string[] = [];
  for (const faults of [{ loseWebhooks: 100 }, {}]) {
    await world.control.setFaults(world.accountId, faults);
    const owed = await owing();
    const { url } = await openPage(owed);
    await world.payOnPage(url ?? '', '4242424242424242');
    await world.settle();
    if ('loseWebhooks' in faults)
      await world.advance(new Date(Date.parse('2026-03-02T12:00:00Z')).toISOString());
    const [invoice] = await world.invoices(owed.id);
    ends.push(`${invoice?.status} ${invoice?.paidMinor} ${await paymentsOf(owed.id)}`);
  }
  expect(ends).toEqual(['paid 2900 1', 'paid 2900 1']);
});

/** What comes to the address of the webhooks of all that happened, in the order in which it happened. */
const COMINGS: readonly (readonly [string, <T>(all: readonly T[]) => readonly T[]])[] = [
  ['come once and in order', (all) => all],
  ['come newest first', (all) => all.toReversed()],
  ['come twice each, the second time after all others', (all) => [...all, ...all]],
  ['come every other one, newest first', (all) => all.filter((_, index) => index % 2 === 1).toReversed()],
  ['do not come but for the last', (all) => all.slice(-1)],
  ['do not come', () => []],
];

const heard = new Set<string>();

/** What happened at Stripe since it was asked last, oldest first. */
async function happened() {
  const found: { id: string; body: Uint8Array }[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<NonNullable<PaymentProvider['listEvents']>>> | undefined =
      await world.provider.listEvents?.({ since: instant(0), cursor });
    for (const { news, body } of page?.items ?? [])
      if (!heard.has(news.id)) found.push({ id: news.id, body });
    cursor = page?.cursor ?? null;
  } while (cursor !== null);
  for (const { id } of found) heard.add(id);
  return found.reverse();
}

async function deliver(body: Uint8Array): Promise<void> {
  const at = Math.floor(world.transactor.wallNow() / 1000);
  const signature = createHmac('sha256', WEBHOOK_SECRET).update(`${at}.`).update(body).digest('hex');
  const headers = { 'stripe-signature': `t=${at},v1=${signature}` };
  expect(await receiveWebhook(world.inbox, { token: world.hookToken, rawBody: body, headers })).toBe(200);
  while ((await world.sources.events.run(world.tenantId, 50)) > 0);
}

/** Pays on a page, then has a part given back at Stripe itself and the rest asked back by the bank, unheard. */
async function liveUnheard() {
  await happened();
  const owed = await owing();
  const { url } = await openPage(owed);
  await world.control.setFaults(world.accountId, { loseWebhooks: 1_000 });
  await world.payOnPage(url ?? '', '4242424242424242');
  const paid = await happened();
  const intent = paid
    .map(({ body }) => readStripeEvent(body))
    .find((news) => news?.about === 'intent')?.objectId;
  const form = { method: 'POST', headers: { authorization: `Bearer ${world.secretKey}` } };
  const refund = new URLSearchParams({ payment_intent: intent ?? '', amount: '900' });
  expect((await fetch(`${world.stripeUrl}/v1/refunds`, { ...form, body: refund })).status).toBe(200);
  await world.control.dispute(world.accountId, intent ?? '');
  const events = [...paid, ...(await happened())];
  await world.control.setFaults(world.accountId, {});
  return { ...owed, events };
}

/** What stands here of somebody's money. */
async function moneyOf(customerId: string) {
  const [invoice] = await world.invoices(customerId);
  const [facts] = await world.admin(
    `select (select json_agg(json_build_array(amount_minor, refunded_minor)) from payments where customer_id = $1) as payments,
       (select json_agg(json_build_array(r.status, r.amount_minor)) from refunds r join payments p on p.id = r.payment_id
        where p.customer_id = $1) as refunds,
       (select json_agg(json_build_array(status, amount_minor, withdrawn_minor, fee_minor)) from disputes
        where customer_id = $1) as disputes`,
    [customerId],
  );
  return { status: invoice?.status, paidMinor: invoice?.paidMinor, ...facts };
}

/** By how much each account has changed. */
function changed(before: Record<string, bigint>, after: Record<string, bigint>): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const moved = names.map((name) => [name, (after[name] ?? 0n) - (before[name] ?? 0n)] as const);
  return moved.filter(([, sum]) => sum !== 0n).join(' ');
}

const THE_SAME = {
  status: 'paid',
  paidMinor: 2900n,
  payments: [[2900, 900]],
  refunds: [['succeeded', 900]],
  disputes: [['needs_response', 2000, 2000, 1500]],
};

test.each(COMINGS)(
  'I39 I478 B16 when messages %s, a payment, what went back and what is asked back stand the same in the end',
  async (_, coming) => {
    const { id, events } = await liveUnheard();
    const before = await balances(world);
    expect(events.length).toBeGreaterThan(5);
    for (const { body } of coming(events)) await deliver(body);
    // What no message brought is asked for: once an hour, and again by the look-ups that are planned.
    const deps = { transactor: world.transactor, providers: world.providers, wake: () => undefined };
    await pollEvents(deps, request(), world.provider, 0);
    await world.settle();
    expect(await moneyOf(id)).toEqual(THE_SAME);
    ends.add(changed(before, await balances(world)));
    expect([...ends]).toHaveLength(1);
  },
);

const ends = new Set<string>();

test('I39 B16 a message that comes while the customer is locked is not lost: it waits, or is read again', async () => {
  const { id, events } = await liveUnheard();
  const other = new pg.Client({ connectionString: world.database.url });
  await other.connect();
  await other.query('begin');
  await other.query('select from customers where id = $1 for update', [id]);
  try {
    for (const { body } of events) {
      const at = Math.floor(world.transactor.wallNow() / 1000);
      const signature = createHmac('sha256', WEBHOOK_SECRET).update(`${at}.`).update(body).digest('hex');
      const headers = { 'stripe-signature': `t=${at},v1=${signature}` };
      expect(await receiveWebhook(world.inbox, { token: world.hookToken, rawBody: body, headers })).toBe(200);
    }
    const read = world.sources.events.run(world.tenantId, 50);
    await world.untilWaiting();
    expect(await paymentsOf(id)).toBe(0);
    await other.query('commit');
    await read;
  } finally {
    await other.end();
  }
  await world.settle();
  expect(await moneyOf(id)).toEqual(THE_SAME);
});

test('I285 B17 a try has its key before the first call and the same contents at each, whatever is answered', async () => {
  const sent = new Map<string, Set<string>>();
  let calls = 0;
  const calm: Pick<PaymentProvider, 'chargeOffSession'> = {
    chargeOffSession(charge: OffSessionCharge, key: string) {
      const hash = createHash('sha256').update(
        JSON.stringify({ ...charge, amountMinor: `${charge.amountMinor}` }),
      );
      sent.set(key, (sent.get(key) ?? new Set()).add(hash.digest('hex')));
      calls += 1;
      return world.provider.chargeOffSession(charge, key);
    },
  };
  const source = collectSource({
    transactor: world.transactor,
    providers: { ...world.providers, of: async () => ({ ...world.provider, ...calm }) },
    log: silentLog,
  });
  const people = [await owing(), await owing(), await owing()];
  await world.control.setFaults(world.accountId, { timeoutsBefore: 2, timeoutsAfter: 2, holdMs: 1_500 });
  for (let hour = 0; hour < 4; hour += 1) {
    while ((await source.run(world.tenantId, 50)) > 0);
    const next = await world.query((ctx) => source.nextDueAt(ctx));
    if (next !== null) await world.setBothClocks(new Date(next).toISOString());
  }
  await world.settle();
  const keys = await world.admin('select idempotency_key as key from payment_attempts');
  const known = new Set(keys.map(({ key }) => String(key)));
  expect(calls).toBeGreaterThan(sent.size);
  for (const [key, contents] of sent) expect([known.has(key), contents.size]).toEqual([true, 1]);
  for (const { id } of people) expect(await paymentsOf(id)).toBe(1);
  await balances(world);
});
