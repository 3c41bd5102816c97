import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './progress.mjs';

const TOUCH_EVERY_MS = 1_000;
const STALE_AFTER_MS = 10_000;

/**
 * Runs `work` while no other process does. Whoever waits stops waiting as soon as `isDone` holds. A lock whose
 * process is gone, or that was not touched for ten seconds, is dead and is taken over.
 */
export async function withLock(file, isDone, work) {
  const own = `${process.pid} ${process.hrtime.bigint()}`;
  let hasSaid = false;
  while (!take(file, own)) {
    const found = read(file);
    if (found !== undefined && isDead(file, found)) removeDead(file, found);
    else {
      if (!hasSaid) say('Another start is setting this clone up; waiting for it');
      hasSaid = true;
      await sleep(200);
      if (isDone()) return;
    }
  }
  const touch = setInterval(() => {
    const now = new Date();
    fs.utimes(file, now, now, () => undefined);
  }, TOUCH_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(touch);
    if (read(file) === own) fs.rmSync(file, { force: true });
  }
}

function take(file, own) {
  try {
    fs.writeFileSync(file, own, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isDead(file, text) {
  const touched = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Date.now() - touched > STALE_AFTER_MS) return true;
  const pid = Number(text.split(' ')[0]);
  // A lock that was only just made may still be empty.
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Only one of several waiters wins the rename; one that caught a fresh lock by mistake gives it back. */
function removeDead(file, text) {
  const aside = `${file}.${process.pid}`;
  try {
    fs.renameSync(file, aside);
    if (read(aside) !== text) fs.linkSync(aside, file);
  } catch {
    // Another waiter was quicker.
  }
  fs.rmSync(aside, { force: true });
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
