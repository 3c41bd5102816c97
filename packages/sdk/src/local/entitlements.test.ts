import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBillhook } from '../operator.ts';
import { type EntitlementTestServer, startEntitlementServer } from '../testing/entitlement-server.ts';
import { type ManualTime, manualTime } from '../testing/manual-time.ts';
import { createLocalEntitlements, type LocalEntitlements } from './entitlements.ts';
import type { LocalSettings } from './settings.ts';

const A = 'cus_a';
const until = (condition: () => unknown) => vi.waitFor(condition, { interval: 3, timeout: 25_000 });
let server: EntitlementTestServer;
let folder: string;
let time: ManualTime;
const open = new Set<LocalEntitlements>();

beforeEach(async () => {
  server = await startEntitlementServer();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-local-'));
  time = manualTime();
  server.store.set(A, 'api', { kind: 'boolean', enabled: true });
  server.store.set(A, 'region', { kind: 'configuration', value: 'eu' });
  server.store.set(A, 'calls', { kind: 'metered', limit: '100' });
  server.store.set(A, 'soft', { kind: 'metered', limit: '2', overage: 'allow' });
  server.store.set(A, 'free', { kind: 'metered', limit: null });
});
afterEach(async () => {
  server.mood = 'well';
  for (const local of open) await end(local);
  await server.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

function start(more: Partial<LocalSettings> = {}): LocalEntitlements {
  const client = createBillhook({ baseUrl: server.baseUrl, apiKey: 'sk_test_1' });
  const local = createLocalEntitlements({ client, folder, time, ...more });
  open.add(local);
  return local;
}

async function warm(more: Partial<LocalSettings> = {}): Promise<LocalEntitlements> {
  const local = start(more);
  await until(() => expect(local.status().isConnected).toBe(true));
  await local.load(A);
  // Rights are not listed twice within a moment, however often they change.
  time.pass(20);
  return local;
}

async function end(local: LocalEntitlements): Promise<void> {
  open.delete(local);
  await local.close();
}

function files(): string[] {
  return fs.readdirSync(folder).sort();
}

describe('answers in the process', () => {
  it('are those of the server, fresh while its stream is heard', async () => {
    const local = await warm();
    expect(local.check(A, 'api')).toMatchObject({ allowed: true, state: 'fresh', reason: 'enabled' });
    expect(local.check(A, 'region')).toMatchObject({ value: 'eu', kind: 'configuration' });
    expect(local.check(A, 'calls', 100)).toMatchObject({ allowed: true, remaining: '100', limit: '100' });
    expect(local.check(A, 'calls', '100.5')).toMatchObject({ allowed: false, reason: 'limit_reached' });
    expect(local.check(A, 'soft', 3)).toMatchObject({ allowed: true, reason: 'overage' });
    expect(local.check(A, 'free', 1e9)).toMatchObject({ allowed: true, reason: 'unlimited' });
    expect(local.check(A, 'other')).toMatchObject({ allowed: false, reason: 'not_granted', state: 'fresh' });
    expect(() => local.check(A, 'calls', -1)).toThrow(RangeError);
    expect(JSON.parse(JSON.stringify(local.check(A, 'calls')))).toMatchObject({ used: '0', unit: 'units' });
  });

  it('follow a change within one round trip, and are stale meanwhile', async () => {
    const local = await warm();
    server.store.set(A, 'api', { kind: 'boolean', enabled: false });
    server.tell('changed', [A]);
    await until(() => expect(local.check(A, 'api')).toMatchObject({ allowed: false, state: 'fresh' }));
  });

  it('are the fallback of the feature until the server was heard', async () => {
    server.mood = 'error';
    const local = start({ fallback: { features: { api: 'allow' } } });
    expect(local.check(A, 'api')).toMatchObject({ allowed: true, state: 'fallback', reason: 'fallback' });
    expect(local.check(A, 'calls')).toMatchObject({ allowed: false, state: 'fallback' });
    server.mood = 'well';
    await local.load(A);
    expect(local.check(A, 'calls')).toMatchObject({ allowed: true });
  });

  it('are stale when the stream breaks, go on, and are fresh again after it resumed', async () => {
    const local = await warm();
    server.tell('changed', [A]);
    await until(() =>
      expect(server.asked.filter((line) => line.startsWith('GET /v1/customers'))).toHaveLength(2),
    );
    server.mood = 'error';
    server.breakStreams();
    await until(() => expect(local.check(A, 'api')).toMatchObject({ allowed: true, state: 'stale' }));
    server.mood = 'well';
    await until(() => {
      time.pass(1_000);
      expect(local.check(A, 'api').state).toBe('fresh');
    });
    expect(server.resumedFrom.at(-1)).toBe('1');
  });

  it('are stale when the stream falls silent or hangs, which a new connection ends', async () => {
    const local = await warm();
    time.pass(30_000);
    server.ping();
    await until(() => {
      time.pass(1);
      expect(local.check(A, 'api').state).toBe('fresh');
    });
    server.mood = 'hang';
    time.pass(46_000);
    expect(local.check(A, 'api').state).toBe('stale');
    server.mood = 'well';
    await until(() => {
      time.pass(5_000);
      expect(local.check(A, 'api').state).toBe('fresh');
    });
  });

  it('ask again when a window ends by the clock on the wall, which changes no figure by itself', async () => {
    const resetAt = '2026-12-01T00:00:00.000Z';
    server.store.set(A, 'calls', { kind: 'metered', limit: '100', used: '100', resetAt });
    const local = await warm();
    expect(local.check(A, 'calls')).toMatchObject({ allowed: false, state: 'fresh', resetAt });
    time.setWall(Date.parse(resetAt) + 1);
    expect(local.check(A, 'calls')).toMatchObject({ allowed: false, state: 'stale' });
    // The server's clock says that the window is still open, so the jump was this machine's alone.
    await until(() => expect(local.check(A, 'calls')).toMatchObject({ allowed: false, state: 'fresh' }));
    time.setWall(0);
    expect(local.check(A, 'calls').state).toBe('fresh');
  });

  it('are kept for customers that are asked about, and forgotten of the others, once memory is full', async () => {
    for (const id of ['cus_1', 'cus_2', 'cus_3'])
      server.store.set(id, 'api', { kind: 'boolean', enabled: true });
    const local = await warm({ maxCustomers: 2 });
    await local.load('cus_1');
    expect(local.check(A, 'api').state).toBe('fresh');
    await local.load('cus_2');
    expect(local.check(A, 'api').state).toBe('fresh');
    await local.load('cus_3');
    expect(local.check(A, 'api').state).toBe('fresh');
    expect(local.check('cus_1', 'api').state).toBe('fallback');
  });

  it('hold also with a clock that stands still', async () => {
    const local = await warm();
    for (let i = 0; i < 30; i += 1) expect((await local.consume(A, 'calls')).status).toBe('counted');
    server.breakStreams();
    await until(() => expect(local.check(A, 'calls')).toMatchObject({ state: 'stale', used: '30' }));
    expect(await local.flush()).toBe(true);
    expect(server.store.used(A, 'calls')).toBe('30');
  });
});

describe('counting', () => {
  it('is dated by the server where the clock on the wall is wrong', async () => {
    const serverMs = Date.now();
    time.setWall(serverMs);
    const local = await warm();
    await local.consume(A, 'free');
    time.setWall(0);
    await local.consume(A, 'free');
    await local.flush();
    expect(server.store.times).toHaveLength(2);
    for (const told of server.store.times) expect(Math.abs(Date.parse(told) - serverMs)).toBeLessThan(5_000);
  });

  it('begins anew in a new window: units of the one that is over are given back first', async () => {
    const [first, second] = ['2026-11-02T00:00:00.000Z', '2026-11-03T00:00:00.000Z'] as const;
    server.store.set(A, 'calls', { kind: 'metered', limit: '10', resetAt: first });
    const local = await warm();
    for (let i = 0; i < 10; i += 1) expect((await local.consume(A, 'calls')).allowed).toBe(true);
    expect((await local.consume(A, 'calls')).allowed).toBe(false);
    await local.flush();
    server.store.set(A, 'calls', { kind: 'metered', limit: '10', used: '0', resetAt: second });
    time.pass(24 * 3_600_000);
    const answers = [];
    for (let i = 0; i < 11; i += 1) answers.push(await local.consume(A, 'calls'));
    expect(answers.map(({ allowed }) => allowed)).toEqual([...Array(10).fill(true), false]);
    expect(local.check(A, 'calls')).toMatchObject({ resetAt: second, used: '10' });
  });

  it('lets a hard limit be used up to the last unit and not beyond', async () => {
    const local = await warm();
    const answers = await Promise.all(Array.from({ length: 150 }, () => local.consume(A, 'calls')));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(100);
    expect(answers.at(-1)).toMatchObject({ status: 'refused', answer: { reason: 'limit_reached' } });
    expect(local.check(A, 'calls')).toMatchObject({ allowed: false, reason: 'limit_reached' });
    await local.flush();
    expect(server.store.used(A, 'calls')).toBe('100');
  });

  it('is shown at once, before the server has it', async () => {
    const local = await warm();
    await local.consume(A, 'soft', 2);
    expect(local.check(A, 'soft')).toMatchObject({ used: '2', remaining: '0', reason: 'overage' });
    await local.flush();
    expect(local.check(A, 'soft')).toMatchObject({ used: '2', remaining: '0', reason: 'overage' });
    expect(server.store.used(A, 'soft')).toBe('2');
  });

  it('counts an event id once', async () => {
    const local = await warm();
    expect((await local.consume(A, 'calls', 3, { eventId: 'e1' })).status).toBe('counted');
    expect(await local.consume(A, 'calls', 3, { eventId: 'e1' })).toMatchObject({
      status: 'duplicate',
      allowed: true,
    });
    await local.flush();
    expect(server.store.used(A, 'calls')).toBe('3');
  });

  it('gives back what was held and not counted, and what nobody used for a while', async () => {
    const local = await warm();
    const held = await local.hold(A, 'calls', 7);
    expect(held.answer).toMatchObject({ used: '7', remaining: '93' });
    await held.giveBack();
    await held.count();
    expect(local.check(A, 'calls').used).toBe('0');
    expect(server.store.heldOf(A, 'calls')).toBeGreaterThan(0n);
    await until(() => {
      time.pass(10_000);
      expect(server.store.heldOf(A, 'calls')).toBe(0n);
    });
    expect(server.store.used(A, 'calls')).toBe('0');
  });

  it('gives promised units back when the limit changes, and keeps to the new one', async () => {
    const local = await warm();
    await local.consume(A, 'calls');
    server.store.set(A, 'calls', { kind: 'metered', limit: '5', used: '0' });
    server.tell('changed', [A]);
    await until(() => expect(local.check(A, 'calls')).toMatchObject({ limit: '5', state: 'fresh' }));
    await local.flush();
    expect(server.store.used(A, 'calls')).toBe('1');
    expect(server.store.heldOf(A, 'calls')).toBe(0n);
    const answers = await Promise.all(Array.from({ length: 10 }, () => local.consume(A, 'calls')));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(4);
  });

  it('is decided by the fallback where the server cannot promise units', async () => {
    const strict = await warm();
    const lax = await warm({ fallback: { features: { calls: 'allow' } } });
    server.mood = 'error';
    expect(await strict.consume(A, 'calls')).toMatchObject({
      status: 'refused',
      answer: { state: 'fallback' },
    });
    expect(await lax.consume(A, 'calls')).toMatchObject({ status: 'counted', answer: { state: 'fallback' } });
    server.mood = 'well';
    expect(await lax.flush()).toBe(true);
    expect(server.store.used(A, 'calls')).toBe('1');
  });

  it('waits for a server that hangs no longer than it was told to', async () => {
    const local = await warm();
    server.mood = 'hang';
    const counted = local.consume(A, 'calls');
    await until(() => expect(server.asked.at(-1)).toBe('POST /v1/reservations'));
    time.pass(1_000);
    expect(await counted).toMatchObject({ status: 'refused', answer: { reason: 'fallback' } });
    time.pass(10_000);
  });
});

describe('what nothing may lose', () => {
  it('is told when the server comes back, once, also when its answers were lost', async () => {
    const local = await warm();
    for (let i = 0; i < 5; i += 1) await local.consume(A, 'calls');
    for (let i = 0; i < 5; i += 1) await local.consume(A, 'free');
    server.mood = 'cut';
    expect(await local.flush()).toBe(false);
    server.mood = 'error';
    expect(await local.flush()).toBe(false);
    expect(local.status().waitingBytes).toBeGreaterThan(0);
    server.mood = 'well';
    expect(await local.flush()).toBe(true);
    expect([server.store.used(A, 'calls'), server.store.used(A, 'free')]).toEqual(['5', '5']);
  });

  it('is found by the next process of the folder', async () => {
    const first = await warm();
    for (let i = 0; i < 8; i += 1) await first.consume(A, 'calls');
    for (let i = 0; i < 3; i += 1) await first.consume(A, 'free');
    server.mood = 'error';
    await end(first);
    expect(files().some((name) => name.endsWith('.usage'))).toBe(true);
    server.mood = 'well';
    expect(server.store.used(A, 'calls')).toBe('0');
    const second = start();
    await until(async () => expect(await second.flush()).toBe(true));
    expect([server.store.used(A, 'calls'), server.store.used(A, 'free')]).toEqual(['8', '3']);
    expect(server.store.heldOf(A, 'calls')).toBe(0n);
    await end(second);
    expect(files()).toEqual([]);
  });

  it('of units whose promise was not heard is found out and given back', async () => {
    const first = await warm();
    server.mood = 'cut';
    expect((await first.consume(A, 'calls')).status).toBe('refused');
    expect(server.store.heldOf(A, 'calls')).toBeGreaterThan(0n);
    await end(first);
    server.mood = 'well';
    const second = start();
    await until(async () => expect(await second.flush()).toBe(true));
    expect(server.store.heldOf(A, 'calls')).toBe(0n);
  });

  it('is counted otherwise where the server has forgotten the promise', async () => {
    const local = await warm();
    for (let i = 0; i < 4; i += 1) await local.consume(A, 'calls');
    server.store.reservations.clear();
    await local.flush();
    expect(await local.flush()).toBe(true);
    expect(server.store.used(A, 'calls')).toBe('4');
  });

  it('is kept apart where the server will never count it', async () => {
    const refusals: unknown[] = [];
    const local = await warm({ onRefusedUsage: (usage) => refusals.push(usage) });
    await local.consume(A, 'free', 2, { eventId: 'e9' });
    server.store.rights.get(A)?.delete('free');
    expect(await local.flush()).toBe(true);
    expect(refusals).toMatchObject([{ eventId: 'e9', quantity: '2', why: 'feature.not_found' }]);
    expect(fs.readFileSync(path.join(folder, 'usage-refused.ndjson'), 'utf8')).toContain('"e9"');
  });

  it('is refused, not dropped, once what waits has reached its bound', async () => {
    const local = await warm({ maxBytes: 2_000 });
    server.mood = 'error';
    const answers = [];
    for (let i = 0; i < 40; i += 1) answers.push(await local.consume(A, 'free'));
    const counted = answers.filter(({ status }) => status === 'counted').length;
    expect(counted).toBeGreaterThan(5);
    expect(answers.at(-1)).toMatchObject({ status: 'refused', answer: { reason: 'usage_not_written' } });
    server.mood = 'well';
    expect(await local.flush()).toBe(true);
    expect(server.store.used(A, 'free')).toBe(`${counted}`);
    expect((await local.consume(A, 'free')).status).toBe('counted');
  });

  it('is not begun where a promise could not be written down', async () => {
    const local = await warm({ maxBytes: 50 });
    expect(await local.consume(A, 'calls')).toMatchObject({ status: 'refused', allowed: false });
    expect(server.store.heldOf(A, 'calls')).toBe(0n);
  });
});
