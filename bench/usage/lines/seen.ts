import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createLocalEntitlements, type LocalEntitlements } from '@billhook/sdk/local/entitlements';
import { createBillhook } from '@billhook/sdk/operator';
import { type Bound, type Proof, percentile, type Row } from '../figures.ts';
import type { Ground, Line } from '../ground.ts';
import { equal } from '../proofs.ts';
import type { Settings } from '../settings.ts';
import { LARGE_LIMIT, SMALL_LIMIT } from '../shop.ts';
import type { Body } from '../stage.ts';

const GIVE_UP_AFTER_MS = 10_000;
const HOUR_MS = 3_600_000;
const most = (value: number): Bound => ({ at: 'most', value });

/** Asks again at once until the answer is yes; the milliseconds that took. */
async function seenAfter(isSeen: () => Promise<boolean> | boolean): Promise<number> {
  const begin = performance.now();
  while (performance.now() - begin < GIVE_UP_AFTER_MS) {
    if (await isSeen()) return performance.now() - begin;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`it was not seen within ${GIVE_UP_AFTER_MS / 1000} s`);
}

type Told = { line: string; name: string; must: Bound; goal: Bound; proofs: Proof[]; notes: string[] };

function rowOf(times: readonly number[], beside: readonly number[], told: Told): Row {
  return {
    ...told,
    unit: 'ms',
    runs: [percentile(times, 0.99)],
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    limits: [{ name: 'a request that does nothing, p99', runs: [percentile(beside, 0.99)] }],
  };
}

async function nothing({ stage, bare }: Ground): Promise<number> {
  const begin = performance.now();
  await stage.call('POST', '/nothing', {}, bare.port);
  return performance.now() - begin;
}

/** From the acknowledgement of an event to the first answer that has it. */
export const visible: Line = {
  name: 'visible',
  about: 'event acknowledged -> seen by usage query and entitlement check',
  async measure(ready, settings) {
    const ground = await ready();
    return ground.beside((second) => measureVisible(ground, settings, second.port));
  },
};

async function measureVisible(ground: Ground, settings: Settings, other: number): Promise<Row[]> {
  const { stage, shop } = ground;
  const now = Date.parse((await stage.billhook.clock.get()).now);
  const [from, to] = [now - 24 * HOUR_MS, now + 24 * HOUR_MS].map((ms) => new Date(ms).toISOString());
  const ways = {
    'usage query': async (customer: string) =>
      (await stage.call('GET', `/v1/usage?customer=${customer}&meter=calls&from=${from}&to=${to}`))
        .event_count,
    'entitlement check': (customer: string) => usedBy(ground, customer, stage.port),
    'entitlement check, other process': (customer: string) => usedBy(ground, customer, other),
  };
  const names = Object.keys(ways) as (keyof typeof ways)[];
  const times = new Map(names.map((name) => [name, [] as number[]]));
  const beside: number[] = [];
  let tooMany = 0;
  const repeats = settings.isQuick ? 40 : 300;
  for (let turn = 0; turn < repeats; turn += 1) {
    const customer = shop.customers[turn % shop.customers.length] as string;
    for (const name of names) {
      const before = Number(await ways[name](customer));
      await acknowledge(ground, customer);
      let last = before;
      const isSeen = async () => {
        last = Number(await ways[name](customer));
        return last > before;
      };
      times.get(name)?.push(await seenAfter(isSeen));
      if (last !== before + 1) tooMany += 1;
    }
    beside.push(await nothing(ground));
  }
  const proofs = [equal('each answer has just the events that were acknowledged', tooMany, 0)];
  return names.map((name) =>
    rowOf(times.get(name) ?? [], beside, {
      line: 'visible',
      name: `event acknowledged -> seen by ${name}, p99`,
      must: most(50),
      goal: most(10),
      proofs,
      notes: [`${repeats} events, asked for at once after the acknowledgement, each request in the time`],
    }),
  );
}

async function usedBy({ stage, shop }: Ground, customer: string, port: number): Promise<unknown> {
  const body = { customer: shop.idOf.get(customer), feature: 'calls', quantity: '1' };
  return (await stage.call('POST', '/v1/check', body, port)).used;
}

async function acknowledge({ stage }: Ground, customer: string): Promise<void> {
  const { now } = await stage.billhook.clock.get();
  const event = { specversion: '1.0', id: randomUUID(), source: 'seen', type: 'call', subject: customer };
  const answer = await stage.billhook.events.ingest([{ ...event, time: now, data: { bytes: 1 } }] as never);
  if (answer.counts.accepted !== 1) throw new Error(`an event was not accepted: ${JSON.stringify(answer)}`);
}

/** From the answer to a change of plan in one process to what another one and the SDK beside it say. */
export const stale: Line = {
  name: 'stale',
  about: 'entitlement stale after a plan change, other process',
  async measure(ready, settings) {
    const ground = await ready();
    return ground.beside((second) => measureStale(ground, settings, second.port));
  },
};

async function measureStale(ground: Ground, settings: Settings, other: number): Promise<Row[]> {
  const { stage, shop } = ground;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-bench-'));
  const client = createBillhook({ baseUrl: `http://127.0.0.1:${other}`, apiKey: stage.apiKey });
  const local = createLocalEntitlements({ client, folder });
  try {
    const repeats = settings.isQuick ? 20 : 200;
    await connected(
      local,
      shop.customers.slice(0, repeats).map((name) => shop.idOf.get(name) ?? ''),
    );
    const times = { check: [] as number[], sdk: [] as number[] };
    const beside: number[] = [];
    let wrong = 0;
    for (let turn = 0; turn < repeats; turn += 1) {
      const customer = shop.customers[turn] as string;
      const id = shop.idOf.get(customer) ?? '';
      const limitAt = async () =>
        limitOf(await stage.call('POST', '/v1/check', { customer: id, feature: 'calls' }, other));
      if ((await limitAt()) !== String(SMALL_LIMIT)) wrong += 1;
      await changePlan(ground, customer, 'large');
      times.check.push(await seenAfter(async () => (await limitAt()) === String(LARGE_LIMIT)));
      await seenAfter(() => local.check(id, 'calls').limit === String(LARGE_LIMIT));
      await changePlan(ground, customer, 'small');
      times.sdk.push(await seenAfter(() => local.check(id, 'calls').limit === String(SMALL_LIMIT)));
      beside.push(await nothing(ground));
    }
    const proofs = [equal('the other process knew the right before each change', wrong, 0)];
    const shared = { line: 'stale', must: most(100), goal: most(20), proofs };
    const notes = [`${repeats} changes of plan, each followed by questions at once`];
    const name = 'entitlement stale after a plan change';
    return [
      rowOf(times.check, beside, { ...shared, name: `${name}, check at another process, p99`, notes }),
      rowOf(times.sdk, beside, { ...shared, name: `${name}, SDK that hears another process, p99`, notes }),
    ];
  } finally {
    await local.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const limitOf = (body: Body) => body.limit;

async function connected(local: LocalEntitlements, ids: readonly string[]): Promise<void> {
  await local.load(...ids);
  await seenAfter(() => local.status().isConnected);
}

async function changePlan({ stage, shop }: Ground, customer: string, plan: string): Promise<void> {
  await stage.call('POST', `/v1/subscriptions/${shop.subscriptionOf.get(customer)}/change`, {
    plan,
    when: 'now',
  });
}
