import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second on every Linux. */
const TICKS_PER_SECOND = 100;

/**
 * Processor time of a process in seconds, with that of children it has waited for. Undefined where the system does not
 * tell (it is no Linux) or the process has ended.
 */
function secondsOf(pid: number): number | undefined {
  const fields = statOf(pid);
  if (fields === undefined) return undefined;
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / TICKS_PER_SECOND;
}

/** The fields after the name of the program, which may hold anything. */
function statOf(pid: number | string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** The same of a process and all that run below it: those that ended are in the sum of their parent. */
function treeSeconds(root: number): number {
  const childrenOf = new Map<string, number[]>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    const parent = statOf(name)?.[1] ?? '';
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), Number(name)]);
  }
  const pids = [root];
  for (const pid of pids) pids.push(...(childrenOf.get(String(pid)) ?? []));
  return sum(pids.map(secondsOf));
}

/** Processor time that all programs took since the system began, in seconds. Waiting for a disk is none. */
export function busySeconds(): number | undefined {
  try {
    const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
    const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, stolen = 0] = first
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user + nice + system + irq + softIrq + stolen) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

/** What each part took between two looks, in microseconds for each unit of work. */
export type Shares = { client: number; server: number; database: number };

export type Watch = {
  /** Seconds of each part since the watch began. */
  parts: Shares;
  /** How much of the machine others had meanwhile, 0 to 1; undefined where nobody tells. */
  foreign: number | undefined;
};

export type Watched = { servers: readonly number[]; databases: readonly number[]; processors: number };

/** Begins to watch who uses the processors; the answer tells what was used since. */
export function watch({ servers, databases, processors }: Watched): () => Watch {
  const look = () => ({
    at: performance.now() / 1000,
    busy: busySeconds(),
    client: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    server: sum(servers.map(secondsOf)),
    database: sum(process.platform === 'linux' ? databases.map(treeSeconds) : []),
  });
  const begin = look();
  return () => {
    const end = look();
    const parts = {
      client: end.client - begin.client,
      server: end.server - begin.server,
      database: end.database - begin.database,
    };
    if (begin.busy === undefined || end.busy === undefined) return { parts, foreign: undefined };
    const others = end.busy - begin.busy - parts.client - parts.server - parts.database;
    return { parts, foreign: Math.max(0, others) / ((end.at - begin.at) * processors) };
  };
}

const sum = (values: readonly (number | undefined)[]) =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);
