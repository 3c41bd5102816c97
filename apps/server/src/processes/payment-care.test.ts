import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { signUpMember } from '../testing/scenario.ts';

let app: TestApp;
let customer: string;

type Body = Record<string, never> & Record<string, unknown>;
const ok = async (method: string, path: string, body?: unknown): Promise<Body> => {
  const answer = await app.api(method, path, body === undefined ? {} : { body });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body as Body;
};
const rows = async (path: string) => (await ok('GET', path)).data as unknown as Record<string, unknown>[];

const settle = () => app.settle();

const query = async <T>(text: string): Promise<T[]> => {
  const client = await app.database.runtime.connect();
  try {
    await client.query(`select set_config('app.tenant', '${app.tenant.id}', false)`);
    return (await client.query(text)).rows as T[];
  } finally {
    await client.query(`select set_config('app.tenant', '', false)`);
    client.release();
  }
};

async function addCustomer(name: string, more: object = {}): Promise<string> {
  return String(
    (await ok('POST', '/v1/customers', { name, email: `${name}@example.com`, country: 'DE', ...more })).id,
  );
}
const addCard = (id: string, method = 'pm_card_de') =>
  app.api('POST', `/v1/customers/${id}/payment_methods`, { body: { provider_method_id: method } });

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const price = {
    key: 'base',
    name: 'Base fee',
    pricing: { model: 'flat', amount: '2900' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  };
  await ok('PUT', '/v1/catalogue', {
    meters: [],
    features: [],
    plans: [{ key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [price], entitlements: [] }],
  });
  customer = await addCustomer('acme');
  expect((await addCard(customer)).status).toBe(201);
  await ok('POST', '/v1/subscriptions', { customer, plan: 'pro', collection: 'automatic' });
  await settle();
});
afterAll(() => app.close());

test('every message is in the log with its bytes, found by filters, and replayed to the same end', async () => {
  const log = await rows('/v1/provider_events?limit=100');
  const types = log.map(({ type }) => type);
  expect(types).toContain('payment_intent.succeeded');
  expect(log.every(({ came_by: cameBy, deliveries }) => cameBy === 'webhook' && deliveries === 1)).toBe(true);
  const [paid] = await rows(
    '/v1/provider_events?type=payment_intent.succeeded&state=done&provider=stripe&limit=1',
  );
  expect(await rows('/v1/provider_events?type=payment_intent.succeeded&until=2020-01-01T00:00:00Z')).toEqual(
    [],
  );
  const whole = await ok('GET', `/v1/provider_events/${paid?.id}`);
  expect(JSON.parse(String(whole.body))).toMatchObject({ id: paid?.provider_event_id, object: 'event' });
  expect(whole.headers).toMatchObject({
    'stripe-signature': expect.stringMatching(/^t=\d+,v1=[0-9a-f]{64}$/),
  });
  const balance = await ok('GET', '/v1/ledger/trial_balance');
  const replayed = await ok('POST', `/v1/provider_events/${paid?.id}/replay`, {});
  expect(replayed).toMatchObject({ state: 'stored', replays: 1 });
  await settle();
  expect(await ok('GET', `/v1/provider_events/${paid?.id}`)).toMatchObject({ state: 'done', replays: 1 });
  expect(await ok('GET', '/v1/ledger/trial_balance')).toMatchObject({ accounts: balance.accounts });
  const [entry] = await rows('/v1/audit?limit=5');
  expect(entry).toMatchObject({ action: 'provider_event.replay', object_id: paid?.id });
});

test('what is not genuine is counted and not kept; what is kept aside for good is not replayed', async () => {
  const { webhook_url: url } = await ok('GET', '/v1/payment_provider');
  const post = (headers: Record<string, string>) =>
    fetch(String(url), { method: 'POST', body: '{"id":"evt_forged"}', headers });
  const at = Math.floor(Date.parse('2026-01-10T09:00:00Z') / 1000);
  const forged = createHmac('sha256', 'wrong').update(`${at}.{"id":"evt_forged"}`).digest('hex');
  expect((await post({ 'stripe-signature': `t=${at},v1=${forged}` })).status).toBe(401);
  expect((await post({})).status).toBe(401);
  expect(await query('select provider, count from hook_rejections')).toEqual([
    { provider: 'stripe', count: 2 },
  ]);
  expect(
    (await rows('/v1/provider_events?limit=100')).filter(({ provider_event_id: id }) => id === 'evt_forged'),
  ).toEqual([]);
  await query(`insert into provider_events (tenant_id, id, provider, provider_event_id, type, body, received_at, state, retry_at, replayable)
    values (${app.tenant.id}, '0190b0a0-0000-7000-8000-0000000000aa', 'stripe', 'evt_live', 'x', '{}', now(), 'quarantined', now(), false)`);
  const [aside] = await rows('/v1/provider_events?state=quarantined');
  const refused = await app.api('POST', `/v1/provider_events/${aside?.id}/replay`, { body: {} });
  expect(refused.body.code).toBe('provider_event.not_replayable');
  const unknown = await app.api('GET', '/v1/provider_events/pev_01h2xcejqtf2nbrexx3vqjhp41');
  expect(unknown.body.code).toBe('provider_event.not_found');
});

test('I295 a message that no webhook brought is polled, read like the others, and polled once', async () => {
  const [account] = (await app.sandbox.accounts()).filter(({ webhookUrl }) => webhookUrl !== null);
  if (account === undefined) throw new Error('the tenant has an account at the stand-in');
  const second = await addCustomer('polled');
  expect((await addCard(second)).status).toBe(201);
  await app.sandbox.drain(account.id);
  await app.sandbox.setFaults(account.id, { loseWebhooks: 100 });
  await ok('POST', '/v1/subscriptions', { customer: second, plan: 'pro', collection: 'automatic' });
  await settle();
  const before = (await rows('/v1/provider_events?limit=100')).length;
  const poll = await ok('POST', '/v1/provider_events/poll', {});
  expect(poll).toMatchObject({ object: 'provider_poll', provider: 'stripe' });
  expect(Number(poll.added)).toBeGreaterThan(0);
  expect(await ok('POST', '/v1/provider_events/poll', {})).toMatchObject({ added: 0 });
  expect((await rows('/v1/provider_events?limit=100')).length).toBe(before + Number(poll.added));
  await settle();
  const polled = (await rows('/v1/provider_events?limit=100')).filter(
    ({ came_by: cameBy }) => cameBy === 'poll',
  );
  expect(polled.every(({ deliveries }) => deliveries === 0)).toBe(true);
  await app.sandbox.setFaults(account.id, {});
  expect(polled.some(({ state }) => state === 'done')).toBe(true);
});

test('I290 I291 the provider and the books are brought together to the minor unit, and again adds nothing', async () => {
  expect(await ok('GET', '/v1/reconciliation')).toMatchObject({ reconciled_at: null, next_at: null });
  const first = await ok('POST', '/v1/reconciliation/run', {});
  expect(first).toMatchObject({ open_count: 0, next_at: '2026-01-11T00:00:00.000Z' });
  expect(first.currencies).toMatchObject([
    {
      currency: 'EUR',
      difference: '0',
      open: '0',
      unlisted: '0',
      unexplained: '0',
      matched_count: 2,
      unlisted_count: 0,
    },
  ]);
  const listed = await rows('/v1/reconciliation/transactions');
  expect(listed.find(({ customer_name: name }) => name === 'polled')).toMatchObject({
    kind: 'charge',
    state: 'matched',
    gross: '2900',
    explanation: 'The payment of polled for INV-2026-000002, less the fee.',
  });
  const counts = () =>
    query(
      'select (select count(*) from ledger_transactions)::int as books, (select count(*) from provider_transactions)::int as theirs',
    );
  const before = await counts();
  expect(await ok('POST', '/v1/reconciliation/run', {})).toEqual(first);
  expect(await counts()).toEqual(before);
});

test('I290 what the books do not know is a case with an age, which ends when it finds its place', async () => {
  const tampered = `update provider_transactions set state = 'open', ledger_transaction_id = null, settled_at = null`;
  // As if the payment stood in the provider's books under a name and with an amount that ours do not have.
  await query(tampered);
  const client = await app.database.runtime.connect();
  client.release();
  const pgAdmin = new (await import('pg')).default.Client({ connectionString: app.database.url });
  await pgAdmin.connect();
  await pgAdmin.query(
    `update provider_transactions set object_ids = '{ch_elsewhere}', occurred_at = occurred_at - interval '5 days'
     where provider_transaction_id = (select min(provider_transaction_id) from provider_transactions)`,
  );
  const run = await ok('POST', '/v1/reconciliation/run', {});
  expect(run).toMatchObject({ open_count: 1 });
  const [money] = run.currencies as unknown as Record<string, string>[];
  expect(money).toMatchObject({ difference: '0', unexplained: '0', open_count: 1, unlisted_count: 1 });
  expect(money?.open).toBe(money?.unlisted);
  const [open] = await rows('/v1/reconciliation/transactions?state=open');
  expect(open).toMatchObject({ reason: 'not_booked', age_days: 5, ledger_transaction: null });
  const cases = () =>
    rows('/v1/cases?open=true').then((all) => all.filter(({ kind }) => kind === 'reconciliation.open'));
  expect(await cases()).toHaveLength(1);
  await ok('POST', '/v1/reconciliation/run', {});
  expect(await cases()).toHaveLength(1);
  await pgAdmin.query(
    `update provider_transactions t set object_ids = array[a.provider_charge_id, a.provider_object_id]
     from payment_attempts a where t.object_ids = '{ch_elsewhere}' and a.provider_charge_id is not null
       and not exists (select from provider_transactions o where o.object_ids && array[a.provider_charge_id, a.provider_object_id])`,
  );
  await pgAdmin.end();
  expect(await ok('POST', '/v1/reconciliation/run', {})).toMatchObject({ open_count: 0 });
  expect(await cases()).toEqual([]);
  const missing = await app.api('GET', '/v1/reconciliation/payouts/pyo_01h2xcejqtf2nbrexx3vqjhp41');
  expect(missing.body.code).toBe('payout.not_found');
  expect(await rows('/v1/reconciliation/payouts')).toEqual([]);
});

test('I293 nobody on the block list adds a card, and nothing that is due is collected of them', async () => {
  const third = await addCustomer('eve', { email: 'Eve@Throwaway.example' });
  const block = await ok('POST', '/v1/payment_blocks', {
    kind: 'email_domain',
    value: '@throwaway.EXAMPLE',
    reason: 'Fraud',
  });
  expect(block).toMatchObject({
    kind: 'email_domain',
    value: 'throwaway.example',
    label: 'throwaway.example',
  });
  const again = await app.api('POST', '/v1/payment_blocks', {
    body: { kind: 'email_domain', value: 'throwaway.example', reason: 'Fraud' },
  });
  expect(again.body.code).toBe('block.exists');
  const wrong = await app.api('POST', '/v1/payment_blocks', {
    body: { kind: 'ip_range', value: '0.0.0.0/0', reason: 'x' },
  });
  expect(wrong.body.code).toBe('block.value');
  const refused = await addCard(third);
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({ code: 'payment.blocked', retryable: false });
  expect(JSON.stringify(refused.body)).not.toContain('throwaway');
  expect(await rows(`/v1/customers/${third}/payment_methods`)).toEqual([]);
  const [kept] = await rows('/v1/payment_tries?verdict=refuse');
  expect(kept).toMatchObject({ customer: third, reasons: [{ code: 'block.email_domain' }] });
  await settle();
  const told = await rows('/v1/cases?open=true');
  expect(told.filter(({ kind }) => kind === 'payment_try.refused')).toMatchObject([{ customer: third }]);
  await ok('DELETE', `/v1/payment_blocks/${block.id}`);
  expect((await app.api('DELETE', `/v1/payment_blocks/${block.id}`)).body.code).toBe('block.not_found');
  const card = await addCard(third);
  expect(card.status).toBe(201);
  // By the card: whoever brings it.
  await ok('POST', '/v1/payment_blocks', { kind: 'card', value: card.body.id, reason: 'Stolen' });
  expect((await addCard(await addCustomer('mallory'))).body.code).toBe('payment.blocked');
  const [byCard] = await rows('/v1/payment_blocks?kind=card');
  expect(byCard?.value).toMatch(/^[0-9a-f]{64}$/);
  await ok('POST', '/v1/subscriptions', { customer: third, plan: 'pro', collection: 'automatic' });
  await settle();
  expect(await rows(`/v1/payments?customer=${third}&status=succeeded`)).toEqual([]);
  const waiting = (await rows('/v1/cases?open=true')).filter(({ kind }) => kind === 'payment.blocked');
  expect(waiting).toMatchObject([{ customer: third }]);
  await ok('DELETE', `/v1/payment_blocks/${byCard?.id}`);
});

test('I294 a customer who tries too many cards is stopped, with the rules that the seller set', async () => {
  const rules = await ok('GET', '/v1/risk_rules');
  expect(rules).toMatchObject({ cards_of_customer: 5, customers_of_card: null, country_mismatch: false });
  const { object: _object, ...changeable } = rules;
  await ok('PUT', '/v1/risk_rules', { ...changeable, cards_of_customer: 2, country_mismatch: true });
  const tester = await addCustomer('tester');
  const statuses: number[] = [];
  for (const card of ['pm_card_visa', 'pm_card_de', 'pm_card_fr', 'pm_card_visa'])
    statuses.push((await addCard(tester, card)).status);
  // The third card is one too many, and from then on every try is.
  expect(statuses).toEqual([201, 201, 429, 429]);
  expect((await addCard(tester, 'pm_card_nl')).body).toMatchObject({
    code: 'payment.too_many_tries',
    retry_after: 3600,
  });
  const flagged = await rows('/v1/payment_tries?verdict=flag');
  expect(flagged[0]).toMatchObject({ customer: tester, reasons: [{ code: 'country.mismatch' }] });
});

test('I458 staff read what the provider made of a payment’s risk, and the customer does not', async () => {
  const { slug } = app.tenant;
  const base = `/p/${slug}/api/v1`;
  const member = await signUpMember(app, slug, 'rosa@example.com');
  const rosa = String(
    (await member('POST', `${base}/customers`, { body: { name: 'Rosa', country: 'DE' } })).body.id,
  );
  expect((await addCard(rosa, 'pm_card_riskLevelElevated')).status).toBe(201);
  await ok('POST', '/v1/subscriptions', { customer: rosa, plan: 'pro', collection: 'automatic' });
  await settle();
  const risk = { level: 'elevated', outcome: 'authorized' };
  const [paid] = await rows(`/v1/payments?customer=${rosa}`);
  expect(paid).toMatchObject({ status: 'succeeded', risk });
  expect((await ok('GET', `/v1/customers/${rosa}/overview`)).recent_payments).toMatchObject([{ risk }]);
  expect((await ok('GET', `/v1/invoices/${paid?.invoice}`)).payments).toMatchObject([{ risk }]);
  const mine = await member('GET', `${base}/invoices/${paid?.invoice}`);
  expect(mine.body.payments).toMatchObject([{ status: 'succeeded', risk: null }]);
  expect(mine.text).not.toContain('elevated');
  // A bank that declines is told too; of what was not sent yet there is nothing to tell.
  const declined = await addCustomer('declined');
  expect((await addCard(declined, 'pm_card_chargeCustomerFail')).status).toBe(201);
  await ok('POST', '/v1/subscriptions', { customer: declined, plan: 'pro', collection: 'automatic' });
  await settle();
  const failed = await rows(`/v1/payments?customer=${declined}&status=failed`);
  expect(failed[0]?.risk).toMatchObject({ outcome: 'issuer_declined' });
  const planned = await rows(`/v1/payments?customer=${declined}&status=created`);
  expect(planned).toMatchObject([{ risk: null }]);
});

test('the doctor finds what is well and what is not, and charges nothing', async () => {
  const before = await query('select count(*) from payment_attempts');
  const report = await ok('GET', '/v1/health_report');
  const states = (report.checks as unknown as { id: string; state: string }[]).map(
    ({ id, state }) => `${id} ${state}`,
  );
  expect(states).toEqual([
    'stripe.mode ok',
    'stripe.reach ok',
    'stripe.scopes ok',
    'stripe.clock ok',
    'stripe.webhook ok',
    // The forged ones from before.
    'stripe.messages problem',
    'mail.sign_in off',
    'storage.reach ok',
    'texts.sign_in off',
    'peppol.sign_in off',
  ]);
  expect(report).toMatchObject({ state: 'problem', secrets: [] });
  expect(await rows('/v1/secret_ages')).toEqual([]);
  expect(await ok('PUT', '/v1/rotation_policy', { kind: 'mail', days: 30 })).toMatchObject({
    kind: 'mail',
    days: 30,
  });
  expect(await query('select count(*) from payment_attempts')).toEqual(before);
});
