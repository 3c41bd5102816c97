import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createLocalEntitlements, type LocalEntitlements } from '@billhook/sdk/local/entitlements';
import { createBillhook } from '@billhook/sdk/operator';
import { perCoreSecond } from '../core-speed.ts';

/** Nanoseconds a check in the caller's process, beside a look-up in a plain Map in the same run. */
export interface LocalCheckSpeed {
  readonly name: string;
  readonly nsPerCheck: number;
  readonly nsPerMapLookUp: number;
  /** What is asked for. */
  readonly mostNs: number;
}

const CUSTOMERS = 1_000;
const CHECKS = 50_000;
const ROUNDS = 5;
const FEATURES = ['sso', 'calls', 'images'] as const;
const MOST_NS = 500;

/** Interleaved rounds over 1,000 warm customers in processor time, of which the best are told. Each answer is looked at. */
export async function measureLocalChecks(): Promise<LocalCheckSpeed[]> {
  const server = await serveRights();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-bench-'));
  const client = createBillhook({ baseUrl: server.baseUrl, apiKey: 'sk_bench' });
  const local = createLocalEntitlements({ client, folder });
  try {
    const names = Array.from({ length: CUSTOMERS }, (_, index) => `cus_${index}`);
    await local.load(...names);
    while (!local.status().isConnected) await new Promise((resolve) => setImmediate(resolve));
    const map = new Map(names.map((name) => [name, { limit: 1_000_000, used: 17 }]));
    const seen = new Map<string, number[]>(['map', ...FEATURES].map((name) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      seen.get('map')?.push(nsOf(() => mapLookUps(map, names)));
      for (const feature of FEATURES) seen.get(feature)?.push(nsOf(() => checks(local, names, feature)));
    }
    const nsPerMapLookUp = Math.min(...(seen.get('map') ?? []));
    const kinds = { sso: 'boolean', calls: 'metered', images: 'credits' } as const;
    return FEATURES.map((feature) => ({
      name: `check in the process, ${kinds[feature]}`,
      nsPerCheck: Math.min(...(seen.get(feature) ?? [])),
      nsPerMapLookUp,
      mostNs: MOST_NS,
    }));
  } finally {
    await local.close();
    fs.rmSync(folder, { recursive: true, force: true });
    server.close();
  }
}

/** Nanoseconds of processor time a check, in one round. */
function nsOf(some: () => number): number {
  return 1e9 / perCoreSecond(some, 1);
}

function checks(local: LocalEntitlements, names: readonly string[], feature: string): number {
  let allowed = 0;
  for (let i = 0; i < CHECKS; i += 1) {
    const answer = local.check(names[i % CUSTOMERS] as string, feature, 1 + (i & 3));
    if (answer.allowed && answer.state === 'fresh') allowed += 1;
  }
  if (allowed !== CHECKS)
    throw new Error(`only ${allowed} of ${CHECKS} checks of ${feature} were fresh and allowed`);
  return CHECKS;
}

/** The least that such a check can be: one look-up, and one comparison of what is left. */
function mapLookUps(
  map: ReadonlyMap<string, { limit: number; used: number }>,
  names: readonly string[],
): number {
  let allowed = 0;
  for (let i = 0; i < CHECKS; i += 1) {
    const entry = map.get(names[i % CUSTOMERS] as string);
    if (entry !== undefined && entry.used + 1 + (i & 3) <= entry.limit) allowed += 1;
  }
  if (allowed !== CHECKS) throw new Error('the map lost something');
  return CHECKS;
}

/** A server that lists the same rights for every customer and keeps its stream open. */
async function serveRights(): Promise<{ baseUrl: string; close: () => void }> {
  const base = { object: 'entitlement', allowed: true, unit: null, limit: null, used: null, remaining: null };
  const rest = { ...base, overage: null, reset_at: null, value: null, warn_at_percent: [] };
  const metered = {
    ...rest,
    kind: 'metered',
    reason: 'within_limit',
    unit: 'calls',
    used: '17',
    overage: 'block',
  };
  const limit = { limit: '1000000', remaining: '999983', reset_at: '2100-01-01T00:00:00Z' };
  const data = [
    { ...rest, kind: 'boolean', feature: 'sso', feature_name: 'SSO', reason: 'enabled' },
    { ...metered, ...limit, feature: 'calls', feature_name: 'Calls' },
    { ...metered, feature: 'images', feature_name: 'Images', credits: { available: '5000', cost: '0.25' } },
  ];
  const list = JSON.stringify({ object: 'list', data, has_more: false, next_cursor: null });
  const server = http.createServer((request, response) => {
    const isStream = request.url === '/v1/entitlements/stream';
    response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
    if (isStream) response.write(': here\n\n');
    else response.end(list);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { baseUrl, close };
}

if (import.meta.main) {
  for (const { name, nsPerCheck, nsPerMapLookUp, mostNs } of await measureLocalChecks()) {
    const isMet = nsPerCheck <= mostNs;
    const beside = `${nsPerMapLookUp.toFixed(0)} ns in a Map, x ${(nsPerCheck / nsPerMapLookUp).toFixed(1)}`;
    console.log(
      `${isMet ? 'ok    ' : 'MISSED'} ${name.padEnd(32)} asked ${mostNs} ns, seen ${nsPerCheck.toFixed(0)} ns (${beside})`,
    );
    if (!isMet) process.exitCode = 1;
  }
}
