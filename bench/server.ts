import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** An empty data folder. Others may enter it, so that root's database lies inside it too and goes when it goes. */
export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'billhook-bench-'));
  chmodSync(folder, 0o755);
  return folder;
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** `npm start` as a person types it, in a process group of its own. */
export function start(
  folder: string,
  port: number,
  flags: readonly string[] = [],
  environment: Record<string, string> = {},
): ChildProcess {
  return spawn('npm', ['start', '--', ...flags], {
    env: { ...process.env, BILLHOOK_DATA: folder, PORT: String(port), ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
}

/** Rejects as soon as the server ends, so that nothing is waited for in vain. */
export async function whileRunning<T>(child: ChildProcess, work: Promise<T>): Promise<T> {
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended by itself with code ${code}`)));
  });
  return Promise.race([work, ended]);
}

/** As Ctrl-C does: a signal to the whole group that was started; resolves when all of it has ended. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGINT');
  await ended;
}

/** Asks again and again, every few milliseconds, until the answer is yes; returns when that was. */
export async function until(check: () => Promise<boolean>, limitMs = 60_000, everyMs = 5): Promise<number> {
  const begin = performance.now();
  while (performance.now() - begin < limitMs) {
    if (await check().catch(() => false)) return performance.now();
    await sleep(everyMs);
  }
  throw new Error(`it did not become so within ${limitMs / 1000} s`);
}

export async function isReady(port: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
}
