import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { EmbeddedPostgresFault } from './fault.ts';

/** A system account that PostgreSQL runs as. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The account PostgreSQL must run as, or undefined for "as this process is".
 *
 * PostgreSQL refuses to run as root, so root picks another account: the owner of an existing database folder
 * (it may have been made by an ordinary user before), else `postgres`, else `nobody`. initdb looks its own
 * account up by number, so it must be one that the system lists.
 */
export function chooseAccount(dataFolder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = fs.statSync(dataFolder, { throwIfNoEntry: false });
  const accounts = readAccounts();
  if (owner && owner.uid !== 0) {
    const known = [...accounts.values()].find((account) => account.uid === owner.uid);
    return known ?? { name: `account ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  }
  const account = accounts.get('postgres') ?? accounts.get('nobody');
  if (!account) {
    throw new EmbeddedPostgresFault(
      'PostgreSQL does not run as root and this system has no account "postgres" or "nobody"; add one with useradd, or set DATABASE_URL.',
    );
  }
  return account;
}

function readAccounts(): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const line of fs.readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid) accounts.set(name, { name, uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}

/**
 * Which of `paths` the account can enter or execute. The kernel is asked by a process of that account,
 * since reading the modes of all parents would miss access lists and mounts.
 */
export function reachable(account: Account | undefined, paths: readonly string[]): boolean[] {
  if (!account) return paths.map(() => true);
  const script = 'for p in "$@"; do if test -x "$p"; then echo 1; else echo 0; fi; done';
  const answer = spawnSync('/bin/sh', ['-c', script, 'sh', ...paths], {
    uid: account.uid,
    gid: account.gid,
    cwd: '/',
    encoding: 'utf8',
  });
  const lines = (answer.stdout ?? '').trim().split('\n');
  return paths.map((_, index) => lines[index] === '1');
}
