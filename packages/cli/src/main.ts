#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createBillhook } from '@billhook/sdk/operator';
import { readAddress } from './address.ts';
import type { GlobalOptions } from './context.ts';
import { UsageError } from './exit-codes.ts';
import { runCommandLine } from './program.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What the server left at its last start, so that the commands work at once on the same machine. */
function readQuickstart(): { baseUrl?: string; apiKey?: string } {
  const folder = path.resolve(ROOT, process.env.BILLHOOK_DATA || '.billhook');
  try {
    return JSON.parse(readFileSync(path.join(folder, 'quickstart.json'), 'utf8')) as {
      baseUrl?: string;
      apiKey?: string;
    };
  } catch {
    return {};
  }
}

function addressOf(options: GlobalOptions): string {
  return readAddress(
    options.url ?? process.env.BILLHOOK_URL ?? readQuickstart().baseUrl ?? 'http://127.0.0.1:4000',
  );
}

function runServer(flags: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [path.join(ROOT, 'apps/server/src/main.ts'), ...flags], {
    stdio: 'inherit',
  });
  // The terminal signals the whole group; this process only waits for the server to end.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

// The server's data folder may be named in its file of settings.
if (existsSync(path.join(ROOT, '.env'))) process.loadEnvFile(path.join(ROOT, '.env'));

process.exitCode = await runCommandLine(process.argv.slice(2), {
  folder: process.env.INIT_CWD ?? process.cwd(),
  terminal: {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
  },
  addressOf,
  connect(options) {
    const apiKey = options.apiKey ?? process.env.BILLHOOK_API_KEY ?? readQuickstart().apiKey;
    if (apiKey === undefined) throw new UsageError('Give a key with --api-key or BILLHOOK_API_KEY.');
    return createBillhook({ baseUrl: addressOf(options), apiKey });
  },
  runServer,
  pause: (delayMs) => pause(delayMs),
});
