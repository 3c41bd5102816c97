import { instant } from '@billhook/core/time/instant';
import { afterEach, expect, test } from 'vitest';
import type { MeterInput } from '../modules/catalog/commands/create-meter.ts';
import type { ModelInput } from '../modules/catalog/model-input.ts';
import type { PriceInput } from '../modules/catalog/version-input.ts';
import { ingest } from '../modules/usage/api.ts';
import { type BillingWorld, createBillingWorld, use } from '../testing/billing.ts';
import { meteredPrice, provenAmounts, sellMetered } from '../testing/metered.ts';

let world: BillingWorld;

afterEach(() => world.close());

type Use = readonly [time: string, value: string, unit?: string];
type Sale = {
  meter: Partial<MeterInput>;
  pricing: ModelInput;
  more?: Partial<PriceInput>;
  /** Of the seller. */
  settings?: Record<string, unknown>;
};

/** A customer whose only price is over one meter, from the beginning of June, when events are sent. */
async function sell({ meter, pricing, more, settings }: Sale, start = '2026-06-01T00:00:00Z') {
  world = await createBillingWorld('2026-06-01T00:00:00Z', settings);
  await sellMetered(
    world,
    { key: 'use', value_property: 'value', ...meter },
    [meteredPrice('use', { pricing, ...more })],
    { startAt: instant(Date.parse(start)) },
  );
}

async function send(uses: readonly Use[]) {
  for (const [time, value, unit] of uses)
    await use(world, 'ada', 'use', [time], { value, ...(unit === undefined ? {} : { unit }) });
}

/** Sends events, bills up to a moment and gives the amounts of the lines, whose traces all prove them. */
async function bill(uses: readonly Use[], until = '2026-07-01T00:00:00Z') {
  await world.setNow('2026-06-30T00:00:00Z');
  await send(uses);
  await world.billUntil(until);
  expect(await world.admin('select detail, facts from cases')).toEqual([]);
  return provenAmounts(world);
}

function blocks(mode: 'all_tiers' | 'top_tier'): ModelInput {
  const unit = (name: string, tiers: readonly [blocks: string, amount: string][]) => ({
    name,
    tiers: tiers.map(([max_blocks, block_amount]) => ({ block_size: '1', max_blocks, block_amount })),
  });
  return {
    model: 'block_tiers',
    mode,
    units: [
      unit('FOO', [
        ['10', '1'],
        ['50', '10'],
        ['75', '100'],
      ]),
      unit('BAR', [
        ['100', '2'],
        ['500', '20'],
        ['750', '200'],
      ]),
    ],
  };
}

const BY_UNIT = { aggregation: 'sum', unit_property: 'unit' } as const;

test('blocks of several units are billed by what each unit used, each block at the price of its tier', async () => {
  await sell({ meter: BY_UNIT, pricing: blocks('all_tiers') });
  const uses: Use[] = [
    ['2026-06-02T10:00:00Z', '60', 'BAR'],
    ['2026-06-03T10:00:00Z', '5', 'FOO'],
    ['2026-06-09T23:59:59Z', '41', 'BAR'],
  ];
  expect(await bill(uses)).toEqual(['22500']);
});

test('blocks of several units are billed at the tier that each unit reached', async () => {
  await sell({ meter: BY_UNIT, pricing: blocks('top_tier') });
  const uses: Use[] = [
    ['2026-06-02T10:00:00Z', '76', 'FOO'],
    ['2026-06-03T10:00:00Z', '100', 'BAR'],
    ['2026-06-30T00:00:00Z', '1', 'BAR'],
  ];
  expect(await bill(uses)).toEqual(['962000']);
});

test.each([
  ['bill_covered_units', ['801000'], 0],
  ['reject', [], 1],
] as const)(
  'beyond the last tier a seller who says %s bills up to its end or looks at it first',
  async (boundedLastTier, amounts, parked) => {
    await sell({ meter: BY_UNIT, pricing: blocks('all_tiers'), settings: { boundedLastTier } });
    await world.setNow('2026-06-30T00:00:00Z');
    await send([['2026-06-02T10:00:00Z', '136', 'FOO']]);
    await world.billUntil('2026-07-01T00:00:00Z');
    const rows = await world.admin('select amount_minor::text as amount from invoice_lines');
    expect(rows.map(({ amount }) => amount)).toEqual(amounts);
    expect(await world.admin('select id from customers where parked_at is not null')).toHaveLength(parked);
  },
);

const CAPACITY: ModelInput = {
  model: 'capacity_tiers',
  tiers: [
    { limits: limits('100', '1000', '50'), amount: '1000' },
    { limits: limits('200', '2000', '100'), amount: '2000' },
    { limits: limits(null, null, null), amount: '3000' },
  ],
};
const PEAKS = { aggregation: 'max', unit_property: 'unit' } as const;

function limits(...bounds: readonly (string | null)[]) {
  return bounds.map((max, index) => ({ name: `unit${index + 1}`, max }));
}

test('capacity is billed by the highest reading of every unit, whatever came after it', async () => {
  await sell({ meter: PEAKS, pricing: CAPACITY });
  const uses: Use[] = [
    ['2026-06-02T10:00:00Z', '100', 'unit1'],
    ['2026-06-03T10:00:00Z', '90', 'unit1'],
    ['2026-06-04T10:00:00Z', '1001', 'unit2'],
    ['2026-06-05T10:00:00Z', '3', 'unit2'],
  ];
  expect(await bill(uses)).toEqual(['2000']);
});

const SEATS = { aggregation: 'level' } as const;
const PRORATED: ModelInput = {
  model: 'prorated_graduated',
  tiers: [
    { up_to: '5', unit_amount: '10', flat_amount: '10000' },
    { up_to: null, unit_amount: '5', flat_amount: '5000' },
  ],
};
const FIVE_LESS_TWO: Use[] = [
  ['2026-06-10T00:00:00Z', '5'],
  ['2026-06-16T00:00:00Z', '-2'],
];

test('units that come and go are billed for the time that they were there, and stay from period to period', async () => {
  await sell({ meter: SEATS, pricing: PRORATED });
  // 5 for 21 days of 30, less 2 for 15: 3.5 - 1 at 10, and the flat amount; in July the 3 that stayed, whole.
  expect(await bill(FIVE_LESS_TWO, '2026-08-01T00:00:00Z')).toEqual(['12500', '13000']);
});

test('the seller may have prorated units choose the tier', async () => {
  await sell({ meter: SEATS, pricing: PRORATED, settings: { proratedTiers: 'prorated_units_pick_tier' } });
  const uses: Use[] = [['2026-06-16T00:00:00Z', '8']];
  // 8 for 15 days of 30 are 4, all in the first tier; of whole units three lie in the second.
  expect(await bill(uses)).toEqual(['14000']);
});

test('by day the day on which a unit comes counts whole', async () => {
  await sell({ meter: SEATS, pricing: PRORATED, more: { proration: 'day' } });
  const uses: Use[] = [
    ['2026-06-10T21:00:00Z', '5'],
    ['2026-06-16T11:00:00Z', '-2'],
  ];
  expect(await bill(uses)).toEqual(['12500']);
});

test('a month in which no unit is there pays the flat amount of the first tier', async () => {
  await sell({ meter: SEATS, pricing: PRORATED });
  expect(await bill([])).toEqual(['10000']);
});

test('a level that stood before the service began is charged from its beginning, measured by the whole period', async () => {
  const calendar = { alignment: 'calendar' } as const;
  await sell({ meter: SEATS, pricing: PRORATED, more: calendar }, '2026-06-16T00:00:00Z');
  // 4 for 15 days of 30, and 1 more for 3: 2 + 0.1 at 10.
  const uses: Use[] = [
    ['2026-06-02T10:00:00Z', '4'],
    ['2026-06-28T00:00:00Z', '1'],
  ];
  expect(await bill(uses)).toEqual(['12100']);
});

test.each([
  ['a level', SEATS, '3'],
  ['a highest reading', { aggregation: 'max' } as const, '5'],
])('%s is billed by the unit as it is at the end', async (_, meter, units) => {
  await sell({ meter, pricing: { model: 'per_unit', unit_amount: '1' } });
  expect(await bill(FIVE_LESS_TWO)).toEqual([`${units}00`]);
});

test.each([
  ['block tiers', blocks('all_tiers'), { aggregation: 'sum' }],
  ['capacity tiers', CAPACITY, BY_UNIT],
  ['prorated units', PRORATED, BY_UNIT],
  ['a share of amounts', { model: 'percentage', rate_percent: '1' }, PEAKS],
] as [string, ModelInput, Partial<MeterInput>][])(
  '%s over a meter that cannot supply them are refused when they are published',
  async (_, pricing, meter) => {
    await expect(sell({ meter, pricing })).rejects.toMatchObject({
      code: 'plan.invalid',
      faults: [{ pointer: '/prices/0/quantity/meter', code: 'price.meter_misfit' }],
    });
  },
);

test('an event that does not name its unit is rejected', async () => {
  await sell({ meter: PEAKS, pricing: CAPACITY });
  const event = {
    specversion: '1.0',
    id: '1',
    source: 'test',
    type: 'use',
    subject: 'ada',
    time: '2026-06-01T00:00:00Z',
    data: { value: '1', unit: 7 },
  };
  const { results } = await world.command((ctx) => ingest(ctx, [event]));
  expect(results).toMatchObject([
    { status: 'rejected', reason: expect.stringContaining('meter.unit_missing') },
  ]);
});
