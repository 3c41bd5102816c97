import type { Actor } from '../../platform/context.ts';
import type { DueSource } from '../../platform/due.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type { FileStore } from './api.ts';
import * as repo from './repo.ts';

const SWEEPER: Actor = { kind: 'system', id: 'file-clean-up' };
const SWEEP_EVERY_MS = 6 * 3_600_000;
/** No upload takes so long; whoever began it is gone. */
const DEAD_AFTER_MS = 24 * 3_600_000;

/**
 * Takes uploads that died half-way out of the quota, a few times a day. Bytes first, row second, so that a sweep which
 * dies in between is done again.
 */
export function fileCleanUpSource(deps: { transactor: Transactor; store: FileStore }): DueSource {
  const { transactor, store } = deps;
  const sweptAtMs = new Map<number, number>();
  const isDue = (tenantId: number) => transactor.wallNow() - (sweptAtMs.get(tenantId) ?? 0) >= SWEEP_EVERY_MS;
  return {
    name: 'file-clean-up',
    async tenantsDue(sql) {
      const tenants = await sql.rows<{ id: number }>('select id from tenants order by id');
      return tenants.map((tenant) => tenant.id).filter(isDue);
    },
    nextDueAt: async () => null,
    async run(tenantId, limit) {
      if (!isDue(tenantId)) return 0;
      const request = { tenantId, actor: SWEEPER, requestId: null };
      const begunBefore = transactor.wallNow() - DEAD_AFTER_MS;
      const dead = await transactor.query(request, (ctx) => repo.pendingSince(ctx, begunBefore, limit));
      for (const file of dead) await store.delete(file.storageKey);
      await transactor.command(request, async (ctx) => {
        for (const file of dead) await repo.move(ctx, file.id, 'pending', 'deleted');
      });
      if (dead.length < limit) sweptAtMs.set(tenantId, transactor.wallNow());
      return dead.length;
    },
  };
}
