import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Caller, createCaller } from '../../apps/server/src/testing/caller.ts';
import { programEnvironment } from '../../apps/server/src/testing/program-environment.ts';

const PROGRAM = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));
export const LIMIT_MS = 60_000;

/** The real program in a folder of its own, which can be killed and started again. */
export type Program = {
  folder: string;
  address: string;
  /** Calls with the key of the first start. */
  api: Caller;
  /** Starts it again, with further settings if there are any. */
  start(environment?: Record<string, string>): Promise<void>;
  /** Kills it so that nothing of it can clean up. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts the program for the first time, with further settings if there are any, which later starts have too. */
export async function startProgram(settings: Record<string, string> = {}): Promise<Program> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'billhook-crash-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  let child = await launch(folder, port, settings);
  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
  const { apiKey } = JSON.parse(readFileSync(path.join(folder, 'quickstart.json'), 'utf8')) as {
    apiKey: string;
  };
  return {
    folder,
    address,
    api: createCaller(address, { authorization: `Bearer ${apiKey}` }),
    async start(environment) {
      child = await launch(folder, port, { ...settings, ...environment });
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

/** Starts the process and waits until it is ready. */
async function launch(
  folder: string,
  port: number,
  environment: Record<string, string> = {},
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, '--no-demo'], {
    env: {
      ...programEnvironment(),
      BILLHOOK_DATA: folder,
      PORT: String(port),
      LOG_LEVEL: 'error',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  await until('the program is ready', async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${complaint}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    return answer?.ok === true && existsSync(path.join(folder, 'quickstart.json'));
  });
  return child;
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${LIMIT_MS} ms`);
    await pause(20);
  }
}

/** One meter and one plan at 29.00 a month in advance. */
export function catalogue() {
  const cadence = { interval: 'month', count: 1 };
  return {
    meters: [
      {
        key: 'calls',
        name: 'Calls',
        event_type: 'call',
        aggregation: 'count',
        value_property: null,
        unit: 'call',
      },
    ],
    features: [],
    plans: [
      {
        key: 'pro',
        name: 'Pro',
        currency: 'EUR',
        entitlements: [],
        prices: [
          {
            key: 'base',
            name: 'Base',
            pricing: { model: 'flat', amount: '2900' },
            quantity: { kind: 'fixed' },
            timing: 'in_advance',
            cadence,
          },
        ],
      },
    ],
  };
}
