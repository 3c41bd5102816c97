import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Spender {
  readonly process: ChildProcess;
  /** What it last said was allowed. */
  readonly allowed: () => number;
  readonly ended: Promise<void>;
}

export interface SpenderSettings {
  readonly baseUrl: string;
  readonly folder: string;
  readonly apiKey?: string;
  readonly customer?: string;
  readonly feature?: string;
  /** The member or device that spends. */
  readonly subject?: string;
  /** How often it says how many units it was allowed so far; 0 for at the end only. */
  readonly tellEvery?: number;
}

export function startSpender({
  baseUrl,
  folder,
  apiKey = 'sk_test_1',
  customer = 'cus_a',
  feature = 'calls',
  subject = '',
  tellEvery = 0,
}: SpenderSettings): Spender {
  const file = fileURLToPath(new URL('spender.ts', import.meta.url));
  const args = [file, baseUrl, folder, customer, feature, `${tellEvery}`, apiKey, subject];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { process: child, ended, allowed: () => Number(text.trimEnd().split('\n').at(-1) ?? 0) };
}
