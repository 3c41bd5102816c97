import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { serve } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGuards as expressGuards } from '../express.ts';
import { createGuards as fastifyGuards } from '../fastify.ts';
import { createGuards as honoGuards } from '../hono.ts';
import { createLocalEntitlements, type LocalEntitlements } from '../local/entitlements.ts';
import { createGuards as nextGuards } from '../next.ts';
import { createBillhook } from '../operator.ts';
import { createRemoteEntitlements } from '../remote-entitlements.ts';
import type { Entitlements } from '../rights/entitlements.ts';
import { type EntitlementTestServer, startEntitlementServer } from '../testing/entitlement-server.ts';

const RESET_AT = '2026-11-01T00:10:00.000Z';
const until = (condition: () => unknown) => vi.waitFor(condition, { interval: 3, timeout: 25_000 });
const NOW = Date.UTC(2026, 10, 1);
let billhook: EntitlementTestServer;
let folder: string;
let local: LocalEntitlements;
let remote: Entitlements;
let serial = 0;
let customer = '';

beforeAll(async () => {
  billhook = await startEntitlementServer();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-guards-'));
  const client = createBillhook({ baseUrl: billhook.baseUrl, apiKey: 'sk_test_1' });
  const fallback = { features: { calls: 'allow' } } as const;
  local = createLocalEntitlements({ client, folder, fallback, timeoutMs: 500, waitMs: 500 });
  remote = createRemoteEntitlements({ client, fallback, timeoutMs: 500 });
});
afterAll(async () => {
  billhook.mood = 'well';
  await local.close();
  await billhook.close();
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  billhook.mood = 'well';
  serial += 1;
  customer = `cus_${serial}`;
  billhook.store.set(customer, 'api', { kind: 'boolean', enabled: true });
  billhook.store.set(customer, 'sso', { kind: 'boolean', enabled: false });
  billhook.store.set(customer, 'calls', { kind: 'metered', limit: '3', resetAt: RESET_AT });
});

interface App {
  /** `GET /<route>` for a customer; without one, nobody is signed in. */
  get(route: string, customer: string | null): Promise<Response>;
  close(): Promise<void>;
}
type Start = (entitlements: Entitlements) => Promise<App>;

/** Every app has the same routes: /feature, /locked, /metered, /held (?status=), /throws, /twice. */
const settingsOf = <Request>(entitlements: Entitlements, headerOf: (request: Request) => string | null) => ({
  entitlements,
  customer: headerOf,
  wallMs: () => NOW,
});
const ifSucceeded = { count: 'succeeded' } as const;
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);

function appAt(server: Server, close: () => Promise<unknown>): App {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    get: (route, id) => fetch(`${origin}/${route}`, { headers: id === null ? {} : { customer: id } }),
    close: async () => {
      await close();
    },
  };
}

const startFastify: Start = async (entitlements) => {
  const app = fastify();
  const { requireFeature, meter } = fastifyGuards(
    settingsOf(entitlements, (request) => textOf(request.headers.customer)),
  );
  const ok = async () => ({ ok: true });
  app.get('/feature', { preHandler: requireFeature('api') }, ok);
  app.get('/locked', { preHandler: requireFeature('sso') }, ok);
  app.get('/metered', { preHandler: [requireFeature('api'), meter('calls')] }, ok);
  app.get('/twice', { preHandler: [meter('calls'), meter('calls')] }, ok);
  app.get<{ Querystring: { status: string } }>(
    '/held',
    { preHandler: meter('calls', ifSucceeded) },
    async (request, reply) => reply.code(Number(request.query.status)).send({}),
  );
  app.get('/throws', { preHandler: meter('calls', ifSucceeded) }, async () => {
    throw new Error('broken');
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return appAt(app.server, () => app.close());
};

const startExpress: Start = async (entitlements) => {
  const app = express();
  const { requireFeature, meter } = expressGuards(
    settingsOf(entitlements, (request) => textOf(request.headers.customer)),
  );
  const ok: express.RequestHandler = (_, response) => void response.json({ ok: true });
  app.get('/feature', requireFeature('api'), ok);
  app.get('/locked', requireFeature('sso'), ok);
  app.get('/metered', requireFeature('api'), meter('calls'), ok);
  app.use('/twice', meter('calls'));
  app.get('/twice', meter('calls'), ok);
  app.get('/held', meter('calls', ifSucceeded), (request, response) => {
    response.status(Number(request.query.status)).json({});
  });
  app.get('/throws', meter('calls', ifSucceeded), () => {
    throw new Error('broken');
  });
  const quiet: express.ErrorRequestHandler = (_fault, _request, response, _next) =>
    void response.status(500).json({});
  app.use(quiet);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return appAt(server, () => closed(server));
};

const startHono: Start = async (entitlements) => {
  const app = new Hono();
  const { requireFeature, meter } = honoGuards(
    settingsOf(entitlements, (context) => textOf(context.req.header('customer'))),
  );
  app.onError((_, context) => context.json({}, 500));
  app.get('/feature', requireFeature('api'), (context) => context.json({ ok: true }));
  app.get('/locked', requireFeature('sso'), (context) => context.json({ ok: true }));
  app.get('/metered', requireFeature('api'), meter('calls'), (context) => context.json({ ok: true }));
  app.use('/twice', meter('calls'));
  app.get('/twice', meter('calls'), (context) => context.json({ ok: true }));
  app.get('/held', meter('calls', ifSucceeded), (context) =>
    context.json({}, Number(context.req.query('status')) as 200),
  );
  app.get('/throws', meter('calls', ifSucceeded), () => {
    throw new Error('broken');
  });
  const server = await new Promise<Server>((resolve) => {
    const made = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(made as Server));
  });
  return appAt(server, () => closed(server));
};

/** Route handlers of Next.js are functions from Request to Response, so they are served as such. */
const startNext: Start = async (entitlements) => {
  const { requireFeature, meter } = nextGuards(
    settingsOf(entitlements, (request) => textOf(request.headers.get('customer'))),
  );
  const ok = async () => Response.json({ ok: true });
  const routes: Record<string, (request: Request) => Promise<Response>> = {
    '/feature': requireFeature('api')(ok),
    '/locked': requireFeature('sso')(ok),
    '/metered': requireFeature('api')(meter('calls')(ok)),
    '/twice': meter('calls')(meter('calls')(ok)),
    '/held': meter(
      'calls',
      ifSucceeded,
    )((request) => Response.json({}, { status: Number(new URL(request.url).searchParams.get('status')) })),
    '/throws': meter(
      'calls',
      ifSucceeded,
    )(() => {
      throw new Error('broken');
    }),
  };
  const take = async (request: Request) =>
    (await routes[new URL(request.url).pathname]?.(request).catch(() => new Response('', { status: 500 }))) ??
    new Response('', { status: 404 });
  const server = await new Promise<Server>((resolve) => {
    const made = serve({ fetch: take, port: 0, hostname: '127.0.0.1' }, () => resolve(made as Server));
  });
  return appAt(server, () => closed(server));
};

async function closed(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await done;
}

const apps: [string, Start][] = [
  ['Fastify', startFastify],
  ['Express', startExpress],
  ['Hono', startHono],
  ['a route handler of Next.js', startNext],
];
const kinds: [string, () => Entitlements][] = [
  ['local entitlements', () => local],
  ['plain HTTP', () => remote],
];
const cases = apps.flatMap(([framework, start]) =>
  kinds.map(([kind, entitlements]) => ({ name: `${framework} with ${kind}`, start, entitlements })),
);

describe.each(cases)('guards of $name', ({ start, entitlements }) => {
  let app: App;
  beforeAll(async () => {
    app = await start(entitlements());
  });
  afterAll(() => app.close());

  it('let a customer pass who has the feature, and lead the others to a plan that has it', async () => {
    expect((await app.get('feature', customer)).status).toBe(200);
    const refused = await app.get('locked', customer);
    expect(refused.status).toBe(402);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(refused.headers.get('link')).toBe('<https://shop.example/plans>; rel="payment"');
    expect(await refused.json()).toMatchObject({ code: 'entitlement.limit_reached', status: 402 });
    const nobody = await app.get('feature', null);
    expect([nobody.status, ((await nobody.json()) as { code: string }).code]).toEqual([401, 'auth.required']);
  });

  it('count up to the limit with the fields of the draft, then ask to wait', async () => {
    const seen = [];
    for (let i = 0; i < 3; i += 1) seen.push(await app.get('metered', customer));
    expect(seen.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(seen.map(({ headers }) => headers.get('ratelimit'))).toEqual([
      '"calls";r=2;t=600',
      '"calls";r=1;t=600',
      '"calls";r=0;t=600',
    ]);
    expect(seen[0]?.headers.get('ratelimit-policy')).toBe('"calls";q=3');
    const refused = await app.get('metered', customer);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '600']);
    expect(refused.headers.get('ratelimit')).toBe('"calls";r=0;t=600');
    expect(await refused.json()).toMatchObject({
      code: 'entitlement.window_exhausted',
      upgrade_url: 'https://shop.example/plans',
    });
    await told('3');
  });

  it('count a request once, however many meters it passes', async () => {
    for (let i = 0; i < 3; i += 1) expect((await app.get('twice', customer)).status).toBe(200);
    expect((await app.get('twice', customer)).status).toBe(429);
    await told('3');
  });

  it('give units back for a fault of the server where that is asked for, and count what the caller did wrong', async () => {
    for (let i = 0; i < 4; i += 1) expect((await app.get('held?status=503', customer)).status).toBe(503);
    expect((await app.get('throws', customer)).status).toBe(500);
    await until(async () => {
      expect((await app.get('held?status=404', customer)).status).toBe(404);
    });
    await told('1');
  });

  it('count what credits pay for, and give back what is held of them', async () => {
    const credits = { available: '5', cost: '1' };
    billhook.store.set(customer, 'calls', { kind: 'metered', limit: null, credits });
    expect((await app.get('metered', customer)).status).toBe(200);
    expect((await app.get('held?status=503', customer)).status).toBe(503);
    await told('1');
  });

  it('fall back as the seller said while the server is away', async () => {
    const stranger = `cus_unheard_${serial}`;
    billhook.mood = 'error';
    const refused = await app.get('feature', stranger);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({ code: 'server.unavailable' });
    expect((await app.get('twice', stranger)).status).toBe(200);
  });
});

/** How much the server has counted for the customer in the end. */
async function told(used: string): Promise<void> {
  await until(async () => {
    await local.flush();
    expect(billhook.store.used(customer, 'calls')).toBe(used);
  });
}
