import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';

/** Which process owns a journal. A process id alone comes back after a restart, so its start is told too. */
export interface ProcessName {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the system tells it; empty where it does not. */
  readonly began: string;
  /** The thread of the process: threads do not know each other's journals. */
  readonly thread: number;
  /** One a journal, so that two owners within one process are apart. */
  readonly token: string;
}

/** Journals of this thread. A program may hold several copies of this file, such as one for each bundle. */
const LIVE = Symbol.for('billhook.live-journals');
const shared = globalThis as unknown as { [LIVE]?: Set<string> };
shared[LIVE] ??= new Set<string>();
const live = shared[LIVE];

/** The name of this process for one journal more. */
export function nameOfThisProcess(): ProcessName {
  const token = randomUUID();
  live.add(token);
  return { pid: process.pid, host: hostname(), began: beganOf(process.pid), thread: threadId, token };
}

/** The journal is closed; whoever finds it may take what is left. */
export function endOfName({ token }: ProcessName): void {
  live.delete(token);
}

/**
 * Whether the owner still runs. Of another machine nothing can be known, so its journals count as owned, unless
 * `isForeignGone` says that a folder never has two machines at a time.
 */
export function isAlive(name: ProcessName, isForeignGone: boolean): boolean {
  if (name.host !== hostname()) return !isForeignGone;
  if (name.began !== '' && name.began !== beganOf(name.pid)) return false;
  if (name.pid === process.pid) return name.thread !== threadId || live.has(name.token);
  try {
    process.kill(name.pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start of the machine and ticks since then: unlike a process id, it is not given twice. */
function beganOf(pid: number): string {
  try {
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const line = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in brackets and may hold spaces; its state follows, and its start 19 figures later.
    const [state, ...figures] = line.slice(line.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not looked yet.
    return state === 'Z' ? 'ended' : `${boot}:${figures[18] ?? ''}`;
  } catch {
    return '';
  }
}
