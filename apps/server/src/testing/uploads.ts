import { createMeter, type MeterInput } from '../modules/catalog/commands/create-meter.ts';
import { createCustomer } from '../modules/customers/commands/create-customer.ts';
import { type IngestJoined, joinIngest } from '../modules/usage/commands/join-ingest.ts';
import type { CommandCtx } from '../platform/context.ts';
import type { Transactor } from '../platform/transaction.ts';
import type { TestPlatform } from './platform.ts';
import { createTestTenant } from './tenant.ts';

const BYTES = {
  key: 'bytes',
  name: 'Bytes',
  event_type: 'upload',
  aggregation: 'sum',
  value_property: 'bytes',
  unit: 'byte',
} satisfies MeterInput;

/** The clock of a seller of uploads, half an hour after they were made. */
export const UPLOADS_NOW = '2026-03-15T12:00:00Z';

/** Ten bytes of `acme`. */
export const upload = (id: string, changes: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id,
  source: 'camera',
  type: 'upload',
  subject: 'acme',
  time: '2026-03-15T11:30:00Z',
  data: { bytes: 10 },
  ...changes,
});

/** A seller whose clock stands still, with one customer `acme` and a meter of bytes. */
export async function uploadSeller({ database, transactor }: TestPlatform) {
  const tenant = await createTestTenant(database, { frozenAt: UPLOADS_NOW });
  const request = { tenantId: tenant.id, actor: { kind: 'system', id: 'test' } as const, requestId: null };
  const run = <T>(fn: (ctx: CommandCtx) => Promise<T>) => transactor.command(request, fn);
  const addCustomer = (id: string) =>
    run((ctx) => createCustomer(ctx, { name: id, external_id: id, currency: 'EUR' }));
  await run((ctx) => createMeter(ctx, BYTES));
  await addCustomer('acme');
  /** How many events are stored, how many are counted, and what they come to. */
  const figures = async () => {
    const row = await run((ctx) =>
      ctx.sql.row<{ stored: bigint; counted: bigint | null; bytes: string | null }>(
        `select (select count(*) from usage_events where tenant_id = $1) as stored,
           sum(event_count)::bigint as counted, sum(quantity)::text as bytes from usage_hours where tenant_id = $1`,
        [ctx.tenant.id],
      ),
    );
    return [Number(row?.stored ?? 0), Number(row?.counted ?? 0), Number(row?.bytes ?? 0)];
  };
  /** Sends through one process; of what was not accepted the first word of the reason is told too. */
  const sends =
    (join: IngestJoined) =>
    async (...events: readonly unknown[]) =>
      (await join(request, events)).results.map(({ status, reason }) =>
        status === 'accepted' ? status : `${status} ${reason?.split(':')[0]}`,
      );
  return { request, run, addCustomer, figures, sends };
}

/**
 * A process of its own, which remembers nothing of what others took: how often it counted without a look, or tried to, how often
 * it looked, and how many of its tries were under way at once.
 */
export function openIngest(transactor: Transactor) {
  const counts = { tries: 0, looks: 0 };
  const beside = { now: 0, most: 0 };
  const join = joinIngest({
    ...transactor,
    commandAtOnce(...args) {
      counts.tries += 1;
      beside.now += 1;
      beside.most = Math.max(beside.most, beside.now);
      return transactor.commandAtOnce(...args)?.finally(() => {
        beside.now -= 1;
      });
    },
    commandAfter(...args) {
      counts.looks += 1;
      return transactor.commandAfter(...args);
    },
  });
  return { join, counts, beside };
}
