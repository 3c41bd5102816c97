import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app.close());

const base = {
  key: 'base',
  name: 'Pro',
  pricing: { model: 'flat', amount: '2900' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};
const calls = {
  key: 'calls',
  name: 'API calls',
  pricing: {
    model: 'graduated',
    per: '1',
    tiers: [
      { up_to: '50', unit_amount: '0', flat_amount: '0' },
      { up_to: null, unit_amount: '0.010', flat_amount: '0' },
    ],
  },
  quantity: { kind: 'meter', meter: 'calls' },
  timing: 'in_arrears',
  cadence: { interval: 'month', count: 1 },
};
const right = {
  feature: 'api-calls',
  kind: 'metered',
  limit: '1000',
  reset: 'billing_period',
  overage: 'allow',
  warn_at_percent: [95, 80, 80],
};

/** A catalogue under keys of its own, so that tests do not meet. */
function file(suffix: string) {
  const meter = `calls-${suffix}`;
  const feature = `api-calls-${suffix}`;
  return {
    meters: [{ key: meter, name: 'Calls', event_type: `call.${suffix}`, aggregation: 'count' }],
    features: [
      { key: feature, name: 'API calls', kind: 'metered', meter },
      { key: `export-${suffix}`, name: 'Export', kind: 'boolean' },
    ],
    plans: [
      {
        key: `pro-${suffix}`,
        name: 'Pro',
        currency: 'EUR',
        prices: [base, { ...calls, quantity: { kind: 'meter', meter } }],
        entitlements: [
          { ...right, feature },
          { feature: `export-${suffix}`, kind: 'boolean', enabled: true },
        ],
      },
    ],
  };
}

describe('a catalogue file', () => {
  test('is pushed, comes back as the server would write it, and a second push changes nothing', async () => {
    const first = await app.api('PUT', '/v1/catalogue', { body: file('a') });
    expect(first.status).toBe(200);
    expect(first.body.counts).toEqual({ created: 4, updated: 0, new_versions: 0, unchanged: 0 });
    const second = await app.api('PUT', '/v1/catalogue', { body: file('a') });
    expect(second.body.counts).toEqual({ created: 0, updated: 0, new_versions: 0, unchanged: 4 });
    const { object: _object, ...pulled } = (await app.api('GET', '/v1/catalogue')).body;
    const third = await app.api('PUT', '/v1/catalogue', { body: pulled });
    expect(third.body.counts).toMatchObject({ created: 0, updated: 0, new_versions: 0 });
    const plan = (await app.api('GET', '/v1/plans?limit=100')).body.data as unknown as {
      key: string;
      latest_version: object;
    }[];
    expect(plan.find(({ key }) => key === 'pro-a')?.latest_version).toMatchObject({ version: 1 });
  });

  test('that is only tried out says what it would do and does none of it', async () => {
    const answer = await app.api('PUT', '/v1/catalogue?dry_run=true', { body: file('dry') });
    expect(answer.body).toMatchObject({ dry_run: true, counts: { created: 4 } });
    const pulled = await app.api('GET', '/v1/catalogue');
    expect(pulled.text).not.toContain('pro-dry');
  });

  test('with other prices makes a new version, with another name an update', async () => {
    await app.api('PUT', '/v1/catalogue', { body: file('b') });
    const dearer = file('b');
    dearer.plans = dearer.plans.map((plan) => ({
      ...plan,
      prices: [{ ...base, pricing: { model: 'flat', amount: '3900' } }],
    }));
    expect((await app.api('PUT', '/v1/catalogue', { body: dearer })).body).toMatchObject({
      counts: { new_versions: 1, unchanged: 3 },
      changes: expect.arrayContaining([
        { kind: 'plan', key: 'pro-b', action: 'new_version', fields: ['prices'] },
      ]),
    });
    dearer.plans = dearer.plans.map((plan) => ({ ...plan, name: 'Professional' }));
    expect((await app.api('PUT', '/v1/catalogue', { body: dearer })).body).toMatchObject({
      counts: { updated: 1, new_versions: 0 },
    });
  });

  test('takes what it does not name off sale only when asked to, and brings it back when it names it again', async () => {
    await app.api('PUT', '/v1/catalogue', { body: file('gone') });
    const others = (await app.api('GET', '/v1/catalogue')).body as unknown as Record<
      string,
      { key: string }[]
    >;
    const rest = Object.fromEntries(
      ['meters', 'features', 'plans'].map((part) => [
        part,
        (others[part] ?? []).filter(({ key }) => !key.endsWith('-gone')),
      ]),
    );
    const kept = await app.api('PUT', '/v1/catalogue', { body: rest });
    expect(kept.body.counts).toMatchObject({ updated: 0 });
    const archived = await app.api('PUT', '/v1/catalogue?archive_missing=true', { body: rest });
    expect(archived.body.changes).toEqual(
      expect.arrayContaining([{ kind: 'plan', key: 'pro-gone', action: 'updated', fields: ['archived'] }]),
    );
    expect((await app.api('GET', '/v1/catalogue')).text).not.toContain('-gone');
    const again = await app.api('PUT', '/v1/catalogue', { body: file('gone') });
    expect(again.body.counts).toEqual({ created: 0, updated: 4, new_versions: 0, unchanged: 0 });
    expect((await app.api('GET', '/v1/catalogue')).text).toContain('pro-gone');
  });

  test('with faults is refused whole, with every fault and where it is', async () => {
    const broken = file('broken');
    broken.plans = [
      {
        ...(broken.plans[0] as (typeof broken.plans)[0]),
        currency: 'XXX',
        prices: [
          { ...base, timing: 'in_advance', quantity: { kind: 'meter', meter: 'nowhere' } },
          base,
        ] as never,
      },
    ];
    broken.features.push({ key: 'lost', name: 'Lost', kind: 'metered', meter: 'missing' } as never);
    const answer = await app.api('PUT', '/v1/catalogue', { body: broken });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe('catalogue.invalid');
    const pointers = (answer.body.errors as unknown as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers).toEqual(
      expect.arrayContaining([
        '/features/2/meter',
        '/plans/0/currency',
        '/plans/0/prices/0/quantity/meter',
        '/plans/0/prices/0/timing',
        '/plans/0/prices/0/pricing',
        '/plans/0/prices/1/key',
      ]),
    );
    expect((await app.api('GET', '/v1/catalogue')).text).not.toContain('api-calls-broken');
  });

  test('that would turn a meter or feature into another one is refused', async () => {
    await app.api('PUT', '/v1/catalogue', { body: file('c') });
    const turned = file('c');
    turned.meters = turned.meters.map((meter) => ({ ...meter, event_type: 'another.type' }));
    const answer = await app.api('PUT', '/v1/catalogue', { body: turned });
    expect([answer.status, answer.body.code]).toEqual([409, 'catalogue.fixed_field']);
  });
});

describe('one by one', () => {
  test('meters, features, plans and versions are made, shown, changed and archived', async () => {
    const meter = await app.api('POST', '/v1/meters', {
      body: {
        key: 'bytes',
        name: 'Bytes',
        event_type: 'sent',
        aggregation: 'sum',
        value_property: 'bytes',
        unit: 'B',
      },
    });
    expect(meter.status).toBe(201);
    const feature = await app.api('POST', '/v1/features', {
      body: { key: 'traffic', name: 'Traffic', kind: 'metered', meter: 'bytes' },
    });
    expect([feature.status, feature.body.meter]).toEqual([201, 'bytes']);
    const plan = await app.api('POST', '/v1/plans', {
      body: {
        key: 'single',
        name: 'Single',
        currency: 'EUR',
        prices: [base],
        entitlements: [{ ...right, feature: 'traffic' }],
      },
    });
    expect(plan.status).toBe(201);
    expect(plan.body.latest_version).toMatchObject({
      version: 1,
      entitlements: [{ feature: 'traffic', feature_name: 'Traffic', unit: 'B', warn_at_percent: [80, 95] }],
    });
    const id = String(plan.body.id);
    const version = await app.api('POST', `/v1/plans/${id}/versions`, {
      body: { currency: 'EUR', trial_days: 14, prices: [base], entitlements: [] },
    });
    expect([version.status, version.body.version, version.body.trial_days]).toEqual([201, 2, 14]);
    const versions = await app.api('GET', `/v1/plans/${id}/versions`);
    expect((versions.body.data as unknown as { version: number }[]).map((row) => row.version)).toEqual([
      2, 1,
    ]);
    const archived = await app.api('PATCH', `/v1/plans/${id}`, { body: { archived: true, rank: 7 } });
    expect(archived.body).toMatchObject({
      rank: 7,
      archived_at: expect.any(String),
      latest_version: { version: 2 },
    });
    const refused = await app.api('POST', `/v1/plans/${id}/versions`, {
      body: { currency: 'EUR', prices: [], entitlements: [] },
    });
    expect([refused.status, refused.body.code]).toEqual([409, 'plan.archived']);
    const listed = await app.api('GET', '/v1/plans?limit=100');
    expect(listed.text).not.toContain('"single"');
    expect((await app.api('GET', '/v1/plans?limit=100&archived=true')).text).toContain('"single"');
    for (const [path, id] of [
      ['meters', meter.body.id],
      ['features', feature.body.id],
    ] as const) {
      const changed = await app.api('PATCH', `/v1/${path}/${id}`, {
        body: { name: 'Renamed', archived: true },
      });
      expect(changed.body).toMatchObject({ name: 'Renamed', archived_at: expect.any(String) });
    }
  });

  test('a key that is taken, an id of nothing and a plan that does not hold together are refused', async () => {
    const body = { key: 'twice', name: 'Twice', event_type: 'twice', aggregation: 'count' };
    expect((await app.api('POST', '/v1/meters', { body })).status).toBe(201);
    const taken = await app.api('POST', '/v1/meters', { body });
    expect([taken.status, taken.body.code]).toEqual([409, 'meter.already_exists']);
    const feature = { key: 'twice', name: 'Twice', kind: 'boolean' };
    await app.api('POST', '/v1/features', { body: feature });
    expect((await app.api('POST', '/v1/features', { body: feature })).body.code).toBe(
      'feature.already_exists',
    );
    const sum = await app.api('POST', '/v1/meters', { body: { ...body, key: 'sum', aggregation: 'sum' } });
    expect([sum.status, sum.body.errors]).toEqual([
      422,
      [expect.objectContaining({ pointer: '/value_property' })],
    ]);
    const plan = { key: 'odd', name: 'Odd', currency: 'EUR', prices: [base, base], entitlements: [] };
    const odd = await app.api('POST', '/v1/plans', { body: plan });
    expect([odd.status, odd.body.code]).toEqual([422, 'plan.invalid']);
    await app.api('POST', '/v1/plans', { body: { ...plan, prices: [base] } });
    const again = await app.api('POST', '/v1/plans', { body: { ...plan, prices: [base] } });
    expect([again.status, again.body.code]).toEqual([409, 'plan.already_exists']);
    for (const [path, prefix, code] of [
      ['plans', 'plan', 'plan'],
      ['meters', 'meter', 'meter'],
      ['features', 'feat', 'feature'],
    ] as const) {
      const missing = await app.api('PATCH', `/v1/${path}/${prefix}_01h2xcejqtf2nbrexx3vqjhp41`, {
        body: { name: 'x' },
      });
      expect([missing.status, missing.body.code]).toEqual([404, `${code}.not_found`]);
    }
    expect((await app.api('GET', '/v1/plans/plan_01h2xcejqtf2nbrexx3vqjhp41')).status).toBe(404);
  });

  test('I09 a published version cannot change: the runtime role has no right to', async () => {
    for (const table of ['plan_versions', 'prices', 'plan_entitlements']) {
      for (const statement of [`update ${table} set tenant_id = tenant_id`, `delete from ${table}`]) {
        await expect(app.database.runtime.query(statement)).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  test('a price says what a quantity costs, with every step', async () => {
    const answer = await app.api('POST', '/v1/prices/preview', {
      body: { pricing: calls.pricing, quantity: '120', currency: 'EUR' },
    });
    expect(answer.body).toMatchObject({
      amount: '70',
      tiers: [
        { from: '0', up_to: '50', quantity: '50', exact: '0' },
        { from: '50', up_to: null, quantity: '70', exact: '70' },
      ],
      rounding: { exact: '70', mode: 'half_away_from_zero', amount: '70' },
    });
    const broken = await app.api('POST', '/v1/prices/preview', {
      body: { pricing: { model: 'per_unit', unit_amount: '1', per: '0' }, quantity: '1', currency: 'EUR' },
    });
    expect([broken.status, broken.body.errors]).toEqual([
      422,
      [expect.objectContaining({ pointer: '/pricing/per' })],
    ]);
  });
});
