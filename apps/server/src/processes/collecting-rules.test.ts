import os from 'node:os';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalDiskStore } from '../adapters/local-disk/file-store.ts';
import { beginRequest, startHostedPage } from '../modules/checkout/api.ts';
import { createFileService } from '../modules/files/service.ts';
import {
  findRequest,
  listMethods,
  type PaymentProvider,
  type ProviderDispute,
  ProviderFault,
  refundPayment,
  removeMethod,
  setBackupMethod,
} from '../modules/payments/api.ts';
import { equalSecrets } from '../platform/crypto.ts';
import { addCustomer, addPlan, balances, creditBalance, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';
import { answerDispute } from './answer-dispute.ts';
import { applyDeposit, askPayment, cancelRequest, chargeRequest, refundDeposit } from './ask-payment.ts';
import { recordDisputeNews } from './record-dispute-news.ts';
import { expiringMethodsSource } from './warn-expiring-methods.ts';
import { disputesSource } from './watch-disputes.ts';

let world: PaymentWorld;
let plan: Awaited<ReturnType<typeof addPlan>>;
const START = '2026-03-01T00:00:00Z';

beforeAll(async () => {
  world = await createPaymentWorld(START);
  plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
});
afterAll(() => world.close());

/** Somebody with a card who has paid 29.00 EUR. */
async function paid(name: string) {
  const customer = await addCustomer(world, { name, email: `${name}@example.com` });
  await world.addCard(customer.id, 'pm_card_visa');
  await subscribe(world, customer.id, plan, { collection: 'automatic' });
  await world.settle();
  const [payment] = await world.admin(
    'select id, provider_object_id as intent from payments where customer_id = $1',
    [customer.id],
  );
  return { customer, paymentId: String(payment?.id), intentId: String(payment?.intent) };
}

/** The provider as it is, with some calls done otherwise. */
const withCalls = (calls: Partial<PaymentProvider>) => ({
  transactor: world.transactor,
  providers: { ...world.providers, of: async () => ({ ...world.provider, ...calls }) },
  files: createFileService({
    transactor: world.transactor,
    store: createLocalDiskStore(os.tmpdir()),
    sign: (text) => text,
    same: equalSecrets,
  }),
});
const request = () => ({
  tenantId: world.tenantId,
  actor: { kind: 'operator', id: 'ada' } as const,
  requestId: null,
});
const cases = async (customerId: string) =>
  (
    await world.admin('select kind from cases where customer_id = $1 order by opened_at, kind', [customerId])
  ).map(({ kind }) => kind);

describe('a dispute', () => {
  const now = () => Date.parse(START) as Instant;
  const opened = (intentId: string, more: Partial<ProviderDispute> = {}): ProviderDispute => ({
    ...{
      id: `dp_${intentId}`,
      intentId,
      chargeId: null,
      amountMinor: 2900n,
      currency: 'EUR',
      reason: 'fraudulent',
    },
    status: 'needs_response',
    evidenceDueAt: addMs(now(), 9 * MS_PER_DAY),
    feeMinor: 1500n,
    withdrawnMinor: 2900n,
    createdAt: now(),
    ...more,
  });
  const answer = { customerName: null, customerEmail: null, customerIp: null, billingAddress: null };
  const evidence = {
    ...answer,
    productDescription: null,
    serviceDate: null,
    accessLog: 'Signed in daily',
    refundPolicy: null,
    cancellationPolicy: null,
    text: 'It was used',
  };

  test('I281 takes the money and its fee out of the books, stops refunds, and is mirrored to its end by look-ups', async () => {
    const { customer, paymentId, intentId } = await paid('ada');
    const before = await balances(world);
    let told = opened(intentId);
    const deps = withCalls({ retrieveDispute: async () => told });
    const hear = () => world.command((ctx) => recordDisputeNews(ctx, 'stripe', told));
    expect(await hear()).toBe(true);
    expect(await hear()).toBe(true);
    const out = await balances(world);
    expect([out.disputed, out['cash:stripe']]).toEqual([2900n, (before['cash:stripe'] ?? 0n) - 4400n]);
    expect(await cases(customer.id)).toEqual(['dispute.opened']);
    const refund = world.command((ctx) => refundPayment(ctx, { paymentId, amountMinor: 100n, reason: 'x' }));
    await expect(refund).rejects.toMatchObject({ code: 'payment.disputed' });

    const source = disputesSource(deps);
    await world.setBothClocks('2026-03-07T00:00:00Z');
    expect(await source.run(world.tenantId, 10)).toBeGreaterThan(0);
    expect(await cases(customer.id)).toEqual(['dispute.opened', 'dispute.deadline_near']);
    told = opened(intentId, { status: 'won', withdrawnMinor: 0n, evidenceDueAt: null });
    await world.setBothClocks('2026-03-09T00:00:00Z');
    await source.run(world.tenantId, 10);
    expect((await balances(world)).disputed).toBe(0n);
    expect(
      await world.admin('select status, look_up_at from disputes where customer_id = $1', [customer.id]),
    ).toEqual([{ status: 'won', look_up_at: null }]);
    const types = await world.admin(`select type from outbox where type like 'dispute.%' order by id`);
    expect(types.map(({ type }) => type)).toEqual([
      'dispute.opened',
      'dispute.deadline_near',
      'dispute.closed',
    ]);
    await world.command((ctx) => refundPayment(ctx, { paymentId, amountMinor: 100n, reason: 'x' }));
    await world.settle();
  });

  test('I281 is answered once, under one key, also where the provider’s word was lost', async () => {
    const { intentId } = await paid('bob');
    let told = opened(intentId);
    await world.command((ctx) => recordDisputeNews(ctx, 'stripe', told));
    const [row] = await world.admin('select id from disputes where provider_object_id = $1', [told.id]);
    const keys: string[] = [];
    const id = String(row?.id);
    const lost = withCalls({
      retrieveDispute: async () => told,
      async submitEvidence(_id, _evidence, _files, key) {
        keys.push(key);
        if (keys.length === 1) throw new ProviderFault('unknown', 'time_out', 'No answer.');
        told = opened(intentId, { status: 'under_review', evidenceDueAt: null });
        return told;
      },
    });
    const submit = () => answerDispute(lost, request(), id, { evidence, files: [] });
    await expect(submit()).rejects.toMatchObject({ code: 'provider.unavailable' });
    await expect(submit()).rejects.toMatchObject({ code: 'dispute.answered' });
    await world.setBothClocks('2026-03-10T00:00:00Z');
    await disputesSource(lost).run(world.tenantId, 10);
    expect(keys).toEqual([expect.stringMatching(`^evidence:${id}:[0-9a-f]{16}$`), keys[0]]);
    await world.setBothClocks('2026-03-11T00:00:00Z');
    told = opened(intentId, { status: 'lost', evidenceDueAt: null });
    await disputesSource(lost).run(world.tenantId, 10);
    const [end] = await world.admin(
      'select status, evidence_state as state, lost_minor::int as lost from disputes where id = $1',
      [id],
    );
    expect(end).toEqual({ status: 'lost', state: 'submitted', lost: 2900 });
    expect((await balances(world)).dispute_losses).toBe(2900n);
    await expect(submit()).rejects.toMatchObject({ code: 'dispute.closed' });
  });
});

const attemptsOf = async (customerId: string) =>
  (
    await world.admin('select status from payment_attempts where customer_id = $1 order by created_at, id', [
      customerId,
    ])
  ).map(({ status }) => status);

describe('a backup', () => {
  /** Somebody whose default is declined when it is charged, with another card beside it. */
  async function withCards(name: string, backupToken: string) {
    const customer = await addCustomer(world, { name, email: `${name}@example.com` });
    await world.addCard(customer.id, backupToken);
    await world.addCard(customer.id, 'pm_card_chargeCustomerFail');
    const cards = await world.query((ctx) => listMethods(ctx, customer.id));
    const other = cards.find(({ isDefault }) => !isDefault);
    const methodId = other?.id ?? '';
    await world.command((ctx) => setBackupMethod(ctx, { customerId: customer.id, methodId, isBackup: true }));
    return customer;
  }

  test('I282 pays at once when the default is declined, and nobody is past due', async () => {
    const customer = await withCards('carol', 'pm_card_visa');
    await subscribe(world, customer.id, plan, { collection: 'automatic' });
    await world.settle();
    expect(await attemptsOf(customer.id)).toEqual(['failed', 'succeeded']);
    expect(await world.invoices(customer.id)).toMatchObject([{ status: 'paid', failureCount: 0 }]);
    const [subscription] = await world.admin('select status from subscriptions where customer_id = $1', [
      customer.id,
    ]);
    expect(subscription?.status).toBe('active');
  });

  test('I282 that is declined too is one failure, after which the schedule goes on; a removed default leaves it as default', async () => {
    const customer = await withCards('dave', 'pm_card_chargeCustomerFail');
    await subscribe(world, customer.id, plan, { collection: 'automatic' });
    await world.settle();
    expect(await attemptsOf(customer.id)).toEqual(['failed', 'failed', 'created']);
    expect(await world.invoices(customer.id)).toMatchObject([{ status: 'open', failureCount: 1 }]);
    const [first, second] = await world.query((ctx) => listMethods(ctx, customer.id));
    const own = { customerId: customer.id, methodId: first?.id ?? '' };
    const asBackup = world.command((ctx) => setBackupMethod(ctx, { ...own, isBackup: true }));
    await expect(asBackup).rejects.toMatchObject({ code: 'payment_method.is_default' });
    await world.command((ctx) => removeMethod(ctx, own));
    expect(await world.query((ctx) => listMethods(ctx, customer.id))).toMatchObject([
      { id: second?.id, isDefault: true, isBackup: false },
    ]);
  });
});

test('I301 a stolen card is never charged again, also where a backup paid at once or no invoice was collected', async () => {
  const steal = () =>
    world.control.setFaults(world.accountId, { failCharges: 1, failChargesWith: 'stolen_card' });
  const blockedOf = async (customerId: string) =>
    (
      await world.admin(
        'select blocked_code as code from payment_methods where customer_id = $1 order by is_default desc',
        [customerId],
      )
    ).map(({ code }) => code);
  const gina = await addCustomer(world, { name: 'gina', email: 'gina@example.com' });
  await world.addCard(gina.id, 'pm_card_visa');
  await world.addCard(gina.id, 'pm_card_visa');
  const backup = (await world.query((ctx) => listMethods(ctx, gina.id))).find(({ isDefault }) => !isDefault);
  const asBackup = { customerId: gina.id, methodId: backup?.id ?? '', isBackup: true };
  await world.command((ctx) => setBackupMethod(ctx, asBackup));
  await steal();
  await subscribe(world, gina.id, plan, { collection: 'automatic' });
  await world.settle();
  expect(await world.invoices(gina.id)).toMatchObject([{ status: 'paid' }]);
  expect(await blockedOf(gina.id)).toEqual(['stolen_card', null]);

  const { customer: hugo } = await paid('hugo');
  const asked = await world.command((ctx) =>
    askPayment(ctx, {
      customerId: hugo.id,
      kind: 'payment',
      currency: 'EUR',
      amountMinor: 500n,
      description: 'Setup',
      sendMail: false,
    }),
  );
  await steal();
  await world.command((ctx) => chargeRequest(ctx, asked.id));
  await world.settle();
  expect(await attemptsOf(hugo.id)).toEqual(['succeeded', 'failed']);
  expect(await blockedOf(hugo.id)).toEqual(['stolen_card']);
});

test('I283 whose card runs out is told 30 and 7 days ahead, once each', async () => {
  const customer = await addCustomer(world, { name: 'Erin', email: 'erin@example.com' });
  await world.addCard(customer.id, 'pm_card_visa');
  await world.admin(
    `update payment_methods set exp_month = 5, exp_year = 2026, expiry_warn_at = '2026-05-02T00:00:00Z' where customer_id = $1`,
    [customer.id],
  );
  const source = expiringMethodsSource(world);
  const told = async () =>
    (await world.admin(`select count(*)::int as count from outbox where type = 'payment_method.expiring'`))[0]
      ?.count;
  for (const [day, count] of [
    ['2026-05-01T00:00:00Z', 0],
    ['2026-05-02T00:00:00Z', 1],
    ['2026-05-20T00:00:00Z', 1],
    ['2026-05-25T00:00:00Z', 2],
    ['2026-05-30T00:00:00Z', 2],
  ] as const) {
    await world.setBothClocks(day);
    while ((await source.run(world.tenantId, 10)) > 0);
    expect([day, await told()]).toEqual([day, count]);
  }
});

describe('an amount that is asked for beside invoices', () => {
  const ask = (customerId: string, kind: 'payment' | 'deposit', amountMinor: bigint) =>
    world.command((ctx) =>
      askPayment(ctx, {
        customerId,
        kind,
        currency: 'EUR',
        amountMinor,
        description: 'Devices',
        sendMail: false,
      }),
    );
  const page = (requestId: string) =>
    startHostedPage(world, request(), (ctx) =>
      beginRequest(ctx, {
        requestId,
        customerId: null,
        successUrl: 'http://a.example',
        cancelUrl: 'http://a.example',
      }),
    );
  const held = async () => (await balances(world)).deposits ?? 0n;

  test('I284 is held as a deposit in an account of its own, pays invoices when it is applied, and the rest goes back', async () => {
    const { customer } = await paid('frank');
    const asked = await ask(customer.id, 'deposit', 5000n);
    await world.command((ctx) => chargeRequest(ctx, asked.id));
    await expect(page(asked.id)).rejects.toMatchObject({ code: 'payment_request.collecting' });
    await world.settle();
    const deposit = await world.query((ctx) => findRequest(ctx, asked.id));
    expect(deposit).toMatchObject({ status: 'paid', heldMinor: 5000n });
    expect([await held(), await creditBalance(world, customer.id)]).toEqual([-5000n, 0n]);
    const plain = world.command((ctx) =>
      refundPayment(ctx, { paymentId: deposit?.paymentId ?? '', amountMinor: 100n, reason: 'x' }),
    );
    await expect(plain).rejects.toMatchObject({ code: 'payment.deposit_held' });
    await world.command((ctx) => applyDeposit(ctx, asked.id, 1000n));
    expect([await held(), await creditBalance(world, customer.id)]).toEqual([-4000n, 1000n]);
    const tooMuch = world.command((ctx) => applyDeposit(ctx, asked.id, 4001n));
    await expect(tooMuch).rejects.toMatchObject({ code: 'deposit.exceeds_held' });
    await world.command((ctx) =>
      refundDeposit(ctx, asked.id, { amountMinor: null, reason: 'Devices are back' }),
    );
    await world.settle();
    expect([await held(), await creditBalance(world, customer.id)]).toEqual([0n, 1000n]);
    const refunds = await world.admin(
      'select r.status, r.amount_minor::int as amount from refunds r where r.payment_id = $1',
      [deposit?.paymentId],
    );
    expect(refunds).toEqual([{ status: 'succeeded', amount: 4000 }]);
  });

  test('I15 is paid on its page or charged, never both; what is paid is credit, and it is not asked for again', async () => {
    const { customer } = await paid('gina');
    const asked = await ask(customer.id, 'payment', 700n);
    const { url } = await page(asked.id);
    const charge = () => world.command((ctx) => chargeRequest(ctx, asked.id));
    await expect(charge()).rejects.toMatchObject({ code: 'payment_request.collecting' });
    await expect(world.command((ctx) => cancelRequest(ctx, asked.id))).rejects.toMatchObject({
      code: 'payment_request.collecting',
    });
    expect((await world.payOnPage(url ?? '', '4242424242424242')).status).toBe(303);
    await world.settle();
    expect(await creditBalance(world, customer.id)).toBe(700n);
    await expect(charge()).rejects.toMatchObject({ code: 'payment_request.not_open' });
    expect(await cases(customer.id)).toEqual([]);
    const other = await ask(customer.id, 'payment', 100n);
    expect(await world.command((ctx) => cancelRequest(ctx, other.id))).toMatchObject({ status: 'canceled' });
  });
});
