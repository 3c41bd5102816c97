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
  /**
   * Requests make work for it without end, and are more urgent: with a backlog it rests in proportion to what a round took,
   * which is the longer the busier the machine is.
   */
  givesWay?: boolean;
  /** Does up to `limit` pieces for one tenant, each in its own transaction or as a set; answers how many. */
  run(tenantId: number, limit: number): Promise<number>;
};

/** Tells the worker loop of this process that a source may have work for a tenant. A hint, never the only way. */
export type Wake = (source: string, tenantId: number) => void;
