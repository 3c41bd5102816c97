import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeEvent } from '../modules/payments/api.ts';
import { addCustomer, addPlan, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';

let world: PaymentWorld;
beforeAll(async () => {
  world = await createPaymentWorld('2026-03-01T00:00:00Z', {}, 400);
});
afterAll(() => world.close());

const event = async () =>
  (
    await world.admin(
      'select state, attempts, waits, detail from provider_events where provider_event_id = $1',
      ['evt_early'],
    )
  )[0];

/** Has the message read at once, whenever it would be its turn. */
async function readAgain() {
  await world.admin(`update provider_events set retry_at = now() - interval '1 day' where state = 'stored'`);
  await world.sources.events.run(world.tenantId, 10);
}

test('I533 a message that waited ten times for its payment has all its tries left when the provider does not answer', async () => {
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  const { id: customerId } = await addCustomer(world, { name: 'Ada', email: 'ada@example.com' });
  await world.addCard(customerId, 'pm_card_visa');
  await subscribe(world, customerId, plan, { collection: 'automatic' });
  await world.settle();
  const [payment] = await world.admin('select provider_object_id as id from payments');
  const intent = String(payment?.id);
  await world.admin(`update payment_attempts set provider_object_id = 'pi_not_known_yet'`);
  const object = { object: 'refund', id: 're_early', payment_intent: intent };
  const body = { id: 'evt_early', object: 'event', type: 'refund.created', data: { object } };
  await world.command((ctx) =>
    storeEvent(ctx, {
      ...{
        provider: 'stripe',
        id: body.id,
        type: body.type,
        headers: {},
        cameBy: 'webhook',
        state: 'stored',
      },
      body: new TextEncoder().encode(JSON.stringify(body)),
      detail: null,
      replayable: true,
    }),
  );
  for (let count = 0; count < 11; count += 1) await readAgain();
  expect(await event()).toMatchObject({ state: 'stored', attempts: 11, waits: 11 });

  await world.admin('update payment_attempts set provider_object_id = $1', [intent]);
  await world.control.setFaults(world.accountId, { slowMs: 2_000 });
  for (let count = 0; count < 2; count += 1) await readAgain();
  expect(await event()).toMatchObject({ state: 'stored', attempts: 13, waits: 11 });
  expect(await world.admin(`select 1 from cases where kind = 'provider_event.failed'`)).toEqual([]);

  await world.control.setFaults(world.accountId, {});
  await readAgain();
  expect(await event()).toMatchObject({ state: 'done' });
});

test('I533 whatever a message waited for, ten faults are a case, and what nobody is ever heard of is let go', async () => {
  await world.admin(
    `update provider_events set state = 'stored', attempts = 20, waits = 11 where provider_event_id = 'evt_early'`,
  );
  await world.control.setFaults(world.accountId, { slowMs: 2_000 });
  await readAgain();
  expect(await event()).toMatchObject({ state: 'quarantined' });
  expect(await world.admin(`select kind from cases`)).toEqual([{ kind: 'provider_event.failed' }]);
  await world.control.setFaults(world.accountId, {});
  await world.admin(
    `update provider_events set state = 'stored', attempts = 11, waits = 11 where provider_event_id = 'evt_early'`,
  );
  await world.admin(`update payment_attempts set provider_object_id = 'pi_never'`);
  await readAgain();
  expect(await event()).toMatchObject({ state: 'ignored' });
});
