import { MS_PER_DAY } from '@billhook/core/time/instant';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linesOfPayout, listPayouts, sumsOf } from '../modules/payments/reconcile/read.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addCustomer, addPlan, balances, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld } from '../testing/payments.ts';
import { reconcile } from './reconcile.ts';
import { noteUsedSecrets } from './watch-secrets.ts';

let app: TestApp;
let customer: string;

const ok = async (method: string, path: string, body?: unknown) => {
  const answer = await app.api(method, path, body === undefined ? {} : { body });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body as Record<string, unknown>;
};
const rows = async (path: string) => (await ok('GET', path)).data as Record<string, unknown>[];
const cases = async (kind: string) =>
  (await rows('/v1/cases?open=true&limit=100')).filter((one) => one.kind === kind);

const settle = () => app.settle();
const advance = async (to: string) => {
  await ok('POST', '/v1/clock/advance', { to });
  await app.server.mover.finished(app.tenant.id);
  await settle();
};

beforeAll(async () => {
  app = await startTestApp({
    clockAt: '2026-01-10T09:00:00Z',
    limits: { payCaller: { max: 3, windowMs: 60_000 } },
  });
  const price = {
    key: 'base',
    name: 'Base',
    pricing: { model: 'flat', amount: '2900' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  };
  await ok('POST', '/v1/plans', {
    key: 'pro',
    name: 'Pro',
    currency: 'EUR',
    entitlements: [],
    prices: [price],
  });
  customer = String((await ok('POST', '/v1/customers', { name: 'Acme', currency: 'EUR' })).id);
  await ok('POST', `/v1/customers/${customer}/payment_methods`, { provider_method_id: 'pm_card_visa' });
  await ok('POST', '/v1/subscriptions', { customer, plan: 'pro', collection: 'automatic' });
  await settle();
});
afterAll(() => app.close());

test('I290 I291 what the provider pays out and takes by itself is posted, and each payout adds up to its parts', async () => {
  const world = await createPaymentWorld('2026-03-01T00:00:00Z');
  await world.control.putAccount({ key: world.secretKey, automaticPayouts: true });
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  for (const name of ['Ada', 'Bob']) {
    const { id } = await addCustomer(world, { name, email: `${name}@example.com` });
    await world.addCard(id, 'pm_card_visa');
    await subscribe(world, id, plan, { collection: 'automatic' });
  }
  await world.advance('2026-03-20T00:00:00Z');
  const request = {
    tenantId: world.tenantId,
    actor: { kind: 'system' as const, id: 'test' },
    requestId: null,
  };
  await reconcile(world, request, world.provider);
  const [payout] = await world.query((ctx) => listPayouts(ctx, { limit: 10, provider: null, after: null }));
  expect(payout).toMatchObject({ amountMinor: 5668n, movementsMinor: 5668n, status: 'paid' });
  const lines = await world.query((ctx) => linesOfPayout(ctx, 'stripe', payout?.name ?? ''));
  expect(lines).toEqual([{ kind: 'charge', count: 2, grossMinor: 5800n, feeMinor: 132n, netMinor: 5668n }]);
  expect(await world.query((ctx) => sumsOf(ctx, 'stripe'))).toMatchObject([
    { providerMinor: 0n, booksMinor: 0n, openMinor: 0n, unlistedMinor: 0n, matchedCount: 3 },
  ]);
  const before = await balances(world);
  expect(before).toMatchObject({ 'cash:bank': 5668n, fees: 132n });
  await reconcile(world, request, world.provider);
  await reconcile(world, request, world.provider);
  expect(await balances(world)).toEqual(before);
  // A fee that was not known when the payment was booked is posted once, beside it.
  await world.admin('truncate provider_transactions');
  await world.admin(`alter table ledger_transactions disable trigger all`);
  await world.admin(
    `delete from ledger_entries where transaction_id in (select id from ledger_transactions where posting in ('payment_fee', 'provider_payout'))`,
  );
  await world.admin(`delete from ledger_transactions where posting in ('payment_fee', 'provider_payout')`);
  await world.admin('update provider_schedules set reconciled_until = null');
  await reconcile(world, request, world.provider);
  await reconcile(world, request, world.provider);
  expect(await balances(world)).toEqual(before);
  await world.close();
});

test('I291 a dispute is met with its movement at the provider, with the fee that was taken for it', async () => {
  const world = await createPaymentWorld('2026-03-01T00:00:00Z');
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  const { id } = await addCustomer(world, { name: 'Vic', email: 'vic@example.com' });
  await world.addCard(id, 'pm_card_createDispute');
  await subscribe(world, id, plan, { collection: 'automatic' });
  await world.settle();
  expect(await world.admin('select status from disputes')).toEqual([{ status: 'needs_response' }]);
  const request = {
    tenantId: world.tenantId,
    actor: { kind: 'system' as const, id: 'test' },
    requestId: null,
  };
  await world.advance('2026-03-03T00:00:00Z');
  await reconcile(world, request, world.provider);
  const movements = await world.admin('select kind, state from provider_transactions order by kind');
  expect(movements).toEqual([
    { kind: 'charge', state: 'matched' },
    { kind: 'dispute', state: 'matched' },
  ]);
  expect(await world.query((ctx) => sumsOf(ctx, 'stripe'))).toMatchObject([
    { openMinor: 0n, unlistedMinor: 0n, openCount: 0, unlistedCount: 0 },
  ]);
  await world.close();
});

test('I291 once it was asked for, it runs by itself: a moved clock is one run of all its days', async () => {
  expect(await ok('GET', '/v1/reconciliation')).toMatchObject({ reconciled_at: null });
  await ok('POST', '/v1/reconciliation/run', {});
  await advance('2026-03-20T12:00:00Z');
  const state = await ok('GET', '/v1/reconciliation');
  expect(state).toMatchObject({
    reconciled_at: '2026-03-20T12:00:00.000Z',
    next_at: '2026-03-21T00:00:00.000Z',
    fault: null,
    open_count: 0,
    currencies: [{ difference: '0', unexplained: '0', unlisted_count: 0 }],
  });
});

test('a refund that was given is a movement of its own, matched with its posting', async () => {
  const [payment] = await rows('/v1/payments?status=succeeded&limit=1');
  await ok('POST', `/v1/payments/${payment?.id}/refund`, { amount: '700', reason: 'Goodwill' });
  await settle();
  await ok('POST', '/v1/reconciliation/run', {});
  const refunds = await rows('/v1/reconciliation/transactions?kind=refund');
  expect(refunds).toMatchObject([
    { state: 'matched', gross: '-700', explanation: 'The refund to Acme for INV-2026-000003.' },
  ]);
  expect(await ok('GET', '/v1/reconciliation')).toMatchObject({ currencies: [{ unexplained: '0' }] });
});

test('I298 staff are told before a secret is due and when it is; a new one settles the case', async () => {
  const request = {
    tenantId: app.tenant.id,
    actor: { kind: 'system' as const, id: 'test' },
    requestId: null,
  };
  const note = (value: string) =>
    app.server.transactor.command(request, (ctx) =>
      noteUsedSecrets(ctx, [
        { name: 'Mail password', kind: 'mail', mark: Buffer.from(value), expiresAt: null },
      ]),
    );
  const state = async () => (await rows('/v1/secret_ages')).map((one) => [one.state, one.age_days]);
  await note('first');
  await app.drain();
  expect([await state(), await cases('secret.rotation')]).toEqual([[['fresh', 0]], []]);
  app.passWallTime(77 * MS_PER_DAY);
  await note('first');
  await app.drain();
  await app.drain();
  expect(await state()).toEqual([['due_soon', 77]]);
  expect(await cases('secret.rotation')).toMatchObject([
    { facts: { name: 'Mail password', rotate_days: 90 } },
  ]);
  app.passWallTime(14 * MS_PER_DAY);
  await app.drain();
  expect(await state()).toEqual([['overdue', 91]]);
  expect(await cases('secret.rotation')).toHaveLength(1);
  expect((await rows('/v1/event_feed?type=secret.overdue')).length).toBe(1);
  expect(await ok('GET', '/v1/health_report')).toMatchObject({ state: 'problem' });
  await note('second');
  expect([await state(), await cases('secret.rotation')]).toEqual([[['fresh', 0]], []]);
});

test('whoever asks the payment provider too often is slowed down, and nobody else', async () => {
  const operator = await app.signIn(app.owner.email, app.owner.password);
  const ask = (as: typeof operator) =>
    as('POST', `/v1/customers/${customer}/payment_methods`, { body: { provider_method_id: 'pm_card_visa' } });
  const statuses: number[] = [];
  for (let time = 0; time < 5; time += 1) statuses.push((await ask(operator)).status);
  expect(statuses).toEqual([201, 201, 201, 429, 429]);
  expect((await ask(operator)).body.code).toBe('rate.limited');
  expect((await ask(app.api)).status).toBe(201);
});
