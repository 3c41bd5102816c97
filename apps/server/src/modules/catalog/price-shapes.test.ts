import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app.close());

/** Any member of an answer; each test says what it expects of it. */
type Answer = { status: number; body: Record<string, never> };

function send(method: 'POST' | 'PUT', path: string, body: object): Promise<Answer> {
  return app.api(method, path, { body }) as unknown as Promise<Answer>;
}

const tiers = [
  { up_to: '10', unit_amount: '1.5', flat_amount: '500', max_amount: '1800' },
  { up_to: null, unit_amount: '0.005', flat_amount: '0' },
];

/** One pricing of every model, as the server writes it. */
const PRICINGS = [
  { model: 'per_unit', unit_amount: '0.05', per: '1000' },
  { model: 'graduated', tiers, per: '1' },
  { model: 'volume', tiers, per: '1' },
  { model: 'prorated_graduated', tiers, per: '1' },
  {
    model: 'stair_step',
    steps: [
      { up_to: '5', amount: '100' },
      { up_to: null, amount: '900' },
    ],
  },
  { model: 'package', size: '100', package_amount: '5' },
  {
    model: 'percentage',
    rate_percent: '2.9',
    fixed_fee: '0.3',
    free_events: '3',
    free_amount: '100',
    minimum_per_event: '0.5',
    maximum_per_event: null,
  },
  { model: 'graduated_percentage', tiers: [{ up_to: null, rate_percent: '1', flat_amount: '0' }] },
  {
    model: 'matrix',
    dimensions: ['region', 'size'],
    cells: [{ values: ['eu', 'large'], unit_amount: '3' }],
    other_unit_amount: '1',
    per: '1',
  },
  { model: 'dynamic' },
  { model: 'dynamic_multiplier', multiplier: '1.2' },
  {
    model: 'block_tiers',
    mode: 'top_tier',
    units: [
      {
        name: 'minutes',
        tiers: [
          { block_size: '10', max_blocks: '100', block_amount: '1' },
          { block_size: '10', max_blocks: null, block_amount: '0.5' },
        ],
      },
    ],
  },
  { model: 'capacity_tiers', tiers: [{ limits: [{ name: 'cpu', max: '4' }], amount: '1000' }] },
];
const DEFAULT_TERMS = {
  included_units: '0',
  minimum: null,
  maximum: null,
  conversion: null,
  discount_percent: '0',
};

type Pulled = { plans: { key: string; prices: object[] }[] };

const meter = { key: 'shape-units', name: 'Units', event_type: 'shape.unit', aggregation: 'count' };

const measured = { value_property: 'value', event_type: 'shape.value' };
/** A meter that supplies what the models over units, peaks and levels need. */
const METERS = [
  meter,
  { ...measured, key: 'block_tiers', name: 'Blocks', aggregation: 'sum', unit_property: 'unit' },
  { ...measured, key: 'capacity_tiers', name: 'Peaks', aggregation: 'max', unit_property: 'unit' },
  { ...measured, key: 'prorated_graduated', name: 'Level', aggregation: 'level' },
];

function metered(pricing: { model: string; [member: string]: unknown }, more: object = {}) {
  const fitting = METERS.find(({ key }) => key === pricing.model) ?? meter;
  return {
    key: 'usage',
    name: 'Usage',
    pricing,
    quantity: { kind: 'meter', meter: fitting.key },
    timing: 'in_arrears',
    cadence: { interval: 'month', count: 1 },
    ...more,
  };
}

function planWith(key: string, prices: readonly object[]) {
  return { key, name: key, currency: 'EUR', prices, entitlements: [] };
}

async function push(plans: readonly object[]) {
  const answer = await send('PUT', '/v1/catalogue', { meters: METERS, features: [], plans });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body.changes as unknown as { key: string; action: string; fields: string[] }[];
}

describe('every model of pricing', () => {
  test('is pushed in a catalogue file, stored, pulled as it was written, and a second push changes nothing', async () => {
    const plans = PRICINGS.map((pricing) =>
      planWith(`model-${pricing.model.replaceAll('_', '-')}`, [metered(pricing)]),
    );
    expect(
      (await push(plans)).filter(({ key }) => key.startsWith('model-')).map(({ action }) => action),
    ).toEqual(plans.map(() => 'created'));
    const pulled = (await app.api('GET', '/v1/catalogue')).body as unknown as Pulled;
    for (const [index, pricing] of PRICINGS.entries()) {
      const plan = pulled.plans.find((entry) => entry.key === plans[index]?.key);
      expect(plan?.prices[0]).toMatchObject({
        pricing,
        alignment: 'anniversary',
        proration: 'second',
        terms: DEFAULT_TERMS,
      });
    }
    const again = await push(pulled.plans.filter((plan) => plan.key.startsWith('model-')));
    expect(again.filter(({ action }) => action !== 'unchanged')).toEqual([]);
  });

  test('is shown by the API with alignment, proration and terms, and another term makes a new version', async () => {
    const shape = {
      alignment: 'calendar',
      proration: 'day',
      terms: {
        included_units: '100',
        minimum: '500',
        maximum: '90000',
        conversion: { operation: 'divide', factor: '1024', rounding: 'ceiling', places: 2 },
        discount_percent: '12.5',
      },
    };
    const made = await send(
      'POST',
      '/v1/plans',
      planWith('shaped', [metered(PRICINGS[1] as { model: string }, shape)]),
    );
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect((made.body.latest_version as unknown as Pulled['plans'][0]).prices[0]).toMatchObject({
      pricing: PRICINGS[1],
      ...shape,
    });
    const terms = { ...shape.terms, minimum: '600' };
    const changes = await push([
      planWith('shaped', [metered(PRICINGS[1] as { model: string }, { ...shape, terms })]),
    ]);
    expect(changes.find(({ key }) => key === 'shaped')).toMatchObject({
      action: 'new_version',
      fields: ['prices'],
    });
  });
});

describe('faults', () => {
  test('come all at once, each with the pointer of what was written', async () => {
    const answer = await send('PUT', '/v1/catalogue', {
      meters: [meter],
      features: [],
      plans: [
        planWith('broken', [
          metered({ model: 'package', size: '0', package_amount: '1' }),
          metered(
            {
              model: 'volume',
              per: '1',
              tiers: [
                { up_to: '10', unit_amount: '1', flat_amount: '0' },
                { up_to: '10', unit_amount: '1', flat_amount: '0' },
              ],
            },
            {
              key: 'second',
              terms: {
                minimum: '2',
                maximum: '1',
                conversion: { operation: 'divide', factor: '0', rounding: 'none', places: 0 },
              },
            },
          ),
          {
            ...metered({ model: 'dynamic' }),
            key: 'third',
            quantity: { kind: 'seats' },
            timing: 'in_advance',
          },
        ]),
      ],
    });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe('catalogue.invalid');
    expect(
      (answer.body.errors as unknown as { pointer: string; code: string }[]).map(
        (fault) => `${fault.pointer} ${fault.code}`,
      ),
    ).toEqual([
      '/plans/0/prices/0/pricing/size price.size',
      '/plans/0/prices/1/pricing/tiers/1/up_to price.tier_not_open',
      '/plans/0/prices/1/pricing/tiers/1/up_to price.tier_overlap',
      '/plans/0/prices/1/terms/minimum price.minimum_above_maximum',
      '/plans/0/prices/1/terms/conversion/factor price.size',
      '/plans/0/prices/2/quantity price.model_needs_meter',
    ]);
  });

  test('what cannot be a figure or a choice is refused before it is read', async () => {
    for (const price of [
      metered({ model: 'package', size: 'NaN', package_amount: '1' }),
      metered({ model: 'free' }),
      metered({ model: 'dynamic' }, { alignment: 'moon' }),
      metered({ model: 'dynamic' }, { terms: { discount_percent: '-1' } }),
      metered({ model: 'dynamic' }, { cadence: { interval: 'month', count: 0 } }),
    ]) {
      const answer = await send('POST', '/v1/plans', planWith('nothing', [price]));
      expect(answer.status).toBe(422);
    }
  });
});

describe('a preview of a price', () => {
  test('shows what happened to quantity and amount, step by step', async () => {
    const answer = await send('POST', '/v1/prices/preview', {
      pricing: { model: 'package', size: '10', package_amount: '3' },
      quantity: '121',
      currency: 'EUR',
      terms: { included_units: '20', maximum: '3000' },
    });
    expect(answer.body).toMatchObject({
      amount: '3000',
      quantity_steps: [
        { step: 'included_units', by: '20', from: '121', to: '101' },
        { step: 'packages', by: '10', from: '101', to: '11' },
      ],
      tiers: [{ unit: 'packages', quantity: '11', unit_amount: '3', exact: '3300' }],
      amount_steps: [{ step: 'maximum', by: '3000', from: '3300', to: '3000' }],
      rounding: { exact: '3000', amount: '3000' },
    });
  });

  test('takes single events, values, peaks and prorated units, and says what is missing', async () => {
    const preview = (model: string, measured?: object, quantity = '1') =>
      send('POST', '/v1/prices/preview', {
        pricing: PRICINGS.find((pricing) => pricing.model === model),
        quantity,
        currency: 'EUR',
        ...(measured === undefined ? {} : { measured }),
      });
    const amounts = [
      await preview('percentage', { amounts: ['50', '50', '100'] }),
      await preview('matrix', { by_value: [{ values: ['eu', 'large'], quantity: '2' }] }),
      await preview('capacity_tiers', { peaks: [{ values: ['cpu'], quantity: '4' }] }),
      await preview('prorated_graduated', { prorated: [{ full: '2', prorated: '1' }] }),
      await preview('block_tiers', { by_value: [{ values: ['minutes'], quantity: '1500' }] }),
      await preview('dynamic_multiplier', undefined, '10'),
    ];
    expect(amounts.map(({ body }) => body.amount)).toEqual(['320', '600', '1000', '650', '7500', '1200']);
    const missing = await preview('matrix');
    expect(missing.status).toBe(422);
    expect(missing.body.errors).toMatchObject([{ pointer: '/measured', code: 'rating.values_missing' }]);
    const broken = await send('POST', '/v1/prices/preview', {
      pricing: { model: 'dynamic' },
      quantity: '1',
      currency: 'EUR',
      terms: { included_units: '5' },
    });
    expect(broken.body.errors).toMatchObject([
      { pointer: '/terms/included_units', code: 'price.terms_need_units' },
    ]);
  });
});
