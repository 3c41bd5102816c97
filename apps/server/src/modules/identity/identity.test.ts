import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Caller, createCaller } from '../../testing/caller.ts';

const WEEK_MS = 7 * 86_400_000;

describe('identity', () => {
  let app: TestApp;
  let owner: Caller;
  beforeAll(async () => {
    app = await startTestApp();
    owner = await app.signIn(app.owner.email, app.owner.password);
  });
  afterAll(() => app.close());

  const keyCaller = (secret: unknown) =>
    createCaller(app.baseUrl, { authorization: `Bearer ${String(secret)}` });

  /** The newest mail to an address; the sender does not wait for it, so it may be under way. */
  async function mailTo(address: string): Promise<string> {
    const deadline = performance.now() + 5_000;
    while (performance.now() < deadline) {
      const page = await app.sandbox.mails({ to: address, limit: 1 });
      const newest = page.data[0];
      if (newest !== undefined) return (await app.sandbox.mail(newest.id)).text ?? '';
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no mail came to ${address}`);
  }

  const linkIn = (text: string) => new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? 'http://missing');

  async function invite(email: string, role: string): Promise<string> {
    const invited = await owner('POST', '/v1/invitations', { body: { email, role } });
    expect(invited.status).toBe(201);
    return linkIn(await mailTo(email)).searchParams.get('token') ?? '';
  }

  async function join(email: string, role: string): Promise<Caller> {
    const token = await invite(email, role);
    const body = { token, name: 'Grace', password: 'correct horse battery' };
    expect((await app.anybody('POST', '/v1/invitations/accept', { body })).status).toBe(200);
    return app.signIn(email, 'correct horse battery');
  }

  describe('API keys', () => {
    it('open what their scopes name, and nothing else', async () => {
      const made = await owner('POST', '/v1/api_keys', {
        body: { name: 'Reader', scopes: ['customers:read'] },
      });
      const reader = keyCaller(made.body.secret);
      expect((await reader('GET', '/v1/customers')).status).not.toBe(403);
      const refused = await reader('POST', '/v1/customers', { body: { name: 'Acme' } });
      expect([refused.status, String(refused.body.code)]).toEqual([403, 'auth.forbidden']);
      expect(refused.body.required_scope).toBe('customers:write');
      expect((await reader('GET', '/v1/api_keys')).status).toBe(403);
    });

    it('stop at once when they are revoked', async () => {
      const made = await owner('POST', '/v1/api_keys', { body: { name: 'Short' } });
      const caller = keyCaller(made.body.secret);
      expect((await caller('GET', '/v1/tenant')).status).toBe(200);
      const revoked = await owner('DELETE', `/v1/api_keys/${String(made.body.id)}`);
      expect(revoked.body.revoked_at).not.toBeNull();
      expect((await caller('GET', '/v1/tenant')).status).toBe(401);
      const listed = await owner('GET', '/v1/api_keys');
      expect(JSON.stringify(listed.body)).not.toContain(String(made.body.secret));
      expect(listed.text).toContain(String(made.body.last4));
    });

    it('stop when they run out', async () => {
      const expires_at = new Date(app.server.transactor.wallNow() + 60_000).toISOString();
      const made = await owner('POST', '/v1/api_keys', { body: { name: 'Brief', expires_at } });
      const caller = keyCaller(made.body.secret);
      expect((await caller('GET', '/v1/tenant')).status).toBe(200);
      app.passWallTime(60_001);
      expect((await caller('GET', '/v1/tenant')).status).toBe(401);
    });

    it('cannot be published with rights over customers', async () => {
      const body = { name: 'Public', kind: 'publishable', scopes: ['customers:read'] };
      const refused = await owner('POST', '/v1/api_keys', { body });
      expect(refused.status).toBe(422);
      expect(refused.body.errors?.[0]?.pointer).toBe('/scopes');
    });

    it.each([
      ['cut short', (key: string) => key.slice(0, -1)],
      ['changed', (key: string) => `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`],
      ['of the other mode', (key: string) => key.replace('sk_test_', 'sk_live_')],
      ['in upper case', (key: string) => key.toUpperCase()],
      ['with something behind it', (key: string) => `${key} x`],
    ])('are refused when they are %s', async (_name, change) => {
      const answer = await keyCaller(change(app.apiKey))('GET', '/v1/tenant');
      expect([answer.status, String(answer.body.code)]).toEqual([401, 'auth.required']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    });

    it('are refused in an address, where they end up in logs', async () => {
      const answer = await app.api('GET', `/v1/tenant?key=${app.apiKey}`);
      expect([answer.status, String(answer.body.code)]).toEqual([400, 'request.malformed']);
    });

    it('answer not_found for one of another tenant', async () => {
      const other = await owner('POST', '/v1/tenants', {
        body: { slug: 'second', name: 'Second', kind: 'sandbox', currency: 'EUR', time_zone: 'UTC' },
      });
      const made = await owner('POST', '/v1/api_keys', { body: { name: 'Mine' } });
      const headers = { 'billhook-tenant': String(other.body.id) };
      const strange = await owner('DELETE', `/v1/api_keys/${String(made.body.id)}`, { headers });
      const unknown = await owner('DELETE', '/v1/api_keys/key_01h2xcejqtf2nbrexx3vqjhp41', { headers });
      expect([strange.status, strange.body.detail]).toEqual([404, unknown.body.detail]);
      expect((await owner('GET', '/v1/tenant', { headers })).body.slug).toBe('second');
    });
  });

  describe('invitations', () => {
    it('make an operator with the role that was offered', async () => {
      const grace = await join('grace@example.com', 'support');
      const session = await grace('GET', '/v1/session');
      expect([session.body.role, session.body.operator?.email_verified]).toEqual(['support', true]);
    });

    it('work once', async () => {
      const token = await invite('once@example.com', 'viewer');
      const body = { token, name: 'Once', password: 'correct horse battery' };
      expect((await app.anybody('POST', '/v1/invitations/accept', { body })).status).toBe(200);
      const again = await app.anybody('POST', '/v1/invitations/accept', { body });
      expect([again.status, String(again.body.code)]).toEqual([404, 'invitation.not_found']);
    });

    it('end when they are revoked, and are kept as a hash only', async () => {
      const token = await invite('gone@example.com', 'viewer');
      const list = await owner('GET', '/v1/invitations');
      expect(list.text).not.toContain(token);
      await owner('DELETE', `/v1/invitations/${String(list.body.data?.[0]?.id)}`);
      const body = { token, name: 'Gone', password: 'correct horse battery' };
      expect((await app.anybody('POST', '/v1/invitations/accept', { body })).status).toBe(404);
    });

    it('run out after a week', async () => {
      const token = await invite('late@example.com', 'viewer');
      app.passWallTime(WEEK_MS + 1);
      const body = { token, name: 'Late', password: 'correct horse battery' };
      const answer = await app.anybody('POST', '/v1/invitations/accept', { body });
      expect([answer.status, String(answer.body.code)]).toEqual([409, 'invitation.expired']);
    });

    it('are refused for one who is invited or belongs already', async () => {
      await invite('twice@example.com', 'viewer');
      const twice = await owner('POST', '/v1/invitations', {
        body: { email: 'Twice@Example.com', role: 'viewer' },
      });
      expect(String(twice.body.code)).toBe('invitation.already_exists');
      const self = await owner('POST', '/v1/invitations', {
        body: { email: app.owner.email, role: 'viewer' },
      });
      expect(String(self.body.code)).toBe('operator.already_exists');
    });
  });

  describe('operators', () => {
    it('cannot leave the organization without an owner', async () => {
      const session = await owner('GET', '/v1/session');
      const id = String(session.body.operator?.id);
      const demoted = await owner('PATCH', `/v1/operators/${id}`, { body: { role: 'admin' } });
      expect(String(demoted.body.code)).toBe('operator.last_owner');
      const removed = await owner('DELETE', `/v1/operators/${id}`);
      expect(String(removed.body.code)).toBe('operator.last_owner');
    });

    it('I48 lose their rights with their role, and their session with their place', async () => {
      const heidi = await join('heidi@example.com', 'finance');
      const id = String((await heidi('GET', '/v1/session')).body.operator?.id);
      expect((await heidi('GET', '/v1/audit')).status).toBe(403);
      await owner('PATCH', `/v1/operators/${id}`, { body: { role: 'admin' } });
      expect((await heidi('GET', '/v1/audit')).status).toBe(200);
      expect((await owner('DELETE', `/v1/operators/${id}`)).status).toBe(204);
      expect((await heidi('GET', '/v1/session')).status).toBe(401);
    });

    it('read in the audit log which key acted, by its name', async () => {
      const made = await owner('POST', '/v1/api_keys', { body: { name: 'Night shift' } });
      const caller = createCaller(app.baseUrl, { authorization: `Bearer ${String(made.body.secret)}` });
      const changed = await caller('PATCH', '/v1/tenant', { body: { name: 'Renamed by a key' } });
      expect(changed.status).toBe(200);
      const log = await owner('GET', '/v1/audit?limit=1');
      expect(log.body.data).toMatchObject([{ actor: { kind: 'api_key', name: 'Night shift' } }]);
    });

    it('I45 are signed in by tokens of which the database holds hashes', async () => {
      const answer = await createCaller(app.baseUrl, { origin: app.baseUrl })('POST', '/auth/sign-in/email', {
        body: { email: app.owner.email, password: app.owner.password },
      });
      const token = decodeURIComponent(answer.cookies).split('=')[1]?.split('.')[0] ?? '';
      expect(token.length).toBeGreaterThan(20);
      const { rows } = await app.database.runtime.query<{ token: string }>('select token from auth.session');
      for (const row of rows) expect(row.token).toMatch(/^[0-9a-f]{64}$/);
      expect(rows.some((row) => row.token === token)).toBe(false);
      expect(answer.text).not.toContain(token);
    });

    it('are signed out for good', async () => {
      const session = await app.signIn(app.owner.email, app.owner.password);
      expect((await session('POST', '/auth/sign-out', { body: {} })).status).toBe(200);
      expect((await session('GET', '/v1/session')).status).toBe(401);
    });

    it('reset a password by a mailed link that works once and ends all sessions', async () => {
      const judy = await join('judy@example.com', 'viewer');
      const page = createCaller(app.baseUrl, { origin: app.baseUrl });
      const known = await page('POST', '/auth/request-password-reset', {
        body: { email: 'judy@example.com' },
      });
      const unknown = await page('POST', '/auth/request-password-reset', {
        body: { email: 'nobody@example.com' },
      });
      expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
      const link = await resetLink('judy@example.com');
      const body = { token: link.searchParams.get('token'), newPassword: 'a new long password' };
      expect((await page('POST', '/auth/reset-password', { body })).status).toBe(200);
      expect((await judy('GET', '/v1/session')).status).toBe(401);
      expect((await page('POST', '/auth/reset-password', { body })).status).toBe(422);
      expect((await app.signIn('judy@example.com', 'a new long password')) !== undefined).toBe(true);
      await expect(app.signIn('judy@example.com', 'correct horse battery')).rejects.toThrow();
    });

    async function resetLink(address: string): Promise<URL> {
      const deadline = performance.now() + 5_000;
      while (performance.now() < deadline) {
        for (const mail of (await app.sandbox.mails({ to: address, limit: 5 })).data) {
          const link = linkIn((await app.sandbox.mail(mail.id)).text ?? '');
          if (link.pathname === '/admin/reset-password') return link;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error('no link came');
    }
  });

  it('takes a change with a cookie only from its own pages', async () => {
    const cookie = (
      await createCaller(app.baseUrl, { origin: app.baseUrl })('POST', '/auth/sign-in/email', {
        body: { email: app.owner.email, password: app.owner.password },
      })
    ).cookies;
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      {},
    ]) {
      const answer = await createCaller(app.baseUrl, { cookie, ...headers } as Record<string, string>)(
        'POST',
        '/v1/customers',
        { body: { name: 'Evil' } },
      );
      expect([answer.status, String(answer.body.code)]).toEqual([403, 'auth.origin_refused']);
    }
    const form = await createCaller(app.baseUrl, { cookie, origin: app.baseUrl })('POST', '/v1/customers', {
      raw: 'name=Evil',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.status).toBe(415);
  });

  it('changes settings that are given and leaves the others', async () => {
    const changed = await owner('PATCH', '/v1/tenant', { body: { settings: { zero_invoices: 'issue' } } });
    expect([changed.body.settings?.zero_invoices, changed.body.settings?.payment_terms_days]).toEqual([
      'issue',
      14,
    ]);
    const wrong = await owner('PATCH', '/v1/tenant', { body: { currency: 'ZZZ', time_zone: 'Mars/Base' } });
    expect(wrong.body.errors?.length).toBe(2);
    const taken = await owner('POST', '/v1/tenants', {
      body: { slug: 'sandbox', name: 'X', kind: 'sandbox', currency: 'EUR', time_zone: 'UTC' },
    });
    expect(String(taken.body.code)).toBe('tenant.already_exists');
  });
});
