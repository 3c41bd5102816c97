import { allRoutes } from '@billhook/contract/routes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Caller } from '../testing/caller.ts';
import { idPrefix, pathOf } from '../testing/routes.ts';
import { must, secondTenant, send } from '../testing/scenario.ts';

const CANARY = 'canary-7f3a';

describe('the wall between two tenants', () => {
  let app: TestApp;
  let theirs: Caller;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    app = await startTestApp();
    const owner = await app.signIn(app.owner.email, app.owner.password);
    const other = await secondTenant(app, owner, 'neighbour');
    theirs = other.api;
    const customer = await send(theirs, '/v1/customers', {
      name: CANARY,
      external_id: CANARY,
      email: `${CANARY}@example.com`,
    });
    const meter = await send(theirs, '/v1/meters', {
      key: CANARY,
      name: CANARY,
      event_type: CANARY,
      aggregation: 'count',
      unit: 'calls',
    });
    const key = await send(
      owner,
      '/v1/api_keys',
      { name: CANARY },
      { headers: { 'billhook-tenant': other.typeId } },
    );
    ids.cus = String(customer.id);
    ids.meter = String(meter.id);
    ids.key = String(key.id);
    await send(theirs, '/v1/events', [
      {
        specversion: '1.0',
        id: CANARY,
        source: CANARY,
        type: CANARY,
        subject: CANARY,
        time: new Date(app.server.transactor.wallNow()).toISOString(),
        data: {},
      },
    ]);
    await send(app.api, '/v1/customers', { name: 'Ours' });
    await app.drain();
  });
  afterAll(() => app.close());

  const wired = allRoutes.filter(
    (route) =>
      route.audience === 'operator' && route.access === 'key_or_session' && route.bodyKind !== 'multipart',
  );

  it('I43 shows nothing of one in any answer to the other', async () => {
    const leaks: string[] = [];
    for (const route of wired.filter((one) => one.method === 'GET' && one.id !== 'streamClock')) {
      for (const query of [
        '',
        `?q=${CANARY}`,
        `?customer=${CANARY}`,
        `?customer=${ids.cus}`,
        `?object_id=${ids.cus}`,
      ]) {
        const answer = await app.api('GET', `${pathOf(route, app.tenant.slug)}${query}`);
        // What was asked for may be named in the refusal; nothing else.
        const shown = answer.text.replaceAll(query.split('=')[1] ?? CANARY.toUpperCase(), '');
        if (shown.includes(CANARY)) leaks.push(`${route.id}${query}`);
      }
    }
    expect(leaks).toEqual([]);
    expect(JSON.stringify((await must(theirs('GET', '/v1/customers'))).data)).toContain(CANARY);
  });

  it('answers an id of the other like one that does not exist', async () => {
    const wrong: string[] = [];
    for (const route of wired) {
      const prefix = idPrefix(route);
      const id = prefix === undefined ? undefined : ids[prefix];
      if (id === undefined) continue;
      const options = route.bodyKind === 'json' ? { body: route.example ?? {} } : {};
      const foreign = await app.api(route.method, pathOf(route, app.tenant.slug, { id }), options);
      const unknown = await app.api(route.method, pathOf(route, app.tenant.slug), options);
      const same = foreign.status === 404 && String(foreign.body.code) === String(unknown.body.code);
      if (!same)
        wrong.push(
          `${route.id}: ${foreign.status} ${String(foreign.body.code)} / ${String(unknown.body.code)}`,
        );
    }
    expect(wrong).toEqual([]);
  });

  it('lets both use the same keys and external ids', async () => {
    const same = await send(app.api, '/v1/customers', { name: 'Same', external_id: CANARY });
    expect(same.external_id).toBe(CANARY);
  });

  it('I43 writes no key, token or password into the log', () => {
    expect(JSON.stringify(app.logs)).not.toMatch(/sk_(test|live)_|canary-7f3a@|password=/);
  });
});
