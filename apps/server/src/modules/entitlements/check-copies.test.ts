import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../platform/clock.ts';
import { openDatabase } from '../../platform/database.ts';
import { silentLog } from '../../platform/log.ts';
import { createTransactor } from '../../platform/transaction.ts';
import { grantNewsSource } from '../../processes/grant-news.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type CallOptions, createCaller } from '../../testing/caller.ts';
import { createCheckCopies, questionOf } from './check-copies.ts';
import { upgradeUrls } from './queries/check.ts';
import { createRightsStream } from './stream.ts';

let app: TestApp;
let serial = 0;

const plan = (key: string, limit: string, rank: number) => ({
  key,
  name: key,
  currency: 'EUR',
  rank,
  public: true,
  prices: [],
  entitlements: [
    { feature: 'n', kind: 'metered', limit, reset: 'billing_period', overage: 'block', warn_at_percent: [] },
  ],
});

beforeAll(async () => {
  app = await startTestApp();
  const feature = (key: string) => ({ key, name: key, kind: 'metered', meter: 'n' });
  await must('PUT', '/v1/catalogue', {
    meters: [{ key: 'n', name: 'N', event_type: 'n', aggregation: 'sum', value_property: 'n' }],
    features: [feature('n'), { key: 'sso', name: 'SSO', kind: 'boolean' }],
    plans: [plan('small', '10', 1), plan('large', '1000', 2)],
  });
});
afterAll(() => app.close());

async function must(method: string, url: string, body?: unknown) {
  const answer = await app.api(method, url, body === undefined ? {} : { body });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

async function subscribe(planKey = 'small') {
  serial += 1;
  const customer = `copy-${serial}`;
  const { id } = await must('POST', '/v1/customers', { name: customer, external_id: customer });
  const subscription = await must('POST', '/v1/subscriptions', { customer, plan: planKey });
  return { customer, id: String(id), subscription: String(subscription.id) };
}

const check = (customer: string, quantity = '1', more: CallOptions = {}) =>
  app.api('POST', '/v1/check', { body: { customer, feature: 'n', quantity }, ...more });

/** How often the database was asked for while something was done. */
async function connectionsOf(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const countOne = () => {
    count += 1;
  };
  app.database.runtime.on('acquire', countOne);
  await work();
  app.database.runtime.off('acquire', countOne);
  return count;
}

describe('a check that was answered before', () => {
  test('I226 is answered without the database, as the database would answer, after every kind of change', async () => {
    const { customer, id } = await subscribe();
    const body = { customer, feature: 'n', quantity: '1', event_id: 'x' };
    const far = '2099-01-01T00:00:00Z';
    const steps: (() => Promise<unknown>)[] = [
      () => must('POST', '/v1/consume', { ...body, event_id: `${customer}-1` }),
      () => must('POST', '/v1/track', { ...body, event_id: `${customer}-2` }),
      () => must('POST', '/v1/reservations', { customer, feature: 'n', quantity: '2', key: customer }),
      () =>
        must('POST', `/v1/customers/${id}/entitlement_overrides`, {
          feature: 'n',
          change: { kind: 'metered', mode: 'replace', limit: '50' },
          reason: 'agreed',
        }),
      () =>
        must('POST', `/v1/customers/${id}/entitlement_grants`, {
          feature: 'n',
          change: { kind: 'metered', mode: 'add', limit: '5' },
          until: far,
          reason: 'sorry',
        }),
      () =>
        must('POST', '/v1/events', [
          {
            specversion: '1.0',
            id: `${customer}-3`,
            source: '/t',
            type: 'n',
            subject: customer,
            time: new Date(systemClock()).toISOString(),
            data: { n: '3' },
          },
        ]),
    ];
    const seen: unknown[] = [];
    for (const step of steps) {
      await step();
      const first = await check(customer);
      await check(customer);
      let again = first;
      const connections = await connectionsOf(async () => {
        again = await check(customer);
      });
      const plain = await check(customer, '1', {
        headers: { 'content-type': 'application/json;charset=UTF-8 ' },
      });
      expect([again.text, plain.text, connections]).toEqual([first.text, first.text, 0]);
      seen.push([first.body.used, first.body.limit, first.body.remaining]);
    }
    expect(seen).toEqual([
      ['1', '10', '9'],
      ['2', '10', '8'],
      ['2', '10', '6'],
      ['2', '50', '46'],
      ['2', '55', '51'],
      ['5', '55', '48'],
    ]);
  });

  test('I227 has the head of every answer, and what is wrong with a request is found as ever', async () => {
    const { customer } = await subscribe();
    const answers = [];
    for (let round = 0; round < 3; round += 1) answers.push(await check(customer));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    for (const { headers } of answers)
      expect([
        headers.get('content-type'),
        headers.get('cache-control'),
        headers.get('x-content-type-options'),
      ]).toEqual(['application/json; charset=utf-8', 'no-store', 'nosniff']);
    expect(new Set(answers.map(({ headers }) => headers.get('request-id'))).size).toBe(3);
    const left = answers.map(({ headers }) => Number(headers.get('ratelimit-remaining')));
    expect(left[0]).toBeGreaterThan(left[1] ?? 0);
    expect(left[1]).toBeGreaterThan(left[2] ?? 0);
    const raw = `{"customer":"${customer}","feature":"n","quantity":"1"}`;
    const codes = await Promise.all([
      app.api('POST', '/v1/check', { raw: raw.replace('}', ',"feature":"n"}') }),
      app.api('POST', '/v1/check', { raw, headers: { 'content-type': 'text/plain' } }),
      createCaller(app.baseUrl, { authorization: `Bearer ${app.apiKey}x` })('POST', '/v1/check', { raw }),
      app.api('GET', '/v1/check'),
      check('nobody'),
      check(customer, '-1'),
    ]);
    expect(codes.map(({ body }) => body.code)).toEqual([
      'request.malformed',
      'request.unsupported_media_type',
      'auth.required',
      'request.method_not_allowed',
      'customer.not_found',
      'request.invalid',
    ]);
  });

  test('I227 is refused from the moment at which its key is revoked', async () => {
    const { customer } = await subscribe();
    const owner = await app.signIn(app.owner.email, app.owner.password);
    const made = await owner('POST', '/v1/api_keys', { body: { name: 'Short' } });
    const caller = createCaller(app.baseUrl, { authorization: `Bearer ${String(made.body.secret)}` });
    const body = { customer, feature: 'n' };
    for (let round = 0; round < 3; round += 1)
      expect((await caller('POST', '/v1/check', { body })).status).toBe(200);
    await owner('DELETE', `/v1/api_keys/${String(made.body.id)}`);
    expect((await caller('POST', '/v1/check', { body })).status).toBe(401);
  });

  test('I226 names the larger plan where the limit is reached, and another process hears of usage and of a change of plan', async () => {
    const { customer, subscription } = await subscribe();
    const database = openDatabase(app.database.url, { runtime: 4, work: 1 });
    const transactor = createTransactor({
      database,
      clock: systemClock,
      randomBytes,
      log: silentLog,
      news: database.news,
    });
    const other = createCheckCopies({
      transactor,
      news: database.news,
      clock: systemClock,
      upgradeUrl: upgradeUrls((slug) => slug),
    });
    const request = {
      tenantId: app.tenant.id,
      actor: { kind: 'system', id: 'test' },
      requestId: null,
    } as const;
    const input = { customer, feature: 'n' };
    const ask = async () => {
      await other.answer(request, input);
      return JSON.parse(other.find(app.tenant.id, questionOf(input)) ?? '{}');
    };
    const until = async (isSo: (answer: Awaited<ReturnType<typeof ask>>) => boolean) => {
      const deadline = performance.now() + 5_000;
      for (;;) {
        const answer = await ask();
        if (isSo(answer)) return answer;
        if (performance.now() > deadline) throw new Error(`never heard: ${JSON.stringify(answer)}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await until(({ used }) => used === '0');
    await must('POST', '/v1/consume', { ...input, quantity: '10', event_id: customer });
    expect(await until(({ used }) => used === '10')).toMatchObject({
      allowed: false,
      reason: 'limit_reached',
      upgrade: { plan: 'large', url: 'sandbox/plan?upgrade=large' },
    });
    await must('POST', `/v1/subscriptions/${subscription}/change`, { plan: 'large' });
    expect(await until(({ limit }) => limit === '1000')).toMatchObject({ allowed: true, remaining: '990' });
    await database.close();
  });
});

test('I228 the stream names a customer at the very instant at which a grant begins or ends, and the check goes with it', async () => {
  const { customer, id } = await subscribe();
  const { transactor } = app.server;
  let ring: () => void = () => undefined;
  const source = grantNewsSource(transactor, () => ring());
  const ending = new AbortController();
  const heard: string[] = [];
  const reading = (async () => {
    const stream = createRightsStream(app.database.news, 'test');
    const open = { tenantId: app.tenant.id, lastEventId: null, signal: ending.signal };
    for await (const text of stream.open(open)) heard.push(text);
  })();

  /** Gives a right for a time, and answers the limit and what the stream told once the instant has come. */
  async function at(instant: number, times: { from?: string; until: string }, limit: string) {
    await must('POST', `/v1/customers/${id}/entitlement_grants`, {
      feature: 'n',
      change: { kind: 'metered', mode: 'add', limit },
      reason: 'for a moment',
      ...times,
    });
    const rung = new Promise<void>((resolve) => {
      ring = resolve;
    });
    await check(customer);
    const due = await transactor.work((sql) => source.tenantsDue(sql, transactor.wallNow()));
    if (due.length === 0) await rung;
    expect(systemClock()).toBeGreaterThanOrEqual(instant - 1);
    const { body } = await check(customer);
    heard.length = 0;
    // A timer may be a millisecond early; the worker then finds nothing due and looks again.
    while ((await source.run(app.tenant.id, 10)) === 0);
    while (!heard.some((text) => text.startsWith('event: changed') && text.includes(id)))
      await new Promise((resolve) => setImmediate(resolve));
    return body.limit;
  }

  const soon = () => systemClock() + 600;
  const text = (instant: number) => new Date(instant).toISOString();
  const end = soon();
  expect(await at(end, { until: text(end) }, '5')).toBe('10');
  const begin = soon();
  expect(await at(begin, { from: text(begin), until: '2099-01-01T00:00:00Z' }, '7')).toBe('17');
  ending.abort();
  await reading;
});
