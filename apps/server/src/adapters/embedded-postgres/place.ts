import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Account, chooseAccount, reachable } from './account.ts';
import { EmbeddedPostgresFault, explainFolderError } from './fault.ts';

/** Where root keeps a database that its account could not reach in the data folder itself. */
const ELSEWHERE = '/var/lib/billhook';

/** Where everything of one embedded database lies. */
export interface Place {
  /** The folder PostgreSQL calls its data directory; 0700, owned by `account`. */
  cluster: string;
  /** A folder for copied binaries that the account can reach. */
  copies: string;
  passwordFile: string;
  lockFile: string;
  /** Exists while a new database folder is being made; what it names is then worthless. */
  unfinishedMark: string;
  account: Account | undefined;
  /** Set when the database lies outside the data folder: a sentence that says where and why. */
  movedSentence: string | undefined;
}

/**
 * Decides where the database of `dataRoot` lies and makes the folders above it. Run by root from a folder that
 * other accounts cannot enter, the database goes to a folder of its own below /var/lib, always the same one.
 */
export function choosePlace(dataRoot: string): Place {
  makeFolder(path.resolve(dataRoot));
  const root = fs.realpathSync(dataRoot);
  const inside = path.join(root, 'postgres');
  const outside = path.join(ELSEWHERE, createHash('sha256').update(root).digest('hex').slice(0, 16));
  const account = chooseAccount(fs.existsSync(outside) ? path.join(outside, 'postgres') : inside);
  const files = {
    passwordFile: path.join(root, 'postgres.password'),
    lockFile: path.join(root, 'postgres.lock'),
    unfinishedMark: path.join(root, 'postgres.unfinished'),
    account,
  };
  if (reachable(account, [root])[0]) {
    const copies = account ? ELSEWHERE : path.join(root, 'binaries');
    return { ...files, cluster: inside, copies, movedSentence: undefined };
  }
  if (fs.existsSync(inside)) {
    throw new EmbeddedPostgresFault(
      `The database in ${inside} runs as ${account?.name}, which cannot enter the folders above it any more; allow that with chmod o+x.`,
    );
  }
  makeFolder(outside);
  const cluster = path.join(outside, 'postgres');
  const movedSentence = `The database is kept in ${cluster}, because ${account?.name} (PostgreSQL does not run as root) cannot enter ${root}`;
  return { ...files, cluster, copies: ELSEWHERE, movedSentence };
}

function makeFolder(folder: string): void {
  try {
    // Others may pass through, not list: the files inside have closed modes of their own.
    fs.mkdirSync(folder, { recursive: true, mode: 0o711 });
    fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    explainFolderError(error, folder);
  }
}
