import { setTimeout as delay } from 'node:timers/promises';
import type { RouteOutput } from '@billhook/contract/define-route';
import type { OperatorRoutes } from '@billhook/contract/routes';
import { formatInstant, type Instant, parseInstant } from '@billhook/core/time/instant';
import { type Handlers, outside } from '../http/handlers.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import type { Transactor } from '../platform/transaction.ts';
import type { ClockMover, ClockProgress } from './advance-clock.ts';

type ClockRouteIds = 'getClock' | 'streamClock' | 'advanceClock' | 'cancelClockMove' | 'releaseClock';
type Clock = RouteOutput<OperatorRoutes['getClock']>;

const STREAM_PAUSE_MS = 150;

export function clockRoutes(deps: {
  transactor: Transactor;
  mover: ClockMover;
}): Pick<Handlers<OperatorRoutes>, ClockRouteIds> {
  return {
    getClock: (ctx) => readClock(ctx),
    streamClock: outside(async (request) => ({
      contentType: 'text/event-stream',
      headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
      body: stream(deps.transactor, request),
    })),
    advanceClock: outside(async (request, { body }) => {
      await deps.mover.start(request, readInstant(body.to));
      return deps.transactor.query(request, readClock);
    }),
    cancelClockMove: outside(async (request) => {
      await deps.mover.cancel(request);
      return deps.transactor.query(request, readClock);
    }),
    releaseClock: outside(async (request) => {
      await deps.mover.release(request);
      return deps.transactor.query(request, readClock);
    }),
  };
}

/** The form was checked at the door. */
function readInstant(text: string): Instant {
  const read = parseInstant(text);
  return read.ok ? read.value : refuse('request.invalid', read.refusal.detail);
}

type Row = { frozen_at: number | null; advancing_to: number | null; advance_progress: ClockProgress | null };

async function readClock(ctx: QueryCtx): Promise<Clock> {
  const row = await ctx.sql.row<Row>(
    'select frozen_at, advancing_to, advance_progress from tenants where id = $1',
    [ctx.tenant.id],
  );
  const progress = row?.advance_progress ? present(row.advance_progress) : null;
  const moving = row !== undefined && row.advancing_to !== null;
  return {
    object: 'clock',
    now: formatInstant(ctx.now),
    mode: row?.frozen_at === null ? 'real' : 'frozen',
    movable: ctx.tenant.kind === 'sandbox',
    moving: moving ? progress : null,
    last_move: moving ? null : progress,
  };
}

function present(progress: ClockProgress): NonNullable<Clock['moving']> {
  const [from, to, at] = [Date.parse(progress.from), Date.parse(progress.to), Date.parse(progress.at)];
  const share = to === from ? 1 : (at - from) / (to - from);
  return {
    from: progress.from,
    to: progress.to,
    at: progress.at,
    percent: Math.min(100, Math.floor(share * 100)),
    steps: progress.steps,
    done: progress.done,
    stopped: progress.stop === true,
    fault: progress.fault,
  };
}

/** The clock now and after each change, until the move has arrived or the reader has gone. */
async function* stream(
  transactor: Transactor,
  request: { tenantId: number; actor: QueryCtx['actor']; requestId: string; signal: AbortSignal },
): AsyncIterable<string> {
  yield 'retry: 1000\n\n';
  let last = '';
  while (!request.signal.aborted) {
    const clock = await transactor.query(request, readClock);
    const text = JSON.stringify(clock);
    if (text !== last) yield `event: clock\ndata: ${text}\n\n`;
    last = text;
    if (clock.moving === null) return;
    await delay(STREAM_PAUSE_MS, undefined, { signal: request.signal }).catch(() => undefined);
  }
}
