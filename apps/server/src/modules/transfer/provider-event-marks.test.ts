import { readFile } from 'node:fs/promises';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packCustomer } from '../../adapters/paypal/ids.ts';
import { type BillingWorld, createBillingWorld } from '../../testing/billing.ts';
import { storeEvent } from '../payments/api.ts';
import { DECISIONS } from './erasures/decisions.ts';
import { countOf, countRows, takeOut, type Whose } from './erasures/pieces.ts';

const decision = DECISIONS.provider_events;
if (decision === undefined) throw new Error('nothing is decided about messages of providers');
const from = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

let world: BillingWorld;
let charge: Record<string, unknown>;
let messages = 0;

beforeAll(async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  const objects = await from('../../../../../packages/sandbox/fixtures/stripe-objects.json');
  charge = JSON.parse(objects).charge;
});
afterAll(() => world.close());

/** Where a provider puts what it knows of somebody: by the shapes of Stripe, PayPal and Twilio. */
const SHAPES: Record<string, (said: string) => string> = {
  'an object of Stripe': (said) => stripe({ ...charge, customer: said }),
  'an object of Stripe, written over lines': (said) =>
    JSON.stringify(JSON.parse(stripe({ customer: said })), null, 2),
  'an object in an object of Stripe': (said) =>
    stripe({ ...charge, customer: { id: said, object: 'customer', name: 'Zoë' } }),
  'metadata of Stripe': (said) => stripe({ ...charge, metadata: { customer: said, member: 'x' } }),
  'an address of Stripe': (said) =>
    stripe({ ...charge, receipt_email: said, billing_details: { email: said } }),
  'a deletion at Stripe': (said) => stripe({ id: said, object: 'customer', deleted: true }),
  'words of Stripe': (said) => stripe({ ...charge, description: `For ${said}, as agreed.\nThanks` }),
  'words before it': (said) => stripe({ ...charge, description: `Über\n${said}\tétat` }),
  'a list of Stripe': (said) => stripe({ data: [said, said, 'obj_1'] }),
  'a link of Stripe': (said) => stripe({ url: `/v1/customers/${said}/sources` }),
  'a key that names it': (said) => stripe({ metadata: { [said]: '1' } }),
  'a vaulted way to pay at PayPal': (said) => payPal({ id: '8kk8451t', customer: { id: said } }),
  'whose unit it is at PayPal': (said) =>
    payPal({ purchase_units: [{ custom_id: said, reference_id: 'default' }] }),
  'who paid at PayPal': (said) => payPal({ payer: { payer_id: 'QYR5Z8XDVJNXQ', email_address: said } }),
  'a link of PayPal': (said) =>
    payPal({ links: [{ href: `https://api-m.paypal.com/v3/vault/payment-tokens?customer_id=${said}` }] }),
  'a form of Twilio': (said) =>
    `MessageSid=SM0123456789abcdef0123456789abcdef&MessageStatus=sent&Tag=${said}&To=%2B4915112345678`,
  'an encoded form of Twilio': (said) =>
    `StatusCallback=https%3A%2F%2Fa.example%2F%3Fcustomer%3D${said}%26x%3D1`,
  'an object of Twilio': (said) =>
    JSON.stringify({ sid: 'SM0123', status: 'sent', tags: { customer: said } }),
  'nothing readable': (said) => `\u0000\u0001 ${said} \u00ff`,
};

const stripe = (object: unknown) =>
  JSON.stringify({ id: 'evt_1', object: 'event', type: 'charge.succeeded', data: { object } });
const payPal = (resource: unknown) =>
  JSON.stringify({ id: 'WH-1', event_type: 'VAULT.PAYMENT-TOKEN.CREATED', resource });

const letters = (from: string, size: number) =>
  fc.string({ unit: fc.constantFrom(...from), minLength: size, maxLength: size });
const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const uuid = fc.uuid({ version: 7 });

/** Everything by which a customer can be known outside, as an erasure looks for it. */
const known = fc.oneof(
  uuid,
  uuid.map((id) => encodeTypeId('cus', id)),
  uuid.map(packCustomer),
  letters(BASE62, 14).map((id) => `cus_${id}`),
  // Members are known by what the sign-in draws.
  letters(BASE62, 32),
  fc.emailAddress().map((address) => `"${address}"`),
  fc.constantFrom('"jürgen@müller.example"', '"a+b@c.example"', '"O\'Neil@example.com"'),
);

async function store(body: string): Promise<string> {
  messages += 1;
  const id = `evt_${messages}`;
  await world.command((ctx) =>
    storeEvent(ctx, {
      provider: 'stripe',
      id,
      type: 'charge.succeeded',
      body: Buffer.from(body),
      headers: {},
      cameBy: 'webhook',
      state: 'quarantined',
      detail: null,
      replayable: true,
    }),
  );
  return id;
}

/** What a search of all bytes finds, which is what a key has to find. */
const scanned = (mark: string) =>
  world.admin(
    `select id from provider_events where state <> 'stored' and position(convert_to($1, 'UTF8') in body) > 0 order by id`,
    [mark],
  );
const byKey = (mark: string) =>
  world.admin(
    `select event_id as id from provider_event_marks where mark = any (app.marks_sought($1)) order by event_id`,
    [[mark]],
  );
const whose = (marks: string[]): Whose => ({
  customerId: '0190b0a0-0000-7000-8000-0000000000aa',
  typeId: 'cus_none',
  marks,
});

test.each(Object.entries(SHAPES))('I523 whoever is named in %s is found by key', async (_name, shape) => {
  const bare = (mark: string) => mark.replaceAll('"', '');
  await fc.assert(
    fc.asyncProperty(known, async (mark) => {
      const body = shape(bare(mark));
      await store(body);
      const found = await scanned(mark);
      if (!mark.startsWith('"')) expect(found.length).toBeGreaterThan(0);
      expect(await byKey(mark)).toEqual(found);
      expect(await world.query((ctx) => countRows(ctx, 'provider_events', whose([mark])))).toBe(found.length);
    }),
    { numRuns: 30, seed: 78, examples: [['"ada@example.com"'], ['cus_QXg1o8vcGmoR32']] },
  );
});

test('I523 messages that were there before are known by the same digests as new ones', async () => {
  const kept = 'select tenant_id, mark, event_id from provider_event_marks order by 1, 2, 3';
  const before = await world.admin(kept);
  expect(before.length).toBeGreaterThan(500);
  await world.admin('truncate provider_event_marks');
  const migration = await from('../../../migrations/0078_what_erasures_find.sql');
  await world.admin(migration.slice(migration.indexOf('create function app.marks_in')));
  expect(await world.admin(kept)).toEqual(before);
});

test('I523 what a message no longer says is not known of it either', async () => {
  const mark = 'cus_QXg1o8vcGmoR33';
  await store(stripe({ ...charge, customer: mark }));
  expect(await byKey(mark)).toHaveLength(1);
  expect(await world.command((ctx) => takeOut(ctx, 'provider_events', whose([mark]), 500))).toBe(1);
  expect(await byKey(mark)).toEqual([]);
  expect(await world.query((ctx) => countRows(ctx, 'provider_events', whose([mark])))).toBe(0);
});

test('I524 among many messages a preview reads those of the customer by key, and no other', async () => {
  await world.admin(
    `insert into provider_events (tenant_id, id, provider, provider_event_id, type, body, received_at, state, retry_at)
     select $1, gen_random_uuid(), 'stripe', 'many_' || n, 'charge.succeeded',
       convert_to(format('{"customer":"cus_Many%s","amount":%s}', lpad((n / 4)::text, 10, '0'), n), 'UTF8'), now(), 'done', now()
     from generate_series(1, 20000) n`,
    [world.tenantId],
  );
  await world.admin(
    `insert into provider_event_marks select tenant_id, (app.marks_sought(array[substr(convert_from(body, 'UTF8'), 14, 18)]))[1], id
     from provider_events where provider_event_id like 'many!_%' escape '!'`,
  );
  await world.admin('analyze provider_events');
  await world.admin('analyze provider_event_marks');
  type Node = { 'Node Type': string; 'Relation Name'?: string; 'Actual Rows': number; Plans?: Node[] };
  const nodes = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  const plan = await world.query(async (ctx) => {
    const { text, values } = countOf(ctx, 'provider_events', decision, whose(['cus_Many0000001234']));
    const [row] = await ctx.sql.rows<{ 'QUERY PLAN': [{ Plan: Node }] }>(
      `explain (analyze, format json) ${text}`,
      values,
    );
    return row?.['QUERY PLAN'][0].Plan;
  });
  if (plan === undefined) throw new Error('no plan was shown');
  const reads = nodes(plan).filter((node) => /Scan/.test(node['Node Type']) && node['Relation Name']);
  expect(reads.map((node) => node['Relation Name']).toSorted()).toEqual([
    'provider_event_marks',
    'provider_events',
  ]);
  for (const read of reads) {
    expect(read['Node Type']).toMatch(/^Index|^Bitmap Heap/);
    expect(read['Actual Rows']).toBeLessThanOrEqual(4);
  }
  expect(await world.query((ctx) => countRows(ctx, 'provider_events', whose(['cus_Many0000001234'])))).toBe(
    4,
  );
});
