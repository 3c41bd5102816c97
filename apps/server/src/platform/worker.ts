import type { WallClock } from './clock.ts';
import type { DueSource } from './due.ts';
import type { Log } from './log.ts';
import { namedAfter, type Sql } from './sql.ts';
import type { Transactor } from './transaction.ts';

const IDLE_MS = 500;
const MAX_IDLE_MS = 30_000;
const BATCH = 200;
const REST_SHARE = 4;
const MAX_REST_MS = 5_000;
// Half a minute of idle rounds.
const MAX_REST_ROUNDS = 60;

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
 * batch in turn so that none waits for a large one, and sleeps when there is none. Work of a tenant that fails is
 * tried again after a rest that grows to half a minute, and the other tenants are served meanwhile; a source that
 * cannot even say whose work is due pauses as a whole, and the other sources go on.
 */
export function startWorker(deps: Deps): Worker {
  let stopping = false;
  const alarms = new Map<string, () => void>();
  const running = new Map<number, Set<Promise<unknown>>>();
  // Where several processes look, each begins at another moment.
  const first = deps.wallClock() / IDLE_MS;
  const loops = deps.sources.map((source, index) => loop(source, (first + index / deps.sources.length) % 1));

  async function loop(source: DueSource, phase: number): Promise<void> {
    const resting = new Map<number, Rest>();
    // It asks the same twice a second without end, and planning takes ten times as long as finding nothing due.
    const named = namedAfter(`due.${source.name}`);
    const tenantsDue = () => deps.transactor.work((sql) => tenantsToServe(deps, source, named(sql)));
    let failures = 0;
    while (!stopping) {
      let done = 0;
      const begunAt = deps.wallClock();
      try {
        done = await round(deps, source, resting, await tenantsDue(), () => stopping, track);
        failures = 0;
      } catch (error) {
        failures += 1;
        const reason = error instanceof Error ? error.message : String(error);
        deps.log.error({ process: source.name, reason }, 'due work failed and will be tried again');
      }
      if (stopping) break;
      if (done === 0) await pause(source.name, idleMs(deps.wallClock(), phase, failures));
      else {
        const restMs = restOf(source, done, deps.wallClock() - begunAt);
        if (restMs > 0) await pause(`${source.name} rests`, restMs);
      }
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

/**
 * How long a source sleeps after it found nothing. All of them looking at the same moment would hold up requests for as long as
 * that takes, twice a second, so each looks at a time of its own between the others, whatever woke them together before.
 *
 * @param phase where in the time between two looks its own lies, from 0 to 1
 * @param failures so often in a row it could not even say whose work is due
 */
export function idleMs(nowMs: number, phase: number, failures: number): number {
  const untilItsTurn = IDLE_MS - ((nowMs + IDLE_MS - Math.round(phase * IDLE_MS)) % IDLE_MS);
  return Math.min(IDLE_MS * (2 ** failures - 1) + untilItsTurn, MAX_IDLE_MS);
}

/** How long a source rests after a round in which it did something. */
function restOf({ restMs = 0, givesWay = false }: DueSource, done: number, tookMs: number): number {
  if (done < BATCH) return restMs;
  return givesWay ? Math.min(Math.max(tookMs * REST_SHARE, restMs), MAX_REST_MS) : 0;
}

/** Of a tenant whose work failed: how often in a row, and how many rounds it is left alone. */
type Rest = { failures: number; rounds: number };

/** One batch for each tenant that has due work. How many pieces of work were done. */
async function round(
  deps: Deps,
  source: DueSource,
  resting: Map<number, Rest>,
  tenants: readonly number[],
  stopping: () => boolean,
  track: (tenantId: number, work: Promise<number>) => Promise<number>,
): Promise<number> {
  const waiting = tenants.values();
  let done = 0;
  // What goes on side by side takes from the same list.
  const lane = async () => {
    for (const tenantId of waiting) {
      if (stopping()) break;
      if (deps.isAdvancing(tenantId) || isResting(resting, tenantId)) continue;
      const count = await turn(deps, source, resting, tenantId, (work) => track(tenantId, work), stopping);
      done += count;
    }
  };
  await Promise.all(Array.from({ length: source.sideBySide ?? 1 }, lane));
  return done;
}

/** A batch for one tenant; one that fails is left alone for a while. */
async function turn(
  { log }: Deps,
  source: DueSource,
  resting: Map<number, Rest>,
  tenantId: number,
  track: (work: Promise<number>) => Promise<number>,
  stopping: () => boolean,
): Promise<number> {
  try {
    const done = await track(source.run(tenantId, source.mostAtOnce ?? BATCH, () => !stopping()));
    resting.delete(tenantId);
    return done;
  } catch (error) {
    const failures = (resting.get(tenantId)?.failures ?? 0) + 1;
    resting.set(tenantId, { failures, rounds: Math.min(2 ** failures, MAX_REST_ROUNDS) });
    const reason = error instanceof Error ? error.message : String(error);
    log.error({ tenantId, process: source.name, reason }, 'due work failed and will be tried again');
    return 0;
  }
}

function isResting(resting: Map<number, Rest>, tenantId: number): boolean {
  const rest = resting.get(tenantId);
  if (rest === undefined || rest.rounds === 0) return false;
  rest.rounds -= 1;
  return true;
}

/** A clock that another living process moves is left to it as well: it does all due work there in order of time. */
async function tenantsToServe(deps: Deps, source: DueSource, sql: Sql): Promise<number[]> {
  const tenants = await source.tenantsDue(sql, deps.wallClock());
  if (tenants.length === 0) return tenants;
  const moving = await sql.rows<{ id: number }>(
    `select id from tenants where id = any($1) and advancing_to is not null
       and app.process_lives((advance_progress ->> 'process')::bigint)`,
    [tenants],
    'due.moving',
  );
  return tenants.filter((id) => moving.every((tenant) => tenant.id !== id));
}
