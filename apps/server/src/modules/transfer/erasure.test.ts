import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import type { Caller, Loose } from '../../testing/caller.ts';
import { linkTo, must, send, signUpMember } from '../../testing/scenario.ts';
import { customerRowId } from '../customers/api.ts';
import { DECISIONS } from './erasures/decisions.ts';
import { whoseOf } from './erasures/facts.ts';
import { factsAfter } from './exports/customer-facts.ts';

const NONE = '01h2xcejqtf2nbrexx3vqjhp41';
/** Stands in every personal value of the customer, and nowhere else. */
const MARK = 'quillfeather';
const EMAIL = `${MARK}@example.com`;
const PASSWORD = 'correct horse battery';

let app: TestApp;
let admin: pg.Client;
let owner: Caller;
let customer = '';

const post = async (path: string, body: unknown) => app.api('POST', path, { body });
const get = async (path: string) => must(app.api('GET', path));
const settle = async () => {
  await app.settle();
  await app.drain();
};
const base = {
  key: 'base',
  name: 'Base fee',
  pricing: { model: 'flat', amount: '2900' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};
const METER = { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count', unit: 'call' };
const FEATURE = { key: 'api', name: 'API', kind: 'metered', meter: 'calls' };

async function preview(id = customer) {
  return get(`/v1/customers/${id}/erasure`);
}

async function begin(id = customer, reason = 'Asked for by the customer') {
  const { token } = await preview(id);
  return post(`/v1/customers/${id}/erasure`, { token: String(token), reason });
}

async function upload(
  path: string,
  fields: Record<string, string>,
  content: string | Uint8Array<ArrayBuffer>,
  name: string,
) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append('file', new Blob([content]), name);
  const headers = { authorization: `Bearer ${app.apiKey}`, 'idempotency-key': crypto.randomUUID() };
  const answer = await fetch(`${app.baseUrl}${path}`, { method: 'POST', headers, body: form });
  expect(answer.status).toBeLessThan(300);
  return (await answer.json()) as Loose;
}

const inDatabase = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
  (await admin.query<T>(sql, values)).rows;

/** Held by who adds up sums that wait. */
const SUMS_LOCK = 7_240_123;
const WAITING_METER = '0198c0de-0000-7000-8000-000000000001';
const NEIGHBOUR = '0198c0de-0000-7000-8000-000000000002';

/** What a batch read of the customer and of somebody else, not yet added to the figures of their hour. */
async function plantWaitingSum(): Promise<void> {
  await inDatabase(
    `insert into usage_sums (tenant_id, id, meter_id, hour, customer_ids, event_counts, quantities)
     select tenant_id, gen_random_uuid(), $2, '2026-01-05T10:00:00Z', array[id, $3], '{5,7}', '{5,7}'
     from customers where id = $1`,
    [customerRowId(customer), WAITING_METER, NEIGHBOUR],
  );
}

/** Every table in which a text stands, whatever the type of the column. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await inDatabase<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', 'auth') and c.relkind = 'r' order by 1`,
  );
  const hex = Buffer.from(text).toString('hex');
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await inDatabase<{ count: string }>(
      `select count(*) as count from ${name} x where x::text ilike $1 or x::text ilike $2`,
      [`%${text}%`, `%${hex}%`],
    );
    if (row?.count !== '0') found.push(name);
  }
  return found;
}

const books = () =>
  inDatabase(
    `select account, currency, side, sum(amount_minor)::text as sum, count(*)::text as count from ledger_entries group by 1, 2, 3 order by 1, 2, 3`,
  );

const frozen = () =>
  inDatabase(
    `select number, app.frozen_text(i) as canonical, buyer::text, encode(content_sha256, 'hex') as digest from invoices i order by number`,
  );

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-03-02T09:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  await admin.query('set row_security = off');
  owner = await app.signIn(app.owner.email, app.owner.password);
  const plan = { key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [base], entitlements: [] };
  await must(
    app.api('PUT', '/v1/catalogue', { body: { meters: [METER], features: [FEATURE], plans: [plan] } }),
  );
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

async function addCustomer(name: string, more: Record<string, unknown> = {}) {
  return String((await send(app.api, '/v1/customers', { name, country: 'DE', ...more })).id);
}

/** A customer whose mark stands wherever something personal can stand. */
async function fillLife(): Promise<void> {
  const member = await signUpMember(app, app.tenant.slug, EMAIL);
  const portal = `/p/${app.tenant.slug}/api/v1`;
  await linkTo(app, EMAIL, `/p/${app.tenant.slug}/auth/verify-email`).then((link) => fetch(link));
  customer = String((await send(member, `${portal}/customers`, { name: `${MARK} GmbH` })).id);
  await send(member, `${portal}/members/invitations`, { email: `friend-${EMAIL}`, role: 'manager' });
  await must(
    app.api('PATCH', `/v1/customers/${customer}`, {
      body: {
        external_id: `${MARK}-1`,
        country: 'DE',
        tax_id: 'DE136695976',
        address: { line1: `${MARK} street 1`, postal_code: '10115', city: 'Berlin' },
        metadata: { contact: MARK },
      },
    }),
  );
  const card = { provider_method_id: 'pm_card_visa' };
  await send(app.api, `/v1/customers/${customer}/payment_methods`, card);
  const started = { customer, plan: 'pro', collection: 'automatic', metadata: { project: MARK } };
  await send(app.api, '/v1/subscriptions', started);
  await settle();
  const call = { specversion: '1.0', source: '/app', time: '2026-03-02T08:00:00Z', type: 'call' };
  const events = [
    { ...call, id: 'e1', subject: `${MARK}-1`, data: { path: `/${MARK}` } },
    { ...call, id: 'e2', subject: customer, data: { path: `/${MARK}` } },
  ];
  await must(post('/v1/events', events));
  await must(post('/v1/events', [{ ...call, id: 'e3', subject: `${MARK}-1`, type: 'unheard-of' }]));
  const change = { kind: 'metered', mode: 'add', limit: '5' };
  await must(
    post(`/v1/customers/${customer}/entitlement_overrides`, {
      feature: 'api',
      change,
      reason: `For ${MARK}`,
    }),
  );
  await upload('/v1/files', { purpose: 'logo', customer }, PNG, `${MARK}.png`);
  const imported = await upload('/v1/imports', { kind: 'customers' }, IMPORT, 'customers.csv');
  await app.drain();
  await must(post(`/v1/imports/${imported.id}/run`, {}));
  await app.drain();
  await must(post('/v1/exports', { kind: 'customer', customer }));
  await settle();
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const IMPORT = `external_id,name,email\n${MARK}-1,${MARK} GmbH,${EMAIL}\n`;

describe('erasing a customer', () => {
  test('I431 what stands in the way is named whole, and a legal hold keeps the customer as it is', async () => {
    await fillLife();
    const held = await post(`/v1/customers/${customer}/legal_hold`, { reason: 'Lawsuit 12 O 345/26' });
    expect(held.status).toBe(201);
    const twice = await post(`/v1/customers/${customer}/legal_hold`, { reason: 'Another' });
    expect(twice.body.code).toBe('legal_hold.already_placed');
    const seen = await preview();
    expect(seen).toMatchObject({ hindrances: ['legal_hold', 'subscriptions'], token: null });
    expect(seen.legal_hold).toMatchObject({ reason: 'Lawsuit 12 O 345/26' });
    const refused = await post(`/v1/customers/${customer}/erasure`, { token: '1.x', reason: 'Now' });
    expect(refused.body).toMatchObject({ code: 'erasure.not_possible' });
    expect(refused.body.hindrances).toEqual(['legal_hold', 'subscriptions']);

    const [subscription] = (await get(`/v1/subscriptions?customer=${customer}`)).data as unknown as Loose[];
    await must(post(`/v1/subscriptions/${subscription?.id}/cancel`, { when: 'now' }));
    await settle();
    expect((await preview()).hindrances).toEqual(['legal_hold']);
    // Who has ended and was not billed to the end still owes that.
    const due = 'update subscriptions set next_bill_at = $1 where customer_id = $2';
    await inDatabase(due, ['2030-01-01T00:00:00Z', customerRowId(customer)]);
    expect((await preview()).hindrances).toEqual(['legal_hold', 'unbilled']);
    await inDatabase(due, [null, customerRowId(customer)]);
    const lifted = await post(`/v1/customers/${customer}/legal_hold/release`, { reason: 'Settled' });
    expect(lifted.status).toBe(200);
    const none = await post(`/v1/customers/${customer}/legal_hold/release`, { reason: 'Settled' });
    expect(none.body.code).toBe('legal_hold.not_placed');
    expect((await preview()).hindrances).toEqual([]);
  });

  test('I432 the preview says what goes, what stays and until when, by the years of the seller’s country', async () => {
    const before = await preview();
    expect(before).toMatchObject({ kept_until: '2036-12-31', needs_second_person: false });
    const gone = (before.goes as unknown as { topic: string }[]).map(({ topic }) => topic);
    for (const topic of ['profile', 'people', 'messages', 'payment_methods', 'usage', 'files', 'provider'])
      expect(gone).toContain(topic);
    const stays = (before.stays as unknown as { topic: string; reason: string }[]).map(({ topic }) => topic);
    for (const topic of ['documents', 'books', 'audit']) expect(stays).toContain(topic);
    const settings = {
      default_years: 10,
      countries: [{ country: 'DE', years: 8 }],
      needs_second_person: false,
    };
    await must(app.api('PUT', '/v1/privacy_settings', { body: settings }));
    expect(await get('/v1/privacy_settings')).toMatchObject(settings);
    expect((await preview()).kept_until).toBe('2036-12-31');
    await must(app.api('PATCH', '/v1/tenant', { body: { settings: { seller_identity: SELLER } } }));
    expect((await preview()).kept_until).toBe('2034-12-31');
    // The token of a preview that would say something else now is worth nothing.
    const stale = { token: String(before.token), reason: 'As seen before' };
    const refused = await post(`/v1/customers/${customer}/erasure`, stale);
    expect(refused.body.code).toBe('erasure.not_as_seen');
  });

  test('I433 afterwards the customer is in no table but kept documents, the books are the same, and the provider has deleted it', async () => {
    expect(await tablesWith(MARK)).toEqual(expect.arrayContaining(['customers', 'mails', 'provider_events']));
    const [sums, documents] = [await books(), await frozen()];
    const invoices = (await get(`/v1/invoices?customer=${customer}`)).data as unknown as Loose[];
    // Many pieces, in three months: each has places of its own.
    for (const month of ['01', '02'])
      await inDatabase(
        `create table usage_events_2020_${month} partition of usage_events
         for values from ('2020-${month}-01T00:00:00Z') to ('2020-${month}-28T00:00:00Z')`,
      );
    await inDatabase(
      `insert into usage_events select (jsonb_populate_record(null::usage_events, to_jsonb(e)
         || jsonb_build_object('event_id', 'more-' || n, 'time', format('2020-0%s-15T12:00:00Z', 1 + n % 2)))).*
       from (select * from usage_events where customer_id = $1 limit 1) e, generate_series(1, 6000) n`,
      [customerRowId(customer)],
    );
    const events = async () =>
      (
        await inDatabase<{ count: number; months: number }>(
          `select count(*)::int as count, count(distinct tableoid)::int as months from usage_events where customer_id = $1`,
          [customerRowId(customer)],
        )
      )[0];
    expect((await events())?.count).toBeGreaterThan(6000);
    expect((await events())?.months).toBeGreaterThan(1);
    // Nobody adds up meanwhile, so that it still waits when the figures of hours are erased.
    await inDatabase('select pg_advisory_lock($1, $2)', [SUMS_LOCK, app.tenant.id]);
    await plantWaitingSum();
    const begun = await begin();
    expect(begun).toMatchObject({ status: 201, body: { status: 'queued', kept_until: '2034-12-31' } });
    const settled = settle();
    const waiters = `select 1 from pg_locks where locktype = 'advisory' and classid = $1 and not granted`;
    await expect.poll(() => inDatabase(waiters, [SUMS_LOCK]), { timeout: 20_000 }).toHaveLength(1);
    await inDatabase('select pg_advisory_unlock($1, $2)', [SUMS_LOCK, app.tenant.id]);
    await settled;
    const done = await get(`/v1/erasures/${begun.body.id}`);
    expect(done).toMatchObject({ status: 'done', fault: null });
    expect(Number(done.rows_done)).toBeGreaterThanOrEqual(Number(done.rows_total));
    // What the provider said of its deletion came in meanwhile: the second look takes it out.
    app.passWallTime(2 * 3_600_000);
    await settle();

    const kept = Object.entries(DECISIONS).filter(([, { verdict }]) => verdict === 'kept');
    const left = await tablesWith(MARK);
    expect(left.filter((table) => !kept.some(([name]) => name === table))).toEqual([]);
    expect(left).toEqual(expect.arrayContaining(['invoices']));
    expect(left.filter((table) => ['erasures', 'legal_holds'].includes(table))).toEqual([]);
    // What staff wrote as a reason stands in the sealed log; nothing else of the customer does.
    const written = `select action from audit_log where (details - 'reason')::text ilike $1`;
    expect(await inDatabase(written, [`%${MARK}%`])).toEqual([]);
    expect(JSON.stringify(app.logs)).not.toContain(MARK);
    expect([await books(), await frozen()]).toEqual([sums, documents]);
    const [account] = await app.sandbox.accounts();
    const atProvider = await app.sandbox.events(String(account?.id));
    expect(atProvider.filter(({ type }) => type === 'customer.deleted')).toHaveLength(1);

    expect((await events())?.count).toBe(0);
    const shown = await get(`/v1/customers/${customer}`);
    expect(shown).toMatchObject({ name: 'Erased customer', email: null, external_id: null, metadata: {} });
    for (const { id } of invoices) {
      expect((await app.api('GET', `/v1/invoices/${id}/pdf`)).status).toBe(200);
    }
    await expect(app.signIn(EMAIL, PASSWORD, `/p/${app.tenant.slug}/auth`)).rejects.toThrow();
  });

  test('I567 the figures of somebody erased do not come back from sums that waited', async () => {
    const figures = await inDatabase<{ customer_id: string; event_count: string }>(
      'select customer_id, event_count::text from usage_hours where meter_id = $1',
      [WAITING_METER],
    );
    expect(figures).toEqual([{ customer_id: NEIGHBOUR, event_count: '7' }]);
  });

  test('I433 an address that another customer has as well marks no message: that one’s would go too', async () => {
    const shared = { email: 'accountant@example.com' };
    const first = await must(post('/v1/customers', { name: 'First', ...shared }));
    const marksOf = async () => {
      const request = {
        tenantId: app.tenant.id,
        actor: { kind: 'system', id: 'test' },
        requestId: null,
      } as const;
      const whose = await app.server.transactor.query(request, (ctx) =>
        whoseOf(ctx, customerRowId(String(first.id)), []),
      );
      return whose.marks;
    };
    expect(await marksOf()).toContain('"accountant@example.com"');
    await must(post('/v1/customers', { name: 'Second', ...shared }));
    expect(await marksOf()).toEqual([first.id, customerRowId(String(first.id))]);
  });

  test('nothing begins for who was erased, and nobody is erased twice', async () => {
    const start = await post('/v1/subscriptions', { customer, plan: 'pro', collection: 'manual' });
    expect(start.body.code).toBe('customer.not_found');
    const edit = await app.api('PATCH', `/v1/customers/${customer}`, { body: { name: 'Back' } });
    expect(edit.body.code).toBe('customer.not_found');
    expect((await preview()).hindrances).toEqual(['erased']);
    // Its documents are left, and those can still be held.
    const hold = await post(`/v1/customers/${customer}/legal_hold`, { reason: 'Tax audit' });
    expect(hold.body.object).toBe('legal_hold');
  });
});

describe('the work', () => {
  test('I434 stopped after any piece it goes on where it stood, and while the provider does not answer nothing else goes', async () => {
    const eve = await addCustomer('Eve', { email: 'eve@example.com', external_id: 'eve' });
    await send(app.api, `/v1/customers/${eve}/payment_methods`, { provider_method_id: 'pm_card_de' });
    await settle();
    const begun = await begin(eve);
    const source = app.server.sources.find(({ name }) => name === 'erasures');
    /** The process ends after so many pieces. */
    const run = async (pieces: number) => {
      let left = pieces;
      await source?.run(app.tenant.id, 10, () => left-- > 0);
    };
    const [account] = await app.sandbox.accounts();
    await app.sandbox.setFaults(String(account?.id), { rejectRequests: 10, rejectStatus: 500 });
    await run(10);
    await app.sandbox.setFaults(String(account?.id), { rejectRequests: 0 });
    const waiting = await get(`/v1/erasures/${begun.body.id}`);
    expect(waiting).toMatchObject({ status: 'running', rows_done: 0 });
    expect(String(waiting.fault)).toContain('The provider did not answer');
    expect((await get(`/v1/customers/${eve}`)).name).toBe('Eve');
    app.passWallTime(5 * 60_000);
    const seen: number[] = [];
    for (let stops = 0; stops < 200; stops += 1) {
      await run(2);
      const { status, rows_done } = await get(`/v1/erasures/${begun.body.id}`);
      seen.push(Number(rows_done));
      if (String(status) === 'done') break;
    }
    const done = await get(`/v1/erasures/${begun.body.id}`);
    expect(done).toMatchObject({ status: 'done', fault: null });
    expect(seen.length).toBeGreaterThan(20);
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    // What the provider said of its deletion meanwhile is taken out by a second look, which knows by what.
    app.passWallTime(2 * 3_600_000);
    await settle();
    expect(await tablesWith('eve@example.com')).toEqual([]);
    const deletions = await app.sandbox.events(String(account?.id));
    expect(deletions.filter(({ type }) => type === 'customer.deleted')).toHaveLength(2);
    const acts = await inDatabase(`select details from audit_log where action = 'customer.erase'`);
    expect(acts).toHaveLength(2);
    for (const { details } of acts)
      expect(Object.keys(details).toSorted()).toEqual(['erasure', 'kept_until', 'rows']);
  });
});

describe('at providers', () => {
  test('who cannot be deleted there since the account is gone is told to staff, by the id there alone', async () => {
    const kim = await addCustomer('Kim', { email: 'kim@example.com' });
    await send(app.api, `/v1/customers/${kim}/payment_methods`, { provider_method_id: 'pm_card_de' });
    await settle();
    const [there] = await inDatabase<{ id: string }>(
      `update provider_customers set provider = 'square' returning provider_customer_id as id`,
    );
    const begun = await begin(kim);
    await settle();
    expect((await get(`/v1/erasures/${begun.body.id}`)).status).toBe('done');
    const cases = (await get('/v1/cases')).data as unknown as { kind: string; detail: string }[];
    const [told] = cases.filter(({ kind }) => kind === 'erasure.left_at_provider');
    expect(told?.detail).toContain(`square: ${there?.id}`);
    expect(told?.detail).not.toContain('im@');
  });
});

describe('two people', () => {
  test('I434 where the settings want it somebody else agrees, and neither the one who asked nor a key', async () => {
    const settings = { default_years: 10, countries: [], needs_second_person: true };
    await must(app.api('PUT', '/v1/privacy_settings', { body: settings }));
    const bob = await addCustomer('Bob');
    const asked = await begin(bob);
    expect(asked.body.status).toBe('waiting');
    await settle();
    expect((await get(`/v1/customers/${bob}`)).name).toBe('Bob');
    const here = { headers: { 'billhook-tenant': app.tenant.typeId }, body: {} };
    const own = await owner('POST', `/v1/erasures/${asked.body.id}/approve`, here);
    expect(own.body.code).toBe('approval.own_request');
    const byKey = await app.api('POST', `/v1/erasures/${asked.body.id}/approve`, { body: {} });
    expect(byKey.status).toBe(403);
    const colleague = await joinAs('grace@example.com');
    const agreed = await colleague('POST', `/v1/erasures/${asked.body.id}/approve`, here);
    expect(agreed.body).toMatchObject({ status: 'queued' });
    const again = await colleague('POST', `/v1/erasures/${asked.body.id}/approve`, here);
    expect(again.body.code).toBe('approval.closed');
    await settle();
    expect((await get(`/v1/customers/${bob}`)).name).toBe('Erased customer');

    const carol = await addCustomer('Carol');
    const waiting = await begin(carol);
    expect((await begin(carol)).body.hindrances).toEqual(['under_way']);
    await must(post(`/v1/erasures/${waiting.body.id}/cancel`, {}));
    expect((await get(`/v1/erasures/${waiting.body.id}`)).status).toBe('canceled');
    expect((await preview(carol)).hindrances).toEqual([]);
    expect(((await get('/v1/erasures')).data as unknown as Loose[]).length).toBe(5);
    expect((await app.api('GET', `/v1/erasures/era_${NONE}`)).body.code).toBe('erasure.not_found');
  });

  test('I431 what came in between the request and its turn ends it without a change', async () => {
    const dora = await addCustomer('Dora');
    const settings = { default_years: 10, countries: [], needs_second_person: false };
    await must(app.api('PUT', '/v1/privacy_settings', { body: settings }));
    const begun = await begin(dora);
    await must(post(`/v1/customers/${dora}/legal_hold`, { reason: 'A letter came' }));
    await settle();
    const ended = await get(`/v1/erasures/${begun.body.id}`);
    expect(ended).toMatchObject({ status: 'canceled', fault: 'Not possible any more: legal_hold.' });
    expect((await get(`/v1/customers/${dora}`)).name).toBe('Dora');
  });
});

const SELLER = {
  line1: 'Lindenstraße 4',
  line2: null,
  postal_code: '10969',
  city: 'Berlin',
  region: null,
  country: 'DE',
  vat_id: 'DE136695976',
  tax_number: null,
  registration: null,
  endpoint: null,
  contact: null,
};

describe('mails to staff', () => {
  test('I644 say which customer they are about, go with it, and are no part of what it is given', async () => {
    const wren = await addCustomer('Zaunkoenig');
    const id = customerRowId(wren);
    const asker = {
      tenantId: app.tenant.id,
      actor: { kind: 'system', id: 'test' },
      requestId: null,
    } as const;
    await app.server.transactor.command(asker, (ctx) => {
      ctx.emit({ type: 'dispute.deadline_near', objectId: ctx.newId(), customerId: id, payload: {} });
      return Promise.resolve();
    });
    await settle();
    const notices = () =>
      inDatabase(
        `select distinct facts ->> 'customer' as name from mails where template = 'staff.notice' and customer_id = $1`,
        [id],
      );
    expect(await notices()).toEqual([{ name: 'Zaunkoenig' }]);
    const given = await app.server.transactor.query(asker, (ctx) =>
      factsAfter(ctx, 'mails', { id, typeId: wren }, '', 10),
    );
    expect(given).toEqual([]);
    expect((await begin(wren)).status).toBe(201);
    await settle();
    expect(await notices()).toEqual([]);
    expect(await tablesWith('Zaunkoenig')).toEqual([]);
  });
});

async function joinAs(email: string): Promise<Caller> {
  const here = { headers: { 'billhook-tenant': app.tenant.typeId } };
  await must(owner('POST', '/v1/invitations', { ...here, body: { email, role: 'admin' } }));
  const link = await linkTo(app, email, '/admin/accept-invitation');
  const body = { token: link.searchParams.get('token'), name: 'Grace', password: PASSWORD };
  await must(app.anybody('POST', '/v1/invitations/accept', { body }));
  return app.signIn(email, PASSWORD);
}
