import fs from 'node:fs';
import { chown, copyFile } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from './account.ts';

/** A database folder that was made and stopped in good order before anybody needed it. It is copied, never run. */
export interface PreparedCluster {
  folder: string;
  /** The administrator's password in it. A copy gets a new one at its first start. */
  password: string;
}

/** Asked only where a new database is to be made. */
export type FindPrepared = () => Promise<PreparedCluster | undefined>;

/** What makes a folder a running one's. A cluster that was stopped in good order has none. */
const RUNNING_MARK = 'postmaster.pid';

// More at once gain nothing: the system makes the files of one folder one after another.
const LANES = 4;

/**
 * Copies a stopped cluster, file by file, for `account`. The files are not yet safe on the disk: see `syncCluster`.
 * Throws what the file system says; what was copied until then is left to the caller.
 */
export async function copyCluster(from: string, to: string, account: Account | undefined): Promise<void> {
  if (fs.existsSync(path.join(from, RUNNING_MARK))) throw new Error(`${from} belongs to a running database`);
  const files = makeFolders(from, to, account).values();
  const lane = async () => {
    for (const file of files) {
      // A file system that can share the blocks of two files does so.
      await copyFile(path.join(from, file), path.join(to, file), fs.constants.COPYFILE_FICLONE);
      if (account) await chown(path.join(to, file), account.uid, account.gid);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** Makes all folders; answers the files that belong into them. */
function makeFolders(from: string, to: string, account: Account | undefined): string[] {
  const files: string[] = [];
  const visit = (folder: string) => {
    fs.mkdirSync(path.join(to, folder), { recursive: true, mode: 0o700 });
    if (account) fs.chownSync(path.join(to, folder), account.uid, account.gid);
    for (const entry of fs.readdirSync(path.join(from, folder), { withFileTypes: true })) {
      const inside = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(inside);
      else files.push(inside);
    }
  };
  visit('.');
  return files;
}
