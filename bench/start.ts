import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Measures what a person at the terminal waits for: `npm start` on an empty data folder until the first event is
 * acknowledged, a second start until /readyz answers, and the memory of the whole stack at idle (PSS, Linux).
 * Run: npm run bench:start
 */
const REPEATS = Number(process.argv[2] ?? 5);
const IDLE_MS = 5_000;

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function start(folder: string, port: number): ChildProcess {
  return spawn('npm', ['start', '--', '--no-demo'], {
    env: { ...process.env, BILLHOOK_DATA: folder, PORT: String(port) },
    stdio: 'ignore',
    detached: true,
  });
}

async function until(check: () => Promise<boolean>, limitMs = 60_000): Promise<number> {
  const begin = performance.now();
  while (performance.now() - begin < limitMs) {
    if (await check().catch(() => false)) return performance.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it did not become ready in time');
}

const ready = (port: number) => async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;

async function firstEvent(folder: string, port: number): Promise<boolean> {
  const { apiKey } = JSON.parse(readFileSync(path.join(folder, 'quickstart.json'), 'utf8')) as {
    apiKey: string;
  };
  const event = {
    specversion: '1.0',
    id: 'first',
    source: '/bench',
    type: 'bench.event',
    subject: 'nobody',
    time: new Date().toISOString(),
  };
  const answer = await fetch(`http://127.0.0.1:${port}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
  return answer.ok;
}

function descendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      parents.set(
        Number(name),
        Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]),
      );
    } catch {
      // It ended between the listing and the reading.
    }
  }
  const found = [root];
  for (const pid of found)
    for (const [child, parent] of parents) if (parent === pid && !found.includes(child)) found.push(child);
  return found;
}

function pssMb(pid: number): { mb: number; name: string } {
  try {
    const kb = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    return {
      mb: kb / 1024,
      name: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 60),
    };
  } catch {
    return { mb: 0, name: '' };
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // As Ctrl-C does: to the whole group that we started.
  if (child.pid) process.kill(-child.pid, 'SIGINT');
  await ended;
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function main(): Promise<void> {
  const [event, second]: [number[], number[]] = [[], []];
  let memory = '';
  for (let run = 0; run < REPEATS; run += 1) {
    const folder = mkdtempSync(path.join(tmpdir(), 'billhook-bench-'));
    const port = await freePort();
    let begin = performance.now();
    let child = start(folder, port);
    event.push((await until(() => firstEvent(folder, port))) - begin);
    await stop(child);
    begin = performance.now();
    child = start(folder, port);
    second.push((await until(ready(port))) - begin);
    if (run === REPEATS - 1 && process.platform === 'linux' && child.pid) {
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      const parts = descendants(child.pid).map(pssMb);
      const api = parts.find(
        ({ name }) =>
          name.includes('apps/server/src/main.ts') && !name.startsWith('npm') && !name.startsWith('sh '),
      );
      memory = `API process at idle ${api?.mb.toFixed(0)} MB, whole stack ${parts.reduce((sum, part) => sum + part.mb, 0).toFixed(0)} MB (PSS, npm itself included)`;
      for (const part of parts.filter(({ mb }) => mb > 3))
        console.error(`  ${part.mb.toFixed(1)} MB  ${part.name.slice(0, 60)}`);
    }
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(
    `empty folder to first acknowledged event: median ${median(event).toFixed(0)} ms of ${REPEATS} (limit 2500)`,
  );
  console.log(`second start to /readyz: median ${median(second).toFixed(0)} ms of ${REPEATS} (limit 1500)`);
  if (memory) console.log(`${memory} (limits 120 and 250)`);
  const slow = median(event) > 2_500 || median(second) > 1_500;
  process.exitCode = slow ? 1 : 0;
}

await main();
