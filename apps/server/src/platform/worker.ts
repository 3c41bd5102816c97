import type { WallClock } from './clock.ts';
import type { DueSource } from './due.ts';
import type { Log } from './log.ts';
import type { Transactor } from './transaction.ts';

const IDLE_MS = 500;
const BATCH = 200;

export type Worker = {
  /** Looks at the named source soon; without a name at all of them. */
  wake(name?: string): void;
  /** Resolves once nothing that was started for this tenant still runs. */
  settled(tenantId: number): Promise<void>;
  /** Lets what runs finish and starts nothing more. */
  stop(): Promise<void>;
};

type Deps = {
  transactor: Transactor;
  sources: readonly DueSource[];
  wallClock: WallClock;
  log: Log;
  /** Tenants whose clock is being moved: their mover does all their due work in order of time. */
  isAdvancing(tenantId: number): boolean;
};

/**
 * Does due work of all tenants, each source in a loop of its own: asks which tenants have some, serves each a
 * batch in turn so that none waits for a large one, and sleeps when there is none. A source that fails is
 * tried again after a pause that grows to half a minute; the others go on.
 */
export function startWorker(deps: Deps): Worker {
  let stopping = false;
  const alarms = new Map<string, () => void>();
  const running = new Map<number, Set<Promise<unknown>>>();
  const loops = deps.sources.map((source) => loop(source));

  async function loop(source: DueSource): Promise<void> {
    let failures = 0;
    while (!stopping) {
      let done = 0;
      try {
        done = await round(deps, source, () => stopping, track);
        failures = 0;
      } catch (error) {
        failures += 1;
        const reason = error instanceof Error ? error.message : String(error);
        deps.log.error({ process: source.name, reason }, 'due work failed and will be tried again');
      }
      if (done === 0 && !stopping) await pause(source.name, Math.min(IDLE_MS * 2 ** failures, 30_000));
    }
  }

  function track<T>(tenantId: number, work: Promise<T>): Promise<T> {
    const works = running.get(tenantId) ?? new Set();
    running.set(tenantId, works.add(work));
    const end = () => {
      works.delete(work);
      if (works.size === 0) running.delete(tenantId);
    };
    work.then(end, end);
    return work;
  }

  function pause(name: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        alarms.delete(name);
        resolve();
      };
      const timer = setTimeout(end, ms);
      alarms.set(name, end);
    });
  }

  return {
    wake(name) {
      if (name === undefined) for (const ring of [...alarms.values()]) ring();
      else alarms.get(name)?.();
    },
    async settled(tenantId) {
      while (running.has(tenantId)) await Promise.allSettled([...(running.get(tenantId) ?? [])]);
    },
    async stop() {
      stopping = true;
      for (const ring of [...alarms.values()]) ring();
      await Promise.all(loops);
    },
  };
}

/** One batch for each tenant that has due work. How many pieces of work were done. */
async function round(
  deps: Deps,
  source: DueSource,
  stopping: () => boolean,
  track: (tenantId: number, work: Promise<number>) => Promise<number>,
): Promise<number> {
  const tenants = await tenantsDue(deps, source);
  let done = 0;
  for (const tenantId of tenants) {
    if (stopping()) break;
    if (!deps.isAdvancing(tenantId)) done += await track(tenantId, source.run(tenantId, BATCH));
  }
  return done;
}

function tenantsDue(deps: Deps, source: DueSource): Promise<number[]> {
  return deps.transactor.work((sql) => source.tenantsDue(sql, deps.wallClock()));
}
