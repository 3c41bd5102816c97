import { afterEach, expect, test } from 'vitest';
import {
  addCustomer,
  addPlan,
  type BillingWorld,
  createBillingWorld,
  flatPrice,
  subscribe,
} from '../testing/billing.ts';

let world: BillingWorld;
afterEach(() => world.close());

test('I352 a live business without its legal data bills nobody and parks nobody; a case lists what is missing, and the run goes on once it is there', async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z', {
    taxRates: { DE: { name: 'VAT', rate: '0.19' } },
  });
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  const customer = await addCustomer(world, { name: 'Ada', country: 'DE' });
  await subscribe(world, customer.id, plan);
  // Only a sandbox has a clock that stands still; a live business goes by the real one, which is later.
  await world.admin(`update tenants set kind = 'live', frozen_at = null`);
  expect(await world.bill()).toBe(0);
  expect(await world.bill()).toBe(0);
  expect(await world.invoices()).toEqual([]);
  expect(await world.admin('select kind, facts from cases')).toEqual([
    { kind: 'seller.data_missing', facts: { missing: 'address, tax_id' } },
  ]);
  expect(await world.admin('select 1 from customers where parked_at is not null')).toEqual([]);
  await world.admin(
    `update tenants set settings = settings || '{"seller":{"legalName":"Acme","address":["Street 1"],"taxId":"DE1","email":null}}'`,
  );
  expect(await world.bill()).toBe(1);
  expect(await world.invoices()).toHaveLength(1);
});
