import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Caller, createCaller } from '../../apps/server/src/testing/caller.ts';
import { programEnvironment } from '../../apps/server/src/testing/program-environment.ts';

const PROGRAM = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));
const STANDBY = new URL('standby.ts', import.meta.url).href;
const LIMIT_MS = 120_000;
const SENDERS = 4;
const BATCH = 25;

export type KillReport = {
  cycles: number;
  acknowledged: number;
  /** Acknowledged and not counted. */
  lost: number;
  /** What the sum counts beyond the events that are stored. */
  doubled: number;
  /** Sent again after everything and taken as new, although they had been acknowledged. */
  takenAgain: number;
};

/**
 * Sends usage from several senders at once to the real program on its own database, and kills the server, the database
 * or both with SIGKILL while they write; after each cycle the program starts anew on what is left, in a process that was
 * loaded meanwhile, so that a cycle is short. In the end everything that was ever acknowledged is compared with what counts.
 */
export async function killWhileIngesting(
  cycles: number,
  told: (cycle: number, acknowledged: number) => void = () => undefined,
): Promise<KillReport> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'billhook-kill-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  let { child, api } = await begin(standBy(folder, port), folder, port);
  let next = standBy(folder, port);
  await good(
    api('POST', '/v1/meters', {
      body: { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'sum', value_property: 'n' },
    }),
  );
  await good(api('POST', '/v1/customers', { body: { name: 'Ada', external_id: 'ada', currency: 'EUR' } }));
  const time = String((await good(api('GET', '/v1/clock'))).now);
  const acknowledged = new Set<string>();
  const unsure: string[][] = [];
  let serial = 0;
  const nextId = () => {
    serial += 1;
    return `e${serial}`;
  };
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const caller = api;
    let isOver = false;
    const senders = Array.from({ length: SENDERS }, async () => {
      while (!isOver) {
        // What was not answered for is sent again, by whichever sender comes to it.
        const ids = unsure.pop() ?? Array.from({ length: BATCH }, nextId);
        const answer = await caller('POST', '/v1/events', { body: ids.map((id) => eventOf(id, time)) }).catch(
          () => undefined,
        );
        if (answer?.status === 200) for (const id of ids) acknowledged.add(id);
        else unsure.push(ids);
        if (answer?.status !== 200) return;
      }
    });
    // Batches are under way, and the blow falls at another point in every cycle.
    const before = acknowledged.size;
    const deadline = performance.now() + LIMIT_MS;
    while (acknowledged.size < before + 4 * BATCH && performance.now() < deadline) await pause(5);
    await pause((cycle * 7) % 31);
    await killOne(['both', 'server', 'database'][cycle % 3] as Victim, child, folder);
    isOver = true;
    await Promise.all(senders);
    const follower = next;
    next = standBy(folder, port);
    ({ child, api } = await begin(follower, folder, port));
    told(cycle + 1, acknowledged.size);
  }
  const report = await compare(api, time, acknowledged, cycles);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  next.child.kill('SIGKILL');
  await ended;
  return report;
}

type Victim = 'server' | 'database' | 'both';

const eventOf = (id: string, time: string) => ({
  specversion: '1.0',
  id,
  source: 'kill',
  type: 'call',
  subject: 'ada',
  time,
  data: { n: 1 },
});

async function compare(
  api: Caller,
  time: string,
  acknowledged: ReadonlySet<string>,
  cycles: number,
): Promise<KillReport> {
  const from = new Date(Date.parse(time) - 3_600_000).toISOString();
  const to = new Date(Date.parse(time) + 3_600_000).toISOString();
  const usage = await good(api('GET', `/v1/usage?customer=ada&meter=calls&from=${from}&to=${to}`));
  const sum = Number(usage.quantity);
  const stored = await storedIds(api);
  let lost = 0;
  for (const id of acknowledged) if (!stored.has(id)) lost += 1;
  const ids = [...acknowledged];
  let takenAgain = 0;
  for (let start = 0; start < ids.length; start += 1000) {
    const body = ids.slice(start, start + 1000).map((id) => eventOf(id, time));
    const answer = await good(api('POST', '/v1/events', { body }));
    takenAgain += (answer.counts as unknown as { accepted: number }).accepted;
  }
  return { cycles, acknowledged: ids.length, lost, doubled: sum - stored.size, takenAgain };
}

async function storedIds(api: Caller): Promise<Set<string>> {
  const ids = new Set<string>();
  let count = 0;
  for (let after = ''; ; ) {
    const page = await good(api('GET', `/v1/events?limit=100${after}`));
    const rows = page.data as unknown as { id: string }[];
    for (const { id } of rows) ids.add(id);
    count += rows.length;
    if (page.has_more !== (true as never)) break;
    after = `&starting_after=${encodeURIComponent(String(page.next_cursor))}`;
  }
  if (count !== ids.size) throw new Error('one id is stored twice');
  return ids;
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

type Standby = { child: ChildProcess; ready: Promise<unknown>; complaint: () => string };

/** A process of the program that has loaded everything and waits for the word to begin. */
function standBy(folder: string, port: number): Standby {
  const child = spawn(process.execPath, ['--import', STANDBY, PROGRAM, '--no-demo'], {
    env: {
      ...programEnvironment(),
      BILLHOOK_DATA: folder,
      PORT: String(port),
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const ready = Promise.race([once(child, 'message'), once(child, 'exit')]);
  return { child, ready, complaint: () => complaint };
}

/** Gives the word and waits until the program answers. */
async function begin(
  { child, ready, complaint }: Standby,
  folder: string,
  port: number,
): Promise<{ child: ChildProcess; api: Caller }> {
  await ready;
  if (child.connected) child.send('begin');
  const key = path.join(folder, 'quickstart.json');
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${complaint()}`);
    if (performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`it was not ready in time: ${complaint()}`);
    }
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok === true && existsSync(key)) break;
    await pause(10);
  }
  const { apiKey } = JSON.parse(readFileSync(key, 'utf8')) as { apiKey: string };
  const api = createCaller(`http://127.0.0.1:${port}`, { authorization: `Bearer ${apiKey}` });
  return { child, api };
}

/** Ends processes so that nothing of them can clean up. */
async function killOne(victim: Victim, child: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (victim !== 'server') process.kill(databaseOf(folder), 'SIGKILL');
  // A server whose database is gone is given the time to answer what it can; then it goes as well.
  if (victim === 'database') await pause(30);
  if (child.exitCode === null) child.kill('SIGKILL');
  await ended;
}

/** The process id stands in the first line of the file that the database keeps in its folder. */
function databaseOf(folder: string): number {
  const file = path.join(folder, 'postgres', 'postmaster.pid');
  return Number(readFileSync(file, 'utf8').split('\n')[0]);
}

async function good(call: ReturnType<Caller>) {
  const answer = await call;
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}
