import { afterEach, expect, test } from 'vitest';
import type { ModelInput } from '../modules/catalog/model-input.ts';
import type { PriceInput } from '../modules/catalog/version-input.ts';
import {
  addCustomer,
  addPlan,
  type BillingWorld,
  createBillingWorld,
  flatPrice,
  subscribe,
  use,
} from '../testing/billing.ts';
import { meteredPrice, provenAmounts, sellMetered } from '../testing/metered.ts';
import { billReached } from './bill-due.ts';

let world: BillingWorld;

afterEach(() => world.close());

type Use = { time: string; data: Record<string, unknown> };

/** Bills May's payments under one price, by rules of the seller, and gives the amounts of its lines. */
async function billPayments(
  pricing: ModelInput,
  uses: readonly Use[],
  more: Partial<PriceInput> = {},
  settings: Record<string, unknown> = {},
) {
  world = await createBillingWorld('2026-05-01T00:00:00Z', settings);
  const meter = { key: 'payments', aggregation: 'sum', value_property: 'amount' } as const;
  await sellMetered(world, meter, [meteredPrice('payments', { pricing, ...more })]);
  await world.setNow('2026-05-20T00:00:00Z');
  for (const { time, data } of uses) await use(world, 'ada', 'payments', [time], data);
  await world.billUntil('2026-06-01T00:00:00Z');
  return provenAmounts(world);
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

const payments = (...amounts: readonly string[]): Use[] =>
  amounts.map((amount, index) => ({ time: `2026-05-0${index + 3}T10:00:00Z`, data: { amount } }));
const share = (more: object): ModelInput => ({ model: 'percentage', rate_percent: '1', ...more });
const tiers: ModelInput = {
  model: 'graduated_percentage',
  tiers: [
    { up_to: '100', rate_percent: '10', flat_amount: '0' },
    { up_to: null, rate_percent: '1', flat_amount: '0' },
  ],
};
const converted = (factor: string, included_units: string): Partial<PriceInput> => ({
  terms: { included_units, conversion: { operation: 'divide', factor, rounding: 'ceiling', places: 0 } },
});

test.each([
  [
    'eventBounds',
    share({ fixed_fee: '1', minimum_per_event: '2' }),
    payments('150'),
    {},
    [
      ['after_fixed_fee', '250'],
      ['before_fixed_fee', '300'],
    ],
  ],
  [
    'freeEventMinimum',
    share({ free_events: '1', minimum_per_event: '2' }),
    payments('100'),
    {},
    [
      ['not_on_free_events', '0'],
      ['on_all_events', '200'],
    ],
  ],
  [
    'freeAllowance',
    share({ free_events: '1', free_amount: '500' }),
    payments('100', '100', '800'),
    {},
    [
      ['first_limit_ends_it', '900'],
      ['last_limit_ends_it', '500'],
    ],
  ],
  [
    'zeroAmountEvent',
    share({ fixed_fee: '1' }),
    payments('0', '100'),
    {},
    [
      ['fixed_and_minimum_apply', '300'],
      ['free', '200'],
    ],
  ],
  [
    'eventInput',
    tiers,
    payments('100', '100'),
    {},
    [
      ['sum_of_events', '1100'],
      ['each_event', '2000'],
    ],
  ],
  [
    'includedUnitsOrder',
    { model: 'per_unit', unit_amount: '1' },
    payments('15'),
    converted('10', '1'),
    [
      ['convert_round_then_discount', '100'],
      ['discount_then_convert', '200'],
    ],
  ],
  [
    'priceDiscountOrder',
    { model: 'per_unit', unit_amount: '1' },
    payments('10'),
    {
      terms: { minimum: '2000', discount_percent: '50' },
    },
    [
      ['before_bounds', '2000'],
      ['after_bounds', '1000'],
    ],
  ],
] as [string, ModelInput, Use[], Partial<PriceInput>, [string, string][]][])(
  'the seller says %s, and bills follow',
  async (name, pricing, uses, more, outcomes) => {
    for (const [index, [choice, amount]] of outcomes.entries()) {
      if (index > 0) await world.close();
      expect([choice, await billPayments(pricing, uses, more, { [name]: choice })]).toEqual([
        choice,
        [amount],
      ]);
    }
  },
);

test.each([
  ['negativeUsage', 'clamp_to_zero', { model: 'per_unit', unit_amount: '1' }, payments('5', '-8'), ['0']],
  ['negativeUsage', 'reject', { model: 'per_unit', unit_amount: '1' }, payments('5', '-8'), []],
] as [string, string, ModelInput, Use[], string[]][])(
  'where the seller says %s: %s, a sum below zero is billed or parks the customer',
  async (name, choice, pricing, uses, amounts) => {
    expect(await billPayments(pricing, uses, {}, { [name]: choice })).toEqual(amounts);
    const parked = await world.admin('select id from customers where parked_at is not null');
    expect(parked).toHaveLength(amounts.length === 0 ? 1 : 0);
  },
);

/** 15 payments of one unit, billed at once by a threshold, and 15 more at the end of the month. */
async function billInParts(more: Partial<PriceInput>, settings: Record<string, unknown>) {
  const perUnit: ModelInput = { model: 'per_unit', unit_amount: '1' };
  await billPayments(perUnit, [], more, { ...settings, billingThreshold: '100' });
  const [{ id } = {}] = await world.admin('select id from customers');
  for (const day of ['05', '25']) {
    await world.setNow(`2026-06-${day}T12:00:00Z`);
    await use(world, 'ada', 'payments', [`2026-06-${day}T10:00:00Z`], { amount: '15' });
    if (day === '05') await world.command((ctx) => billReached(ctx, [String(id)]));
  }
  await world.billUntil('2026-07-01T00:00:00Z');
  const rows = await world.admin(
    `select amount_minor::text as amount from invoice_lines where period_start >= '2026-06-01' order by period_start`,
  );
  return rows.map(({ amount }) => amount);
}

test.each([
  ['minimumSpend', 'last_line_only', { terms: { minimum: '4000' } }, ['1500', '2500']],
  ['minimumSpend', 'every_line', { terms: { minimum: '4000' } }, ['4000', '1500']],
  ['splitUnitRounding', 'each_line_alone', converted('10', '0'), ['200', '200']],
  ['splitUnitRounding', 'cumulative', converted('10', '0'), ['200', '100']],
] as [string, string, Partial<PriceInput>, string[]][])(
  'where the seller says %s: %s, the parts of a period are billed by it',
  async (name, choice, more, amounts) => {
    expect(await billInParts(more, { [name]: choice })).toEqual(amounts);
  },
);
