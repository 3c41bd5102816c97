import { parseTrace } from '@billhook/core/rating/parse-trace';
import { verifyTrace } from '@billhook/core/rating/verify-trace';
import { afterEach, expect, test } from 'vitest';
import type { ModelInput } from '../modules/catalog/model-input.ts';
import type { PriceInput } from '../modules/catalog/version-input.ts';
import {
  addCustomer,
  addMeter,
  addPlan,
  type BillingWorld,
  createBillingWorld,
  flatPrice,
  subscribe,
  use,
} from '../testing/billing.ts';

let world: BillingWorld;

afterEach(() => world.close());

type Use = { time: string; data: Record<string, unknown> };

/** Bills May's payments under one price and gives the amounts of its lines. */
async function billPayments(pricing: ModelInput, uses: readonly Use[], more: Partial<PriceInput> = {}) {
  world = await createBillingWorld('2026-05-01T00:00:00Z');
  await addMeter(world, { key: 'payments', aggregation: 'sum', value_property: 'amount' });
  const price = flatPrice('0', {
    pricing,
    quantity: { kind: 'meter', meter: 'payments' },
    timing: 'in_arrears',
    ...more,
  });
  const plan = await addPlan(world, { key: 'by-event', prices: [price] });
  const customer = await addCustomer(world, { name: 'Ada', external_id: 'ada' });
  await subscribe(world, customer.id, plan);
  await world.setNow('2026-05-20T00:00:00Z');
  for (const { time, data } of uses) await use(world, 'ada', 'payments', [time], data);
  await world.billUntil('2026-06-01T00:00:00Z');
  const rows = await world.admin('select amount_minor::text as amount, explanation from invoice_lines');
  for (const { explanation } of rows) {
    const trace = parseTrace((explanation as { trace: unknown }).trace);
    expect(trace.ok && verifyTrace(trace.value)).toEqual({ ok: true });
  }
  return rows.map(({ amount }) => amount);
}

test('a share with a fee for every payment is billed by the payments one by one, in order', async () => {
  const percentage: ModelInput = {
    model: 'percentage',
    rate_percent: '2',
    fixed_fee: '0.25',
    free_events: '1',
    minimum_per_event: '1',
    maximum_per_event: null,
  };
  const uses = [
    { time: '2026-05-05T10:00:00Z', data: { amount: '10' } },
    { time: '2026-05-03T10:00:00Z', data: { amount: '1000' } },
    { time: '2026-05-04T10:00:00Z', data: { amount: '500' } },
  ];
  expect(await billPayments(percentage, uses)).toEqual(['1125']);
});

test('a price by dimension is billed by the values of the events, within the bounds of its period', async () => {
  const matrix: ModelInput = {
    model: 'matrix',
    dimensions: ['region', 'card'],
    cells: [
      { values: ['eu', 'debit'], unit_amount: '0.01' },
      { values: ['us', 'debit'], unit_amount: '0.02' },
    ],
    other_unit_amount: '0.5',
  };
  const uses = [
    { time: '2026-05-05T10:00:00Z', data: { amount: '100', region: 'eu', card: 'debit' } },
    { time: '2026-05-06T10:00:00Z', data: { amount: '100', region: 'us', card: 'debit' } },
    { time: '2026-05-07T10:00:00Z', data: { amount: '20', region: 'eu', card: 'debit' } },
    { time: '2026-05-08T10:00:00Z', data: { amount: '10', region: 'eu' } },
  ];
  expect(await billPayments(matrix, uses, { terms: { maximum: '800' } })).toEqual(['800']);
});

test('a period without events costs what nothing costs', async () => {
  const percentage: ModelInput = { model: 'percentage', rate_percent: '2', fixed_fee: '0.25' };
  expect(await billPayments(percentage, [], { terms: { minimum: '300' } })).toEqual(['300']);
});

test('a rate card of fifty prices is billed on one day, and nobody is parked', async () => {
  world = await createBillingWorld('2026-05-01T00:00:00Z');
  const prices = Array.from({ length: 50 }, (_, index) =>
    flatPrice(`${100 + index}`, { key: `price-${index}` }),
  );
  const plan = await addPlan(world, { key: 'wide', prices });
  const customer = await addCustomer(world, { name: 'Ada', external_id: 'ada' });
  await subscribe(world, customer.id, plan);
  await world.billUntil('2026-06-01T00:00:00Z');
  const totals = (await world.invoices()).map((invoice) => invoice.totalMinor);
  expect(totals).toEqual([6225n, 6225n]);
  expect(await world.admin('select id from customers where parked_at is not null')).toEqual([]);
});
