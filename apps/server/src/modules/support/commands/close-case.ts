import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import { lockCustomer, releaseCustomer } from '../../customers/api.ts';

/** The case that puts billing on hold; closing it lets billing go on. */
const PARKED = 'billing.parked';

type Row = { kind: string; customerId: string | null; isClosed: boolean };

const SELECT = `select kind, customer_id as "customerId", closed_at is not null as "isClosed"
  from cases where tenant_id = $1 and id = $2`;

/**
 * Closes a case under the lock of its customer. A customer who was on hold for it is billed at the next due work; if the
 * cause still stands, the bill run parks the customer again, with a new case.
 * Refuses with `case.not_found` and `case.already_closed`.
 */
export async function closeCase(ctx: CommandCtx, id: string, note: string | null): Promise<void> {
  const seen = await ctx.sql.row<Row>(SELECT, [ctx.tenant.id, id]);
  if (seen === undefined) return refuse('case.not_found', 'There is no such case.');
  const { kind, customerId } = seen;
  if (customerId !== null) await lockCustomer(ctx, customerId);
  const closed = await ctx.sql.run(
    'update cases set closed_at = $3 where tenant_id = $1 and id = $2 and closed_at is null',
    [ctx.tenant.id, id, iso(ctx.now)],
  );
  if (closed === 0) return refuse('case.already_closed', 'This case was closed before.');
  ctx.emit({ type: 'case.closed', objectId: id, customerId: customerId ?? undefined, payload: { kind } });
  const isReleased = kind === PARKED && customerId !== null && (await releaseCustomer(ctx, customerId));
  ctx.audit({
    action: 'case.close',
    objectKind: 'case',
    objectId: encodeTypeId('case', id),
    details: {
      kind,
      ...(note === null ? {} : { note }),
      ...(isReleased ? { released_customer: encodeTypeId('cus', customerId) } : {}),
    },
  });
}
