import type { RouteDefinition } from '@billhook/contract/define-route';
import { allRoutes } from '@billhook/contract/routes';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { GeneratorValue } from 'fast-check';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnyBody } from '../testing/any-body.ts';
import { unsoundBooks } from '../testing/any-business/books.ts';
import { openSmallBusiness } from '../testing/any-business/catalogue.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { type Caller, createCaller } from '../testing/caller.ts';
import { faultsOfProblem, pathOf } from '../testing/routes.ts';
import { must } from '../testing/scenario.ts';

/** Others are tried with BILLHOOK_REQUESTS=20000 BILLHOOK_SEED=7 npm run test:proof. */
const { BILLHOOK_REQUESTS: REQUESTS = '2000', BILLHOOK_SEED: SEED = '20261211' } = process.env;
let app: TestApp;
let admin: pg.Client;
let owner: Caller;
let member: Caller;
const any = new AnyBody();
const seen = new Map<string, number>();

/** What would lock everybody out, or move the clock of the business by millennia. */
const LEFT_OUT = /clock|sign_out|api_keys\/|operators\/|\/me$|sessions/;
const ROUTES = allRoutes.filter(
  ({ bodyKind, path, method, answerTypes }) =>
    (bodyKind === 'json' || bodyKind === 'none') &&
    !answerTypes.includes('text/event-stream') &&
    !(LEFT_OUT.test(path) && method !== 'GET'),
);

beforeAll(async () => {
  app = await startTestApp({
    clockAt: '2026-06-10T09:00:00Z',
    limits: { session: { max: 1e9, windowMs: 60_000 }, open: { max: 1e9, windowMs: 60_000 } },
  });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  await openSmallBusiness(app);
  owner = await app.signIn(app.owner.email, app.owner.password);
  const basePath = `/p/${app.tenant.slug}/auth`;
  const page = createCaller(app.baseUrl, { origin: app.baseUrl });
  const body = { email: 'ada@example.com', password: 'correct horse battery', name: 'Ada' };
  expect((await page('POST', `${basePath}/sign-up/email`, { body })).status).toBe(200);
  member = await app.signIn(body.email, body.password, basePath);
  any.learn((await member('POST', `/p/${app.tenant.slug}/api/v1/customers`, { body: { name: 'Ada' } })).body);
  for (const key of ['bob', 'cleo']) {
    const made = await must(
      app.api('POST', '/v1/customers', {
        body: { name: key, external_id: key, currency: 'EUR', country: 'DE' },
      }),
    );
    any.learn(made);
    const card = { provider_method_id: 'pm_card_visa' };
    any.learn(await must(app.api('POST', `/v1/customers/${made.id}/payment_methods`, { body: card })));
    const plan = { customer: made.id, plan: key === 'bob' ? 'team' : 'included', collection: 'automatic' };
    any.learn(await must(app.api('POST', '/v1/subscriptions', { body: plan })));
  }
  await app.settle();
  for (const route of ROUTES.filter(({ method, path }) => method === 'GET' && !path.includes('{id}'))) {
    const answer = await callerOf(route)('GET', pathOf(route, app.tenant.slug));
    if (answer.status === 200) any.learn(answer.body);
  }
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

function callerOf(route: RouteDefinition): Caller {
  if (route.audience === 'member') return member;
  return route.scope === null && route.access !== 'public' ? owner : app.api;
}

async function ask(g: GeneratorValue): Promise<void> {
  const route = g(() => fc.constantFrom(...ROUTES));
  const ids: Record<string, string> = {};
  const { properties = {} } = route.params as { properties?: Record<string, object> };
  for (const [name, schema] of Object.entries(properties)) {
    if (name !== 'slug') ids[name] = encodeURIComponent(String(any.draw(g, schema, name)));
  }
  const query = Object.entries(any.draw(g, route.query) ?? {}).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const path = `${pathOf(route, app.tenant.slug, ids)}?${new URLSearchParams(query)}`;
  const body = route.body === null ? {} : { body: any.draw(g, route.body) };
  const answer = await callerOf(route)(route.method, path, body);
  const name = `${route.id} ${answer.status}`;
  seen.set(name, (seen.get(name) ?? 0) + 1);
  if (answer.status < 300) any.learn(answer.body);
  const reasons = app.logs.filter(({ level }) => level === 'error').map(({ fields }) => fields);
  const told = { route: route.id, path, body, answer: answer.text, reasons };
  const isOurs = answer.status >= 500 && String(answer.body.code) !== 'provider.unavailable';
  if (answer.status < 400) return;
  expect({ ...told, isOurs, faults: faultsOfProblem(answer) }).toEqual({
    ...told,
    isOurs: false,
    faults: [],
  });
}

test('I657 no request that the contract allows fails for a reason of ours, whatever it asks and of whatever there is, nor does the work that follows', async () => {
  let asked = 0;
  const requests = fc.asyncProperty(fc.gen(), async (g) => {
    await ask(g);
    asked += 1;
    if (asked % 50 !== 0) return;
    app.passWallTime(3_600_000);
    await app.settle();
    expect(app.logs.filter(({ level }) => level === 'error')).toEqual([]);
    expect(await unsoundBooks(admin)).toEqual([]);
  });
  await fc.assert(requests, { numRuns: Number(REQUESTS), seed: Number(SEED), endOnFailure: true });
  const done = [...seen].filter(([name]) => / 2\d\d$/.test(name)).length;
  expect(done).toBeGreaterThan(ROUTES.length / 3);
});

/** One who has an invoice. */
async function anyCustomer(): Promise<string> {
  const issued =
    'select customer_id as id from invoices where issued_at is not null order by issued_at limit 1';
  const { rows } = await admin.query<{ id: string }>(issued);
  return encodeTypeId('cus', String(rows[0]?.id));
}

test('I657 a back test may end when time begins, and documents may be kept for a hundred years', async () => {
  const example = ROUTES.find(({ id }) => id === 'backTestDunningCampaign')?.example as object;
  const tested = await owner('POST', '/v1/dunning/back_test', {
    body: { ...example, from: undefined, to: '1970-01-01T00:00:00Z' },
  });
  expect(tested.body).toMatchObject({ from: '1970-01-01T00:00:00.000Z', failures: 0 });
  const funnel = await owner('GET', '/v1/dunning/funnel?to=1970-01-02T00:00:00Z');
  expect([funnel.status, funnel.body.from]).toEqual([200, '1970-01-01T00:00:00.000Z']);
  const privacy = { default_years: 100, countries: [], needs_second_person: false };
  expect((await owner('PUT', '/v1/privacy_settings', { body: privacy })).status).toBe(200);
  const preview = await owner('GET', `/v1/customers/${await anyCustomer()}/erasure`);
  expect(preview.body.kept_until).toMatch(/^2126-12-31$/);
});

test('I657 an amount beyond what the books take and a currency that nobody has are refused with the member that has them', async () => {
  const asked = {
    customer: await anyCustomer(),
    currency: 'XTS',
    amount: '999999999999999',
    description: 'All',
  };
  const refused = await app.api('POST', '/v1/payment_requests', { body: asked });
  expect(refused.status).toBe(422);
  expect(refused.body.errors).toMatchObject([{ pointer: '/currency' }, { pointer: '/amount' }]);
  const statement = { kind: 'statement', currency: 'XTS' };
  const written = await app.api('POST', `/v1/customers/${await anyCustomer()}/documents`, {
    body: statement,
  });
  expect(written.status).toBe(422);
  expect(written.body.errors).toMatchObject([{ pointer: '/currency' }]);
  const pricing = { model: 'per_unit', unit_amount: '9999999999', per: '1' };
  const preview = { pricing, quantity: '9999999999', currency: 'EUR' };
  const priced = await app.api('POST', '/v1/prices/preview', { body: preview });
  expect(priced.status).toBe(422);
  expect(priced.body.errors).toMatchObject([{ code: 'amount.out_of_range' }]);
});
