import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { cloneTemplate } from '../testing/database.ts';
import { startMain, temporaryFolder } from '../testing/main-process.ts';
import type { DemoStatus } from './run-demo.ts';

const PATIENCE_MS = 120_000;

async function statusOf(address: string): Promise<DemoStatus> {
  const answer = await fetch(`${address}/v1/demo`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as DemoStatus;
}

async function until(address: string, holds: (status: DemoStatus) => boolean): Promise<DemoStatus> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const status = await statusOf(address);
    if (holds(status)) return status;
    if (performance.now() > deadline) throw new Error(`the demo stands at ${JSON.stringify(status)}`);
    await delay(50);
  }
}

/** What the owner sees: every tenant by its slug. */
async function tenantsOf(address: string, folder: string): Promise<Map<string, string>> {
  const [email, password] = readFileSync(path.join(folder, 'owner.txt'), 'utf8').split('\n');
  const signedIn = await fetch(`${address}/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address },
    body: JSON.stringify({ email, password }),
  });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const answer = await fetch(`${address}/v1/tenants`, { headers: { cookie, origin: address } });
  const { data } = (await answer.json()) as { data: { slug: string; id: string }[] };
  return new Map(data.map(({ slug, id }) => [slug, id]));
}

const allMoved = ({ tenants }: DemoStatus) =>
  tenants.length === 5 && tenants.every(({ percent }) => percent > 0);

it.each(['SIGKILL', 'SIGINT'] as const)(
  'a demo stopped half-way by %s is told anew by the next start, which never calls it finished',
  async (signal) => {
    const { url } = await cloneTemplate();
    const folder = temporaryFolder();
    const environment = { DATABASE_URL: url, LOG_LEVEL: 'warn' };
    const first = startMain(environment, folder, 'same', []);
    const before = await first.ready;
    await until(before, allMoved);
    const halfTold = await tenantsOf(before, folder);
    first.child.kill(signal);
    const ended = await first.ended;
    if (signal === 'SIGINT') {
      expect(ended).toMatchObject({ code: 0, errors: '' });
      expect(ended.output).toMatch(/\nStopped\.\n$/);
    }

    const second = startMain(environment, folder, 'same', []);
    const after = await second.ready;
    const status = await until(after, allMoved);
    expect(status).toMatchObject({ state: 'seeding', fault: null });
    expect(status.tenants.every(({ state, percent }) => state === 'seeding' && percent < 100)).toBe(true);
    const fresh = await tenantsOf(after, folder);
    expect([...fresh.keys()].toSorted()).toEqual([...halfTold.keys()].toSorted());
    for (const { slug } of status.tenants) expect(fresh.get(slug)).not.toBe(halfTold.get(slug));
    expect(fresh.get('sandbox')).toBe(halfTold.get('sandbox'));
    second.child.kill('SIGINT');
    const { code, errors } = await second.ended;
    // Webhooks of the first start lead to its port, which a start on a free port does not get again.
    const complaints = errors.split('\n').filter((line) => !line.includes('"process":"sandbox"'));
    expect({ code, complaints }).toEqual({ code: 0, complaints: [''] });
  },
  300_000,
);
