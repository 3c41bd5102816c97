import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { type Caller, createCaller } from '../testing/caller.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ limits: { hot: { max: 1_000, windowMs: 3_600_000 } } });
  await app.api('POST', '/v1/customers', { body: { name: 'A', external_id: 'a' } });
});
afterAll(() => app.close());

const event = (id: string, more: object = {}) => ({
  specversion: '1.0',
  id,
  source: 's',
  type: 't',
  subject: 'a',
  time: new Date().toISOString(),
  ...more,
});

/** A cookie sends a request through the framework. */
const through = (authorization: string) => ({
  hot: createCaller(app.baseUrl, { authorization }),
  framework: createCaller(app.baseUrl, { authorization, cookie: 'a=b' }),
});

type Options = NonNullable<Parameters<Caller>[2]>;

/** What both say of a request, without what differs from one request to the next. */
async function bothOf(
  callers: { hot: Caller; framework: Caller },
  optionsFor: (id: string) => Options,
  path = '/v1/events',
) {
  const told = async (call: Caller, id: string) => {
    const { status, body, headers } = await call('POST', path, optionsFor(id));
    const { instance: _instance, request_id: _id, ...rest } = body;
    const names = [
      'content-type',
      'cache-control',
      'retry-after',
      'www-authenticate',
      'x-content-type-options',
    ];
    expect(headers.get('request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    const limited = ['ratelimit-limit', ...names].map((name) => headers.get(name));
    return { status, headers: limited, text: JSON.stringify(rest).replaceAll(id, 'id') };
  };
  return { framework: await told(callers.framework, 'e-f'), hot: await told(callers.hot, 'e-h') };
}

test('I220 a hot route says the same beside the framework as through it', async () => {
  const callers = through(`Bearer ${app.apiKey}`);
  const type = { 'content-type': 'application/json' };
  const one = { 'content-type': 'application/cloudevents+json' };
  const asked: [typeof callers, (id: string) => Options, number][] = [
    [callers, (id) => ({ body: [event(`${id}1`)] }), 200],
    [callers, (id) => ({ body: event(`${id}2`), headers: one }), 200],
    [callers, (id) => ({ body: [event(`${id}3`, { source: '', data: 4 }), 7, event(`${id}4`)] }), 200],
    [callers, () => ({ body: [] }), 422],
    [callers, (id) => ({ body: [event(id, { data: { text: '\u0000' } })] }), 422],
    [callers, () => ({ raw: '[{"a":1,"a":2}]', headers: type }), 400],
    [callers, () => ({ raw: '[1,', headers: type }), 400],
    [callers, () => ({ raw: new Uint8Array([0x22, 0xff, 0x22]), headers: type }), 400],
    [callers, () => ({ raw: '<a/>', headers: { 'content-type': 'text/xml' } }), 415],
    [callers, () => ({ raw: `[${'1,'.repeat(1_000)}1]`, headers: type }), 413],
    [through('Bearer sk_test_nobody'), () => ({ body: [event('e')] }), 401],
    [through('Basic abc'), () => ({ body: [event('e')] }), 401],
  ];
  for (const [who, options, status] of asked) {
    const { hot, framework } = await bothOf(who, options);
    expect(framework.status, framework.text).toBe(status);
    expect(hot).toEqual(framework);
  }
});

test('I220 a hot route with an id in its address says the same beside the framework as through it', async () => {
  const callers = through(`Bearer ${app.apiKey}`);
  const settled = (id: string) => `/v1/reservations/${id}/settle`;
  const unknown = 'rsv_01h2xcejqtf2nbrexx3vqjhp41';
  const good = { quantity: '1', event_id: 'e' };
  const asked: [string, Options, number][] = [
    [settled(unknown), { body: good }, 404],
    [settled(unknown), { body: { ...good, quantity: 'x' } }, 422],
    [settled('cus_01h2xcejqtf2nbrexx3vqjhp41'), { body: good }, 404],
    [settled('rsv_zzzzzzzzzzzzzzzzzzzzzzzzzz'), { body: good }, 404],
    [settled('RSV_01h2xcejqtf2nbrexx3vqjhp41'), { body: good }, 404],
    [settled('%20'), { body: good }, 404],
    [`/v1/reservations/${unknown}/release`, { body: {} }, 404],
    [`/v1/reservations/${unknown}/release`, { body: { more: 1 } }, 422],
    [`/v1/reservations/${unknown}/release?x=1`, { body: {} }, 422],
  ];
  for (const [path, options, status] of asked) {
    const { hot, framework } = await bothOf(callers, () => options, path);
    expect(framework.status, `${path} ${framework.text}`).toBe(status);
    expect(hot, path).toEqual(framework);
  }
});

test('I221 a key that was revoked writes no usage from then on, also where it is still recalled', async () => {
  const owner = await app.signIn(app.owner.email, app.owner.password);
  const made = await owner('POST', '/v1/api_keys', { body: { name: 'k', scopes: ['usage:write'] } });
  const { hot } = through(`Bearer ${String(made.body.secret)}`);
  for (const id of ['k-1', 'k-2'])
    expect((await hot('POST', '/v1/events', { body: [event(id)] })).status).toBe(200);
  const beside = through(`Bearer ${app.apiKey}`).hot;
  await owner('DELETE', `/v1/api_keys/${String(made.body.id)}`);
  // Both may share a transaction; only one of them is taken.
  const [refused, taken] = await Promise.all([
    hot('POST', '/v1/events', { body: [event('k-3')] }),
    beside('POST', '/v1/events', { body: [event('k-4')] }),
  ]);
  expect([refused.status, String(refused.body.code)]).toEqual([401, 'auth.required']);
  expect(taken.body.counts).toMatchObject({ quarantined: 1 });
  expect((await hot('POST', '/v1/events', { body: [7] })).status).toBe(401);
  const again = await beside('POST', '/v1/events', { body: [event('k-3')] });
  expect(again.body.counts).toMatchObject({ quarantined: 1, duplicate: 0 });
});

test('I572 many large bodies at once are all answered, also when some of them are refused', async () => {
  const bodies = Array.from({ length: 24 }, (_, index) =>
    Array.from({ length: 400 }, (_, place) => event(`large-${index}-${place}`)),
  );
  const answers = await Promise.all(
    bodies.map((body, index) =>
      app.api('POST', '/v1/events', {
        raw: `${JSON.stringify(body)}${index % 3 === 0 ? ',' : ''}`,
        headers: { 'content-type': 'application/json' },
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(
    bodies.map((_, index) => (index % 3 === 0 ? 400 : 200)),
  );
});

test('a key has a limit of its own for usage and rights', async () => {
  const usage = await app.api('POST', '/v1/events', { body: [event('l-1')] });
  const check = await app.api('POST', '/v1/check', { body: { customer: 'a', feature: 'none' } });
  const other = await app.api('GET', '/v1/tenant');
  expect([usage, check, other].map(({ headers }) => headers.get('ratelimit-limit'))).toEqual([
    '1000',
    '1000',
    '120000',
  ]);
  const left = [usage, check].map(({ headers }) => Number(headers.get('ratelimit-remaining')));
  expect((left[0] ?? 0) - (left[1] ?? 0)).toBe(1);
});
