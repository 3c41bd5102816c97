import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { customerBySubject } from '../../customers/api.ts';
import { findQuarantine, resolveQuarantine } from '../queries/list.ts';
import type { StoredQuarantine } from '../types.ts';
import { ingestFor } from './ingest.ts';

/**
 * Counts a quarantined event for a customer, by the same rules as if it arrived now. One that came after its bill counts
 * from now on, so that the next bill has it. What still cannot be counted (no meter, another event under its id) stays
 * in quarantine and the request is refused.
 * Refuses with `quarantine.not_found`, `quarantine.already_resolved`, `customer.not_found`, `request.invalid`.
 */
export async function assignQuarantined(
  ctx: CommandCtx,
  id: string,
  subject: string,
): Promise<StoredQuarantine> {
  const found = await findQuarantine(ctx, id, 'for update');
  const held = found ?? refuse('quarantine.not_found', 'There is no such quarantined event.');
  if (held.resolvedAt !== null) refuse('quarantine.already_resolved', 'The event was dealt with before.');
  const customer = await customerBySubject(ctx, subject);
  const subjects = new Map([[held.event.subject, customer.id]]);
  const [verdict] = await ingestFor(ctx, [held.event], subjects, { late: 'next_invoice', meter: null });
  if (verdict?.outcome !== 'accepted' && verdict?.outcome !== 'duplicate') {
    const why = verdict?.outcome === 'quarantined' ? verdict.reason : 'rejected';
    refuse('request.invalid', `The event cannot be counted: ${why}. It stays in quarantine.`, {
      faults: [{ pointer: '', code: `event.${why}`, detail: 'Mend what keeps it from being counted first.' }],
      facts: { reason: why },
    });
  }
  await resolveQuarantine(ctx, id);
  ctx.audit({
    action: 'usage.assign',
    objectKind: 'quarantined_event',
    objectId: encodeTypeId('qua', id),
    details: { customer: encodeTypeId('cus', customer.id) },
  });
  return { ...held, resolvedAt: ctx.wallNow };
}
