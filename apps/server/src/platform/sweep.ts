import type { DueSource } from './due.ts';
import type { Transactor } from './transaction.ts';

const SWEEP_EVERY_MS = 6 * 3_600_000;

/** A tenant, as whoever sweeps opens its transactions. */
export type SweepRequest = Parameters<Transactor['command']>[0];

/**
 * Removes what nobody needs any more, a few times a day of real time. Nobody waits for it, so no clock that is moved stops
 * there.
 *
 * @param sweep removes up to a limit of a tenant and says how many; as many as that means that there may be more
 */
export function sweepSource(
  transactor: Transactor,
  name: string,
  sweep: (request: SweepRequest, limit: number) => Promise<number>,
): DueSource {
  const sweptAtMs = new Map<number, number>();
  const isDue = (tenantId: number) => transactor.wallNow() - (sweptAtMs.get(tenantId) ?? 0) >= SWEEP_EVERY_MS;
  return {
    name,
    async tenantsDue(sql) {
      const tenants = await sql.rows<{ id: number }>('select id from tenants order by id');
      return tenants.map((tenant) => tenant.id).filter(isDue);
    },
    nextDueAt: async () => null,
    async run(tenantId, limit) {
      if (!isDue(tenantId)) return 0;
      const done = await sweep({ tenantId, actor: { kind: 'system', id: name }, requestId: null }, limit);
      if (done < limit) sweptAtMs.set(tenantId, transactor.wallNow());
      return done;
    },
  };
}
