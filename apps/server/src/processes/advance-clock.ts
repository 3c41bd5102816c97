import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import type { Actor, CommandCtx, QueryCtx } from '../platform/context.ts';
import type { DueSource, GoesOn } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import { refuse } from '../platform/refuse.ts';
import { iso, type Sql } from '../platform/sql.ts';
import { tenantTypeId } from '../platform/tenants.ts';
import type { Transactor } from '../platform/transaction.ts';

/** How far a move has come. `steps` counts the instants at which work was due, `done` the pieces of work by source. */
export type ClockProgress = {
  from: string;
  to: string;
  at: string;
  steps: number;
  done: Record<string, number>;
  /** One sentence if the move stopped on a fault. */
  fault: string | null;
  then: 'stay' | 'release';
  /** Set once someone asked to stop on the way. */
  stop?: true;
  /** Names the process that does it. */
  process: string;
};

/** The stand-in of a payment provider has a clock of its own, which follows the tenant's. */
export type ClockFollower = {
  moveTo(tenantId: number, at: Instant | null): Promise<void>;
  /** Delivers what is under way at the stand-in. How many messages arrived here since it was asked last. */
  settle(tenantId: number): Promise<number>;
};

export type ClockMover = {
  /**
   * Starts moving the clock forward to `to` and answers at once. Refuses with `clock.not_movable` (a live
   * tenant, a target in the past or farther than five years ahead) and `clock.moving` (one move at a time).
   */
  start(request: { tenantId: number; actor: Actor; requestId: string | null }, to: Instant): Promise<void>;
  /** Stops a move after the step that is under way; what was done stands. Refuses with `clock.not_moving`. */
  cancel(request: { tenantId: number; actor: Actor; requestId: string | null }): Promise<void>;
  /** Lets the clock follow real time again, after moving it there. */
  release(request: { tenantId: number; actor: Actor; requestId: string | null }): Promise<void>;
  /** Resolves when no move of this tenant runs here; rejects with what stopped it. */
  finished(tenantId: number): Promise<void>;
  /** Goes on with the moves whose process has ended; one whose process lives stays with it. */
  resume(): Promise<void>;
  isAdvancing(tenantId: number): boolean;
  /** Leaves the moves that run here where they are, for the next process to go on with. */
  stop(): Promise<void>;
};

type Deps = {
  transactor: Transactor;
  sources: readonly DueSource[];
  follower: ClockFollower;
  log: Log;
  wallClock: () => Instant;
  /** Names this process in leases. */
  processId: bigint;
  /** Waits until work that a background loop began for this tenant has ended. */
  settled(tenantId: number): Promise<void>;
};

type Standing = {
  frozen_at: number | null;
  advancing_to: Instant | null;
  process: string | null;
  stopped: boolean;
};

const STOPPED = `coalesce((advance_progress ->> 'stop')::boolean, false)`;

type Request = Parameters<ClockMover['start']>[0];

const MOVER: Actor = { kind: 'system', id: 'advance-clock' };
const BATCH = 500;
// More rounds than this without reaching quiet at one instant means that work makes itself: stop, do not spin.
const MAX_ROUNDS = 2_000;
// A mistyped year would keep the mover busy for a day.
const MAX_MOVE_DAYS = 5 * 366;

export function createClockMover(deps: Deps): ClockMover {
  const moves = new Map<number, Promise<void>>();
  let isStopping = false;
  const goesOn = () => !isStopping;

  function run(tenantId: number, then: 'stay' | 'release'): Promise<void> {
    const move = moveToTarget(deps, tenantId, then, goesOn).catch(async (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      deps.log.error({ tenantId, process: 'advance-clock', reason }, 'moving the clock stopped');
      await deps.transactor.command({ tenantId, actor: MOVER, requestId: null }, markFault);
      throw error;
    });
    moves.set(tenantId, move);
    const end = () => {
      if (moves.get(tenantId) === move) moves.delete(tenantId);
    };
    move.then(end, end);
    return move;
  }

  async function begin(request: Request, to: Instant, then: 'stay' | 'release'): Promise<void> {
    await deps.transactor.command(request, (ctx) => markMove(ctx, to, then));
    run(request.tenantId, then).catch(() => undefined);
  }

  return {
    start: (request, to) => begin(request, to, 'stay'),
    cancel: (request) => deps.transactor.command(request, askToStop),
    release: (request) => begin(request, deps.wallClock(), 'release'),
    finished: (tenantId) => moves.get(tenantId) ?? Promise.resolve(),
    isAdvancing: (tenantId) => moves.has(tenantId),
    async resume() {
      const left = await deps.transactor.platform((sql) => takeOver(sql, deps.processId));
      for (const tenant of left) run(tenant.id, tenant.then).catch(() => undefined);
    },
    async stop() {
      isStopping = true;
      await Promise.allSettled(moves.values());
    },
  };
}

type LeftMove = { id: number; then: 'stay' | 'release' };

/** Of several processes that start at once, one gets each move: the row is looked at again under its lock. */
function takeOver(sql: Sql, processId: bigint): Promise<LeftMove[]> {
  return sql.rows<LeftMove>(
    `update tenants set advance_progress = advance_progress || jsonb_build_object('process', $1::text)
     where advancing_to is not null and app.process_lives((advance_progress ->> 'process')::bigint) is not true
     returning id, advance_progress ->> 'then' as then`,
    [`${processId}`],
  );
}

async function markMove(ctx: CommandCtx, to: Instant, then: 'stay' | 'release'): Promise<void> {
  if (ctx.tenant.kind !== 'sandbox') {
    refuse('clock.not_movable', 'Only the clock of a sandbox can be moved; a live clock is real time.');
  }
  if (to < ctx.now) {
    refuse('clock.not_movable', `The clock stands at ${iso(ctx.now)} and only moves forward.`, {
      faults: [
        { pointer: '/to', code: 'in_the_past', detail: 'must not lie before the present time of the clock' },
      ],
      facts: { now: iso(ctx.now) },
    });
  }
  if (then === 'stay' && to > addMs(ctx.now, MAX_MOVE_DAYS * MS_PER_DAY)) {
    refuse('clock.not_movable', 'A clock moves at most five years at a time. Move it in several steps.', {
      faults: [{ pointer: '/to', code: 'too_far', detail: 'must lie within five years of the clock' }],
      facts: { now: iso(ctx.now) },
    });
  }
  const progress: ClockProgress = {
    from: iso(ctx.now),
    to: iso(to),
    at: iso(ctx.now),
    steps: 0,
    done: {},
    fault: null,
    then,
    process: `${ctx.processId}`,
  };
  const changed = await ctx.sql.run(
    `update tenants set frozen_at = $2, advancing_to = $3, advance_progress = $4
     where id = $1 and advancing_to is null`,
    [ctx.tenant.id, iso(ctx.now), iso(to), JSON.stringify(progress)],
  );
  if (changed === 0) refuse('clock.moving', 'The clock is being moved already. Wait until it has arrived.');
  ctx.audit({
    action: 'clock.advance',
    objectKind: 'tenant',
    objectId: tenantTypeId(ctx.tenant.publicId),
    details: { from: iso(ctx.now), to: iso(to), then },
  });
}

async function moveToTarget(
  deps: Deps,
  tenantId: number,
  then: 'stay' | 'release',
  goesOn: GoesOn,
): Promise<void> {
  const request = { tenantId, actor: MOVER, requestId: null };
  await deps.settled(tenantId);
  await deps.follower.moveTo(tenantId, await deps.transactor.query(request, async (ctx) => ctx.now));
  for (;;) {
    const due = await drain(deps, tenantId, goesOn);
    if (!goesOn()) return;
    const arrived = await deps.transactor.command(request, (ctx) => step(ctx, due));
    if (arrived === 'lost') return;
    if (arrived === 'there') break;
    await deps.follower.moveTo(tenantId, arrived);
  }
  const isReleased = await deps.transactor.command(request, (ctx) => arrive(ctx, then));
  if (isReleased) await deps.follower.moveTo(tenantId, null);
}

/**
 * Moves the clock to the next instant at which something is due, or to the target. It moves only from the instant that
 * the work before it was done at: a mover that was taken for dead while another went on has `lost` its move.
 */
async function step(ctx: CommandCtx, due: readonly DueTime[]): Promise<Instant | 'there' | 'lost'> {
  const row = await ctx.sql.row<Standing>(
    `select frozen_at, advancing_to, advance_progress ->> 'process' as process, ${STOPPED} as stopped
     from tenants where id = $1 for update`,
    [ctx.tenant.id],
  );
  const target = row?.advancing_to ?? null;
  if (target === null || row?.frozen_at !== ctx.now || row.process !== `${ctx.processId}`) return 'lost';
  if (row.stopped || ctx.now >= target) return 'there';
  // What is due by now and still there after the drain waits for something else, and hides no instant of the others.
  const to = due.reduce<Instant>(
    (earliest, { at }) => (at !== null && at > ctx.now && at < earliest ? at : earliest),
    target,
  );
  await ctx.sql.run(
    `update tenants set frozen_at = $2,
       advance_progress = advance_progress || jsonb_build_object('at', $3::text, 'steps', (advance_progress ->> 'steps')::integer + 1)
     where id = $1`,
    [ctx.tenant.id, iso(to), iso(to)],
  );
  ctx.outdate('all');
  return to;
}

/** Ends the move. A clock that was to be released and was stopped on the way stays where it is. */
async function arrive(ctx: CommandCtx, then: 'stay' | 'release'): Promise<boolean> {
  const row = await ctx.sql.row<{ released: boolean }>(
    `update tenants set advancing_to = null,
       frozen_at = case when $3 and not ${STOPPED} then null else frozen_at end
     where id = $1 and frozen_at = $2 and advancing_to is not null
     returning frozen_at is null as released`,
    [ctx.tenant.id, iso(ctx.now), then === 'release'],
  );
  ctx.outdate('all', 'rights');
  return row?.released === true;
}

async function askToStop(ctx: CommandCtx): Promise<void> {
  const changed = await ctx.sql.run(
    `update tenants set advance_progress = advance_progress || '{"stop": true}'
     where id = $1 and advancing_to is not null`,
    [ctx.tenant.id],
  );
  if (changed === 0) refuse('clock.not_moving', 'The clock is not being moved.');
  ctx.audit({
    action: 'clock.cancel',
    objectKind: 'tenant',
    objectId: tenantTypeId(ctx.tenant.publicId),
    details: { at: iso(ctx.now) },
  });
}

type DueTime = { source: DueSource; at: Instant | null };

/** Asked together, so that the database is waited for once. */
function dueTimes(deps: Deps, ctx: QueryCtx): Promise<DueTime[]> {
  return Promise.all(deps.sources.map(async (source) => ({ source, at: await source.nextDueAt(ctx) })));
}

/**
 * Does all work that is due at the present instant, and what it leads to, until nothing is left.
 * @returns when each source is due next, as it was found when nothing was left; worthless once a stop was asked for
 */
async function drain(deps: Deps, tenantId: number, goesOn: GoesOn): Promise<DueTime[]> {
  const request = { tenantId, actor: MOVER, requestId: null };
  const counts: Record<string, number> = {};
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { times, now } = await deps.transactor.query(request, async (ctx) => ({
      times: await dueTimes(deps, ctx),
      now: ctx.now,
    }));
    let done = 0;
    for (const { source, at } of times) {
      if (!goesOn()) return [];
      if (at === null || at > now) continue;
      const count = await source.run(tenantId, BATCH, goesOn);
      counts[source.name] = (counts[source.name] ?? 0) + count;
      done += count;
    }
    if (!goesOn()) return [];
    if (done === 0) done += await deps.follower.settle(tenantId);
    if (done === 0) {
      if (round > 0) await deps.transactor.command(request, (ctx) => countWork(ctx, counts));
      return times;
    }
  }
  throw new Error(`work at one instant did not come to rest after ${MAX_ROUNDS} rounds`);
}

async function countWork(ctx: CommandCtx, counts: Record<string, number>): Promise<void> {
  await ctx.sql.run(
    `update tenants t set advance_progress = jsonb_set(advance_progress, '{done}', coalesce((
       select jsonb_object_agg(name, total) from (
         select name, sum(value::integer) as total
         from (select * from jsonb_each_text(t.advance_progress -> 'done')
               union all select * from jsonb_each_text($2::jsonb)) as parts (name, value)
         group by name
       ) as sums), '{}'))
     where id = $1`,
    [ctx.tenant.id, JSON.stringify(counts)],
  );
}

// The clock stays where it is; nothing that was done is undone. A later move goes on from there.
async function markFault(ctx: CommandCtx): Promise<void> {
  await ctx.sql.run(
    `update tenants set advancing_to = null,
       advance_progress = advance_progress || jsonb_build_object('fault', $2::text)
     where id = $1`,
    [
      ctx.tenant.id,
      'The move stopped on a fault. What was done stands; the log names the cause under this tenant.',
    ],
  );
}
