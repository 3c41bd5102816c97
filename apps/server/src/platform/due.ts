import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from './context.ts';
import type { Sql } from './sql.ts';

/**
 * Work that becomes due by itself: bills, retries, mails, outbox rows. The worker loops over the sources; the
 * clock's mover drains them for one tenant at each due instant.
 */
export type DueSource = {
  name: string;
  /** Tenants that have something due now. `sql` runs as the work role, which sees a few columns of all tenants. */
  tenantsDue(sql: Sql, wallNow: Instant): Promise<number[]>;
  /** The next business instant at which this source has work for the tenant; null if there is none. */
  nextDueAt(ctx: QueryCtx): Promise<Instant | null>;
  /** How long the worker waits after a round with less than a full batch, so that what comes meanwhile is done together. */
  restMs?: number;
  /** How many pieces the worker asks for in one turn of a tenant, where that is not its usual batch. */
  mostAtOnce?: number;
  /** The turns of how many tenants the worker lets go on beside each other; one where it is left out. */
  sideBySide?: number;
  /**
   * Requests make work for it without end, and are more urgent: with a backlog it rests in proportion to what a round took,
   * which is the longer the busier the machine is.
   */
  givesWay?: boolean;
  /**
   * Does up to `limit` pieces for one tenant, each in its own transaction or as a set; answers how many. Asks `goesOn`
   * before it begins a piece that is apart from those before, since a stop waits for what was begun.
   */
  run(tenantId: number, limit: number, goesOn?: GoesOn): Promise<number>;
};

/** False once the process is to stop. */
export type GoesOn = () => boolean;

export const always: GoesOn = () => true;

// What was claimed and not done waits for the end of its lease, so little is claimed at a time.
const SLICE = 20;

/** Calls `slice` with small limits until it finds less than it may take, `limit` is reached or a stop was asked for. */
export async function inSlices(
  limit: number,
  goesOn: GoesOn,
  slice: (limit: number) => Promise<number>,
): Promise<number> {
  let done = 0;
  while (done < limit && goesOn()) {
    const size = Math.min(SLICE, limit - done);
    const count = await slice(size);
    done += count;
    if (count < size) break;
  }
  return done;
}

/** A source that can wait: the worker leaves out tenants as long as something larger is done for them. */
export function waitingFor(busy: ReadonlySet<number>, source: DueSource): DueSource {
  return {
    ...source,
    tenantsDue: async (sql, wallNow) => (await source.tenantsDue(sql, wallNow)).filter((id) => !busy.has(id)),
  };
}

/** Tells the worker loop of this process that a source may have work for a tenant. A hint, never the only way. */
export type Wake = (source: string, tenantId: number) => void;
