import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { createCaller } from '../testing/caller.ts';

const MINUTE_MS = 60_000;

describe('limits', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({
      clockAt: '2026-01-01T00:00:00Z',
      limits: {
        key: { max: 20, windowMs: MINUTE_MS },
        refused: { max: 10, windowMs: MINUTE_MS },
        account: { max: 5, windowMs: MINUTE_MS },
        auth: { max: 50, windowMs: MINUTE_MS },
      },
    });
  });
  afterAll(() => app.close());

  it('tell a key what is left, and refuse what is too much until the window has passed', async () => {
    const first = await app.api('GET', '/v1/tenant');
    expect([first.headers.get('ratelimit-limit'), first.headers.get('ratelimit-remaining')]).toEqual([
      '20',
      '19',
    ]);
    const answers = [];
    for (let count = 0; count < 20; count += 1) answers.push(await app.api('GET', '/v1/tenant'));
    const last = answers.at(-1);
    expect([last?.status, String(last?.body.code)]).toEqual([429, 'rate.limited']);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    app.passWallTime(MINUTE_MS);
    expect((await app.api('GET', '/v1/tenant')).status).toBe(200);
  });

  it('stop guessing of keys, however the caller names its address', async () => {
    const guess = (count: number) =>
      createCaller(app.baseUrl, {
        authorization: 'Bearer sk_test_wrong',
        'x-forwarded-for': `10.0.0.${count}`,
      })('GET', '/v1/tenant');
    const statuses = [];
    for (let count = 0; count < 15; count += 1) statuses.push((await guess(count)).status);
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(statuses.at(-1)).toBe(429);
    app.passWallTime(MINUTE_MS);
    expect((await guess(1)).status).toBe(401);
  });

  it('keep nobody out who has a valid key or session, however much fails from the same address', async () => {
    const owner = await app.signIn(app.owner.email, app.owner.password);
    const guess = createCaller(app.baseUrl, { authorization: 'Bearer sk_test_wrong' });
    const slug = `/p/${app.tenant.slug}/api/v1/customers`;
    for (let count = 0; count < 12; count += 1) await guess('GET', '/v1/tenant');
    expect((await guess('GET', '/v1/tenant')).status).toBe(429);
    expect((await app.anybody('GET', slug)).status).toBe(429);
    expect((await app.api('GET', '/v1/tenant')).status).toBe(200);
    expect((await owner('GET', '/v1/session')).status).toBe(200);
    app.passWallTime(MINUTE_MS);
  });

  it('stop guessing of one password; the right one works when the window has passed', async () => {
    const page = createCaller(app.baseUrl, { origin: app.baseUrl });
    const statuses = [];
    for (let count = 0; count < 8; count += 1) {
      statuses.push(
        (
          await page('POST', '/auth/sign-in/email', {
            body: { email: app.owner.email, password: 'wrong wrong wrong' },
          })
        ).status,
      );
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    app.passWallTime(MINUTE_MS);
    await app.signIn(app.owner.email, app.owner.password);
  });

  it('offer nothing of sign-in but what is named', async () => {
    const page = createCaller(app.baseUrl, { origin: app.baseUrl });
    for (const operation of ['sign-up/email', 'list-sessions', 'update-user', 'delete-user', 'ok', 'error']) {
      const answer = await page('POST', `/auth/${operation}`, {
        body: { email: 'x@example.com', password: 'long enough password', name: 'X' },
      });
      expect([operation, answer.status >= 400]).toEqual([operation, true]);
    }
    expect((await page('GET', '/auth/get-session')).status).toBe(404);
  });
});

describe('pages', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('ask for patience while they are being built, then are served with their files', async () => {
    const early = await app.anybody('GET', '/admin');
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '2']);
    for (const folder of [app.web.admin, app.web.portal]) {
      mkdirSync(path.join(folder, 'assets'), { recursive: true });
      writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>page</title>');
      writeFileSync(path.join(folder, 'assets', 'main-1a2b.js'), 'export {};');
    }
    for (const address of [
      '/',
      '/pricing',
      '/admin',
      '/admin/customers/cus_1',
      '/p/acme',
      '/p/acme/invoices',
    ]) {
      const page = await app.anybody('GET', address);
      expect([address, page.status, page.headers.get('cache-control')]).toEqual([address, 200, 'no-cache']);
    }
    for (const address of ['/assets/main-1a2b.js', '/admin/assets/main-1a2b.js']) {
      const file = await app.anybody('GET', address);
      expect([file.status, file.headers.get('cache-control')]).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ]);
    }
  });

  it.each([
    '/assets/..%2f..%2fpackage.json',
    '/assets/missing.js',
    '/admin/assets/../../../secrets/master-key',
    '/nowhere',
  ])('serve nothing else: %s', async (address) => {
    const answer = await app.anybody('GET', address);
    expect([answer.status, String(answer.body.code)]).toEqual([404, 'request.not_found']);
  });

  it('tell a person in words that an address leads nowhere, and a program in JSON', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const page = await app.anybody('GET', '/nowhere', { headers });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.text).toContain('<title>page</title>');
    for (const address of ['/v1/nowhere', '/auth/nowhere', '/assets/missing.js']) {
      const answer = await app.anybody('GET', address, { headers });
      expect([address, answer.status, String(answer.body.code)]).toEqual([address, 404, 'request.not_found']);
    }
  });

  it('may not be framed, and run no script of others', async () => {
    const page = await app.anybody('GET', '/');
    const policy = page.headers.get('content-security-policy') ?? '';
    for (const part of [
      "frame-ancestors 'none'",
      "script-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
    ])
      expect(policy).toContain(part);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const foreign = await createCaller(app.baseUrl, { origin: 'https://evil.example' })('GET', '/v1/tenant');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('keep figures of the server to this machine, or to who has the token', async () => {
    expect((await app.anybody('GET', '/metrics')).text).toContain('billhook_requests_total');
  });
});
