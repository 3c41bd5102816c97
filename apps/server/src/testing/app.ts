import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Instant } from '@billhook/core/time/instant';
import { type ControlClient, controlClient } from '@billhook/sandbox/control-client';
import { startSandbox } from '@billhook/sandbox/start';
import { sandboxStripeKey } from '../composition/provider-accounts.ts';
import { composeServer, type Server } from '../composition.ts';
import type { Limits } from '../http/limits.ts';
import { makeFirstStart } from '../modules/identity/api.ts';
import { systemClock } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { openDataFolder } from '../platform/data-folder.ts';
import type { Log, LogFields } from '../platform/log.ts';
import { findTenantByTypeId } from '../platform/tenants.ts';
import { type Caller, createCaller } from './caller.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { arrivalsAtAll, settle } from './settle.ts';

export type LogLine = { level: 'info' | 'warn' | 'error'; fields: LogFields; message: string };

export type TestApp = {
  baseUrl: string;
  server: Server;
  database: TestDatabase;
  /** The first sandbox tenant. */
  tenant: { id: number; typeId: string; slug: string };
  /** A secret key of it with all scopes. */
  apiKey: string;
  owner: { email: string; password: string };
  /** Calls the API with the secret key. */
  api: Caller;
  /** Calls as nobody. */
  anybody: Caller;
  /** Signs in with e-mail and password and calls with the cookie, from a page of this server. */
  signIn(email: string, password: string, basePath?: string): Promise<Caller>;
  /** Payments and mail of the stand-ins. */
  sandbox: ControlClient;
  /** Where the stand-in for Stripe answers. */
  stripeUrl: string;
  /** The key of a sandbox tenant's account there. */
  stripeKeyOf(slug: string): Promise<string>;
  /** Runs all due work of a tenant until nothing is left. */
  drain(tenantId?: number): Promise<void>;
  /** Does due work and takes the messages of the payment provider, until nothing is left. */
  settle(): Promise<void>;
  /** Moves real time forward for this server. */
  passWallTime(ms: number): void;
  /** Where the built pages would lie. */
  web: { admin: string; portal: string };
  /** What was logged. */
  logs: LogLine[];
  close(): Promise<void>;
};

export type TestAppOptions = {
  /** Real time stands at this instant until it is moved; by default it runs. */
  clockAt?: string;
  /** The seller's own mail server; none by default. */
  smtpUrl?: string;
  /** More of the environment, such as where a service is that has a stand-in in the sandbox. */
  environment?(sandboxUrl: string): Record<string, string>;
  /** Starts the background loops; otherwise work is done by `drain`. */
  worker?: boolean;
  limits?: Partial<Limits>;
};

/**
 * A whole server on a port of its own: real PostgreSQL, real HTTP, the payment and mail stand-ins as real servers.
 * Every answer is checked against the contract.
 */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'billhook-app-'));
  let movedMs = 0;
  const standsAt = options.clockAt === undefined ? undefined : Date.parse(options.clockAt);
  const clock = () => ((standsAt ?? systemClock()) + movedMs) as Instant;
  const logs: LogLine[] = [];
  const database = await createTestDatabase();
  const secrets = openDataFolder(folder);
  const sandbox = await startSandbox({
    folder: path.join(folder, 'sandbox'),
    controlToken: secrets.sandboxToken,
    wallNow: clock,
    randomBytes,
    log: { info() {}, warn() {}, error() {} } as never,
  });
  const web = { admin: path.join(folder, 'admin'), portal: path.join(folder, 'portal') };
  let origin = '';
  const server = await composeServer({
    config: readConfig(
      {
        BILLHOOK_DATA: folder,
        PORT: '0',
        ROLE: options.worker ? 'all' : 'api',
        // Test keys that a seller enters are tried at the stand-in.
        STRIPE_API_URL: sandbox.stripeUrl,
        ...options.environment?.(sandbox.stripeUrl),
      },
      ['--no-demo'],
    ),
    secrets,
    database,
    origin: () => origin,
    smtpUrl: options.smtpUrl,
    sandbox,
    web,
    clock,
    randomBytes,
    log: keepLog(logs),
    version: 'test',
    checkAnswers: true,
    limits: {
      auth: { max: 1_000, windowMs: 60_000 },
      account: { max: 100, windowMs: 60_000 },
      signUp: { max: 1_000, windowMs: 60_000 },
      refused: { max: 100_000, windowMs: 60_000 },
      ...options.limits,
    },
  });
  // Scrypt is slow on purpose; its cost is tested where it matters, by signing in.
  const first = await makeFirstStart({
    transactor: server.transactor,
    randomBytes,
    hashPassword: server.hashPassword,
    keep: () => undefined,
  });
  if (first === undefined) throw new Error('the test database was not empty');
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  const address = server.app.addresses()[0];
  origin = `http://127.0.0.1:${typeof address === 'object' ? address.port : 0}`;
  await server.begin();
  const tenant = await server.transactor.lookUp((sql) => findTenantByTypeId(sql, first.tenant));
  if (tenant === undefined) throw new Error('the first tenant is missing');
  const control = controlClient(sandbox.controlUrl, secrets.sandboxToken);
  const arrivals = [arrivalsAtAll(control)];
  return {
    baseUrl: origin,
    server,
    database,
    tenant: { id: tenant.id, typeId: first.tenant, slug: first.slug },
    apiKey: first.apiKey,
    owner: { email: first.email, password: first.password },
    api: createCaller(origin, { authorization: `Bearer ${first.apiKey}` }),
    anybody: createCaller(origin, {}),
    signIn: (email, password, basePath = '/auth') => signIn(origin, basePath, email, password),
    sandbox: control,
    stripeUrl: sandbox.stripeUrl,
    async stripeKeyOf(slug) {
      const [row] = await server.transactor.lookUp((sql) =>
        sql.rows<{ publicId: string }>('select public_id as "publicId" from tenants where slug = $1', [slug]),
      );
      return sandboxStripeKey(secrets.masterKey, row?.publicId ?? '');
    },
    drain: (tenantId = tenant.id) => drain(server, tenantId),
    settle: () => settle(() => drain(server, tenant.id).then(() => 0), arrivals),
    passWallTime: (ms) => {
      movedMs += ms;
    },
    web,
    logs,
    async close() {
      await server.stop();
      await sandbox.stop();
      await database.close();
    },
  };
}

function keepLog(lines: LogLine[]): Log {
  const keep = (level: LogLine['level']) => (fields: LogFields, message: string) =>
    void lines.push({ level, fields, message });
  return { info: keep('info'), warn: keep('warn'), error: keep('error') };
}

async function signIn(origin: string, basePath: string, email: string, password: string): Promise<Caller> {
  const answer = await createCaller(origin, { origin })('POST', `${basePath}/sign-in/email`, {
    body: { email, password },
  });
  if (answer.status !== 200) throw new Error(`signing in failed: ${JSON.stringify(answer.body)}`);
  return createCaller(origin, { origin, cookie: answer.cookies });
}

const MAX_ROUNDS = 1_000;

async function drain(server: Server, tenantId: number): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    let done = 0;
    for (const source of server.sources) done += await source.run(tenantId, 200);
    if (done === 0) return;
  }
  throw new Error('due work makes itself without end');
}
