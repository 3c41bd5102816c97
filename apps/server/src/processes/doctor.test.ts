import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { instant } from '@billhook/core/time/instant';
import { makeCertificate } from '@billhook/sandbox/paypal/certificate';
import { type Sandbox, startSandbox } from '@billhook/sandbox/start';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findTenantByTypeId } from '../platform/tenants.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Caller } from '../testing/caller.ts';
import { must, send } from '../testing/scenario.ts';

const DAY_MS = 86_400_000;
const START = '2026-01-10T09:00:00Z';
const NOW_MS = Date.parse(START);
const KEY = `rk_test_${'a1B2'.repeat(8)}`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'billhook-doctor-'));

let app: TestApp;
let mailServer: Sandbox;
let owner: Caller;
let tenant: string;
let tenantId: number;

function jwt(endsAtMs: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part({ exp: endsAtMs / 1000 })}.c2ln`;
}

/** A certificate of a mail server that ends in nine days. */
function certificate() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const cert = makeCertificate({
    serial: Buffer.from([7]),
    commonName: 'localhost',
    publicKey,
    notBeforeMs: NOW_MS - 80 * DAY_MS,
    notAfterMs: NOW_MS + 9 * DAY_MS,
    isAuthority: false,
    issuer: { commonName: 'localhost', privateKey },
  });
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
}

beforeAll(async () => {
  mailServer = await startSandbox({
    folder,
    controlToken: 't',
    wallNow: () => NOW_MS,
    randomBytes,
    log: { info() {}, warn() {} },
    smtpAuth: { user: 'shop', pass: 'secret' },
    smtpSenders: ['billing@shop.example'],
    smtpTls: certificate(),
  });
  app = await startTestApp({
    clockAt: START,
    smtpUrl: `${mailServer.smtpUrl.replace('smtp://', 'smtp://shop:secret@')}?tls.rejectUnauthorized=false`,
    environment: (url) => ({
      MAIL_FROM: 'billing@elsewhere.example',
      TWILIO_ACCOUNT_SID: `AC${'0a'.repeat(16)}`,
      TWILIO_AUTH_TOKEN: 'read-only-token',
      TWILIO_FROM: '+15005550007',
      TWILIO_API_URL: url,
      PEPPOL_URL: `${url}/peppol`,
      PEPPOL_TOKEN: jwt(NOW_MS + 40 * DAY_MS),
    }),
  });
  owner = await app.signIn(app.owner.email, app.owner.password);
  const live = { slug: 'live-shop', name: 'Live', kind: 'live', currency: 'EUR', time_zone: 'UTC' };
  tenant = String((await send(owner, '/v1/tenants', live)).id);
  const found = await app.server.transactor.lookUp((sql) => findTenantByTypeId(sql, tenant));
  if (found === undefined) throw new Error('the tenant was just made');
  tenantId = found.id;
  await app.server.begin();
});
afterAll(async () => {
  await app.close();
  await mailServer.stop();
  rmSync(folder, { recursive: true, force: true });
});

const asLive = (method: string, address: string, body?: unknown) =>
  owner(method, address, { headers: { 'billhook-tenant': tenant }, ...(body === undefined ? {} : { body }) });

type Check = { id: string; state: string; detail: string };
async function checks(): Promise<Record<string, Check>> {
  const { checks: all } = await must(asLive('GET', '/v1/health_report'));
  return Object.fromEntries((all as unknown as Check[]).map((check) => [check.id, check]));
}
type Age = { name: string; state: string; due_at: string; expires_at: string | null };
async function ages(): Promise<Record<string, Age>> {
  const { data } = await must(asLive('GET', '/v1/secret_ages'));
  return Object.fromEntries((data as unknown as Age[]).map((age) => [age.name, age]));
}
async function cases(): Promise<string[]> {
  const { data } = await must(asLive('GET', '/v1/cases?open=true&limit=100'));
  return (data as unknown as { kind: string; facts: { name?: string } }[])
    .filter(({ kind }) => kind === 'secret.rotation')
    .map(({ facts }) => String(facts.name))
    .sort();
}

test('I480 mail, texts and the access point are asked what they let do, and nothing is sent', async () => {
  const seen = await checks();
  expect(seen['mail.sign_in']).toMatchObject({ state: 'ok' });
  expect(seen['mail.encryption']).toMatchObject({
    state: 'attention',
    detail: 'The certificate of the mail server ends in 9 days.',
  });
  expect(seen['mail.sender']).toMatchObject({
    state: 'problem',
    detail: expect.stringContaining('billing@elsewhere.example'),
  });
  expect(seen['texts.rights']).toMatchObject({ state: 'problem', detail: 'The key may not send messages.' });
  expect(seen['texts.sender']).toMatchObject({ state: 'problem', detail: 'The account has no such sender.' });
  expect(seen['peppol.sign_in']).toMatchObject({
    state: 'ok',
    detail: 'The access point lets us in; its token is good for 40 days.',
  });
  expect(await app.sandbox.texts()).toEqual([]);
});

test('I480 what a restricted key of Stripe may not change is found out without changing anything', async () => {
  await must(
    asLive('PUT', '/v1/payment_provider/stripe', {
      secret_key: KEY,
      webhook_secret: 'whsec_0123456789abcdef',
    }),
  );
  expect((await checks())['stripe.scopes']).toMatchObject({ state: 'ok' });
  const accounts = await app.sandbox.accounts();
  const account = accounts.at(-1);
  if (account === undefined) throw new Error('the key has an account at the stand-in');
  const before = await app.sandbox.events(account.id);
  const denied =
    'customers_write payouts_read refunds_write checkout_sessions_write files_write products_write';
  await app.sandbox.setFaults(account.id, { deniedRights: denied });
  const narrow = (await checks())['stripe.scopes'];
  expect(narrow).toMatchObject({
    state: 'problem',
    detail:
      'The key may not use payouts, customers (write), checkout_sessions (write), refunds (write), files (write).',
  });
  // Who leaves subscriptions to Stripe needs more of the key.
  await must(asLive('PATCH', '/v1/tenant', { settings: { new_subscriptions: 'stripe' } }));
  expect((await checks())['stripe.scopes']?.detail).toContain('products (write)');
  expect(await app.sandbox.events(account.id)).toEqual(before);
  await app.sandbox.setFaults(account.id, {});
});

test('I481 an end that the issuer tells or that staff enter is shown and warned of, the earlier one first', async () => {
  await app.drain(tenantId);
  const seen = await ages();
  expect(seen['Peppol token']).toMatchObject({
    state: 'fresh',
    expires_at: instantOf(40),
    due_at: instantOf(40),
  });
  // The certificate was looked at by due work, without anybody asking the doctor.
  expect(seen['Mail server certificate']).toMatchObject({ state: 'due_soon', expires_at: instantOf(9) });
  expect(await cases()).toEqual(['Mail server certificate']);
  const enter = (name: string, expires_at: string | null) =>
    asLive('PUT', '/v1/secret_expiry', { name, expires_at });
  expect((await enter('No such key', instantOf(20))).body).toMatchObject({ code: 'secret.not_found' });
  expect(await must(enter('Peppol token', instantOf(50)))).toMatchObject({ expires_at: instantOf(40) });
  expect(await must(enter('Twilio token', instantOf(20)))).toMatchObject({
    expires_at: instantOf(20),
    due_at: instantOf(20),
    state: 'fresh',
  });
  app.passWallTime(7 * DAY_MS);
  await app.drain(tenantId);
  expect((await ages())['Twilio token']).toMatchObject({ state: 'due_soon' });
  expect(await cases()).toEqual(['Mail server certificate', 'Twilio token']);
  // Taken back, the policy alone counts and the case has no cause.
  expect(await must(enter('Twilio token', null))).toMatchObject({ expires_at: null, state: 'fresh' });
  await app.drain(tenantId);
  expect(await cases()).toEqual(['Mail server certificate']);
  const { data: acts } = await must(asLive('GET', '/v1/audit?limit=20'));
  expect((acts as unknown as { action: string }[]).map(({ action }) => action)).toContain(
    'secret_expiry.set',
  );
});

const instantOf = (days: number) => new Date(instant(NOW_MS + days * DAY_MS)).toISOString();
