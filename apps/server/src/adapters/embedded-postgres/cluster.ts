import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Binaries, program } from './binaries.ts';
import { copyCluster, type FindPrepared, type PreparedCluster } from './copy-cluster.ts';
import { EmbeddedPostgresFault, explainFolderError } from './fault.ts';
import type { Place } from './place.ts';

/** The login that owns the cluster. Its password never leaves this machine. */
export const ADMIN_NAME = 'postgres';

/** The database that initdb makes for whoever comes first. */
export const FIRST_DATABASE = 'postgres';

/** The folder of a database, and what its first start still has to do. */
export interface Cluster {
  password: string;
  /** Undefined once the first start from it succeeded. */
  fresh?: {
    /** Set in a copy, which opens to the password of what it was copied from until it has its own. */
    firstPassword?: string;
    /** Resolves when all files are safe on the disk. */
    synced: Promise<void>;
  };
}

/**
 * Makes the database folder if it is not there, by copying a prepared one where there is one. A folder left
 * half-made by a start that was killed is thrown away and made again: nothing was ever acknowledged from it.
 */
export async function ensureCluster(
  place: Place,
  binaries: Binaries,
  fsync: boolean,
  findPrepared: FindPrepared = async () => undefined,
): Promise<Cluster> {
  if (fs.existsSync(place.unfinishedMark)) fs.rmSync(place.cluster, { recursive: true, force: true });
  else if (fs.existsSync(path.join(place.cluster, 'PG_VERSION'))) {
    refuseOtherVersion(place, binaries);
    return { password: readPassword(place) };
  }
  const password = randomBytes(24).toString('base64url');
  try {
    fs.writeFileSync(place.unfinishedMark, place.cluster, { mode: 0o600 });
    writeDurably(place.passwordFile, password);
    makeEmpty(place);
  } catch (error) {
    explainFolderError(error, path.dirname(place.cluster));
  }
  const prepared = await findPrepared();
  if (prepared !== undefined && (await copied(prepared, place))) {
    const synced = fsync ? sync(place, binaries) : Promise.resolve();
    // Whoever waits for it hears of a fault; nobody may be waiting yet.
    synced.catch(() => undefined);
    return { password, fresh: { firstPassword: prepared.password, synced } };
  }
  await runInitdb(place, binaries, password, fsync);
  return { password, fresh: { synced: Promise.resolve() } };
}

function makeEmpty(place: Place): void {
  fs.mkdirSync(place.cluster, { recursive: true, mode: 0o700 });
  if (place.account) fs.chownSync(place.cluster, place.account.uid, place.account.gid);
}

/** False if it could not be copied, or not all of it; the folder is empty again then. */
async function copied(prepared: PreparedCluster, place: Place): Promise<boolean> {
  try {
    await copyCluster(prepared.folder, place.cluster, place.account);
    return true;
  } catch {
    fs.rmSync(place.cluster, { recursive: true, force: true });
    makeEmpty(place);
    return false;
  }
}

/** Has every file of the folder written to the disk; it may be in use meanwhile. */
async function sync(place: Place, binaries: Binaries): Promise<void> {
  const { code, output } = await run(
    program(binaries, 'initdb'),
    ['--sync-only', '-D', place.cluster],
    place,
  );
  if (code !== 0)
    throw new EmbeddedPostgresFault(
      `The database in ${place.cluster} could not be written: ${output.trim()}`,
    );
}

/** Declares a new database folder whole. Called only after the first start from it succeeded. */
export function finishCluster(place: Place): void {
  fs.rmSync(place.unfinishedMark, { force: true });
}

async function runInitdb(place: Place, binaries: Binaries, password: string, fsync: boolean): Promise<void> {
  // initdb cannot read a password from Node's pipes, so it gets a file only its account can read, for as long as it runs.
  const file = path.join(path.dirname(place.cluster), `initial-password.${process.pid}`);
  fs.writeFileSync(file, password, { mode: 0o600 });
  if (place.account) fs.chownSync(file, place.account.uid, place.account.gid);
  const args = [
    '-D',
    place.cluster,
    '-U',
    ADMIN_NAME,
    `--pwfile=${file}`,
    '--auth=scram-sha-256',
    '-E',
    'UTF8',
  ];
  // The builtin provider needs no locale of the system and orders text by bytes, the same on every machine.
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C');
  if (!fsync) args.push('--no-sync');
  try {
    const { code, output } = await run(program(binaries, 'initdb'), args, place);
    if (code !== 0) {
      const reason =
        output
          .trim()
          .split('\n')
          .findLast((line) => line.includes('error')) ?? output.trim();
      throw new EmbeddedPostgresFault(`A database could not be made in ${place.cluster}: ${reason}`);
    }
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function run(
  command: string,
  args: string[],
  place: Place,
): Promise<{ code: number | null; output: string }> {
  const identity = place.account ? { uid: place.account.uid, gid: place.account.gid } : {};
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...identity,
      cwd: '/',
      env: plainEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', (cause) => reject(cannotRun(command, cause)));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** The one sentence for a program that is there but cannot be started at all. */
export function cannotRun(command: string, cause: Error): EmbeddedPostgresFault {
  return new EmbeddedPostgresFault(
    `${command} cannot be run here (${cause.message}); the embedded PostgreSQL needs a system with glibc. Install PostgreSQL 15 or later and set DATABASE_URL.`,
    { cause },
  );
}

/** What the database's processes see: nothing of the server's own environment, which may hold secrets. */
export function plainEnvironment(): Record<string, string> {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function readPassword(place: Place): string {
  try {
    return fs.readFileSync(place.passwordFile, 'utf8').trim();
  } catch (cause) {
    throw new EmbeddedPostgresFault(
      `The password of the database in ${place.cluster} is not readable in ${place.passwordFile}; put that file back, or make it readable for this account.`,
      { cause },
    );
  }
}

function refuseOtherVersion(place: Place, binaries: Binaries): void {
  const found = fs.readFileSync(path.join(place.cluster, 'PG_VERSION'), 'utf8').trim();
  const ours = binaries.version.split('.')[0];
  if (found !== ours) {
    throw new EmbeddedPostgresFault(
      `The database in ${place.cluster} was made by PostgreSQL ${found}, and this one is ${ours}; start the release that made it and export the data, or name another data folder in BILLHOOK_DATA.`,
    );
  }
}

/** The password must be on disk before a cluster exists that only it opens. */
function writeDurably(file: string, text: string): void {
  const handle = fs.openSync(file, 'w', 0o600);
  try {
    fs.writeSync(handle, `${text}\n`);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
