import type { Meter } from '@billhook/core/catalog/meter';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { EventVerdict } from '@billhook/core/usage/event-verdict';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { customerBySubject, findBySubject } from '../../customers/api.ts';
import { lockQuarantine, resolveQuarantine } from '../queries/quarantine.ts';
import type { StoredQuarantine } from '../types.ts';
import { ingestFor } from './ingest.ts';

/**
 * Counts a quarantined event for a customer, by the same rules as if it arrived now. One that came after its bill counts
 * from now on, so that the next bill has it, unless the seller has late usage corrected. What still cannot be counted (no
 * meter, another event under its id) stays in quarantine and the request is refused.
 * Refuses with `quarantine.not_found`, `quarantine.already_resolved`, `customer.not_found`, `request.invalid`.
 */
export async function assignQuarantined(
  ctx: CommandCtx,
  id: string,
  subject: string,
): Promise<StoredQuarantine> {
  const [found] = await lockQuarantine(ctx, [id]);
  const held = found ?? refuse('quarantine.not_found', 'There is no such quarantined event.');
  if (held.resolvedAt !== null) refuse('quarantine.already_resolved', 'The event was dealt with before.');
  const [outcome] = await assignMany(ctx, { ids: [id], subject, meter: null });
  if (outcome?.status === 'kept') {
    const { why } = outcome;
    refuse('request.invalid', `The event cannot be counted: ${why}. It stays in quarantine.`, {
      faults: [{ pointer: '', code: `event.${why}`, detail: 'Mend what keeps it from being counted first.' }],
      facts: { reason: why },
    });
  }
  return { ...held, resolvedAt: ctx.wallNow, resolution: 'counted', resolvedBy: byOf(ctx) };
}

export type Assigned = { id: string; status: 'counted' | 'discarded' | 'kept'; why: string };

type Assignment = {
  ids: readonly string[];
  /** Left out, each event keeps the customer that it was sent for. */
  subject: string | null;
  /** The meter that counts them, whatever their types; left out, those that their types say. */
  meter: Meter | null;
};

/**
 * Counts many quarantined events at once. Those that still cannot be counted stay, and the answer says why; one that was
 * dealt with before stays as it was. In the order of the ids.
 * Refuses with `quarantine.not_found`, `customer.not_found`.
 */
export async function assignMany(ctx: CommandCtx, { ids, subject, meter }: Assignment): Promise<Assigned[]> {
  const held = await lockAll(ctx, ids);
  const open = held.filter(({ resolvedAt }) => resolvedAt === null);
  const customer = subject === null ? null : await customerBySubject(ctx, subject);
  const sent = open.map(({ event }) => event.subject);
  const subjects =
    customer === null
      ? await findBySubject(ctx, sent)
      : new Map(sent.map((one) => [one, customer.id] as const));
  // Events of one source and id, which conflict with each other, are taken one after the other.
  const late = ctx.tenant.settings.lateUsage === 'correct' ? 'correct' : 'next_invoice';
  const verdicts = await ingestFor(
    ctx,
    open.map(({ event }) => event),
    subjects,
    { late, meter },
  );
  const judged = new Map(open.map(({ id }, index) => [id, verdicts[index]]));
  const isCounted = (id: string) => ['accepted', 'duplicate'].includes(judged.get(id)?.outcome ?? '');
  const counted = open.map(({ id }) => id).filter(isCounted);
  await resolveQuarantine(ctx, counted, 'counted');
  ctx.audit(
    ...counted.map((id) => ({
      action: 'usage.assign',
      objectKind: 'quarantined_event',
      objectId: encodeTypeId('qua', id),
      details: {
        customer: customer === null ? null : encodeTypeId('cus', customer.id),
        meter: meter?.key ?? null,
      },
    })),
  );
  return held.map(({ id }) => {
    const verdict = judged.get(id);
    if (verdict === undefined) return { id, status: 'kept' as const, why: 'already_resolved' };
    return isCounted(id)
      ? { id, status: 'counted' as const, why: '' }
      : { id, status: 'kept' as const, why: whyOf(verdict) };
  });
}

/** Decides that events never count. They stay on record. Refuses with `quarantine.not_found`. */
export async function discardMany(
  ctx: CommandCtx,
  ids: readonly string[],
  reason: string,
): Promise<Assigned[]> {
  const held = await lockAll(ctx, ids);
  const open = held.filter(({ resolvedAt }) => resolvedAt === null).map(({ id }) => id);
  await resolveQuarantine(ctx, open, 'discarded', reason);
  ctx.audit(
    ...open.map((id) => ({
      action: 'usage.discard',
      objectKind: 'quarantined_event',
      objectId: encodeTypeId('qua', id),
      details: { reason },
    })),
  );
  return held.map(({ id, resolvedAt }) =>
    resolvedAt === null
      ? { id, status: 'discarded', why: '' }
      : { id, status: 'kept', why: 'already_resolved' },
  );
}

async function lockAll(ctx: CommandCtx, ids: readonly string[]): Promise<StoredQuarantine[]> {
  const distinct = [...new Set(ids)];
  const held = await lockQuarantine(ctx, distinct);
  if (held.length < distinct.length)
    refuse('quarantine.not_found', 'One of these is no quarantined event. Nothing was changed.');
  return held;
}

function whyOf(verdict: EventVerdict): string {
  return verdict.outcome === 'quarantined' ? verdict.reason : 'rejected';
}

const byOf = ({ actor }: CommandCtx) => `${actor.kind} ${actor.id}`;
