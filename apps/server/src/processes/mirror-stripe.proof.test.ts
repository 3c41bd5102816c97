import { dunningOutlook } from '@billhook/core/dunning/outlook';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getCustomer } from '../modules/customers/api.ts';
import {
  coreCampaign,
  createCampaign,
  factsOf,
  listRuns,
  presentRun,
  publishCampaign,
} from '../modules/dunning/api.ts';
import { linesOf, refuseAtStripe } from '../modules/invoicing/api.ts';
import { trialBalance } from '../modules/ledger/api.ts';
import { linkFor, linkOf, listChanges, listWaiting } from '../modules/mirror/api.ts';
import { findCustomerByProvider, listPayments, type ProviderBilling } from '../modules/payments/api.ts';
import { getSubscription, subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import { addMeter, addPlan, flatPrice, subscribe, use } from '../testing/billing.ts';
import { DAILY, dunningStep } from '../testing/dunning.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';
import { askForChange } from './change-at-stripe.ts';
import { pauseRun } from './hold-dunning.ts';
import { importAccount, syncCatalogue } from './import-stripe.ts';
import { mirrorInvoice } from './mirror-invoice.ts';
import { type MirrorWork, mirrorSubscription } from './mirror-subscription.ts';

const START = '2027-01-31T12:00:00Z';
const DAY = 86_400;

let world: PaymentWorld;
let stripe: Stripe;
let work: MirrorWork;

beforeAll(async () => {
  world = await createPaymentWorld(START, { newSubscriptions: 'stripe', reportUsageToStripe: true });
  const { hostname, port } = new URL(world.stripeUrl);
  stripe = new Stripe(world.secretKey, {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    telemetry: false,
  });
  const billing = world.provider.billing as ProviderBilling;
  work = { provider: world.provider, billing, command: world.command, query: world.query };
});
afterAll(() => world.close());

/** A customer who only Stripe knows, with a card. */
async function buyer(name: string, token = 'pm_card_visa') {
  const customer = await stripe.customers.create({ name, email: `${name.toLowerCase()}@example.com` });
  const method = await stripe.paymentMethods.attach(token, { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
  return customer.id;
}

async function priceAtStripe(planKey: string, priceKey = 'base'): Promise<string> {
  const [row] = await world.admin(
    `select l.stripe_id from stripe_links l join prices p on p.id = l.object_id and l.kind = 'price'
     join plan_versions v on v.id = p.plan_version_id join plans on plans.id = v.plan_id
     where plans.key = $1 and p.key = $2`,
    [planKey, priceKey],
  );
  return String(row?.stripe_id);
}

async function oursOf(stripeCustomer: string) {
  const id = await world.query((ctx) => findCustomerByProvider(ctx, 'stripe', stripeCustomer));
  if (id === null) throw new Error('The customer is not here.');
  const subscriptions = await world.query((ctx) => subscriptionsOfCustomers(ctx, [id]));
  return { id, subscriptions, invoices: await world.invoices(id) };
}

/** What stands in the books; cash without fees, so that sums can be read. */
async function books() {
  const rows = await world.query(trialBalance);
  return Object.fromEntries(
    rows.map(({ account, debitMinor, creditMinor }) => [account, debitMinor - creditMinor]),
  );
}

describe('the catalogue on both sides', () => {
  test('what is sold here goes to Stripe once, told before by a dry run; what Stripe cannot mean stays', async () => {
    await addMeter(world, { key: 'calls' });
    await addPlan(world, { key: 'basic', prices: [flatPrice('2000')] });
    await addPlan(world, {
      key: 'team',
      prices: [
        flatPrice('900', {
          key: 'seat',
          name: 'Seat',
          pricing: { model: 'per_unit', unit_amount: '9' } as never,
          quantity: { kind: 'seats' },
        }),
        flatPrice('1', {
          key: 'calls',
          name: 'Calls',
          pricing: { model: 'per_unit', unit_amount: '0.05' } as never,
          quantity: { kind: 'meter', meter: 'calls' },
          timing: 'in_arrears',
        }),
      ],
    });
    await addPlan(world, { key: 'odd', prices: [flatPrice('500', { timing: 'in_arrears' })] });
    const dry = await syncCatalogue(work, true);
    expect(dry).toMatchObject({ dry_run: true, unchanged: false, created: 3, skipped: 1, conflicts: 0 });
    expect((await stripe.products.list()).data).toEqual([]);
    const done = await syncCatalogue(work, false);
    expect(done).toMatchObject({ created: 3, skipped: 1, conflicts: 0 });
    expect(done.entries.find(({ action }) => action === 'skip')?.reason).toContain('in advance');
    expect(await syncCatalogue(work, false)).toMatchObject({ unchanged: true, created: 0 });
    const prices = await stripe.prices.list({ limit: 100 });
    expect(prices.data.map(({ lookup_key }) => lookup_key).sort()).toEqual([
      'billhook_basic_v1_base_EUR',
      'billhook_team_v1_calls_EUR',
      'billhook_team_v1_seat_EUR',
    ]);
  });

  test('a name that one side changed is followed, and one that both changed is a conflict', async () => {
    const [product] = (await stripe.products.list({ limit: 100 })).data.filter(
      ({ name }) => name === 'basic',
    );
    await stripe.products.update(String(product?.id), { name: 'Basic' });
    expect(await syncCatalogue(work, false)).toMatchObject({ updated: 1, conflicts: 0 });
    const [plan] = await world.admin(`select name from plans where key = 'basic'`);
    expect(plan?.name).toBe('Basic');
    await stripe.products.update(String(product?.id), { name: 'Theirs' });
    await world.admin(`update plans set name = 'Ours' where key = 'basic'`);
    expect(await syncCatalogue(work, false)).toMatchObject({ updated: 0, conflicts: 1 });
    const cases = await world.admin(`select kind from cases where kind = 'stripe.catalogue_conflict'`);
    expect(cases).toHaveLength(1);
    await world.admin(`update plans set name = 'Theirs' where key = 'basic'`);
  });
});

describe('what Stripe computes', () => {
  test('I250 is followed through its life: sold, renewed, paid, failed and ended, and billed by nobody else', async () => {
    const ada = await buyer('Ada');
    const made = await stripe.subscriptions.create({
      customer: ada,
      items: [{ price: await priceAtStripe('basic') }],
    });
    await world.settle();
    const first = await oursOf(ada);
    expect(first.subscriptions).toMatchObject([
      { status: 'active', billingAuthority: 'stripe', nextActionAt: null, seats: 1n },
    ]);
    const [invoice] = (await stripe.invoices.list({ subscription: made.id })).data;
    expect(first.invoices).toMatchObject([
      {
        number: invoice?.number,
        status: 'paid',
        authority: 'stripe',
        totalMinor: 2000n,
        paidMinor: 2000n,
        dueMinor: 0n,
      },
    ]);
    const [line] = await world.query((ctx) => linesOf(ctx, [String(first.invoices[0]?.id)]));
    expect(line).toMatchObject({ kind: 'mirrored', itemId: null, amountMinor: 2000n });
    expect(line?.explanation).toMatchObject({ rule: 'computed_at_stripe' });
    await world.advance('2027-03-05T12:00:00Z');
    const renewed = await oursOf(ada);
    expect(renewed.invoices.map(({ status, totalMinor }) => [status, totalMinor])).toEqual([
      ['paid', 2000n],
      ['paid', 2000n],
    ]);
    expect(await books()).toMatchObject({ receivable: 0n, revenue: -4000n });
    const attempts = await world.query((ctx) =>
      listPayments(ctx, { limit: 10, customerId: first.id } as never),
    );
    expect(attempts.map(({ status, provider }) => [status, provider])).toEqual([
      ['succeeded', 'stripe'],
      ['succeeded', 'stripe'],
    ]);
    // The engine finds nothing for it, also where it is told to look.
    const id = String(first.subscriptions[0]?.id);
    await expect(
      world.admin('update subscriptions set next_bill_at = now() where id = $1', [id]),
    ).rejects.toThrow(/subscriptions_due_here/);
    expect(await world.bill()).toBe(0);
    await stripe.subscriptions.cancel(made.id);
    await world.settle();
    expect((await oursOf(ada)).subscriptions).toMatchObject([{ status: 'canceled', nextActionAt: null }]);
  });

  test('a try that fails makes it overdue and is told once with its next try; money brings it back', async () => {
    const leo = await buyer('Leo');
    const made = await stripe.subscriptions.create({
      customer: leo,
      items: [{ price: await priceAtStripe('basic') }],
    });
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: leo });
    await stripe.customers.update(leo, { invoice_settings: { default_payment_method: bad.id } });
    await world.advance('2027-04-06T12:00:00Z');
    const { id, subscriptions, invoices } = await oursOf(leo);
    expect(subscriptions).toMatchObject([{ status: 'past_due' }]);
    const open = invoices.find(({ status }) => status === 'open');
    expect(open?.failureCount).toBeGreaterThan(0);
    const failed = await world.admin(
      `select payload->>'retry_at' as retry_at from outbox where type = 'payment.failed' and customer_id = $1`,
      [id],
    );
    expect(failed).toHaveLength(open?.failureCount ?? 0);
    const planned = await world.admin(
      `select 1 from payment_attempts where customer_id = $1 and status in ('created', 'sending')`,
      [id],
    );
    expect(planned).toEqual([]);
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer: leo });
    await stripe.customers.update(leo, { invoice_settings: { default_payment_method: good.id } });
    const [unpaid] = (await stripe.invoices.list({ subscription: made.id, status: 'open' })).data;
    await stripe.invoices.pay(String(unpaid?.id), { payment_method: good.id });
    await world.settle();
    const after = await oursOf(leo);
    expect(after.subscriptions).toMatchObject([{ status: 'active' }]);
    expect(after.invoices.every(({ status, dueMinor }) => status === 'paid' && dueMinor === 0n)).toBe(true);
    expect(await books()).toMatchObject({ receivable: 0n });
    await stripe.subscriptions.cancel(made.id);
    await world.settle();
  });

  test('I250 the database refuses lines, tries and pages of ours for it', async () => {
    const [invoice] = (await world.invoices()).filter(({ authority }) => authority === 'stripe');
    if (invoice === undefined) throw new Error('There is a mirrored invoice.');
    expect(() => refuseAtStripe(invoice)).toThrow();
    await expect(
      world.admin(
        `insert into payment_attempts (tenant_id, id, customer_id, invoice_id, purpose, provider, idempotency_key, status,
           attempt_number, currency, amount_minor, due_at, created_at)
         select tenant_id, gen_random_uuid(), customer_id, id, 'invoice', 'stripe', 'k', 'created', 1, currency, 1, now(), now()
         from invoices where id = $1`,
        [invoice.id],
      ),
    ).rejects.toThrow(/collected by Stripe/);
    await expect(
      world.admin(
        `insert into invoice_lines select (jsonb_populate_record(null::invoice_lines, to_jsonb(l)
           || jsonb_build_object('id', gen_random_uuid(), 'position', 99, 'key', 'mine', 'kind', 'one_off'))).*
         from invoice_lines l where invoice_id = $1`,
        [invoice.id],
      ),
    ).rejects.toThrow(/whoever computes its subscription/);
  });

  test('I250 of every place that bills or collects, none takes up what Stripe computes', async () => {
    const customer = await buyer('Ina', 'pm_card_chargeCustomerFail');
    await stripe.subscriptions.create({
      customer,
      items: [{ price: await priceAtStripe('basic') }],
      payment_behavior: 'allow_incomplete',
      collection_method: 'send_invoice',
      days_until_due: 10,
    } as never);
    await world.settle();
    await world.advance('2027-04-07T12:00:00Z');
    const { id, invoices, subscriptions } = await oursOf(customer);
    expect(invoices).toMatchObject([{ status: 'open', collection: 'manual', dueMinor: 2000n }]);
    const { unpaidOf } = await import('../modules/invoicing/api.ts');
    expect(await world.query((ctx) => unpaidOf(ctx, id, 'EUR'))).toEqual([]);
    const { voidInvoice } = await import('../modules/invoicing/api.ts');
    const invoiceId = String(invoices[0]?.id);
    await expect(
      world.command((ctx) => voidInvoice(ctx, { invoiceId, reason: 'x', periods: 'waive' })),
    ).rejects.toMatchObject({ code: 'invoice.billed_at_stripe' });
    const { creditInvoice } = await import('./credit-invoice.ts');
    await expect(
      world.command((ctx) =>
        creditInvoice(ctx, { invoiceId, lines: 'rest', reason: 'x', settle: 'reduce_open' }),
      ),
    ).rejects.toMatchObject({ code: 'invoice.billed_at_stripe' });
    const { beginInvoice } = await import('../modules/checkout/intents.ts');
    await expect(
      world.command((ctx) =>
        beginInvoice(ctx, {
          customerId: id,
          invoiceId,
          successUrl: 'https://a.example',
          cancelUrl: 'https://a.example',
        }),
      ),
    ).rejects.toMatchObject({ code: 'invoice.billed_at_stripe' });
    const { billReached } = await import('./bill-due.ts');
    await world.admin(
      `update subscriptions set threshold_source = 'subscription', threshold_minor = 1 where id = $1`,
      [subscriptions[0]?.id],
    );
    expect(await world.command((ctx) => billReached(ctx, [id]))).toBe(0);
  });

  test('any order of looks, and any number of them, ends in the same', async () => {
    const eve = await buyer('Eve');
    const made = await stripe.subscriptions.create({
      customer: eve,
      items: [
        { price: await priceAtStripe('team', 'seat'), quantity: 2 },
        { price: await priceAtStripe('team', 'calls') },
      ],
    });
    const [invoice] = (await stripe.invoices.list({ subscription: made.id })).data;
    const id = String(invoice?.id);
    // The invoice comes first, many looks at once, and again when everything is known.
    await Promise.all([mirrorInvoice(work, id), mirrorInvoice(work, id), mirrorSubscription(work, made.id)]);
    await mirrorInvoice(work, id);
    await mirrorSubscription(work, made.id);
    const before = await oursOf(eve);
    expect(before.subscriptions).toMatchObject([{ status: 'active', seats: 2n }]);
    expect(before.invoices).toMatchObject([{ status: 'paid', totalMinor: 1800n }]);
    await world.settle();
    expect(await oursOf(eve)).toEqual(before);
    const { count } = (
      await world.admin('select count(*)::int as count from payments where customer_id = $1', [before.id])
    )[0] as {
      count: number;
    };
    expect(count).toBe(1);
  });

  test('a change is a wish: Stripe previews it, takes it, and its word confirms it', async () => {
    const [row] = await world.admin(
      `select s.id, l.stripe_id from subscriptions s join stripe_links l on l.object_id = s.id where s.seats = 2`,
    );
    const id = String(row?.id);
    const stripeId = String(row?.stripe_id);
    const { readWish, wishOf } = await import('./change-at-stripe.ts');
    const wish = await world.query(async (ctx) => {
      const subscription = await getSubscription(ctx, id);
      return wishOf(
        ctx,
        subscription,
        await readWish(ctx, subscription, { action: 'quantity', quantity: 5 }),
      );
    });
    const preview = await work.billing.previewChange(stripeId, wish);
    expect(preview.lines.some(({ isProration }) => isProration)).toBe(true);
    const wake = () => undefined;
    const asked = await world.command((ctx) =>
      askForChange(ctx, id, { action: 'quantity', quantity: 5 }, wake),
    );
    expect(asked.status).toBe('created');
    await expect(
      world.command((ctx) => askForChange(ctx, id, { action: 'keep' }, wake)),
    ).rejects.toMatchObject({ code: 'subscription.change_under_way' });
    expect((await world.query((ctx) => getSubscription(ctx, id))).seats).toBe(2n);
    await world.settle();
    expect((await world.query((ctx) => getSubscription(ctx, id))).seats).toBe(5n);
    const ask = (body: Parameters<typeof askForChange>[2]) =>
      world.command((ctx) => askForChange(ctx, id, body, wake)).then(() => world.settle());
    await ask({ action: 'cancel', when: 'period_end' });
    expect((await world.query((ctx) => getSubscription(ctx, id))).schedule).toMatchObject([
      { kind: 'cancel' },
    ]);
    await ask({ action: 'keep' });
    await ask({ action: 'change', plan: 'basic', quantity: 1 });
    const moved = await world.query((ctx) => getSubscription(ctx, id));
    expect(moved.schedule).toEqual([]);
    const open = moved.items.filter(({ activeTo }) => activeTo === null);
    expect(open.map(({ price }) => price.key)).toEqual(['base']);
    expect((await world.query((ctx) => listChanges(ctx, id, 10))).map(({ status }) => status)).toEqual([
      'confirmed',
      'confirmed',
      'confirmed',
      'confirmed',
    ]);
    await expect(
      world.command((ctx) => askForChange(ctx, id, { action: 'change', plan: 'odd' }, wake)),
    ).rejects.toMatchObject({ code: 'plan.not_at_stripe' });
  });

  test('one billed here is not asked of Stripe, and what means nothing here waits with a case', async () => {
    const { createCustomer } = await import('../modules/customers/commands/create-customer.ts');
    const customer = await world.command((ctx) => createCustomer(ctx, { name: 'Here' }));
    const plan = await addPlan(world, { key: 'here', prices: [flatPrice('100')] });
    const ours = await subscribe(world, customer.id, plan);
    await expect(
      world.command((ctx) => askForChange(ctx, ours.id, { action: 'keep' }, () => undefined)),
    ).rejects.toMatchObject({ code: 'subscription.not_at_stripe' });
    // Two plans in one subscription are no plan here.
    const zoe = await buyer('Zoe');
    const strange = await stripe.subscriptions.create({
      customer: zoe,
      items: [{ price: await priceAtStripe('basic') }, { price: await priceAtStripe('team', 'seat') }],
    });
    await world.settle();
    expect(await world.query((ctx) => listWaiting(ctx, 10))).toContainEqual({
      kind: 'subscription',
      stripeId: strange.id,
      reason: 'mirror.several_plans',
    });
    const [seat] = strange.items.data.filter(
      ({ quantity, price }) => quantity === 1 && price.unit_amount === 900,
    );
    await stripe.subscriptionItems.del(String(seat?.id));
    await world.settle();
    expect(await world.query((ctx) => listWaiting(ctx, 10))).toEqual([]);
    expect((await oursOf(zoe)).subscriptions).toMatchObject([{ status: 'active' }]);
  });
});

describe('an account that was there before', () => {
  test('I255 is taken in once: a dry run says what, and again changes nothing', async () => {
    // Before its truth was at Stripe, nothing of it was followed.
    await world.admin(`update tenants set settings = settings || '{"newSubscriptions":"billhook"}'`);
    const odd = await stripe.prices.create({
      currency: 'eur',
      unit_amount: 700,
      recurring: { interval: 'month' },
      product_data: { name: 'Theirs alone' },
    });
    const before = await buyer('Eli');
    await stripe.subscriptions.create({ customer: before, items: [{ price: odd.id }] });
    await world.settle();
    await world.admin(`update tenants set settings = settings || '{"newSubscriptions":"stripe"}'`);
    const dry = await importAccount(work, true);
    expect(dry).toMatchObject({ dry_run: true, unchanged: false });
    expect(dry.entries).toContainEqual(
      expect.objectContaining({
        kind: 'plan',
        action: 'create',
        name: expect.stringContaining('Theirs alone'),
      }),
    );
    expect(
      dry.entries.filter(({ kind, action }) => kind === 'subscription' && action === 'create'),
    ).toHaveLength(1);
    expect(await importAccount(work, true)).toEqual(dry);
    const done = await importAccount(work, false);
    expect(done.conflicts).toBe(dry.conflicts);
    expect(await importAccount(work, false)).toMatchObject({ unchanged: true, created: 0, updated: 0 });
    expect(await world.query((ctx) => listWaiting(ctx, 10))).toEqual([]);
    const [eli] = (await stripe.customers.list({ email: 'eli@example.com' })).data;
    const found = await oursOf(String(eli?.id));
    expect(found.subscriptions).toMatchObject([{ status: 'active', billingAuthority: 'stripe' }]);
    expect(found.invoices).toMatchObject([{ status: 'paid', totalMinor: 700n }]);
    const customer = await world.query((ctx) => getCustomer(ctx, found.id));
    expect(customer).toMatchObject({ name: 'Eli', email: 'eli@example.com' });
    const cards = await world.admin('select fingerprint from payment_methods where customer_id = $1', [
      found.id,
    ]);
    expect(cards).toEqual([{ fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    // Nobody tried anything: ten thousand cards that are taken in must not look like an attack.
    expect(await world.admin('select id from payment_tries where customer_id = $1', [found.id])).toEqual([]);
  });
});

describe('usage that Stripe bills', () => {
  test('I253 is told hour by hour, once, and what corrections take away is taken back there', async () => {
    const max = await buyer('Max');
    await stripe.subscriptions.create({
      customer: max,
      items: [
        { price: await priceAtStripe('team', 'seat'), quantity: 1 },
        { price: await priceAtStripe('team', 'calls') },
      ],
    });
    await world.settle();
    const { id } = await oursOf(max);
    await world.admin(`update customers set external_id = 'max' where id = $1`, [id]);
    await world.advance('2027-04-08T10:00:00Z');
    await use(world, 'max', 'calls', ['2027-04-08T09:10:00Z', '2027-04-08T09:20:00Z']);
    await world.advance('2027-04-08T11:05:00Z');
    const [meterRow] = await world.admin(`select stripe_id from stripe_links where kind = 'meter'`);
    const told = async () => {
      const found = await stripe.billing.meters.listEventSummaries(String(meterRow?.stripe_id), {
        customer: max,
        start_time: Date.parse('2027-04-08T00:00:00Z') / 1000,
        end_time: Date.parse('2027-04-08T00:00:00Z') / 1000 + DAY,
      });
      return found.data.reduce((sum, { aggregated_value }) => sum + aggregated_value, 0);
    };
    expect(await told()).toBe(2);
    await world.sources.reports.run(world.tenantId, 100);
    expect(await told()).toBe(2);
    await use(world, 'max', 'calls', ['2027-04-08T09:30:00Z', '2027-04-08T11:01:00Z'], {});
    await world.advance('2027-04-08T12:05:00Z');
    expect(await told()).toBe(4);
    const { correct } = await import('../modules/usage/api.ts');
    expect(typeof correct).toBe('function');
    await world.admin(
      `update usage_rollups set quantity = 1 where customer_id = $1 and hour = '2027-04-08T09:00:00Z'`,
      [id],
    );
    await world.advance('2027-04-08T13:05:00Z');
    expect(await told()).toBe(2);
    const rows = await world.admin(
      `select status, revision from stripe_meter_reports where hour = '2027-04-08T09:00:00Z' order by revision`,
    );
    expect(rows).toEqual([
      { status: 'canceled', revision: 1 },
      { status: 'canceled', revision: 2 },
      { status: 'sent', revision: 3 },
    ]);
  });
});

describe('what is unpaid at Stripe', () => {
  test('I370 notices, limits and what lies ahead are those of our campaign, and every try is Stripe’s', async () => {
    await world.command(async (ctx) => {
      const { id } = await createCampaign(ctx, {
        name: 'At Stripe',
        kind: 'charge',
        definition: {
          ...DAILY,
          failure_mail: 'none',
          steps: [
            dunningStep('again', 1, 'retry'),
            { ...dunningStep('remind', 1, 'mail'), mail: 'reminder' },
            dunningStep('limit', 2, 'limit_access'),
            dunningStep('suspend', 60, 'suspend_access'),
            dunningStep('end', 90, 'cancel'),
          ],
        } as never,
      });
      await publishCampaign(ctx, encodeTypeId('dcam', id));
    });
    await world.advance('2027-04-09T12:00:00Z');
    const ida = await buyer('Ida');
    const made = await stripe.subscriptions.create({
      customer: ida,
      items: [{ price: await priceAtStripe('basic') }],
    });
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: ida });
    await stripe.customers.update(ida, { invoice_settings: { default_payment_method: bad.id } });
    await world.settle();
    const { id } = await oursOf(ida);
    const runOf = async () => {
      const filter = { customerId: id, invoiceId: null, status: null, after: null, limit: 5 };
      const [run] = await world.query((ctx) => listRuns(ctx, filter));
      if (run === undefined) throw new Error('The failed invoice has a run.');
      const outlook = await world.query(async (ctx) =>
        dunningOutlook(coreCampaign(run.kind, run.definition), await factsOf(ctx, run)),
      );
      return { run, shown: presentRun({ run, invoiceNumber: '', outlook, past: [], texts: new Map() }) };
    };
    await world.advance('2027-05-10T18:00:00Z');
    const first = await runOf();
    expect(first.run).toMatchObject({ status: 'active', collectedBy: 'stripe', campaignName: 'At Stripe' });
    expect(first.shown.ahead).toContainEqual(expect.objectContaining({ key: 'stripe.try', action: 'retry' }));
    expect(first.shown.left_out.map(({ key, reason }) => [key, reason])).toEqual([
      ['again', 'done_at_stripe'],
      ['end', 'done_at_stripe'],
    ]);
    await world.advance('2027-05-12T19:00:00Z');
    const limited = await runOf();
    expect(limited.run.settled.toSorted()).toEqual(['limit', 'remind']);
    expect((await oursOf(ida)).subscriptions).toMatchObject([{ status: 'past_due', access: 'limited' }]);
    expect(
      await world.admin(`select 1 from payment_attempts where customer_id = $1 and sent_at is not null`, [
        id,
      ]),
    ).toEqual([]);
    // Held back and stopped, nothing here speaks any more; Stripe's try stands as before.
    await world.command((ctx) => pauseRun(ctx, encodeTypeId('drun', limited.run.id), 'They called.'));
    expect((await runOf()).run.stripeTryAt).toBe(limited.run.stripeTryAt);
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer: ida });
    const [unpaid] = (await stripe.invoices.list({ subscription: made.id, status: 'open' })).data;
    await stripe.invoices.pay(String(unpaid?.id), { payment_method: good.id });
    await world.settle();
    expect((await runOf()).run).toMatchObject({ status: 'recovered', recoveredMinor: 2000n });
    expect((await oursOf(ida)).subscriptions).toMatchObject([{ status: 'active', access: 'full' }]);
    await stripe.subscriptions.cancel(made.id);
    await world.settle();
  });

  test('I370 a debit that came back at Stripe is a returned debit here too', async () => {
    const jana = await buyer('Jana');
    await stripe.subscriptions.create({
      customer: jana,
      items: [{ price: await priceAtStripe('basic') }],
    });
    await world.settle();
    const { id } = await oursOf(jana);
    const debit = await stripe.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban: 'DE65370400440002222227' },
      billing_details: { name: 'Jana', email: 'jana@example.com' },
    });
    await stripe.setupIntents.create({
      customer: jana,
      payment_method: debit.id,
      confirm: true,
      mandate_data: {
        customer_acceptance: { type: 'online', online: { ip_address: '127.0.0.1', user_agent: 'test' } },
      },
    });
    await stripe.customers.update(jana, { invoice_settings: { default_payment_method: debit.id } });
    await world.settle();
    await world.advance('2027-06-16T00:00:00Z');
    const filter = { customerId: id, invoiceId: null, status: null, after: null, limit: 5 };
    const [run] = await world.query((ctx) => listRuns(ctx, filter));
    expect(run).toMatchObject({ failureKind: 'debit_returned', failureCode: 'insufficient_funds' });
    const [tried] = await world.admin(
      `select m.kind from payment_attempts a join payment_methods m on m.id = a.payment_method_id
       where a.customer_id = $1 and a.status = 'failed' limit 1`,
      [id],
    );
    expect(tried).toEqual({ kind: 'sepa_debit' });
  });
});

test('links stand one for one', async () => {
  const [row] = await world.admin(
    `select stripe_id, object_id from stripe_links where kind = 'subscription' limit 1`,
  );
  const link = await world.query((ctx) => linkFor(ctx, 'subscription', String(row?.object_id)));
  expect(link?.stripeId).toBe(row?.stripe_id);
  expect((await world.query((ctx) => linkOf(ctx, 'subscription', String(row?.stripe_id))))?.objectId).toBe(
    row?.object_id,
  );
});
