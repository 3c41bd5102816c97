import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { usageRetentionSource } from '../modules/usage/retention.ts';
import { reportVerification } from '../modules/usage/verification.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must, send } from '../testing/scenario.ts';

let app: TestApp;
let serial = 0;

beforeAll(async () => {
  app = await startTestApp();
  const cadence = { interval: 'month', count: 1 };
  await send(app.api, '/v1/meters', {
    key: 'calls',
    name: 'Calls',
    event_type: 'call',
    aggregation: 'sum',
    value_property: 'n',
  });
  const pricing = { model: 'per_unit', unit_amount: '0.1', per: '1' };
  const quantity = { kind: 'meter', meter: 'calls' };
  const price = { key: 'api', name: 'API calls', pricing, quantity, timing: 'in_arrears', cadence };
  await send(app.api, '/v1/plans', {
    key: 'pro',
    name: 'Pro',
    currency: 'EUR',
    entitlements: [],
    prices: [price],
  });
  await send(app.api, '/v1/customers', { name: 'Ada', external_id: 'ada', currency: 'EUR' });
  await send(app.api, '/v1/subscriptions', { customer: 'ada', plan: 'pro', collection: 'manual' });
});
afterAll(() => app.close());

/** Now, in the time of the server. */
const now = async () => String((await must(app.api('GET', '/v1/clock'))).now);

async function event(patch: Record<string, unknown> = {}) {
  serial += 1;
  const shape = { specversion: '1.0', id: `e${serial}`, source: 'test', type: 'call', subject: 'ada' };
  return { ...shape, time: await now(), data: { n: 5 }, ...patch };
}

describe('a correction over HTTP', () => {
  test('I147 is confirmed as it was previewed, and not at all where anything that it rests on moved', async () => {
    const sent = await event();
    await send(app.api, '/v1/events', [sent]);
    const body = { events: [{ source: 'test', id: sent.id }], reason: 'Sent by mistake.' };
    const preview = await must(app.api('POST', '/v1/events/void/preview', { body }));
    expect(preview).toMatchObject({
      voided: 1,
      billed: [],
      upcoming: [
        {
          total_before: '50',
          total_after: '0',
          lines: [{ description: 'API calls', quantity_before: '5', quantity_after: '0' }],
        },
      ],
    });
    const detail = () => must(app.api('GET', `/v1/event?source=test&id=${sent.id}`));
    expect(await detail()).toMatchObject({
      status: 'counted',
      readings: [{ meter_key: 'calls', quantity: '5' }],
    });
    const other = { ...body, reason: 'Another reason.', preview_token: preview.token };
    expect((await app.api('POST', '/v1/events/void', { body: other })).body).toMatchObject({
      code: 'preview.stale',
      preview: { voided: 1 },
    });
    const forged = { ...body, preview_token: `${String(preview.token).slice(0, -1)}!` };
    expect((await app.api('POST', '/v1/events/void', { body: forged })).body.code).toBe('preview.refused');
    const done = await send(app.api, '/v1/events/void', { ...body, preview_token: preview.token });
    expect(done).toMatchObject({ object: 'usage_correction', voided: 1 });
    expect(await detail()).toMatchObject({
      status: 'voided',
      readings: [],
      history: [{ kind: 'void', revision: 1, reason: 'Sent by mistake.', data: { n: 5 } }],
    });
    const again = await app.api('POST', '/v1/events/void', {
      body: { ...body, preview_token: preview.token },
    });
    expect(again.body.code).toBe('preview.stale');
  });

  test('I147 amends and fills in by the same way, with every fault at its place', async () => {
    const sent = await event({ data: { n: 3 } });
    await send(app.api, '/v1/events', [sent]);
    const { type, subject, time } = sent;
    const content = { type, subject, time, data: { n: 8 } };
    const body = { event: { source: 'test', id: sent.id }, content, reason: 'Read wrongly.' };
    const preview = await must(app.api('POST', '/v1/events/amend/preview', { body }));
    expect(preview).toMatchObject({ amended: 1, upcoming: [{ total_before: '30', total_after: '80' }] });
    await send(app.api, '/v1/events/amend', { ...body, preview_token: preview.token });
    const bad = { ...body, content: { ...content, data: { n: 0.5 } } };
    const refused = await app.api('POST', '/v1/events/amend/preview', { body: bad });
    expect([refused.status, refused.body.errors]).toMatchObject([422, [{ code: 'meter.value_malformed' }]]);
    const [from, to] = [time, new Date(Date.parse(time) + 60_000).toISOString()];
    const filled = await event({ data: { n: 1 } });
    const stretch = {
      customer: 'ada',
      type: 'call',
      from,
      to,
      mode: 'replace',
      events: [filled],
      reason: 'Log.',
    };
    const seen = await must(app.api('POST', '/v1/events/backfill/preview', { body: stretch }));
    expect(seen).toMatchObject({ added: 1, upcoming: [{ total_after: '10' }] });
    const done = await send(app.api, '/v1/events/backfill', { ...stretch, preview_token: seen.token });
    expect(done.added).toBe(1);
    const backwards = { ...stretch, from: to, to: from };
    const odd = await app.api('POST', '/v1/events/backfill/preview', { body: backwards });
    expect(odd.body.errors).toMatchObject([{ pointer: '/to' }]);
  });
});

describe('quarantine', () => {
  test('I33 is dealt with by the hundred: for a customer, for a meter, or never; what cannot be counted stays', async () => {
    const [stray, odd, conflict, never] = [
      await event({ subject: 'nobody' }),
      await event({ type: 'old.call' }),
      await event(),
      await event({ subject: 'test-customer' }),
    ];
    await send(app.api, '/v1/events', [stray, odd, conflict, { ...conflict, data: { n: 6 } }, never]);
    const list = async (query = '') =>
      (await must(app.api('GET', `/v1/usage/quarantine${query}`))).data as never as {
        id: string;
        event_id: string;
        conflicts_with: { data: unknown } | null;
      }[];
    const held = await list();
    const idOf = (id: string) => held.find((one) => one.event_id === id)?.id ?? '';
    expect(held.find(({ event_id }) => event_id === conflict.id)).toMatchObject({
      data: { n: 6 },
      conflicts_with: { data: { n: 5 } },
    });
    const assign = (ids: string[], more: object) =>
      send(app.api, '/v1/usage/quarantine/assign', { events: ids, ...more });
    expect(await assign([idOf(stray.id), idOf(conflict.id)], { customer: 'ada' })).toMatchObject({
      results: [{ status: 'counted' }, { status: 'kept', reason: expect.stringContaining('Another event') }],
    });
    expect(await assign([idOf(odd.id)], { meter: 'calls' })).toMatchObject({
      results: [{ status: 'counted' }],
    });
    const reason = 'From a test run.';
    const ids = [idOf(never.id), idOf(conflict.id)];
    await send(app.api, '/v1/usage/quarantine/discard', { events: ids, reason });
    expect(await list('?reason=unknown_customer')).toEqual([]);
    const dealt = await list('?status=resolved');
    expect(dealt.map((one) => (one as never as { resolution: string }).resolution).sort()).toEqual([
      'counted',
      'counted',
      'discarded',
      'discarded',
    ]);
    const twice = await send(app.api, '/v1/usage/quarantine/discard', { events: ids, reason });
    expect(twice).toMatchObject({ results: [{ status: 'kept' }, { status: 'kept' }] });
    const again = await send(app.api, '/v1/events', [never]);
    expect([again.counts, await list()]).toMatchObject([{ quarantined: 1 }, []]);
  });
});

describe('a stream of events', () => {
  const take = (id: string, after: number, raw: string) =>
    app.api('POST', `/v1/events/streams/${id}/lines?after=${after}`, {
      raw,
      headers: { 'content-type': 'application/x-ndjson' },
    });

  test('I148 B18 goes on after a break where its receipt says, and takes every line once', async () => {
    const { id } = await send(app.api, '/v1/events/streams', {});
    const lines: string[] = [];
    for (let index = 0; index < 2500; index += 1) lines.push(JSON.stringify(await eventAt(index)));
    lines[1200] = 'no JSON';
    lines[1300] = '';
    lines[1400] = JSON.stringify({ ...(await eventAt(1400)), subject: 'nobody' });
    // The connection breaks in the middle of a line, after more than two batches.
    const whole = Buffer.from(`${lines.join('\n')}\n`);
    const cut = whole.subarray(0, Buffer.from(lines.slice(0, 2100).join('\n')).length + 20);
    await sendAndBreak(String(id), cut);
    const receipt = async () => must(app.api('GET', `/v1/events/streams/${id}`));
    const broken = await settled(receipt);
    expect(broken.lines_taken).toBe(2000);
    const stale = await take(String(id), 0, lines.join('\n'));
    expect([stale.status, stale.body.code, stale.body.lines_taken]).toEqual([
      409,
      'stream.out_of_step',
      2000,
    ]);
    const ended = (await take(String(id), 2000, lines.slice(2000).join('\n'))).body;
    expect(ended).toMatchObject({
      lines_taken: 2500,
      counts: { accepted: 2497, duplicate: 0, quarantined: 1, rejected: 1 },
      faults: [
        { line: 1201, status: 'rejected', reason: 'It is not JSON.' },
        { line: 1401, status: 'quarantined' },
      ],
    });
    expect(await receipt()).toEqual(ended);
  });

  let base = 0;
  async function eventAt(index: number) {
    if (base === 0) base = Date.parse(await now());
    const shape = { specversion: '1.0', id: `s${index}`, source: 'stream', type: 'call', subject: 'ada' };
    return { ...shape, time: new Date(base - index).toISOString(), data: { n: 1 } };
  }

  async function sendAndBreak(id: string, bytes: Uint8Array): Promise<void> {
    const stop = new AbortController();
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(bytes),
    });
    const sent = fetch(`${app.baseUrl}/v1/events/streams/${id}/lines?after=0`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.apiKey}`, 'content-type': 'application/x-ndjson' },
      body,
      duplex: 'half',
      signal: stop.signal,
    } as RequestInit);
    await settled(async () => must(app.api('GET', `/v1/events/streams/${id}`)), 2000);
    stop.abort();
    await expect(sent).rejects.toThrow();
  }

  /** The receipt once it has come so far. */
  async function settled(read: () => Promise<Record<string, unknown>>, lines = 2000) {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const receipt = await read();
      if (Number(receipt.lines_taken) >= lines || performance.now() > deadline) return receipt;
    }
  }
});

describe('retention', () => {
  test('I149 I231 a month leaves the database only when it is whole in an archive, and what it says stays provable', async () => {
    const { transactor } = app.server;
    const request = {
      tenantId: app.tenant.id,
      actor: { kind: 'system', id: 'test' } as const,
      requestId: null,
    };
    const old = '2020-05-17T10:00:00.000Z';
    const content = await event({ time: old, data: { n: 7 } });
    const body = { customer: 'ada', type: 'call', from: '2020-05-01T00:00:00Z', to: '2020-06-01T00:00:00Z' };
    const fill = { ...body, mode: 'add', events: [content], reason: 'Old books.' };
    const { token } = await must(app.api('POST', '/v1/events/backfill/preview', { body: fill }));
    await send(app.api, '/v1/events/backfill', { ...fill, preview_token: token });
    const owner = await app.signIn(app.owner.email, app.owner.password);
    const tenant = { 'billhook-tenant': app.tenant.typeId };
    const settings = { settings: { usage_retention_months: 26 } };
    await must(owner('PATCH', '/v1/tenant', { body: settings, headers: tenant }));
    const files = new Map<string, Uint8Array>();
    const store = {
      put: async (key: string, bytes: Uint8Array) => void files.set(key, bytes),
      get: async (key: string) => files.get(key),
      delete: async (key: string) => void files.delete(key),
    };
    const source = usageRetentionSource({ transactor, store });
    expect([await source.run(app.tenant.id, 1), await source.run(app.tenant.id, 1)]).toEqual([1, 0]);
    const due = await transactor.work((sql) => source.tenantsDue(sql, transactor.wallNow()));
    expect(due).not.toContain(app.tenant.id);
    const text = gunzipSync([...files.values()][0] ?? '')
      .toString('utf8')
      .trimEnd()
      .split('\n');
    expect(text.map((line) => JSON.parse(line))).toMatchObject([
      { format: 'billhook-usage-archive-1', from: '2020-05-01T00:00:00.000Z', part: 1 },
      { id: content.id, at: Date.parse(old), data: { n: 7 }, before: [{ readings: [] }] },
      { events: 1, lines: 0, last: true },
    ]);
    const [archive] = (await must(app.api('GET', '/v1/usage/archives'))).data as never as Record<
      string,
      unknown
    >[];
    expect(archive).toMatchObject({ event_count: 1, status: 'removed' });
    expect((await app.api('GET', `/v1/event?source=test&id=${content.id}`)).status).toBe(404);
    const usage = await must(
      app.api('GET', '/v1/usage?customer=ada&meter=calls&from=2020-05-01T00:00:00Z&to=2020-06-01T00:00:00Z'),
    );
    expect(usage.quantity).toBe('7');
    const late = await app.api('POST', '/v1/events/backfill/preview', { body: fill });
    expect(late.body.errors).toMatchObject([{ code: 'event.archived' }]);
    const kept = await transactor.query(request, (ctx) =>
      ctx.sql.row<{ n: bigint }>('select count(*) as n from usage_event_ids where tenant_id = $1', [
        ctx.tenant.id,
      ]),
    );
    expect(Number(kept?.n)).toBeGreaterThan(2000);
    const verify = (query: { from?: string; to?: string } = {}) =>
      reportVerification({ transactor, store }, request, query);
    const rest = { events_from: expect.any(String), difference_count: 0 };
    expect(await verify()).toMatchObject({ ...rest, archives: { parts: 1, damaged: [] } });
    expect(await verify({ from: '2020-06-01T00:00:00Z' })).toMatchObject({ archives: { parts: 0 } });
    expect(await verify({ to: '2020-05-01T00:00:00Z' })).toMatchObject({ archives: { parts: 0 } });
    const [name = '', bytes = new Uint8Array()] = [...files][0] ?? [];
    const damaged = async () => (await verify()).archives.damaged.map(({ part, status }) => [part, status]);
    files.set(name, bytes.with(20, (bytes[20] ?? 0) ^ 1));
    expect(await damaged()).toEqual([[1, 'changed']]);
    files.delete(name);
    expect(await damaged()).toEqual([[1, 'missing']]);
    expect((await verify()).difference_count).toBe(0);
  });
});
