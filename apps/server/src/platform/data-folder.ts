import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StartError } from './start-error.ts';

/** Secrets of this installation: made at the first start, kept in the data folder, readable by its owner alone. */
export type Secrets = {
  /** Base of all keys derived by `deriveKey`. Without it, sealed values cannot be read again. */
  masterKey: Buffer;
  authSecret: string;
  /** Of the login under which this server works in the embedded database; it owns nothing there. */
  databasePassword: string;
  /** Lets this server, and nobody else, drive the sandbox. */
  sandboxToken: string;
};

/** @throws StartError if the folder cannot be made or written */
export function openDataFolder(folder: string): Secrets {
  try {
    // The folder itself may be entered: the embedded database runs under an account of its own when we are root.
    makeFolder(path.resolve(folder), 0o755);
    makeFolder(path.join(path.resolve(folder), 'secrets'), 0o700);
    return {
      masterKey: Buffer.from(keptSecret(folder, 'master-key'), 'hex'),
      authSecret: keptSecret(folder, 'auth-secret'),
      databasePassword: keptSecret(folder, 'database-password'),
      sandboxToken: keptSecret(folder, 'sandbox-token'),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `The data folder ${folder} cannot be written (${reason}). Make it writable for this user or set BILLHOOK_DATA to another folder.`,
    );
  }
}

/** One folder after the other: the runtime's own way never ends where a file system takes no folders, such as /proc. */
function makeFolder(folder: string, mode: number): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder), 0o755);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Reads the secret or makes it. Two processes that start at once end up with the same one. */
function keptSecret(folder: string, name: string): string {
  const file = path.join(folder, 'secrets', name);
  if (!existsSync(file)) {
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true });
    try {
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(draft);
    }
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(secret)) throw new Error(`${file} is damaged`);
  return secret;
}

/** Writes a note for the person at this machine, such as the owner's first password; readable by the owner alone. */
export function writePrivateFile(folder: string, name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text, { mode: 0o600, flush: true });
  return file;
}
