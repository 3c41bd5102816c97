import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries, program } from './binaries.ts';
import { cannotRun, plainEnvironment } from './cluster.ts';
import { EmbeddedPostgresFault } from './fault.ts';
import type { Place } from './place.ts';

const STOP_WITHIN_MS = 10_000;
const KEPT_LINES = 20;

/**
 * Small on purpose: one business on one machine, next to the server. What is massive gets a PostgreSQL of its own. Keys of
 * a million events still fit the buffers in part, a log of 1 GB keeps checkpoints apart while usage streams in, and its
 * buffers have room for what a bill run writes while a commit is synced; what is not touched takes no memory. Row data never
 * reaches the log: no statements, no details, only start, stop and faults of the server.
 */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  max_connections: '60',
  shared_buffers: '128MB',
  wal_buffers: '16MB',
  // The lines of one transaction of a bill run are looked at in memory.
  work_mem: '8MB',
  max_wal_size: '1GB',
  max_wal_senders: '0',
  max_worker_processes: '2',
  max_parallel_workers_per_gather: '0',
  autovacuum_max_workers: '1',
  // A table that grows quickly is soon known to be large: until then every index looks as good as the key.
  autovacuum_naptime: '10s',
  io_method: 'sync',
  jit: 'off',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

export interface Postmaster {
  pid: number;
  port: number;
  /** Resolves when the process has ended, with its last lines of log. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on the folder and waits until it takes connections. It listens on the loopback only and, where
 * the system can do that, is told to stop by the kernel when this process dies.
 */
export async function startPostmaster(
  place: Place,
  binaries: Binaries,
  durable: boolean,
  onProgress: (text: string) => void,
): Promise<Postmaster> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const outcome = await tryStart(place, binaries, durable, port, onProgress);
    if ('ended' in outcome) return outcome;
    // The port may be taken between the look and the bind; survivors of a killed server need a moment to notice.
    const isPassing = /could not bind|could not create any TCP|shared memory block/.test(outcome.reason);
    if (!isPassing || attempt === 20) {
      throw new EmbeddedPostgresFault(`PostgreSQL did not start on ${place.cluster}: ${outcome.reason}`);
    }
    await sleep(250);
  }
}

async function tryStart(
  place: Place,
  binaries: Binaries,
  durable: boolean,
  port: number,
  onProgress: (text: string) => void,
): Promise<Postmaster | { reason: string }> {
  const child = launch(place, binaries, durable, port);
  const lines: string[] = [];
  const ended = endOf(child, () => reasonIn(lines));
  const ready = new Promise<true>((resolve) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
      lines.splice(0, lines.length - KEPT_LINES);
      if (text.includes('ready to accept connections')) resolve(true);
    });
  });
  const recovering = setTimeout(
    () => onProgress('PostgreSQL is replaying its log after an unclean stop'),
    2_000,
  );
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(cannotRun(program(binaries, 'postgres'), error)));
  });
  // Only the first of the three outcomes is awaited; the others must not count as unhandled later.
  failed.catch(() => undefined);
  try {
    const outcome = await Promise.race([ready, ended, failed]);
    if (outcome !== true) return { reason: outcome };
  } finally {
    clearTimeout(recovering);
  }
  return { pid: child.pid ?? 0, port, ended, stop: () => stopPostmaster(child, ended) };
}

function launch(place: Place, binaries: Binaries, durable: boolean, port: number): ChildProcess {
  const settings = { ...SETTINGS, ...durability(durable) };
  const args = ['-D', place.cluster, '-p', `${port}`];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const postgres = program(binaries, 'postgres');
  // In a process group of its own, so that Ctrl-C reaches only the server, which still needs its database to drain.
  const options = {
    cwd: '/',
    env: plainEnvironment(),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'],
  };
  const { account } = place;
  if (canFollowParent()) {
    const identity = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : [];
    return spawn('setpriv', [...identity, '--pdeathsig=INT', postgres, ...args], options);
  }
  return spawn(postgres, args, account ? { ...options, uid: account.uid, gid: account.gid } : options);
}

/** Throw-away clusters of tests may lose everything at a power cut, and are three times as fast for it. */
function durability(durable: boolean): Record<string, string> {
  const value = durable ? 'on' : 'off';
  const settings = { fsync: value, full_page_writes: value, synchronous_commit: value };
  return durable ? settings : { ...settings, max_connections: '200' };
}

/** util-linux' setpriv can bind a process to the life of its parent; BusyBox' cannot. */
function canFollowParent(): boolean {
  if (process.platform !== 'linux') return false;
  return spawnSync('setpriv', ['--help'], { encoding: 'utf8' }).stdout?.includes('pdeathsig') ?? false;
}

async function stopPostmaster(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGINT');
  const waiting = new AbortController();
  const late = sleep(STOP_WITHIN_MS, 'late', { signal: waiting.signal }).catch(() => 'ended');
  if ((await Promise.race([ended.then(() => 'ended'), late])) === 'late') child.kill('SIGQUIT');
  waiting.abort();
  await ended;
}

async function endOf(child: ChildProcess, reason: () => string): Promise<string> {
  await new Promise<void>((resolve) => child.once('close', () => resolve()));
  return reason();
}

function reasonIn(lines: readonly string[]): string {
  const fatal = lines.find((line) => /FATAL|PANIC|^postgres:|^setpriv:/.test(line));
  return (fatal ?? lines.at(-1) ?? 'it ended without a word').replace(/^.*?(FATAL|PANIC):\s*/, '');
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string')
    throw new Error('The probe for a free port has no address.');
  return address.port;
}
