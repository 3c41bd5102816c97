import type { RouteDefinition } from '@billhook/contract/define-route';
import { allRoutes } from '@billhook/contract/routes';
import { OPERATOR_ROLES } from '@billhook/contract/scopes';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { type Answer, type Caller, type CallOptions, createCaller } from '../testing/caller.ts';
import { faultsOfProblem, idPrefix, pathOf, queryOf } from '../testing/routes.ts';

const name = (route: RouteDefinition) => `${route.id} (${route.method} ${route.path})`;
/** A route that takes something else answers 415 to a request without it, before it looks at anything. */
const takesJson = (route: RouteDefinition) => route.bodyKind === 'json' || route.bodyKind === 'none';
const isJson = (route: RouteDefinition) => route.bodyKind === 'json';
const needsSomeone = allRoutes.filter((route) => route.access !== 'public');

/** Requests that no route may take, whatever it does. */
const BAD_TEXTS: [string, string, number[]][] = [
  ['cut JSON', '{"a":', [400]],
  ['no JSON at all', 'hello', [400]],
  ['nothing', '', [400]],
  ['a member given twice', '{"name":"a","name":"b"}', [400]],
  ['a member that reaches the prototype', '{"__proto__":{"admin":true}}', [400]],
  ['nesting of 10,000', '['.repeat(10_000) + ']'.repeat(10_000), [400]],
  ['an integer beyond 2^53', '{"quantity":9007199254740993}', [400]],
  ['a number that overflows', '{"quantity":1e400}', [400]],
  ['bytes that are not text', '\u0001\u0002', [400]],
  ['a list for an object', '[]', [422]],
  ['null', 'null', [422]],
  ['a text for an object', '"x"', [422]],
  ['an unknown member', '{"tenant_id":1,"nonsense":true}', [422]],
  ['U+0000 in a text', '{"name":"a\\u0000b"}', [422]],
  ['half of a surrogate pair', '{"name":"\\ud800"}', [422]],
];

describe('every route', () => {
  let app: TestApp;
  let owner: Caller;
  let member: Caller;
  let admin: pg.Client;
  let before: Record<string, number>;

  beforeAll(async () => {
    app = await startTestApp({
      limits: { session: { max: 100_000, windowMs: 60_000 }, open: { max: 100_000, windowMs: 60_000 } },
    });
    owner = await app.signIn(app.owner.email, app.owner.password);
    member = await signUp('ada@example.com');
    await member('POST', `/p/${app.tenant.slug}/api/v1/customers`, { body: { name: 'Ada' } });
    await app.drain();
    admin = new pg.Client({ connectionString: app.database.url });
    await admin.connect();
    await admin.query('set row_security = off');
    before = await rowCounts();
  });

  afterAll(async () => {
    await admin.end();
    await app.close();
  });

  async function signUp(email: string): Promise<Caller> {
    const basePath = `/p/${app.tenant.slug}/auth`;
    const page = createCaller(app.baseUrl, { origin: app.baseUrl });
    const body = { email, password: 'correct horse battery', name: 'Ada' };
    expect((await page('POST', `${basePath}/sign-up/email`, { body })).status).toBe(200);
    return app.signIn(email, body.password, basePath);
  }

  async function rowCounts(): Promise<Record<string, number>> {
    const { rows } = await admin.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c where c.relkind in ('r', 'p') and not c.relispartition
         and c.relnamespace in ('public'::regnamespace, 'auth'::regnamespace) order by 1`,
    );
    const counts: Record<string, number> = {};
    for (const { name: table } of rows) {
      const { rows: counted } = await admin.query<{ n: number }>(`select count(*)::int as n from ${table}`);
      counts[table] = counted[0]?.n ?? 0;
    }
    return counts;
  }

  /** Whoever may call the route. */
  const callerOf = (route: RouteDefinition): Caller => {
    if (route.audience === 'member') return member;
    return route.scope === null && route.access !== 'public' ? owner : app.api;
  };

  const call = (
    caller: Caller,
    route: RouteDefinition,
    options: CallOptions = {},
    query = '',
  ): Promise<Answer> => {
    const example = isJson(route) && options.raw === undefined ? { body: route.example ?? {} } : {};
    return caller(route.method, `${pathOf(route, app.tenant.slug)}${query}`, { ...example, ...options });
  };

  const expectProblem = (answer: Answer, statuses: readonly number[], what: string) => {
    const seen = statuses.includes(answer.status)
      ? 'as expected'
      : `${what}: ${answer.status} ${answer.text.slice(0, 300)}`;
    expect(seen).toBe('as expected');
    expect({ what, faults: faultsOfProblem(answer) }).toEqual({ what, faults: [] });
  };

  it.each(needsSomeone.map((route) => [name(route), route] as const))(
    'asks who is there: %s',
    async (_name, route) => {
      expectProblem(await call(app.anybody, route), [401], 'nobody');
      const stranger = createCaller(app.baseUrl, {
        authorization: `Bearer ${app.apiKey.slice(0, -1)}${app.apiKey.endsWith('x') ? 'y' : 'x'}`,
        cookie: 'billhook.session_token=x.y',
        origin: app.baseUrl,
      });
      expectProblem(await call(stranger, route), [401], 'a stranger');
    },
  );

  it.each(allRoutes.filter(isJson).map((route) => [name(route), route] as const))(
    'reads its body strictly: %s',
    async (_name, route) => {
      for (const [what, raw, statuses] of BAD_TEXTS) {
        expectProblem(await call(callerOf(route), route, { raw }), statuses, what);
      }
      const large = JSON.stringify({ name: 'x'.repeat(1_100_000) });
      expectProblem(await call(callerOf(route), route, { raw: large }), [413], 'too large');
      for (const type of [
        'text/plain',
        'application/xml',
        'application/x-www-form-urlencoded',
        'application/json; charset=latin1',
      ]) {
        expectProblem(
          await call(callerOf(route), route, { raw: '{}', headers: { 'content-type': type } }),
          [415],
          type,
        );
      }
    },
  );

  it.each(
    allRoutes
      .filter((route) => isJson(route) && route.example !== undefined)
      .map((route) => [name(route), route] as const),
  )('names every fault of a member: %s', async (_name, route) => {
    for (const [key, value] of Object.entries(route.example as Record<string, unknown>)) {
      const wrong = typeof value === 'object' && value !== null ? 7 : { wrong: true };
      const body = { ...(route.example as object), [key]: wrong, nonsense: 1 };
      const answer = await call(callerOf(route), route, { body });
      expectProblem(answer, [422], key);
      const pointers = JSON.stringify(answer.body.errors);
      expect(pointers).toContain('"/nonsense"');
      expect(pointers).toContain(`"/${key}`);
    }
  });

  const timesOf = (schema: unknown): string[] =>
    Object.entries((schema as { properties?: Record<string, object> } | null)?.properties ?? {})
      .filter(([, property]) => JSON.stringify(property).includes('"date-time"'))
      .map(([key]) => key);

  it.each(
    allRoutes
      .filter((route) => timesOf(route.query).length + (isJson(route) ? timesOf(route.body).length : 0) > 0)
      .map((route) => [name(route), route] as const),
  )('takes no time that does not exist: %s', async (_name, route) => {
    for (const time of [
      '2026-02-31T00:00:00Z',
      '2025-02-29T12:00:00+01:00',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:00:60Z',
      '2026-01-01T00:00:00',
      '2026-01-01',
      '9999-12-31T23:59:59Z',
      '1969-12-31T23:59:59Z',
      '0000-00-00T00:00:00Z',
      'yesterday',
      '1767225600',
      '',
    ]) {
      for (const key of timesOf(route.query)) {
        const answer = await call(callerOf(route), route, {}, `?${key}=${encodeURIComponent(time)}`);
        expectProblem(answer, [422], `${key}=${time}`);
        expect(JSON.stringify(answer.body.errors)).toContain(`"/query/${key}"`);
      }
      for (const key of isJson(route) ? timesOf(route.body) : []) {
        const body = { ...(route.example as object), [key]: time };
        const answer = await call(callerOf(route), route, { body });
        expectProblem(answer, [422], `${key}: ${time}`);
        expect(JSON.stringify(answer.body.errors)).toContain(`"/${key}"`);
      }
    }
  });

  it.each(allRoutes.map((route) => [name(route), route] as const))(
    'refuses a parameter it does not know: %s',
    async (_name, route) => {
      expectProblem(
        await call(callerOf(route), route, {}, '?nonsense=1'),
        [takesJson(route) ? 422 : 415],
        'query',
      );
    },
  );

  it.each(
    allRoutes
      .filter((route) => 'limit' in ((route.query as { properties?: object }).properties ?? {}))
      .map((route) => [name(route), route] as const),
  )('keeps to the sizes of a page: %s', async (_name, route) => {
    // Below a thing that is not there, there is no list either.
    const statuses = idPrefix(route) === undefined ? [422] : [422, 404];
    for (const limit of ['0', '-1', '101', '1000000000', '1.5', 'ten', '1e2']) {
      expectProblem(await call(callerOf(route), route, {}, `?limit=${limit}`), [422], limit);
    }
    for (const cursor of ['forged', 'cus_1', '%00', "'--"]) {
      expectProblem(await call(callerOf(route), route, {}, `?starting_after=${cursor}`), statuses, cursor);
    }
  });

  it.each(
    allRoutes
      .filter((route) => idPrefix(route) !== undefined && route.access !== 'public')
      .map((route) => [name(route), route] as const),
  )('finds nothing under an id that is not there: %s', async (_name, route) => {
    if (route.bodyKind === 'multipart' || route.bodyKind === 'lines') return;
    const unknown = await call(callerOf(route), route, {}, queryOf(route));
    expectProblem(unknown, [404], 'unknown');
    const odd = await callerOf(route)(
      route.method,
      `${pathOf(route, app.tenant.slug, { id: "x'--" })}${queryOf(route)}`,
      isJson(route) ? { body: route.example ?? {} } : {},
    );
    expectProblem(odd, [404], 'malformed');
  });

  it.each([...new Set(allRoutes.map((route) => route.path))])(
    'says which methods it takes: %s',
    async (path) => {
      const there = allRoutes.filter((route) => route.path === path);
      const missing = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
        (method) => !there.some((route) => route.method === method),
      );
      const [route] = there;
      if (route === undefined) return;
      for (const method of missing) {
        const answer = await callerOf(route)(method, pathOf(route, app.tenant.slug));
        expectProblem(answer, [405], method);
        expect(answer.headers.get('allow')).toContain(route.method);
      }
    },
  );

  it.each(OPERATOR_ROLES)('lets the role %s do what the contract names, and nothing else', async (role) => {
    const caller = role === 'owner' ? owner : await operatorOf(role);
    const wrong: string[] = [];
    await atOnce(
      allRoutes.filter((route) => route.audience === 'operator' && route.access !== 'public'),
      async (route) => {
        const { status } = await call(caller, route, {}, '?nonsense=1');
        const mayCall = (route.roles as readonly string[]).includes(role);
        if ((status !== 403) !== mayCall || status === 401) wrong.push(`${route.id}: ${status}`);
      },
    );
    await admin.query('delete from operator_roles where operator_id = $1', [role]);
    await admin.query('delete from auth."user" where id = $1', [role]);
    expect(wrong).toEqual([]);
  });

  /** A few requests at a time, since there are hundreds. */
  async function atOnce(
    routes: readonly RouteDefinition[],
    ask: (route: RouteDefinition) => Promise<void>,
  ): Promise<void> {
    const queue = routes.values();
    const lane = async () => {
      for (const route of queue) await ask(route);
    };
    await Promise.all(Array.from({ length: 8 }, lane));
  }

  async function operatorOf(role: string): Promise<Caller> {
    const email = `${role}@example.com`;
    const hash = await app.server.hashPassword('correct horse battery');
    await admin.query(
      `insert into auth."user" (id, name, email, "emailVerified") values ($1, $1, $2, true)`,
      [role, email],
    );
    await admin.query(
      `insert into auth.account (id, "userId", "accountId", "providerId", password) values ($1, $1, $1, 'credential', $2)`,
      [role, hash],
    );
    await admin.query('insert into operator_roles select id, $1, $1, now() from organizations', [role]);
    return app.signIn(email, 'correct horse battery');
  }

  it('lets a key do what its scopes name, and nothing else', async () => {
    const wrong: string[] = [];
    const routes = allRoutes.filter((one) => one.audience === 'operator' && one.access !== 'public');
    await atOnce(routes, async (route) => {
      const { status } = await call(app.api, route, {}, '?nonsense=1');
      if ((status === 403) !== (route.scope === null)) wrong.push(`${route.id} with all scopes: ${status}`);
    });
    expect(wrong).toEqual([]);
  });

  it('keeps a customer out of the seller side, and a seller out of the customer side', async () => {
    expect((await member('GET', '/v1/customers')).status).toBe(401);
    expect((await owner('GET', `/p/${app.tenant.slug}/api/v1/dashboard`)).status).toBe(401);
    expect((await member('GET', '/p/nobody/api/v1/session')).status).toBe(404);
  });

  it('has changed nothing by all of this', async () => {
    const { 'auth.session': _sessions, ...after } = await rowCounts();
    const { 'auth.session': _earlier, ...expected } = before;
    expect(after).toEqual(expected);
    const bugs = app.logs
      .filter((line) => line.level === 'error')
      .map((line) => `${line.fields.route}: ${line.fields.reason}`);
    expect(bugs).toEqual([]);
  });
});
