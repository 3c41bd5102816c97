import { createHmac } from 'node:crypto';
import { instant } from '@billhook/core/time/instant';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isGenuine, verifyStripeWebhook } from '../../adapters/stripe/verify-webhook.ts';
import { openDatabase } from '../../platform/database.ts';
import { createPaymentWorld, type PaymentWorld, WEBHOOK_SECRET } from '../../testing/payments.ts';
import { receiveWebhook } from './api.ts';

const BODY = '{"id":"evt_test_webhook","object":"event"}';
const AT = 1614265330;
const KNOWN = '3c5817089d739023dd6190f70a3757e04f7a2fd8b5dab12c2e000f51970dccff';
const bytes = (text: string) => new TextEncoder().encode(text);
const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');
const genuine = (header: string, nowSeconds = AT, body = BODY, secret = WEBHOOK_SECRET) =>
  isGenuine(bytes(body), header, secret, nowSeconds * 1000);

test('S27 the published vector of the scheme is genuine', () => {
  expect(hmac(WEBHOOK_SECRET, `${AT}.${BODY}`)).toBe(KNOWN);
  expect(genuine(`t=${AT},v1=${KNOWN}`)).toBe(true);
  expect(genuine(`t=${AT},v1=${'0'.repeat(64)},v1=${KNOWN},v0=abc`)).toBe(true);
  expect(genuine(`t=${AT},v1=${KNOWN}`, AT + 300)).toBe(true);
  expect(genuine(`t=${AT},v1=${KNOWN}`, AT - 300)).toBe(true);
});

test.each([
  ['no signature', ''],
  ['none of this scheme', `t=${AT},v0=${KNOWN}`],
  ['a cut one', `t=${AT},v1=${KNOWN.slice(0, 63)}`],
  ['a long one', `t=${AT},v1=${KNOWN}00`],
  ['capital letters', `t=${AT},v1=${KNOWN.toUpperCase()}`],
  ['no time', `v1=${KNOWN}`],
  ['the time twice', `t=${AT},t=${AT},v1=${KNOWN}`],
  ['a time as a power', `t=1e9,v1=${hmac(WEBHOOK_SECRET, `1e9.${BODY}`)}`],
  ['a time with letters', `t=${AT}abc,v1=${hmac(WEBHOOK_SECRET, `${AT}abc.${BODY}`)}`],
  ['a time with a space', `t= ${AT},v1=${hmac(WEBHOOK_SECRET, ` ${AT}.${BODY}`)}`],
  ['a time with a sign', `t=+${AT},v1=${hmac(WEBHOOK_SECRET, `+${AT}.${BODY}`)}`],
  ['a time with a zero before', `t=0${AT},v1=${hmac(WEBHOOK_SECRET, `0${AT}.${BODY}`)}`],
])('S27 S28 refuses %s', (_name, header) => {
  expect(genuine(header)).toBe(false);
});

test('S27 S28 refuses another body, another secret, and times off by 301 seconds either way', () => {
  const header = `t=${AT},v1=${KNOWN}`;
  expect(genuine(header, AT, `${BODY} `)).toBe(false);
  expect(genuine(header, AT, BODY, 'whsec_other_secret')).toBe(false);
  expect(genuine(header, AT + 301)).toBe(false);
  expect(genuine(header, AT - 301)).toBe(false);
});

test('a header that came twice is refused', async () => {
  const headers = { 'stripe-signature': [`t=${AT},v1=${KNOWN}`, `t=${AT},v1=${KNOWN}`] };
  const webhook = { rawBody: bytes(BODY), headers, secret: WEBHOOK_SECRET, mode: 'test' as const };
  expect(await verifyStripeWebhook({ ...webhook, wallNow: instant(AT * 1000) })).toBe('refused');
});

let world: PaymentWorld;
beforeAll(async () => {
  world = await createPaymentWorld('2026-03-01T00:00:00Z');
});
afterAll(() => world.close());

const signed = (body: string) => {
  const at = Math.floor(world.transactor.wallNow() / 1000);
  return { 'stripe-signature': `t=${at},v1=${hmac(WEBHOOK_SECRET, `${at}.${body}`)}` };
};
const send = (body: string, headers: Record<string, string> = signed(body), token = world.hookToken) =>
  receiveWebhook(world.inbox, { token, rawBody: bytes(body), headers });
const event = (id: string, more: object = {}) =>
  JSON.stringify({
    id,
    object: 'event',
    type: 'payment_intent.succeeded',
    livemode: false,
    data: { object: { id: 'pi_unknown', object: 'payment_intent' } },
    ...more,
  });
const stored = (id: string) =>
  world.admin('select state, detail from provider_events where provider_event_id = $1', [id]);

test('I39 an event is stored before it is answered, and once however often it comes', async () => {
  const body = event('evt_many');
  expect(new Set(await Promise.all(Array.from({ length: 50 }, () => send(body))))).toEqual(new Set([200]));
  expect(await stored('evt_many')).toEqual([{ state: 'stored', detail: null }]);
});

test('what is forged is refused and leaves no trace', async () => {
  expect(await send(event('evt_forged'), { 'stripe-signature': `t=${AT},v1=${KNOWN}` })).toBe(401);
  expect(await send(event('evt_forged'), {})).toBe(401);
  expect(await send(event('evt_forged'), signed(event('evt_forged')), 'another-token')).toBe(404);
  expect(await stored('evt_forged')).toEqual([]);
});

test('I21 an event of the other mode, and one that is no event, are kept aside', async () => {
  expect(await send(event('evt_live', { livemode: true }))).toBe(200);
  expect(await stored('evt_live')).toEqual([{ state: 'quarantined', detail: 'other mode' }]);
  expect(await send('not json')).toBe(200);
  expect(await world.admin(`select state from provider_events where type = 'unreadable'`)).toEqual([
    { state: 'quarantined' },
  ]);
});

test('S33 an event that names a payment nobody knows has no effect', async () => {
  expect(await send(event('evt_lie'))).toBe(200);
  await world.sources.events.run(world.tenantId, 10);
  expect(await world.admin('select 1 from payments')).toEqual([]);
  const [row] = await stored('evt_lie');
  expect(row?.state).toBe('stored');
});

test('an event that a killed process was reading is taken at once, one that a living process reads is left to it', async () => {
  await world.settle();
  const other = openDatabase(world.database.url);
  await other.life.held();
  await world.admin(
    `insert into provider_events (tenant_id, id, provider, provider_event_id, type, body, received_at, state, attempts, retry_at, lease_owner)
     values ($1, '0190b0a0-0000-7000-8000-0000000000ab', 'stripe', 'evt_left', 'customer.created', $2, now(), 'stored', 1, now() + interval '2 minutes', $3)`,
    [
      world.tenantId,
      Buffer.from('{"id":"evt_left","type":"customer.created","data":{"object":{"id":"x"}}}'),
      other.life.id.toString(),
    ],
  );
  const dueAt = () => world.query((ctx) => world.sources.events.nextDueAt(ctx));
  expect(await world.sources.events.run(world.tenantId, 10)).toBe(0);
  expect(await dueAt()).toBeNull();
  await other.close();
  // The database notices the end of the connection a moment after it was closed.
  await expect.poll(dueAt).not.toBeNull();
  expect(await world.sources.events.run(world.tenantId, 10)).toBe(1);
  const [left] = await world.admin(
    `select state, lease_owner from provider_events where provider_event_id = 'evt_left'`,
  );
  expect(left).toMatchObject({ lease_owner: null });
  expect(left?.state).not.toBe('stored');
});

test('S27 an account without a webhook secret takes no webhook, also none that is signed with nothing', async () => {
  const body = event('evt_unsigned');
  const at = Math.floor(world.transactor.wallNow() / 1000);
  const headers = { 'stripe-signature': `t=${at},v1=${hmac('', `${at}.${body}`)}` };
  const providers = {
    ...world.providers,
    webhookSecretOf: async () => ({ secret: '', mode: 'live' as const }),
  };
  const received = receiveWebhook(
    { ...world.inbox, providers },
    { token: world.hookToken, rawBody: bytes(body), headers },
  );
  expect(await received).toBe(404);
  expect(genuine(`t=${at},v1=${hmac('', `${at}.${body}`)}`, at, body, '')).toBe(false);
});
