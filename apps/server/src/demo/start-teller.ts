import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Config } from '../platform/config.ts';
import type { StandInUrls } from '../start/stand-ins.ts';

const PROGRAM = fileURLToPath(new URL('teller-server.ts', import.meta.url));

/** What the second server must know. */
export type TellerTask = {
  config: Config;
  databaseUrl: string;
  /** Address of the server that stays. */
  origin: string;
  standIns: StandInUrls;
  web: { admin: string; portal: string };
  version: string;
};

/**
 * `begin`: the stand-ins and the due work are yours. `finish`: do what is due, then end. `stop`: end as soon as what is
 * under way is done.
 */
export type TellerWord = 'begin' | 'finish' | 'stop';

export type Teller = {
  /** Where it answers the program that tells the stories. */
  address: string;
  /** Gives it the stand-ins and the due work, which nobody else may have then. False if it could not take them. */
  begin(): Promise<boolean>;
  /** Resolves when the process has ended. */
  end(word: Exclude<TellerWord, 'begin'>): Promise<void>;
};

/** Starts the second server and waits until it answers. Undefined if it ended before; it says why on standard error. */
export async function startTeller(task: TellerTask): Promise<Teller | undefined> {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<undefined>((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', () => resolve(undefined));
  });
  // One that ended early reads nothing; that it ended is noticed otherwise.
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout });
  async function ask(text: string): Promise<string | undefined> {
    const answer = once(lines, 'line') as Promise<[string]>;
    child.stdin.write(`${text}\n`);
    return (await Promise.race([answer, ended]))?.[0];
  }
  const address = await ask(JSON.stringify(task));
  if (address === undefined) return undefined;
  return {
    address,
    begin: async () => (await ask('begin' satisfies TellerWord)) !== undefined,
    async end(word) {
      child.stdin.write(`${word}\n`);
      await ended;
    },
  };
}
