import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../testing/app.ts';
import { type Caller, createCaller } from '../../../testing/caller.ts';
import { linkTo, must, secondTenant, send, signUpMember } from '../../../testing/scenario.ts';

describe('members of a portal', () => {
  let app: TestApp;
  let portal: string;
  let ada: Caller;
  beforeAll(async () => {
    app = await startTestApp();
    portal = `/p/${app.tenant.slug}/api/v1`;
    ada = await signUpMember(app, app.tenant.slug, 'ada@example.com');
    await send(ada, `${portal}/customers`, { name: 'Ada GmbH', country: 'DE' });
  });
  afterAll(() => app.close());

  it('are greeted as visitors before they sign in, and by name afterwards', async () => {
    const visitor = await must(app.anybody('GET', `${portal}/session`));
    expect([visitor.user, visitor.seller?.slug]).toEqual([null, app.tenant.slug]);
    const session = await must(ada('GET', `${portal}/session`));
    expect([session.user?.email, session.customers?.[0]?.name]).toEqual(['ada@example.com', 'Ada GmbH']);
    expect(session.customers?.[0]?.role).toBe('owner');
  });

  it('have a name of one line', async () => {
    const page = createCaller(app.baseUrl, { origin: app.baseUrl });
    for (const name of ['Ada\r\nBcc: all@example.com', 'Ada\n', '\u0007', ' ']) {
      const body = { email: 'line@example.com', password: 'correct horse battery', name };
      const answer = await page('POST', `/p/${app.tenant.slug}/auth/sign-up/email`, { body });
      expect([name, answer.status]).toEqual([name, 422]);
    }
  });

  it('confirm their address by a mailed link', async () => {
    const link = await linkTo(app, 'ada@example.com', `/p/${app.tenant.slug}/auth/verify-email`);
    const opened = await fetch(link, { redirect: 'manual' });
    expect(opened.status).toBeLessThan(400);
    expect((await must(ada('GET', `${portal}/session`))).user?.email_verified).toBe(true);
  });

  it('reset a forgotten password, and are signed out everywhere', async () => {
    const bob = await signUpMember(app, app.tenant.slug, 'bob@example.com');
    const page = createCaller(app.baseUrl, { origin: app.baseUrl });
    await must(
      page('POST', `/p/${app.tenant.slug}/auth/request-password-reset`, {
        body: { email: 'bob@example.com' },
      }),
    );
    const link = await linkTo(app, 'bob@example.com', `/p/${app.tenant.slug}/reset-password`);
    const body = { token: link.searchParams.get('token'), newPassword: 'another long password' };
    await must(page('POST', `/p/${app.tenant.slug}/auth/reset-password`, { body }));
    expect((await bob('GET', `${portal}/customers`)).status).toBe(401);
    await app.signIn('bob@example.com', 'another long password', `/p/${app.tenant.slug}/auth`);
  });

  it('change a password, and every other session of theirs ends', async () => {
    const kim = await signUpMember(app, app.tenant.slug, 'kim@example.com');
    const elsewhere = await app.signIn(
      'kim@example.com',
      'correct horse battery',
      `/p/${app.tenant.slug}/auth`,
    );
    expect((await elsewhere('GET', `${portal}/customers`)).status).toBe(200);
    const body = { currentPassword: 'correct horse battery', newPassword: 'another long password' };
    const changed = await must(kim('POST', `/p/${app.tenant.slug}/auth/change-password`, { body }));
    expect(changed).toBeDefined();
    expect((await elsewhere('GET', `${portal}/customers`)).status).toBe(401);
    await app.signIn('kim@example.com', 'another long password', `/p/${app.tenant.slug}/auth`);
  });

  it('join a customer by an invitation to their own address, once', async () => {
    await send(ada, `${portal}/members/invitations`, { email: 'Eve@Example.com', role: 'manager' });
    const link = await linkTo(app, 'eve@example.com', `/p/${app.tenant.slug}/accept-invitation`);
    const accept = { body: { token: link.searchParams.get('token') } };
    const mallory = await signUpMember(app, app.tenant.slug, 'mallory@example.com');
    const stolen = await mallory('POST', `${portal}/members/invitations/accept`, accept);
    expect([stolen.status, String(stolen.body.code)]).toEqual([404, 'invitation.not_found']);
    const eve = await signUpMember(app, app.tenant.slug, 'eve@example.com');
    expect((await must(eve('POST', `${portal}/members/invitations/accept`, accept))).role).toBe('manager');
    expect((await eve('POST', `${portal}/members/invitations/accept`, accept)).status).toBe(404);
    const names = (await must(eve('GET', `${portal}/members`))).data;
    expect(JSON.stringify(names)).toContain('ada@example.com');
    const refused = await eve('POST', `${portal}/members/invitations`, {
      body: { email: 'x@example.com', role: 'employee' },
    });
    expect([refused.status, String(refused.body.code)]).toEqual([403, 'auth.forbidden']);
  });

  it('are invited once, and not when they belong already', async () => {
    await send(ada, `${portal}/members/invitations`, { email: 'new@example.com', role: 'employee' });
    const again = await ada('POST', `${portal}/members/invitations`, {
      body: { email: 'new@example.com', role: 'employee' },
    });
    expect(String(again.body.code)).toBe('invitation.already_exists');
    const self = await ada('POST', `${portal}/members/invitations`, {
      body: { email: 'ada@example.com', role: 'employee' },
    });
    expect(String(self.body.code)).toBe('member.already_exists');
  });

  it('cannot take an invitation that has run out', async () => {
    await send(ada, `${portal}/members/invitations`, { email: 'slow@example.com', role: 'employee' });
    const link = await linkTo(app, 'slow@example.com', `/p/${app.tenant.slug}/accept-invitation`);
    const slow = await signUpMember(app, app.tenant.slug, 'slow@example.com');
    app.passWallTime(8 * 86_400_000);
    const late = await slow('POST', `${portal}/members/invitations/accept`, {
      body: { token: link.searchParams.get('token') },
    });
    expect(String(late.body.code)).toBe('invitation.expired');
  });

  it('choose among their customers by the header, and reach no others', async () => {
    const first = (await must(ada('GET', `${portal}/customers`))).data?.[0];
    const second = await send(ada, `${portal}/customers`, { name: 'Ada Ltd' });
    const headers = { 'billhook-customer': String(second.id) };
    expect(JSON.stringify((await must(ada('GET', `${portal}/members`, { headers }))).data)).not.toContain(
      'eve@',
    );
    const stranger = await signUpMember(app, app.tenant.slug, 'stranger@example.com');
    const foreign = await stranger('GET', `${portal}/members`, {
      headers: { 'billhook-customer': String(first?.id) },
    });
    const unknown = await stranger('GET', `${portal}/members`, {
      headers: { 'billhook-customer': 'cus_01h2xcejqtf2nbrexx3vqjhp41' },
    });
    expect([foreign.status, foreign.body.detail]).toEqual([404, unknown.body.detail]);
  });

  it('I46 ask the same of another customer of theirs, and it is another request', async () => {
    const two = await signUpMember(app, app.tenant.slug, 'two@example.com');
    const ids: string[] = [];
    for (const name of ['One', 'Two'])
      ids.push(String((await send(two, `${portal}/customers`, { name, country: 'DE' })).id));
    const invite = (customer: string | undefined) =>
      two('POST', `${portal}/members/invitations`, {
        body: { email: 'colleague@example.com', role: 'manager' },
        headers: { 'billhook-customer': String(customer) },
        idempotencyKey: 'invite-1',
      });
    const first = await invite(ids[0]);
    expect(first.status).toBe(201);
    expect((await invite(ids[0])).text).toBe(first.text);
    const other = await invite(ids[1]);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.key_reused']);
  });

  it('I42 of one portal are nobody in another, even with the same address', async () => {
    const owner = await app.signIn(app.owner.email, app.owner.password);
    await secondTenant(app, owner, 'other-portal');
    expect((await ada('GET', '/p/other-portal/api/v1/customers')).status).toBe(401);
    const there = await signUpMember(app, 'other-portal', 'ada@example.com');
    expect((await must(there('GET', '/p/other-portal/api/v1/customers'))).data).toEqual([]);
    const renamed = createCaller(app.baseUrl, { origin: app.baseUrl });
    const cookie = await renamed('POST', '/p/other-portal/auth/sign-in/email', {
      body: { email: 'ada@example.com', password: 'correct horse battery' },
    });
    const forged = cookie.cookies.replace('billhook-other-portal', `billhook-${app.tenant.slug}`);
    const answer = await createCaller(app.baseUrl, { origin: app.baseUrl, cookie: forged })(
      'GET',
      `${portal}/customers`,
    );
    expect(answer.status).toBe(401);
  });
});
