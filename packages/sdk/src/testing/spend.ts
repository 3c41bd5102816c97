import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EntitlementTestServer } from './entitlement-server.ts';

export interface Spender {
  readonly process: ChildProcess;
  /** What it last said was allowed. */
  readonly allowed: () => number;
  readonly ended: Promise<void>;
}

export function startSpender(server: EntitlementTestServer, folder: string, tellEvery = 0): Spender {
  const file = fileURLToPath(new URL('spender.ts', import.meta.url));
  const args = [file, server.baseUrl, folder, 'cus_a', 'calls', `${tellEvery}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { process: child, ended, allowed: () => Number(text.trimEnd().split('\n').at(-1) ?? 0) };
}
