import { allRoutes, operatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { instant } from '@billhook/core/time/instant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepPayouts, storeEvent } from '../modules/payments/api.ts';
import { openCase } from '../modules/support/api.ts';
import { insertArchive } from '../modules/usage/archive.ts';
import { iso } from '../platform/sql.ts';
import { findTenantByTypeId } from '../platform/tenants.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Answer, Caller } from '../testing/caller.ts';
import { idPrefix, pathOf, queryOf } from '../testing/routes.ts';
import { must, secondTenant, send, signUpMember } from '../testing/scenario.ts';

const CANARY = 'canary-7f3a';

/** Operators and their invitations belong to the organization, which both tenants are of. */
const OF_THE_ORGANIZATION = new Set(['changeOperatorRole', 'removeOperator', 'revokeInvitation']);

const planOf = (key: string, entitlements: unknown[] = []) => ({
  key,
  name: key,
  currency: 'EUR',
  prices: [
    {
      key: 'base',
      name: 'Base',
      pricing: { model: 'flat', amount: '2900' },
      quantity: { kind: 'fixed' },
      timing: 'in_advance',
      cadence: { interval: 'month', count: 1 },
    },
  ],
  entitlements,
});

/** One of everything that has an id; by the prefix of the id, or by the path where it has none. */
async function furnish(
  app: TestApp,
  owner: Caller,
  other: { typeId: string; api: Caller },
): Promise<Record<string, string>> {
  const { api } = other;
  const headers = { 'billhook-tenant': other.typeId };
  const event = (id: string, subject: string) => ({
    specversion: '1.0',
    id,
    source: CANARY,
    type: CANARY,
    subject,
    time: new Date(app.server.transactor.wallNow()).toISOString(),
    data: {},
  });
  const customer = await send(api, '/v1/customers', {
    name: CANARY,
    external_id: CANARY,
    email: `${CANARY}@example.com`,
  });
  const meter = await send(api, '/v1/meters', {
    key: CANARY,
    name: CANARY,
    event_type: CANARY,
    aggregation: 'count',
    unit: 'calls',
  });
  const feature = await send(api, '/v1/features', {
    key: CANARY,
    name: CANARY,
    kind: 'metered',
    meter: CANARY,
  });
  const plan = await send(
    api,
    '/v1/plans',
    planOf(CANARY, [
      { feature: CANARY, kind: 'metered', limit: '9', reset: 'never', overage: 'block', warn_at_percent: [] },
    ]),
  );
  const card = await send(api, `/v1/customers/${customer.id}/payment_methods`, {
    provider_method_id: 'pm_card_visa',
    make_default: true,
  });
  const subscription = await send(api, '/v1/subscriptions', {
    customer: CANARY,
    plan: CANARY,
    collection: 'automatic',
  });
  await send(api, '/v1/events', [event(CANARY, CANARY), event('stray', 'nobody')]);
  const key = await send(owner, '/v1/api_keys', { name: CANARY }, { headers });
  const tenant = await app.server.transactor.lookUp((sql) => findTenantByTypeId(sql, other.typeId));
  await app.server.transactor.command(
    { tenantId: tenant?.id ?? 0, actor: { kind: 'system', id: 'test' }, requestId: null },
    async (ctx) => {
      const [start, end] = [instant(0), instant(1)];
      const size = { eventCount: 0n, lineCount: 0n, byteSize: 0n, sha256: Buffer.alloc(32) };
      await insertArchive(ctx, {
        start,
        end,
        part: 1,
        format: 'ndjson',
        isLast: true,
        ...size,
        storageKey: CANARY,
      });
      await storeEvent(ctx, {
        provider: 'stripe',
        id: CANARY,
        type: CANARY,
        body: Buffer.from(CANARY),
        headers: {},
        cameBy: 'poll',
        state: 'stored',
        detail: null,
        replayable: true,
      });
      const payout = {
        id: CANARY,
        status: 'paid',
        amountMinor: 1n,
        currency: 'EUR',
        createdAt: start,
      } as const;
      await keepPayouts(ctx, 'stripe', [{ ...payout, arrivesAt: null, failureCode: null }]);
      await openCase(ctx, {
        kind: 'billing.parked',
        customerId: null,
        subjectId: ctx.newId(),
        detail: CANARY,
        facts: {},
      });
    },
  );
  await app.drain(tenant?.id);
  const first = async (path: string) => (await must(api('GET', path))).data?.[0];
  const invoice = await must(api('GET', `/v1/invoices/${(await first('/v1/invoices'))?.id}`));
  const coupon = await send(api, '/v1/coupons', {
    key: CANARY,
    name: CANARY,
    value: { kind: 'percent', percent: '10' },
    duration: { kind: 'once' },
  });
  const reservation = await send(api, '/v1/reservations', {
    customer: CANARY,
    feature: CANARY,
    quantity: '1',
    key: CANARY,
  });
  const certificate = await send(
    api,
    `/v1/customers/${customer.id}/tax_certificates`,
    operatorRoutes.addTaxCertificate.example,
  );
  const credits = await giveCredits(api, String(customer.id));
  const note = await send(api, `/v1/invoices/${invoice.id}/credit_notes`, { reason: CANARY });
  const { override, grant } = await agree(api, String(customer.id));
  const checkout = await beginCheckout(app);
  const paid = String((await first('/v1/payments'))?.id);
  const approval = await send(api, `/v1/payments/${paid}/refund_approval`, { amount: '1', reason: CANARY });
  const asked = { customer: CANARY, currency: 'EUR', amount: '100', description: CANARY };
  const request = await send(api, '/v1/payment_requests', asked);
  const { example } = operatorRoutes.createDunningCampaign;
  const campaign = await send(api, '/v1/dunning/campaigns', { ...(example as object), name: CANARY });
  const rows = await troubles(app, tenant?.id ?? 0, { invoice: String(invoice.id), payment: paid });
  return Object.fromEntries(
    Object.entries({
      cus: customer.id,
      // A route that takes the seller's own id as well.
      customers: customer.id,
      meter: meter.id,
      feat: feature.id,
      plan: plan.id,
      pm: card.id,
      sub: subscription.id,
      key: key.id,
      inv: invoice.id,
      il: invoice.lines?.[0]?.id,
      pay: (await first('/v1/payments'))?.id,
      mailbox: (await first('/v1/mailbox'))?.id,
      case: (await first('/v1/cases'))?.id,
      qua: (await first('/v1/usage/quarantine'))?.id,
      str: (await send(api, '/v1/events/streams', {})).id,
      arc: (await first('/v1/usage/archives'))?.id,
      file: await upload(api),
      chk: checkout,
      coup: coupon.id,
      cert: certificate.id,
      cn: note.id,
      doc: (await send(api, `/v1/customers/${customer.id}/documents`, { kind: 'statement' })).id,
      rsv: reservation.id,
      ...credits,
      ovr: override.id,
      rgr: grant.id,
      ...(await giveBank(api, String(customer.id))),
      apr: approval.id,
      preq: request.id,
      dcam: campaign.id,
      ...rows,
      pev: (await first(`/v1/provider_events?type=${CANARY}`))?.id,
      pyo: (await first('/v1/reconciliation/payouts'))?.id,
      exp: (await send(api, '/v1/exports', { kind: 'invoices' })).id,
      imp: await beginImport(api),
      era: await beginErasure(api),
      dlv: (await first(`/v1/invoices/${invoice.id}/deliveries`))?.id,
      blk: (await send(api, '/v1/payment_blocks', { kind: 'email', value: 'x@y.zz', reason: CANARY })).id,
    }).map(([prefix, id]) => {
      expect([prefix, typeof id]).toEqual([prefix, 'string']);
      return [prefix, String(id)];
    }),
  );
}

/** The erasure of somebody who was nothing but added. */
async function beginErasure(api: Caller): Promise<unknown> {
  const { id } = await send(api, '/v1/customers', { name: 'Nobody' });
  const { token } = await must(api('GET', `/v1/customers/${id}/erasure`));
  return (await send(api, `/v1/customers/${id}/erasure`, { token, reason: 'Asked for' })).id;
}

/** A payment that the bank took back, and an invoice that is dunned. */
async function troubles(
  app: TestApp,
  tenantId: number,
  { invoice, payment }: { invoice: string; payment: string },
) {
  const rowOf = (prefix: 'inv' | 'pay', id: string) => {
    const row = decodeTypeId(prefix, id);
    return row.ok ? row.value : '';
  };
  return app.server.transactor.command(
    { tenantId, actor: { kind: 'system', id: 'test' }, requestId: null },
    async (ctx) => {
      const [dispute, run] = [ctx.newId(), ctx.newId()];
      await ctx.sql.run(
        `insert into disputes (tenant_id, id, customer_id, payment_id, provider, provider_object_id, currency, amount_minor,
           reason, status, withdrawn_minor, returned_minor, fee_minor, fee_returned_minor, lost_minor, opened_at)
         select $1, $2, customer_id, id, provider, $4, currency, 1, $4, 'needs_response', 0, 0, 0, 0, 0, $5
         from payments where tenant_id = $1 and id = $3`,
        [tenantId, dispute, rowOf('pay', payment), CANARY, iso(ctx.now)],
      );
      await ctx.sql.run(
        `insert into dunning_runs (tenant_id, id, customer_id, invoice_id, subscription_ids, plain, status, stage,
           first_failure_kind, failure_kind, kind_since, anchor_at, currency, amount_minor, started_at, ended_at)
         select $1, $2, customer_id, id, '{}', '{}', 'stopped', 'full', 'soft', 'soft', $4, $4, currency, 1, $4, $4
         from invoices where tenant_id = $1 and id = $3`,
        [tenantId, run, rowOf('inv', invoice), iso(ctx.now)],
      );
      return { dp: encodeTypeId('dp', dispute), drun: encodeTypeId('drun', run) };
    },
  );
}

/** Something agreed on with a customer, and something given for a time. */
async function agree(api: Caller, customer: string) {
  const body = {
    feature: CANARY,
    change: { kind: 'metered', mode: 'add', limit: '1' },
    reason: CANARY,
  };
  const override = await send(api, `/v1/customers/${customer}/entitlement_overrides`, body);
  const until = '2099-01-01T00:00:00Z';
  const grant = await send(api, `/v1/customers/${customer}/entitlement_grants`, { ...body, until });
  return { override, grant };
}

/** An account, a movement on it, and cash of which a part waits to go back. */
async function giveBank(api: Caller, customer: string) {
  const account = await send(api, '/v1/bank_accounts', {
    holder: CANARY,
    iban: 'DE89370400440532013000',
    currency: 'EUR',
    csv_mapping: {
      delimiter: ';',
      decimal_mark: '.',
      date_format: 'YYYY-MM-DD',
      booked_on: 'day',
      amount: 'amount',
      text: ['text'],
    },
  });
  const raw = formOf({ account: String(account.id) }, `day;amount;text\n2026-01-01;1.00;${CANARY}\n`);
  await must(api('POST', '/v1/bank_statements', { raw, headers: FORM }));
  const [line] = (await must(api('GET', '/v1/bank_lines'))).data as unknown as { id: string }[];
  const received = await send(api, '/v1/received_payments', {
    customer,
    kind: 'cash',
    amount: '100',
    currency: 'EUR',
    allocations: [{ invoice: null, amount: '100' }],
    received_on: '2026-01-01',
    reason: CANARY,
  });
  const [payment] = received.payments as unknown as { id: string }[];
  const refund = await send(api, `/v1/payments/${payment?.id}/refund`, { amount: '1', reason: CANARY });
  return { ba: account.id, bl: line?.id, re: refund.id };
}

const FORM = { 'content-type': 'multipart/form-data; boundary=b' };

function formOf(fields: Record<string, string>, file: string): Buffer {
  const part = (name: string) => `--b\r\ncontent-disposition: form-data; name="${name}"`;
  const named = Object.entries(fields).map(([name, value]) => `${part(name)}\r\n\r\n${value}\r\n`);
  return Buffer.from(`${named.join('')}${part('file')}; filename="file.csv"\r\n\r\n${file}\r\n--b--\r\n`);
}

/** A pack on sale, a grant and what was spent of it. */
async function giveCredits(api: Caller, customer: string) {
  await send(api, '/v1/credit_types', { key: CANARY, name: CANARY });
  const pack = await send(api, '/v1/credit_packs', {
    key: CANARY,
    name: CANARY,
    credit_type: CANARY,
    amount: '10',
    currency: 'EUR',
    price: '500',
  });
  const grant = await send(api, `/v1/customers/${customer}/credits`, {
    credit_type: CANARY,
    amount: '10',
    reason: CANARY,
  });
  const use = await send(api, '/v1/credits/consume', {
    customer: CANARY,
    event_id: CANARY,
    credit_type: CANARY,
    amount: '1',
  });
  const { id } = use.consumption as { id: unknown };
  return { cpack: pack.id, cgrant: grant.id, cuse: id };
}

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

async function upload(api: Caller): Promise<unknown> {
  const part = (name: string) => `--b\r\ncontent-disposition: form-data; name="${name}"`;
  const raw = Buffer.concat([
    Buffer.from(`${part('purpose')}\r\n\r\nlogo\r\n${part('file')}; filename="logo.png"\r\n\r\n`),
    Buffer.from(PNG, 'base64'),
    Buffer.from('\r\n--b--\r\n'),
  ]);
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  return (await must(api('POST', '/v1/files', { raw, headers }))).id;
}

async function beginImport(api: Caller): Promise<unknown> {
  const part = (name: string) => `--b\r\ncontent-disposition: form-data; name="${name}"`;
  const csv = `external_id,name\n${CANARY}-2,${CANARY}\n`;
  const raw = `${part('kind')}\r\n\r\ncustomers\r\n${part('file')}; filename="a.csv"\r\n\r\n${csv}\r\n--b--\r\n`;
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  return (await must(api('POST', '/v1/imports', { raw, headers }))).id;
}

/** A page that a member of the neighbour has open. */
async function beginCheckout(app: TestApp): Promise<unknown> {
  const visitor = await signUpMember(app, 'neighbour', 'visitor@example.com');
  await send(visitor, '/p/neighbour/api/v1/customers', { name: CANARY, country: 'DE' });
  const opened = await send(visitor, '/p/neighbour/api/v1/checkouts', {
    plan: CANARY,
    quantity: 1,
    success_url: `${app.baseUrl}/p/neighbour`,
    cancel_url: `${app.baseUrl}/p/neighbour`,
  });
  return opened.id;
}

describe('the wall between two tenants', () => {
  let app: TestApp;
  let theirs: Caller;
  let owner: Caller;
  let member: Caller;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    app = await startTestApp();
    owner = await app.signIn(app.owner.email, app.owner.password);
    const other = await secondTenant(app, owner, 'neighbour');
    theirs = other.api;
    Object.assign(ids, await furnish(app, owner, other));
    await send(app.api, '/v1/customers', { name: 'Ours', external_id: 'ours' });
    await send(app.api, '/v1/plans', planOf('ours'));
    member = await signUpMember(app, app.tenant.slug, 'ours@example.com');
    await send(member, `/p/${app.tenant.slug}/api/v1/customers`, { name: 'Ours too', country: 'DE' });
    await app.drain();
  });
  afterAll(() => app.close());

  const wired = allRoutes.filter(
    (route) =>
      route.audience === 'operator' &&
      route.access === 'key_or_session' &&
      route.bodyKind !== 'multipart' &&
      route.bodyKind !== 'lines',
  );

  it('I43 shows nothing of one in any answer to the other', async () => {
    const leaks: string[] = [];
    for (const route of wired.filter((one) => one.method === 'GET' && !one.id.startsWith('stream'))) {
      for (const query of [
        '',
        `?q=${CANARY}`,
        `?customer=${CANARY}`,
        `?customer=${ids.cus}`,
        `?object_id=${ids.cus}`,
      ]) {
        const answer = await app.api('GET', `${pathOf(route, app.tenant.slug)}${query}`);
        // What was asked for may be named in the refusal; nothing else.
        const shown = answer.text.replaceAll(query.split('=')[1] ?? CANARY.toUpperCase(), '');
        if (shown.includes(CANARY)) leaks.push(`${route.id}${query}`);
      }
    }
    expect(leaks).toEqual([]);
    expect(JSON.stringify((await must(theirs('GET', '/v1/customers'))).data)).toContain(CANARY);
  });

  const judged = allRoutes.filter(
    (route) => route.path.includes('{id}') && route.access !== 'public' && !OF_THE_ORGANIZATION.has(route.id),
  );

  it.each(judged.map((route) => [`${route.id} (${route.method} ${route.path})`, route] as const))(
    'I43 answers an id of the other like one that does not exist: %s',
    async (_name, route) => {
      const prefix = idPrefix(route) ?? /([a-z_]+)\/\{id\}/.exec(route.path)?.[1];
      const id = ids[prefix ?? ''];
      expect([prefix, typeof id]).toEqual([prefix, 'string']);
      const headers = { 'billhook-tenant': app.tenant.typeId };
      const options = {
        ...(route.bodyKind === 'json' ? { body: route.example ?? {} } : {}),
        ...(route.bodyKind === 'lines'
          ? { raw: '{}', headers: { 'content-type': 'application/x-ndjson' } }
          : {}),
        ...(route.audience === 'operator' && route.scope === null ? { headers } : {}),
      };
      const caller = route.audience === 'member' ? member : route.scope === null ? owner : app.api;
      const query = route.bodyKind === 'lines' ? '?after=0' : queryOf(route);
      const call = (path: string) => caller(route.method, `${path}${query}`, options);
      const foreign = await call(pathOf(route, app.tenant.slug, { id: String(id) }));
      const unknown = await call(pathOf(route, app.tenant.slug));
      expect([foreign.status, foreign.body.code], foreign.text).toEqual([404, unknown.body.code]);
    },
  );

  it('I43 takes no id of the other in a body or a query', async () => {
    const found: string[] = [];
    const days = 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z';
    const { cus, plan, pm, file, meter } = ids;
    const tenant = { headers: { 'billhook-tenant': app.tenant.typeId } };
    const calls: [string, Promise<Answer>][] = [
      ...[cus, CANARY].flatMap((customer): [string, Promise<Answer>][] => [
        ['subscription', app.api('POST', '/v1/subscriptions', { body: { customer, plan: 'ours' } })],
        ['preview', app.api('POST', '/v1/subscriptions/preview', { body: { customer, plan: 'ours' } })],
        ['check', app.api('POST', '/v1/check', { body: { customer, feature: CANARY } })],
        ['track', app.api('POST', '/v1/track', { body: { customer, feature: CANARY, event_id: 'x' } })],
        ['usage', app.api('GET', `/v1/usage?customer=${customer}&meter=${meter}&${days}`)],
      ]),
      ...[plan, CANARY].map((key): [string, Promise<Answer>] => [
        'plan',
        app.api('POST', '/v1/subscriptions', { body: { customer: 'ours', plan: key } }),
      ]),
      [
        'card',
        app.api('POST', '/v1/subscriptions', {
          body: { customer: 'ours', plan: 'ours', payment_method: pm },
        }),
      ],
      ['logo', owner('PATCH', '/v1/tenant', { body: { settings: { logo_file: file } }, ...tenant })],
      [
        'checkout',
        member('POST', `/p/${app.tenant.slug}/api/v1/checkouts`, {
          body: { plan: CANARY, quantity: 1, success_url: app.baseUrl, cancel_url: app.baseUrl },
        }),
      ],
      [
        'chosen customer',
        member('GET', `/p/${app.tenant.slug}/api/v1/dashboard`, {
          headers: { 'billhook-customer': String(cus) },
        }),
      ],
    ];
    for (const [what, call] of calls) {
      const { status, text } = await call;
      if (status !== 404) found.push(`${what}: ${status} ${text.slice(0, 200)}`);
    }
    expect(found).toEqual([]);
  });

  it('lets both use the same keys and external ids', async () => {
    const same = await send(app.api, '/v1/customers', { name: 'Same', external_id: CANARY });
    expect(same.external_id).toBe(CANARY);
  });

  it('I43 writes no key, token or password into the log', () => {
    expect(JSON.stringify(app.logs)).not.toMatch(/sk_(test|live)_|canary-7f3a@|password=/);
  });
});
