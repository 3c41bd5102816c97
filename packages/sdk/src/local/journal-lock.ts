import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { isAlive, type ProcessName } from './process-name.ts';

const LOCK = /^([0-9a-f-]{36})\.lock\.(\d+)$/;
const SEGMENT = /^([0-9a-f-]{36})\.(\d+)\.usage$/;

/**
 * Owns a journal of a folder: `<journal>.lock.<n>` names its nth owner. A lock is made whole and put in its place by a
 * link, which fails where one stands, so of several that want the next number exactly one gets it. Null if not this one.
 */
export function lockJournal(
  folder: string,
  journal: string,
  owner: ProcessName,
  isForeignGone = false,
): boolean {
  const [last] = locksOf(folder, journal).slice(-1);
  if (last !== undefined && isHeld(folder, journal, last, isForeignGone)) return false;
  const draft = path.join(folder, `${randomUUID()}.draft`);
  fs.writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
  try {
    fs.linkSync(draft, lockPath(folder, journal, (last ?? 0) + 1));
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fault;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Takes the locks of a journal away: it is done with, or left to the next process. */
export function unlockJournal(folder: string, journal: string): void {
  for (const number of locksOf(folder, journal))
    fs.rmSync(lockPath(folder, journal, number), { force: true });
}

/** Every journal of a folder that has something in it. */
export function journalsIn(folder: string): string[] {
  const names = fs.readdirSync(folder).map((name) => SEGMENT.exec(name)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** The segments of a journal, oldest first. */
export function segmentsOf(folder: string, journal: string): number[] {
  return numbersOf(folder, SEGMENT, journal);
}

export function segmentPath(folder: string, journal: string, number: number): string {
  return path.join(folder, `${journal}.${number}.usage`);
}

function locksOf(folder: string, journal: string): number[] {
  return numbersOf(folder, LOCK, journal);
}

function numbersOf(folder: string, pattern: RegExp, journal: string): number[] {
  return fs
    .readdirSync(folder)
    .map((name) => pattern.exec(name))
    .filter((match) => match?.[1] === journal)
    .map((match) => Number(match?.[2]))
    .sort((left, right) => left - right);
}

function lockPath(folder: string, journal: string, number: number): string {
  return path.join(folder, `${journal}.lock.${number}`);
}

function isHeld(folder: string, journal: string, number: number, isForeignGone: boolean): boolean {
  try {
    const text = fs.readFileSync(lockPath(folder, journal, number), 'utf8');
    return isAlive(JSON.parse(text) as ProcessName, isForeignGone);
  } catch (fault) {
    // Its owner has just let go of it. A lock that cannot be read, such as a half written one, is nobody's.
    return !(fault instanceof SyntaxError) && (fault as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
