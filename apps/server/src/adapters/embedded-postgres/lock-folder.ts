import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresFault, explainFolderError, systemCode } from './fault.ts';
import { processArguments, processNamespace, processStart } from './process-identity.ts';

/** How often a holder touches its lock, and how long an untouched lock of another machine counts as held. */
const TOUCH_EVERY_MS = 2_000;
const FOREIGN_STALE_MS = 10_000;

interface LockRecord {
  pid: number;
  /** When that process started: a later process with the same number is another one. */
  start: string;
  /** Machine and process namespace that `pid` is a number in. */
  where: string;
  nonce: string;
}

export interface FolderLock {
  release(): void;
}

/**
 * Takes the lock file for this process, so that a second live server never stops the database of the first.
 * A lock left by a dead process is taken over. Refuses with `EmbeddedPostgresFault` while the holder lives.
 */
export async function lockFolder(file: string, folder: string): Promise<FolderLock> {
  const own: LockRecord = {
    pid: process.pid,
    start: processStart(process.pid) ?? '',
    where: `${os.hostname()} ${processNamespace()}`,
    nonce: randomUUID(),
  };
  for (;;) {
    if (create(file, own, folder)) break;
    const text = readText(file);
    if (text === undefined) continue;
    if (await heldByAnother(file, text, own)) {
      throw new EmbeddedPostgresFault(
        `Another server${describe(text)} is already running on ${folder}; stop it, or name another data folder in BILLHOOK_DATA.`,
      );
    }
    removeDead(file, text);
  }
  const touch = setInterval(() => touchQuietly(file), TOUCH_EVERY_MS);
  touch.unref();
  return {
    release() {
      clearInterval(touch);
      if (parse(readText(file) ?? '')?.nonce === own.nonce) fs.rmSync(file, { force: true });
    },
  };
}

/** Makes the file with its content in one step (a link), so that nobody ever reads a half-written lock. */
function create(file: string, record: LockRecord, folder: string): boolean {
  const draft = `${file}.${record.nonce}`;
  try {
    fs.writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    explainFolderError(error, folder);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

async function heldByAnother(file: string, text: string, own: LockRecord): Promise<boolean> {
  const record = parse(text);
  if (!record) return false;
  // A process that is just being killed is still listed for a moment, but has no arguments any more.
  const isThere = processStart(record.pid) === record.start && processArguments(record.pid).length > 0;
  if (record.where === own.where) return isThere;
  // The holder's number means nothing here (another container on the same disk): it lives if it keeps touching.
  const seenMs = modifiedMs(file);
  if (seenMs === undefined) return false;
  for (let waitedMs = 0; waitedMs < FOREIGN_STALE_MS; waitedMs += 500) {
    await sleep(500);
    if (modifiedMs(file) !== seenMs) return readText(file) !== undefined;
  }
  return false;
}

/** Moves a dead lock away. If another waiter was quicker and this moved a living lock, that one is put back. */
function removeDead(file: string, text: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
  } catch {
    return;
  }
  if (readText(aside) !== text) {
    try {
      fs.linkSync(aside, file);
    } catch {
      // A third one holds it by now; its own check decides.
    }
  }
  fs.rmSync(aside, { force: true });
}

function describe(text: string): string {
  const record = parse(text);
  return record ? ` (process ${record.pid})` : '';
}

function parse(text: string): LockRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is LockRecord {
  return (
    typeof value === 'object' && value !== null && 'pid' in value && 'nonce' in value && 'where' in value
  );
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function modifiedMs(file: string): number | undefined {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function touchQuietly(file: string): void {
  const nowSeconds = (performance.timeOrigin + performance.now()) / 1000;
  try {
    fs.utimesSync(file, nowSeconds, nowSeconds);
  } catch {
    // The folder was taken away under a running server; PostgreSQL itself will complain louder.
  }
}
