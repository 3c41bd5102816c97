import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Answer } from '../testing/caller.ts';
import { unsoundCredits } from '../testing/credit-soundness.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** How long before now something was used: all of it after the catalogue was made. */
const AGES_MS = [MINUTE, 210 * MINUTE, 9 * DAY] as const;
let nowMs = Date.parse('2026-12-10T12:00:00Z');
const timeAgo = (ageMs: number) => new Date(nowMs - ageMs).toISOString();
let app: TestApp;
let admin: pg.Client;
let serial = 0;

beforeAll(async () => {
  app = await startTestApp({ clockAt: timeAgo(0) });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  await answered('POST', '/v1/credit_types', { key: 'sparks', name: 'Sparks' });
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

const AGGREGATIONS = [
  'count',
  'sum',
  'max',
  'level',
  'latest',
  'unique',
  'average',
  'weighted_sum',
  'percentile',
];
const BURNING: ReadonlySet<string> = new Set(['count', 'sum', 'level']);
const PROPERTIES = ['n', 'size', 'kind'];
const RESETS = ['billing_period', 'calendar_month', 'day', 'hour', 'never', 'last_3_hours', 'last_2_days'];

/** Meters that share two types of events and three properties, in whatever way. */
const meters = fc.array(
  fc.record({
    type: fc.constantFrom('a', 'b'),
    aggregation: fc.oneof(
      { arbitrary: fc.constantFrom(...BURNING), weight: 3 },
      fc.constantFrom(...AGGREGATIONS),
    ),
    property: fc.constantFrom(...PROPERTIES),
    unit: fc.option(fc.constant('kind'), { freq: 1 }),
    filter: fc.option(fc.constantFrom('eu', 'us'), { freq: 1 }),
    step: fc.option(fc.constantFrom('1', '10'), { freq: 1 }),
  }),
  { minLength: 2, maxLength: 5 },
);
const features = fc.array(
  fc.record({
    meter: fc.nat(),
    isOfMembers: fc.boolean(),
    limit: fc.constantFrom('0', '3', '50', '1000', null),
    pool: fc.constantFrom('10', null),
    reset: fc.constantFrom(...RESETS),
    overage: fc.constantFrom('block', 'soft', 'allow'),
    cost: fc.constantFrom('0.5', '2', null),
    beyond: fc.constantFrom('block', 'allow'),
  }),
  { minLength: 1, maxLength: 4 },
);
const value = fc.oneof(
  { arbitrary: fc.constantFrom('1', '2.5', '7', '-3', 4, 0), weight: 9 },
  fc.constantFrom('large', null, true),
);
const data = fc.record(
  {
    n: value,
    size: value,
    kind: fc.oneof({ arbitrary: value, weight: 2 }, fc.constantFrom('press', null)),
    region: fc.constantFrom('eu', 'us'),
    user: fc.constantFrom('ada', 'bob'),
  },
  { requiredKeys: ['n', 'size'] },
);
const quantity = fc.oneof(
  { arbitrary: fc.constant('1'), weight: 3 },
  fc.constantFrom('0', '2', '2.5', '40', '1000000000000000000'),
);
const asked = fc.record({
  feature: fc.nat(),
  quantity,
  data: fc.option(data),
  subject: fc.constantFrom('ada', 'bob', undefined),
});
const operation = fc.oneof(
  fc.record({
    kind: fc.constant('events' as const),
    type: fc.constantFrom('a', 'b', 'c'),
    all: fc.array(fc.record({ data, age: fc.constantFrom(...AGES_MS) }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('track' as const), asked }),
  fc.record({ kind: fc.constant('consume' as const), asked }),
  fc.record({ kind: fc.constant('reserve' as const), asked }),
  fc.record({ kind: fc.constant('check' as const), asked }),
  fc.record({ kind: fc.constant('settle' as const), which: fc.nat(), quantity }),
  fc.record({ kind: fc.constant('release' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('void' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('amend' as const), which: fc.nat(), data }),
  fc.record({ kind: fc.constant('grant' as const), amount: fc.constantFrom('1', '20') }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;
type Draft = {
  meters: typeof meters extends fc.Arbitrary<infer T> ? T : never;
  features: typeof features extends fc.Arbitrary<infer T> ? T : never;
};

/** An answer that is no fault of ours. */
async function answered(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<Answer> {
  const answer = await app.api(method, path, body === undefined ? {} : { body });
  if (answer.status >= 500) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.text}`);
  return answer;
}

const meterOf = (draft: Draft, feature: Draft['features'][number]) => feature.meter % draft.meters.length;

/** Each member is counted by count, sum or max alone. */
const isOfMembers = (draft: Draft, feature: Draft['features'][number]) =>
  feature.isOfMembers &&
  ['count', 'sum', 'max'].includes(draft.meters[meterOf(draft, feature)]?.aggregation ?? '');

/** A business with that catalogue, and a customer of its only plan. */
async function open(draft: Draft) {
  serial += 1;
  const own = `w${serial}`;
  const keyOf = (what: string, index: number) => `${own}-${what}${index}`;
  const isFree = ({ aggregation }: Draft['meters'][number]) => aggregation === 'count';
  const owed = {
    key: keyOf('owed', 0),
    name: 'Owed',
    event_type: `${own}.a`,
    aggregation: 'sum',
    value_property: 'n',
  };
  const body = {
    meters: [
      owed,
      ...draft.meters.map((meter, index) => ({
        key: keyOf('m', index),
        name: 'Meter',
        event_type: `${own}.${meter.type}`,
        aggregation: meter.aggregation,
        ...(isFree(meter) ? {} : { value_property: meter.property }),
        ...(meter.aggregation === 'percentile' ? { percentile: '95' } : {}),
        ...(meter.aggregation === 'weighted_sum' ? { weighted_by: 'hour' } : {}),
        ...(meter.unit !== null && meter.aggregation === 'sum' ? { unit_property: meter.unit } : {}),
        ...(meter.filter === null
          ? {}
          : { filters: [{ operator: 'equals', property: 'region', value: meter.filter }] }),
        ...(meter.step === null ? {} : { rounding: { step: meter.step, mode: 'up' } }),
      })),
    ],
    features: draft.features.map((feature, index) => ({
      key: keyOf('f', index),
      name: 'Feature',
      kind: 'metered',
      meter: keyOf('m', meterOf(draft, feature)),
      ...(isOfMembers(draft, feature) ? { subject_property: 'user' } : {}),
    })),
    plans: [
      {
        key: keyOf('p', 0),
        name: 'Plan',
        currency: 'EUR',
        prices: [],
        entitlements: draft.features.map((feature, index) => ({
          feature: keyOf('f', index),
          kind: 'metered',
          limit: feature.limit,
          ...(isOfMembers(draft, feature) && feature.pool !== null ? { pool_limit: feature.pool } : {}),
          reset: feature.reset,
          overage: feature.overage,
          warn_at_percent: [80],
        })),
      },
    ],
  };
  const put = await answered('PUT', '/v1/catalogue', body);
  if (put.status >= 400) return undefined;
  for (const [index, feature] of draft.features.entries()) {
    const { cost, beyond } = feature;
    const of = meterOf(draft, feature);
    const isAlone = draft.features.filter((one) => meterOf(draft, one) === of).length === 1;
    // Events of other meters cost nothing by themselves, and what names one feature of a meter is paid for that one.
    if (cost === null || !isAlone || !BURNING.has(draft.meters[of]?.aggregation ?? '')) continue;
    await answered('POST', '/v1/credit_costs', {
      feature: keyOf('f', index),
      credit_type: 'sparks',
      per_unit: cost,
      beyond,
      ...(beyond === 'allow' ? { overage_meter: keyOf('owed', 0) } : {}),
    });
  }
  const made = await answered('POST', '/v1/customers', { name: own, external_id: own, currency: 'EUR' });
  await answered('POST', '/v1/subscriptions', { customer: own, plan: keyOf('p', 0), collection: 'manual' });
  app.passWallTime(10 * DAY);
  nowMs += 10 * DAY;
  return { own, id: String(made.body.id), features: draft.features.map((_, index) => keyOf('f', index)) };
}

type World = NonNullable<Awaited<ReturnType<typeof open>>> & {
  events: { source: string; id: string; type: string }[];
  held: string[];
};

const pick = <T>(all: readonly T[], which: number): T | undefined => all[which % Math.max(1, all.length)];

async function carryOut(world: World, op: Operation): Promise<void> {
  serial += 1;
  const name = `e${serial}`;
  const ofFeature = (one: {
    feature: number;
    quantity: string;
    data: object | null;
    subject: string | undefined;
  }) => ({
    customer: world.own,
    feature: pick(world.features, one.feature),
    quantity: one.quantity,
    ...(one.data === null ? {} : { data: one.data }),
    ...(one.subject === undefined ? {} : { subject: one.subject }),
  });
  switch (op.kind) {
    case 'events': {
      const sent = op.all.map((one, index) => ({
        specversion: '1.0',
        id: `${name}-${index}`,
        source: 'app',
        type: `${world.own}.${op.type}`,
        subject: world.own,
        time: timeAgo(one.age),
        data: one.data,
      }));
      await answered('POST', '/v1/events', sent);
      world.events.push(...sent.map(({ id, type }) => ({ source: 'app', id, type })));
      return;
    }
    case 'track':
    case 'consume':
      await answered('POST', `/v1/${op.kind}`, { ...ofFeature(op.asked), event_id: name });
      world.events.push({ source: 'track', id: name, type: '' });
      return;
    case 'reserve': {
      const { body } = await answered('POST', '/v1/reservations', { ...ofFeature(op.asked), key: name });
      if (typeof body.id === 'string') world.held.push(body.id);
      return;
    }
    case 'check': {
      const { data: _, ...rest } = ofFeature(op.asked);
      await answered('POST', '/v1/check', rest);
      return;
    }
    case 'settle':
    case 'release': {
      const id = pick(world.held, op.which);
      if (id === undefined) return;
      const body = op.kind === 'settle' ? { quantity: op.quantity, event_id: name } : {};
      await answered('POST', `/v1/reservations/${id}/${op.kind}`, body);
      return;
    }
    case 'grant':
      await answered('POST', `/v1/customers/${world.id}/credits`, {
        credit_type: 'sparks',
        amount: op.amount,
        reason: 'Welcome',
      });
      return;
    default:
      return correct(world, op);
  }
}

async function correct(world: World, op: Extract<Operation, { kind: 'void' | 'amend' }>): Promise<void> {
  const event = pick(world.events, op.which);
  if (event === undefined) return;
  const { source, id, type } = event;
  const body =
    op.kind === 'void'
      ? { events: [{ source, id }], reason: 'By mistake.' }
      : {
          event: {
            specversion: '1.0',
            id,
            source,
            type,
            subject: world.own,
            time: timeAgo(AGES_MS[1]),
            data: op.data,
          },
          reason: 'By mistake.',
        };
  const preview = await answered('POST', `/v1/events/${op.kind}/preview`, body);
  if (preview.status >= 400) return;
  await answered('POST', `/v1/events/${op.kind}`, { ...body, preview_token: preview.body.token });
}

/** Counters whose figure is not what the events of their window come to. */
const STRAYED = `
  select c.used::text, coalesce(e.quantity, 0)::text as counted from usage_counters c
  cross join lateral (
    select sum(q.quantity) as quantity from usage_events e
    cross join lateral unnest(e.meter_ids, e.quantities) as q (meter_id, quantity)
    where e.tenant_id = c.tenant_id and e.customer_id = c.customer_id and q.meter_id = c.meter_id
      and (c.is_level or e.time >= c.window_start) and e.time < c.window_end
  ) e where c.used <> coalesce(e.quantity, 0)`;

/** Others are tried with BILLHOOK_CATALOGUES=300 BILLHOOK_SEED=7 npm run test:proof. */
const { BILLHOOK_CATALOGUES: CATALOGUES = '20', BILLHOOK_SEED: SEED = '20261210' } = process.env;

test('I648 whatever a catalogue has and whatever is asked of it, no request fails for a reason of ours, and counters, hourly figures and credits add up', async () => {
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record({ meters, features }),
      fc.array(fc.array(operation, { minLength: 1, maxLength: 4 }), { minLength: 6, maxLength: 14 }),
      async (draft, turns) => {
        const made = await open(draft);
        if (made === undefined) return;
        tried += 1;
        const world: World = { ...made, events: [], held: [] };
        for (const turn of turns) await Promise.all(turn.map((op) => carryOut(world, op)));
        await app.drain();
        expect((await admin.query(STRAYED)).rows).toEqual([]);
        expect(await unsoundCredits(admin)).toEqual([]);
        expect((await answered('GET', '/v1/usage/verification')).body.differences).toEqual([]);
      },
    ),
    {
      numRuns: Number(CATALOGUES),
      seed: Number(SEED),
      endOnFailure: true,
    },
  );
  expect(tried).toBeGreaterThan(0);
});
