import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Gives processes a processor each; undefined where the system cannot do that. */
export type Pinning = {
  /** How it was done, for the reader of the figure. */
  note: string;
  /** Runs work with some processes on the first processor and this one on the second; then all may run anywhere again. */
  pinned<T>(pids: readonly number[], work: () => Promise<T>): Promise<T>;
};

export function pinning(): Pinning {
  const processors = availableParallelism();
  const isThere = processors > 1 && spawnSync('taskset', ['--version']).status === 0;
  if (!isThere) {
    return {
      note: 'NOT PINNED: there is no taskset or one processor only, so the server was not held to one.',
      pinned: (_, work) => work(),
    };
  }
  return {
    note: 'The server was held to one processor, the client to another (taskset).',
    async pinned(pids, work) {
      for (const pid of pids) hold(pid, '0');
      hold(process.pid, '1');
      try {
        return await work();
      } finally {
        for (const pid of [...pids, process.pid]) hold(pid, `0-${processors - 1}`);
      }
    },
  };
}

/** All threads of a process. */
function hold(pid: number, processors: string): void {
  const { status, stderr } = spawnSync('taskset', ['-a', '-p', '-c', processors, String(pid)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the process ${pid} was not held to ${processors}: ${stderr}`);
}
