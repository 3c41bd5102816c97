import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Caller } from '../testing/caller.ts';

describe('the header Idempotency-Key', () => {
  let app: TestApp;
  let owner: Caller;
  beforeAll(async () => {
    app = await startTestApp();
    owner = await app.signIn(app.owner.email, app.owner.password);
  });
  afterAll(() => app.close());

  const create = (idempotencyKey: string | null, body: unknown, headers: Record<string, string> = {}) =>
    app.api('POST', '/v1/customers', { idempotencyKey, body, headers });
  const customers = () =>
    app.server.transactor.query(
      { tenantId: app.tenant.id, actor: { kind: 'system', id: 'test' }, requestId: null },
      async (ctx) => {
        const row = await ctx.sql.row<{ n: number }>(
          'select count(*)::int as n from customers where tenant_id = $1',
          [ctx.tenant.id],
        );
        return row?.n;
      },
    );

  it('I46 replays the same answer, byte by byte, and does nothing again', async () => {
    const first = await create('same', { name: 'Acme' });
    expect(first.status).toBe(201);
    const before = await customers();
    const second = await create('same', { name: 'Acme' });
    expect(second.text).toBe(first.text);
    expect(second.status).toBe(first.status);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(await customers()).toBe(before);
  });

  it('I46 refuses the key for another body or another operation', async () => {
    await create('once', { name: 'Acme' });
    const otherBody = await create('once', { name: 'Other' });
    expect([otherBody.status, String(otherBody.body.code)]).toEqual([422, 'idempotency.key_reused']);
    const otherRoute = await app.api('POST', '/v1/meters', {
      idempotencyKey: 'once',
      body: { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count', unit: 'calls' },
    });
    expect([otherRoute.status, String(otherRoute.body.code)]).toEqual([422, 'idempotency.key_reused']);
  });

  it('I46 lets one of many equal requests at once take effect', async () => {
    const before = (await customers()) ?? 0;
    const answers = await Promise.all(Array.from({ length: 8 }, () => create('at-once', { name: 'Acme' })));
    expect(await customers()).toBe(before + 1);
    for (const answer of answers) {
      if (answer.status === 201) continue;
      expect([answer.status, String(answer.body.code)]).toEqual([409, 'idempotency.in_progress']);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    const ids = new Set(
      answers.filter((answer) => answer.status === 201).map((answer) => String(answer.body.id)),
    );
    expect(ids.size).toBe(1);
  });

  it('I46 keeps no record of a request that was refused', async () => {
    await create('taken', { name: 'Acme', external_id: 'acme-1' });
    const refused = await create('again', { name: 'Acme', external_id: 'acme-1' });
    expect(refused.status).toBe(409);
    const afterwards = await create('again', { name: 'Acme', external_id: 'acme-2' });
    expect(afterwards.status).toBe(201);
  });

  it('I46 belongs to one caller: the same key of another is another request', async () => {
    await create('mine', { name: 'Acme' });
    const theirs = await owner('POST', '/v1/customers', { idempotencyKey: 'mine', body: { name: 'Beta' } });
    expect(theirs.status).toBe(201);
    expect(theirs.body.name).toBe('Beta');
  });

  it('I46 is kept for thirty days of real time', async () => {
    const first = await create('old', { name: 'Acme' });
    app.passWallTime(29 * 86_400_000);
    expect((await create('old', { name: 'Acme' })).text).toBe(first.text);
    app.passWallTime(2 * 86_400_000);
    const anew = await create('old', { name: 'Acme' });
    expect(anew.status).toBe(201);
    expect(anew.text).not.toBe(first.text);
    app.passWallTime(31 * 86_400_000);
    await app.drain();
    const kept = await app.server.transactor.query(
      { tenantId: app.tenant.id, actor: { kind: 'system', id: 'test' }, requestId: null },
      (ctx) => ctx.sql.rows('select 1 from idempotency_keys where tenant_id = $1', [ctx.tenant.id]),
    );
    expect(kept).toEqual([]);
  });

  it.each([
    ['no key', null, 'idempotency.key_missing'],
    ['an empty one', '', 'idempotency.key_missing'],
    ['one of 300 characters', 'x'.repeat(300), 'request.malformed'],
    ['one beyond ASCII', 'schlüssel', 'request.malformed'],
    ['two at once', 'one, two', 'request.malformed'],
  ])('refuses %s', async (_name, key, code) => {
    const answer = await create(key, { name: 'Acme' });
    expect([answer.status, String(answer.body.code)]).toEqual([400, code]);
  });

  it('I45 never lets the secret of a new key into the database', async () => {
    const made = await owner('POST', '/v1/api_keys', { idempotencyKey: 'key', body: { name: 'Shown once' } });
    const again = await owner('POST', '/v1/api_keys', {
      idempotencyKey: 'key',
      body: { name: 'Shown once' },
    });
    expect(again.text).toBe(made.text);
    const kept = await app.server.transactor.query(
      { tenantId: app.tenant.id, actor: { kind: 'system', id: 'test' }, requestId: null },
      (ctx) =>
        ctx.sql.rows<{ body: string }>('select body from idempotency_keys where tenant_id = $1', [
          ctx.tenant.id,
        ]),
    );
    const secret = String(made.body.secret);
    expect(secret).toMatch(/^sk_test_/);
    for (const row of kept) {
      expect(row.body).not.toContain(secret);
      expect(Buffer.from(row.body, 'base64').toString('latin1')).not.toContain(secret);
    }
  });
});
