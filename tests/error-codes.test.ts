import { ERRORS, type ErrorCode } from '@billhook/contract/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../apps/server/src/testing/app.ts';
import type { Answer, Caller, CallOptions } from '../apps/server/src/testing/caller.ts';

/** The end of an id that is well formed and belongs to nothing. */
const NONE = '01h2xcejqtf2nbrexx3vqjhp41';

let app: TestApp;
let owner: Caller;
let subscription: string;
let invoice: string;
let customer: string;

beforeAll(async () => {
  app = await startTestApp();
  owner = await app.signIn(app.owner.email, app.owner.password);
  await made(post('/v1/meters', { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count' }));
  await made(post('/v1/features', { key: 'calls', name: 'Calls', kind: 'metered', meter: 'calls' }));
  await made(post('/v1/features', { key: 'sso', name: 'SSO', kind: 'boolean' }));
  const old = await created(post('/v1/plans', plan('old')));
  await made(patch(`/v1/plans/${old}`, { archived: true }));
  await made(post('/v1/plans', plan('pro')));
  await made(post('/v1/plans', { ...plan('yen'), currency: 'JPY' }));
  customer = await created(post('/v1/customers', { name: 'Acme', external_id: 'acme', currency: 'EUR' }));
  subscription = await created(
    post('/v1/subscriptions', { customer: 'acme', plan: 'pro', collection: 'manual' }),
  );
  await app.drain();
  const invoices = await app.api('GET', `/v1/invoices?customer=${customer}`);
  invoice = String(invoices.body.data?.[0]?.id);
});
afterAll(() => app.close());

function plan(key: string) {
  const cadence = { interval: 'month', count: 1 };
  const pricing = { model: 'flat', amount: '2900' };
  const price = {
    key: 'base',
    name: 'Base',
    pricing,
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence,
  };
  return { key, name: key, currency: 'EUR', prices: [price], entitlements: [] };
}

const post = (path: string, body: unknown, options: CallOptions = {}) =>
  app.api('POST', path, { body, ...options });
const get = (path: string) => app.api('GET', path);
const patch = (path: string, body: unknown) => app.api('PATCH', path, { body });

async function made(call: Promise<Answer>): Promise<void> {
  const answer = await call;
  expect(answer.status, answer.text).toBeLessThan(300);
}

async function created(call: Promise<Answer>): Promise<string> {
  const answer = await call;
  expect(answer.status, answer.text).toBe(201);
  return String(answer.body.id);
}

const CALLS: readonly [ErrorCode, string, () => Promise<Answer>][] = [
  ['request.not_found', 'an address where nothing is', () => get('/v1/nothing')],
  ['request.method_not_allowed', 'a method that is not taken', () => app.api('PUT', '/v1/customers')],
  [
    'request.unsupported_media_type',
    'a body that is not JSON',
    () => app.api('POST', '/v1/customers', { raw: 'x', headers: { 'content-type': 'text/csv' } }),
  ],
  [
    'tenant.not_found',
    'a tenant of nobody',
    () => owner('GET', '/v1/tenant', { headers: { 'billhook-tenant': `ten_${NONE}` } }),
  ],
  [
    'tenant.already_exists',
    'a slug that is taken',
    () => owner('POST', '/v1/tenants', { body: sandbox(app.tenant.slug) }),
  ],
  ['api_key.not_found', 'a key that is not there', () => inTenant('DELETE', `/v1/api_keys/key_${NONE}`)],
  [
    'operator.not_found',
    'a person that is not there',
    () => inTenant('PATCH', '/v1/operators/nobody', { role: 'viewer' }),
  ],
  [
    'invitation.not_found',
    'an invitation that is not there',
    () => inTenant('DELETE', `/v1/invitations/oin_${NONE}`),
  ],
  ['mailbox.not_found', 'mail that is not there', () => get('/v1/mailbox/nothing')],
  ['file.not_found', 'a file that is not there', () => get(`/v1/files/file_${NONE}`)],
  [
    'file.link_invalid',
    'a link with a wrong signature',
    () =>
      app.anybody(
        'GET',
        `/v1/files/file_${NONE}/content?tenant=${app.tenant.typeId}&expires=1&signature=${'a'.repeat(43)}`,
      ),
  ],
  ['customer.not_found', 'a customer that is not there', () => get(`/v1/customers/cus_${NONE}`)],
  [
    'customer.already_exists',
    'an external id that is taken',
    () => post('/v1/customers', { name: 'B', external_id: 'acme' }),
  ],
  [
    'customer.currency_fixed',
    'another currency for a running subscription',
    () => patch(`/v1/customers/${customer}`, { currency: 'USD' }),
  ],
  ['meter.not_found', 'a meter that is not there', () => patch(`/v1/meters/meter_${NONE}`, { name: 'x' })],
  [
    'meter.already_exists',
    'a key that is taken',
    () => post('/v1/meters', { key: 'calls', name: 'x', event_type: 'x', aggregation: 'count' }),
  ],
  [
    'feature.not_found',
    'a feature that is not there',
    () => patch(`/v1/features/feat_${NONE}`, { name: 'x' }),
  ],
  [
    'feature.already_exists',
    'a key that is taken',
    () => post('/v1/features', { key: 'sso', name: 'x', kind: 'boolean' }),
  ],
  [
    'feature.not_metered',
    'usage of a switch',
    () => post('/v1/track', { customer: 'acme', feature: 'sso', event_id: 'e1' }),
  ],
  ['plan.not_found', 'a plan that is not there', () => get(`/v1/plans/plan_${NONE}`)],
  ['plan.already_exists', 'a key that is taken', () => post('/v1/plans', plan('pro'))],
  [
    'plan.archived',
    'a plan that is not sold any more',
    () => post('/v1/subscriptions', { customer: 'acme', plan: 'old' }),
  ],
  [
    'plan.currency_mismatch',
    'a plan in another currency',
    () => post('/v1/subscriptions', { customer: 'acme', plan: 'yen' }),
  ],
  [
    'plan.invalid',
    'two prices of one key',
    () => post('/v1/plans', { ...plan('two'), prices: [...plan('two').prices, ...plan('two').prices] }),
  ],
  [
    'catalogue.invalid',
    'a feature whose meter is nowhere',
    () =>
      app.api('PUT', '/v1/catalogue', {
        body: { meters: [], plans: [], features: [{ key: 'f', name: 'f', kind: 'metered', meter: 'no' }] },
      }),
  ],
  [
    'catalogue.fixed_field',
    'a meter that would measure something else',
    () =>
      app.api('PUT', '/v1/catalogue', {
        body: {
          features: [],
          plans: [],
          meters: [{ key: 'calls', name: 'Calls', event_type: 'other', aggregation: 'count' }],
        },
      }),
  ],
  ['subscription.not_found', 'a subscription that is not there', () => get(`/v1/subscriptions/sub_${NONE}`)],
  [
    'subscription.nothing_scheduled',
    'undoing nothing',
    () => post(`/v1/subscriptions/${subscription}/undo`, {}),
  ],
  [
    'preview.stale',
    'a preview of something else',
    async () => {
      const path = `/v1/subscriptions/${subscription}`;
      const { body } = await post(`${path}/preview`, { action: 'cancel' });
      return post(`${path}/cancel`, { when: 'now', preview_token: body.token });
    },
  ],
  [
    'preview.refused',
    'a token that is none',
    () => post(`/v1/subscriptions/${subscription}/cancel`, { preview_token: 'x' }),
  ],
  ['event.not_found', 'an event that is not there', () => get('/v1/event?source=api&id=nobody')],
  ['stream.not_found', 'a stream that is not there', () => get(`/v1/events/streams/str_${NONE}`)],
  [
    'stream.out_of_step',
    'lines that do not follow those that were taken',
    async () => {
      const stream = await created(post('/v1/events/streams', {}));
      const options = { raw: '{}\n', headers: { 'content-type': 'application/x-ndjson' } };
      return app.api('POST', `/v1/events/streams/${stream}/lines?after=7`, options);
    },
  ],
  [
    'usage_archive.not_found',
    'an archive that is not there',
    () => get(`/v1/usage/archives/arc_${NONE}/content`),
  ],
  [
    'quarantine.not_found',
    'an event that is not in quarantine',
    () => post(`/v1/usage/quarantine/qua_${NONE}/assign`, { customer: 'acme' }),
  ],
  ['invoice.not_found', 'an invoice that is not there', () => get(`/v1/invoices/inv_${NONE}`)],
  [
    'invoice_line.not_found',
    'a line that is not there',
    () => get(`/v1/invoice_lines/il_${NONE}/explanation`),
  ],
  [
    'invoice_line.not_metered',
    'days of usage of a fixed fee',
    async () => {
      const { lines } = (await get(`/v1/invoices/${invoice}`)).body as unknown as { lines: { id: string }[] };
      return get(`/v1/invoice_lines/${lines[0]?.id}/usage`);
    },
  ],
  [
    'subscription.payment_method_missing',
    'collecting without a card',
    () => post(`/v1/invoices/${invoice}/collect`, {}),
  ],
  [
    'payment.not_found',
    'a payment that is not there',
    () => post(`/v1/payments/pay_${NONE}/refund`, { reason: 'x' }),
  ],
  [
    'payment_method.not_found',
    'a card that is not there',
    () => post('/v1/subscriptions', { customer: 'acme', plan: 'pro', payment_method: `pm_${NONE}` }),
  ],
  [
    'payment_method.refused',
    'a card that the provider does not know',
    () => post(`/v1/customers/${customer}/payment_methods`, { provider_method_id: 'pm_nothing' }),
  ],
  [
    'clock.not_movable',
    'a clock that would go back',
    () => post('/v1/clock/advance', { to: '2001-01-01T00:00:00Z' }),
  ],
  ['clock.not_moving', 'a clock that stands', () => post('/v1/clock/cancel', {})],
];

function sandbox(slug: string) {
  return { slug, name: 'x', kind: 'sandbox', currency: 'EUR', time_zone: 'UTC' };
}

function inTenant(method: string, path: string, body?: unknown): Promise<Answer> {
  const headers = { 'billhook-tenant': app.tenant.typeId };
  return owner(method, path, body === undefined ? { headers } : { body, headers });
}

describe('a refusal', () => {
  it.each(CALLS)('has the code %s for %s', async (code, _what, call) => {
    const answer = await call();
    expect([answer.body.code, answer.status], answer.text).toEqual([code, ERRORS[code].status]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body.title).toBe(ERRORS[code].title);
    expect(answer.body.retryable).toBe(ERRORS[code].retryable);
    expect(String(answer.body.type)).toContain(code);
  });
});

describe('a refusal where money or people are at stake', () => {
  const portal = (path: string) => `/p/${app.tenant.slug}${path}`;
  let member: Caller;
  let mine: string;
  let card: string;

  beforeAll(async () => {
    const email = 'grace@example.com';
    const password = 'correct horse battery staple';
    const body = { email, password, name: 'Grace' };
    await made(
      app.anybody('POST', portal('/auth/sign-up/email'), { body, headers: { origin: app.baseUrl } }),
    );
    await inDatabase(`update member_user set "emailVerified" = true where email = $1`, email);
    member = await app.signIn(email, password, portal('/auth'));
    mine = await created(
      member('POST', portal('/api/v1/customers'), { body: { name: 'Grace', country: 'DE' } }),
    );
    card = await attach(mine, 'pm_card_visa');
    await made(post('/v1/subscriptions', { customer: mine, plan: 'pro', collection: 'automatic' }));
  });

  const attach = (of: string, token: string) =>
    created(post(`/v1/customers/${of}/payment_methods`, { provider_method_id: token, make_default: true }));

  it('has the code payment_method.in_use for the last card of a running subscription', async () => {
    expectCode(await member('DELETE', portal(`/api/v1/payment_methods/${card}`)), 'payment_method.in_use');
  });

  it('has the code checkout.not_found for a checkout of nobody', async () => {
    expectCode(await member('GET', portal(`/api/v1/checkouts/chk_${NONE}`)), 'checkout.not_found');
  });

  it('has the code member.already_exists for an invitation of oneself', async () => {
    const body = { email: 'grace@example.com', role: 'manager' };
    expectCode(
      await member('POST', portal('/api/v1/members/invitations'), { body }),
      'member.already_exists',
    );
  });

  it('has the code payment.not_refundable for a payment that failed', async () => {
    const unlucky = await created(
      post('/v1/customers', { name: 'Unlucky', external_id: 'unlucky', currency: 'EUR' }),
    );
    await attach(unlucky, 'pm_card_chargeCustomerFail');
    await made(post('/v1/subscriptions', { customer: 'unlucky', plan: 'pro', collection: 'automatic' }));
    await app.drain();
    const tried = await get(`/v1/payments?customer=${unlucky}&status=failed`);
    const refused = await post(`/v1/payments/${tried.body.data?.[0]?.id}/refund`, { reason: 'x' });
    expectCode(refused, 'payment.not_refundable');
  });

  it('has the code customer.parked while billing of the customer is on hold', async () => {
    await created(post('/v1/customers', { name: 'Parked', external_id: 'parked', currency: 'EUR' }));
    await inDatabase(`update customers set parked_at = now() where external_id = $1`, 'parked');
    expectCode(await post('/v1/subscriptions', { customer: 'parked', plan: 'pro' }), 'customer.parked');
  });

  it('has the code invoice.has_payments for voiding what is paid in part', async () => {
    const number = (await get(`/v1/invoices/${invoice}`)).body.number;
    await inDatabase('update invoices set paid_minor = 1 where number = $1', String(number));
    expectCode(
      await post(`/v1/invoices/${invoice}/void`, { reason: 'x', periods: 'waive' }),
      'invoice.has_payments',
    );
  });

  it('has the code provider.not_configured where a live environment has no provider yet', async () => {
    const live = await owner('POST', '/v1/tenants', { body: { ...sandbox('live-one'), kind: 'live' } });
    const headers = { 'billhook-tenant': String(live.body.id) };
    const buyer = await created(owner('POST', '/v1/customers', { body: { name: 'Acme' }, headers }));
    const body = { provider_method_id: 'pm_card_visa' };
    const refused = await owner('POST', `/v1/customers/${buyer}/payment_methods`, { body, headers });
    expectCode(refused, 'provider.not_configured');
  });
});

function expectCode(answer: Answer, code: ErrorCode): void {
  expect([answer.body.code, answer.status], answer.text).toEqual([code, ERRORS[code].status]);
}

/** Brings about by hand a state that takes a provider or weeks to reach. */
async function inDatabase(statement: string, value: string): Promise<void> {
  const client = await app.database.runtime.connect();
  try {
    await client.query(`select set_config('app.tenant', $1, false)`, [String(app.tenant.id)]);
    expect((await client.query(statement, [value])).rowCount).toBe(1);
  } finally {
    await client.query(`select set_config('app.tenant', '', false)`);
    client.release();
  }
}

describe('a subscription that has ended', () => {
  it('has the code subscription.already_canceled for every further change', async () => {
    await made(post(`/v1/subscriptions/${subscription}/cancel`, { when: 'now' }));
    const again = await post(`/v1/subscriptions/${subscription}/cancel`, { when: 'now' });
    expect([again.body.code, again.status]).toEqual(['subscription.already_canceled', 409]);
  });
});
