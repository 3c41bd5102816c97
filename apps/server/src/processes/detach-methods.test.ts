import { afterEach, beforeEach, expect, test } from 'vitest';
import { listMethods, removeMethod } from '../modules/payments/api.ts';
import { addCustomer } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';
import { detachMethodsSource } from './detach-methods.ts';

let world: PaymentWorld;
let customerId: string;

beforeEach(async () => {
  world = await createPaymentWorld('2026-03-01T00:00:00Z', {}, 300);
  customerId = (await addCustomer(world, { name: 'Ada', email: 'ada@example.com' })).id;
  await world.addCard(customerId, 'pm_card_visa');
});
afterEach(() => world.close());

const run = () => detachMethodsSource(world).run(world.tenantId, 10);
const tenantsDue = () =>
  world.transactor.work((sql) => detachMethodsSource(world).tenantsDue(sql, world.transactor.wallNow()));
const cardsAtProvider = async () => {
  const [row] = await world.admin('select provider_customer_id as id from provider_customers');
  return (await world.provider.listMethods(String(row?.id))).length;
};
const left = async () =>
  (
    await world.admin(
      'select detach_at is not null as wanted, detach_attempts as attempts from payment_methods',
    )
  )[0];
const comeDue = () =>
  world.admin(
    `update payment_methods set detach_at = now() - interval '1 second' where detach_at is not null`,
  );

async function remove(): Promise<void> {
  const [card] = await world.query((ctx) => listMethods(ctx, customerId));
  await world.command((ctx) => removeMethod(ctx, { customerId, methodId: card?.id ?? '' }));
}

test('a removed card is detached at the provider after the commit, and only once', async () => {
  expect([await tenantsDue(), await run()]).toEqual([[], 0]);
  await remove();
  expect(await cardsAtProvider()).toBe(1);
  expect(await tenantsDue()).toEqual([world.tenantId]);
  expect(await run()).toBe(1);
  expect(await cardsAtProvider()).toBe(0);
  expect(await left()).toEqual({ wanted: false, attempts: 1 });
  expect([await tenantsDue(), await run()]).toEqual([[], 0]);
});

test('a call without an answer is made again, and one that had its effect counts as done', async () => {
  await world.control.setFaults(world.accountId, { rejectRequests: 1, rejectStatus: 500 });
  await remove();
  expect(await run()).toBe(1);
  expect(await left()).toEqual({ wanted: true, attempts: 1 });
  expect(await run()).toBe(0);
  const [card] = await world.admin('select provider_method_id as id from payment_methods');
  await world.provider.detachMethod(String(card?.id));
  await comeDue();
  expect(await run()).toBe(1);
  expect(await left()).toEqual({ wanted: false, attempts: 2 });
});

test('a card that cannot be detached for long becomes a case', async () => {
  await world.control.setFaults(world.accountId, { rejectRequests: 100, rejectStatus: 500 });
  await remove();
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    await comeDue();
    expect(await run()).toBe(1);
  }
  expect(await left()).toEqual({ wanted: false, attempts: 10 });
  expect(await world.admin('select kind from cases')).toEqual([{ kind: 'payment_method.not_detached' }]);
});

test('late news that a removed card was attached brings it back nowhere', async () => {
  await remove();
  await world.settle();
  expect(await world.query((ctx) => listMethods(ctx, customerId))).toEqual([]);
  const states = await world.admin(
    `select state, attempts from provider_events where type = 'payment_method.attached'`,
  );
  expect(states).toEqual([{ state: 'ignored', attempts: 1 }]);
});
