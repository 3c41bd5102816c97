import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { type Answer, type Caller, createCaller } from '../testing/caller.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const PASSWORD = 'correct horse battery';
const KNOWN = 'ada@example.com';
const UNKNOWN = 'nobody@example.com';

/** What is told apart from the name of the request. */
function told({ status, text }: Answer): unknown {
  const { request_id, instance, ...rest } = JSON.parse(text) as Record<string, unknown>;
  expect(status < 400 || (request_id !== undefined && instance !== undefined)).toBe(true);
  return { status, ...rest };
}

describe('answers to strangers do not tell whether an address is known', () => {
  let app: TestApp;
  let page: Caller;
  let auth: string;

  beforeAll(async () => {
    app = await startTestApp();
    page = createCaller(app.baseUrl, { origin: app.baseUrl });
    auth = `/p/${app.tenant.slug}/auth`;
    const body = { email: KNOWN, password: PASSWORD, name: 'Ada' };
    expect((await page('POST', `${auth}/sign-up/email`, { body })).status).toBe(200);
  });
  afterAll(() => app.close());

  const ask = (operation: string, email: string, more: object = {}, base = auth) =>
    page('POST', `${base}/${operation}`, { body: { email, ...more } });

  it('S02 when a password is wrong, in words and in time', { timeout: 120_000 }, async () => {
    const wrong = { password: 'wrong wrong wrong' };
    const times: Record<string, number[]> = { [KNOWN]: [], [UNKNOWN]: [] };
    for (let round = 0; round < 4; round += 1) {
      for (const email of [KNOWN, UNKNOWN]) {
        const startedAt = performance.now();
        expect((await ask('sign-in/email', email, wrong)).status).toBe(401);
        times[email]?.push(performance.now() - startedAt);
      }
    }
    expect(told(await ask('sign-in/email', UNKNOWN, wrong))).toEqual(
      told(await ask('sign-in/email', KNOWN, wrong)),
    );
    const fastest = (email: string) => Math.min(...(times[email] ?? []));
    // Either way one password is hashed, which is by far the most of it; a bare look-up would take a tenth.
    expect(fastest(UNKNOWN) / fastest(KNOWN)).toBeGreaterThan(0.4);
    expect(fastest(UNKNOWN) / fastest(KNOWN)).toBeLessThan(2.5);
  });

  it.each(['request-password-reset', 'send-verification-email'])('S02 when %s is asked for', async (name) => {
    const known = await ask(name, KNOWN);
    expect(known.status).toBe(200);
    expect(told(await ask(name, UNKNOWN))).toEqual(told(known));
  });

  it('S02 when an operator forgot the password, or an address that is none is tried', async () => {
    const known = await ask('request-password-reset', app.owner.email, {}, '/auth');
    expect(known.status).toBe(200);
    expect(told(await ask('request-password-reset', UNKNOWN, {}, '/auth'))).toEqual(told(known));
    const wrong = { password: 'wrong wrong wrong' };
    expect(told(await ask('sign-in/email', UNKNOWN, wrong, '/auth'))).toEqual(
      told(await ask('sign-in/email', app.owner.email, wrong, '/auth')),
    );
  });

  it('S02 when a reset is tried with a link that does not work', async () => {
    const body = { token: 'made-up', newPassword: 'another long password' };
    const tries = await Promise.all(
      [KNOWN, UNKNOWN].map(() => page('POST', `${auth}/reset-password`, { body })),
    );
    expect(tries.map(({ status }) => status)).toEqual([422, 422]);
    expect(told(tries[0] as Answer)).toEqual(told(tries[1] as Answer));
  });
});

describe('signing up signs in at once, so it tells; few may be asked for', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ limits: { signUp: DEFAULT_LIMITS.signUp } });
  });
  afterAll(() => app.close());

  it('S02 refuses more than twenty from one address in ten minutes, known or not', async () => {
    const page = createCaller(app.baseUrl, { origin: app.baseUrl });
    const signUp = (email: string) =>
      page('POST', `/p/${app.tenant.slug}/auth/sign-up/email`, {
        body: { email, password: PASSWORD, name: 'Ada' },
      });
    expect((await signUp(KNOWN)).status).toBe(200);
    for (let count = 2; count <= 20; count += 1) expect((await signUp(KNOWN)).status).toBe(422);
    for (const email of [KNOWN, UNKNOWN]) {
      const limited = await signUp(email);
      expect([limited.status, limited.body.code]).toEqual([429, 'rate.limited']);
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(60);
    }
    await app.signIn(KNOWN, PASSWORD, `/p/${app.tenant.slug}/auth`);
  });
});
