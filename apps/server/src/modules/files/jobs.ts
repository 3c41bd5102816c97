import type { DueSource } from '../../platform/due.ts';
import { sweepSource } from '../../platform/sweep.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type { FileStore } from './api.ts';
import * as repo from './repo.ts';

/** No upload takes so long; whoever began it is gone. */
const DEAD_AFTER_MS = 24 * 3_600_000;

/**
 * Takes uploads that died half-way out of the quota. Bytes first, row second, so that a sweep which dies in between is done
 * again.
 */
export function fileCleanUpSource({
  transactor,
  store,
}: {
  transactor: Transactor;
  store: FileStore;
}): DueSource {
  return sweepSource(transactor, 'file-clean-up', async (request, limit) => {
    const begunBefore = transactor.wallNow() - DEAD_AFTER_MS;
    const dead = await transactor.query(request, (ctx) => repo.pendingSince(ctx, begunBefore, limit));
    for (const file of dead) await store.delete(file.storageKey);
    await transactor.command(request, async (ctx) => {
      for (const file of dead) await repo.move(ctx, file.id, 'pending', 'deleted');
    });
    return dead.length;
  });
}
