import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findInstalledBinaries } from '../adapters/embedded-postgres/binaries.ts';
import { copyCluster, type PreparedCluster } from '../adapters/embedded-postgres/copy-cluster.ts';
import type { Log } from '../platform/log.ts';
import { migrate, readMigrations } from '../platform/migrate.ts';
import { startEmbedded } from './embedded.ts';

/** Beside the cluster: what it was made from, and what opens it. Readable for the owner alone. */
type Note = { madeFrom: string; password: string };

const NOTE = 'made-from.json';
const CLUSTER = 'postgres';

/**
 * The prepared database in `folder`, if it is one of this release: made by the same PostgreSQL, with the same migrations.
 * A folder of another account, or none, is no fault: the first start takes a second longer then.
 */
export async function findPrepared(folder: string): Promise<PreparedCluster | undefined> {
  try {
    const note = JSON.parse(await readFile(path.join(folder, NOTE), 'utf8')) as Note;
    if (note.madeFrom !== (await fingerprint())) return undefined;
    return { folder: path.join(folder, CLUSTER), password: note.password };
  } catch {
    return undefined;
  }
}

/** Makes the database that first starts copy: brought up to date, with our login, and stopped in good order. */
export async function prepareDatabase(folder: string, log: Log): Promise<void> {
  if ((await findPrepared(folder)) !== undefined) return;
  const fresh = `${folder}.${process.pid}`;
  try {
    const note: Note = { madeFrom: await fingerprint(), password: await makeIn(fresh, log) };
    fs.writeFileSync(path.join(fresh, NOTE), JSON.stringify(note), { mode: 0o600 });
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(fresh, folder);
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}

/** Makes the cluster below `folder`; answers its administrator's password. */
async function makeIn(folder: string, log: Log): Promise<string> {
  const database = await startEmbedded({
    dataFolder: folder,
    // Each start gives the login a password of its own; this one is known to nobody.
    password: randomBytes(24).toString('base64url'),
    log,
    say: () => undefined,
    onBegun: () => undefined,
    onUnexpectedEnd: () => undefined,
  });
  try {
    await migrate({ ...database, log });
  } finally {
    await database.stop();
  }
  const inside = path.join(folder, CLUSTER);
  if (!fs.existsSync(inside)) {
    // The account of PostgreSQL cannot enter this folder, so the cluster was made elsewhere.
    await copyCluster(database.folder, inside, undefined);
    fs.rmSync(path.dirname(database.folder), { recursive: true, force: true });
  }
  return decodeURIComponent(new URL(database.adminUrl).password);
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(findInstalledBinaries().version);
  for (const { name, checksum } of await readMigrations()) hash.update(`\0${name}\0${checksum}`);
  return hash.digest('hex');
}
