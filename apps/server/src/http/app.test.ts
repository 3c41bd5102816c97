import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';

describe('a server', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('says that it lives, that it is ready, and which release it is', async () => {
    expect((await app.anybody('GET', '/livez')).status).toBe(200);
    expect((await app.anybody('GET', '/readyz')).status).toBe(200);
    expect((await app.anybody('GET', '/version')).body).toEqual({ version: 'test' });
    expect((await app.anybody('GET', '/openapi.json')).body.openapi).toBe('3.1.0');
    expect((await app.anybody('GET', '/metrics')).text).toContain('billhook_due_work');
  });

  it('lets a key in and works for its tenant', async () => {
    const answer = await app.api('GET', '/v1/tenant');
    expect(answer.status).toBe(200);
    expect(answer.body.id).toBe(app.tenant.typeId);
  });

  it('lets the owner sign in', async () => {
    const owner = await app.signIn(app.owner.email, app.owner.password);
    const answer = await owner('GET', '/v1/session');
    expect(answer.body.role).toBe('owner');
  });
});
