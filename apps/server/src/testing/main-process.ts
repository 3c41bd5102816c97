import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { reachable } from '../adapters/embedded-postgres/account.ts';
import { programEnvironment } from './program-environment.ts';

const MAIN = new URL('../main.ts', import.meta.url).pathname;
const NOBODY = 65_534;

export type Ended = { code: number | null; output: string; errors: string };

export type MainProcess = {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** The address it prints once it answers. Rejects with its words when it ends before. */
  ready: Promise<string>;
};

/** Starts the server's program as `npm start` does, without the demo and on a free port unless told otherwise. */
export function startMain(
  environment: Record<string, string>,
  folder: string,
  account: 'same' | 'ordinary' = 'same',
  flags: readonly string[] = ['--no-demo'],
): MainProcess {
  const { command, args, identity } = account === 'ordinary' ? withoutPower() : asItIs();
  const child = spawn(command, [...args, MAIN, ...flags], {
    ...identity,
    env: {
      ...programEnvironment(),
      BILLHOOK_DATA: folder,
      PORT: '0',
      LOG_LEVEL: 'silent',
      ...environment,
    },
    cwd: account === 'ordinary' ? '/' : folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, output, errors })),
  );
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const address = /ready at (http:\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    void ended.then(({ errors: text }) => reject(new Error(`it ended: ${text}`)));
  });
  // Most tests of faults wait for the end alone.
  ready.catch(() => undefined);
  return { child, ended, ready };
}

type Command = { command: string; args: string[]; identity: { uid?: number; gid?: number } };

const asItIs = (): Command => ({ command: process.execPath, args: [], identity: {} });

/**
 * Root passes by the modes of files, so that under root another account is taken; where that one cannot even reach the
 * program (a clone in a closed folder), root without that power.
 */
function withoutPower(): Command {
  if (process.getuid?.() !== 0) return asItIs();
  const account = { name: 'nobody', uid: NOBODY, gid: NOBODY };
  if (reachable(account, [process.execPath, path.dirname(MAIN)]).every(Boolean))
    return { ...asItIs(), identity: { uid: NOBODY, gid: NOBODY } };
  return {
    command: 'setpriv',
    args: ['--bounding-set', '-dac_override,-dac_read_search', process.execPath],
    identity: {},
  };
}

/** A folder for one start, below the folder for temporary files. */
export function temporaryFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'billhook-start-'));
}
