import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createBillhook } from '../operator.ts';
import { type EntitlementTestServer, startEntitlementServer } from '../testing/entitlement-server.ts';
import { startSpender } from '../testing/spend.ts';
import { createLocalEntitlements } from './entitlements.ts';

let server: EntitlementTestServer;
let folder: string;
beforeEach(async () => {
  server = await startEntitlementServer();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-fleet-'));
});
afterEach(async () => {
  await server.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

it('4 processes with leases under a hard limit of 10,000 are allowed exactly 10,000', async () => {
  server.store.set('cus_a', 'calls', { kind: 'metered', limit: '10000' });
  const spenders = Array.from({ length: 4 }, () => startSpender({ baseUrl: server.baseUrl, folder }));
  await Promise.all(spenders.map(({ ended }) => ended));
  expect(spenders.reduce((sum, { allowed }) => sum + allowed(), 0)).toBe(10_000);
  expect(server.store.used('cus_a', 'calls')).toBe('10000');
  expect(server.store.heldOf('cus_a', 'calls')).toBe(0n);
  expect(fs.readdirSync(folder)).toEqual([]);
}, 120_000);

it('a process killed while it counts loses nothing that was acknowledged, and the next one tells it', async () => {
  server.store.set('cus_a', 'calls', { kind: 'metered', limit: '100000000' });
  const killed = startSpender({ baseUrl: server.baseUrl, folder, tellEvery: 100 });
  await vi.waitFor(() => expect(killed.allowed()).toBeGreaterThan(500), { timeout: 20_000 });
  killed.process.kill('SIGKILL');
  await killed.ended;
  const client = createBillhook({ baseUrl: server.baseUrl, apiKey: 'sk_test_1' });
  const next = createLocalEntitlements({ client, folder });
  await vi.waitFor(async () => expect(await next.flush()).toBe(true), { timeout: 20_000 });
  await next.close();
  const counted = Number(server.store.used('cus_a', 'calls'));
  expect(counted).toBeGreaterThanOrEqual(killed.allowed());
  expect(server.store.heldOf('cus_a', 'calls')).toBe(0n);
  expect(fs.readdirSync(folder)).toEqual([]);
}, 120_000);
