import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { expiryOf, mayDecide } from '@billhook/core/payments/second-person';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import {
  type ApprovalRow,
  findApproval,
  insertApproval,
  listApprovals,
  lockApproval,
  markDecided,
  personBehind,
} from '../approvals.ts';

export type AskedApproval = Pick<
  ApprovalRow,
  'kind' | 'objectId' | 'customerId' | 'currency' | 'amountMinor' | 'reason'
> & { readonly byTransfer?: boolean };

/**
 * Asks for a second person, under the lock of the customer. Refuses with `approval.already_waiting` while an earlier
 * request about the same waits.
 */
export async function askApproval(ctx: CommandCtx, asked: AskedApproval): Promise<ApprovalRow> {
  const [waiting] = await listApprovals(ctx, {
    isWaiting: true,
    objectId: asked.objectId,
    customerId: null,
    after: null,
    limit: 1,
  });
  if (waiting !== undefined) {
    refuse('approval.already_waiting', 'An earlier request about this waits for a second person.');
  }
  const id = ctx.newId();
  await insertApproval(ctx, {
    ...asked,
    byTransfer: asked.byTransfer === true,
    id,
    askedByKind: ctx.actor.kind === 'api_key' ? 'api_key' : 'operator',
    askedBy: ctx.actor.id,
    person: await personBehind(ctx),
    expiresAt: expiryOf(ctx.wallNow),
  });
  publish(ctx, 'requested', { ...asked, id }, {});
  return (await findApproval(ctx, id)) ?? notFound();
}

/** Locks a request and sees that whoever acts may approve it. Refusals: `approval.closed`, `approval.own_request`. */
export async function openApproval(ctx: CommandCtx, id: string): Promise<ApprovalRow> {
  return decidable(ctx, id, 'approved');
}

/** Writes that a request was approved and what came of it. */
export async function closeApproved(
  ctx: CommandCtx,
  approval: ApprovalRow,
  outcomeId: string,
): Promise<ApprovalRow> {
  await markDecided(ctx, { id: approval.id, status: 'approved', note: null, outcomeId });
  publish(ctx, 'approved', approval, {});
  return (await findApproval(ctx, approval.id)) ?? notFound();
}

/** Declines a request, or takes one's own back. Refuses with `approval.closed`. */
export async function declineApproval(
  ctx: CommandCtx,
  id: string,
  note: string | null,
): Promise<ApprovalRow> {
  const approval = await decidable(ctx, id, 'declined');
  await markDecided(ctx, { id, status: 'declined', note, outcomeId: null });
  publish(ctx, 'declined', approval, note === null ? {} : { note });
  return (await findApproval(ctx, id)) ?? notFound();
}

async function decidable(
  ctx: CommandCtx,
  id: string,
  verdict: 'approved' | 'declined',
): Promise<ApprovalRow> {
  const approval = (await lockApproval(ctx, id)) ?? notFound();
  const { status, person, expiresAt } = approval;
  const may = mayDecide({ status, askedBy: person, expiresAt }, ctx.actor.id, verdict, ctx.wallNow);
  if (may.ok) return approval;
  return refuse(
    may.refusal.code === 'approval.own_request' ? 'approval.own_request' : 'approval.closed',
    may.refusal.detail,
  );
}

function publish(
  ctx: CommandCtx,
  act: 'requested' | 'approved' | 'declined',
  approval: Pick<ApprovalRow, 'id' | 'kind' | 'customerId' | 'currency' | 'amountMinor' | 'reason'>,
  more: Record<string, string>,
): void {
  const { id, kind, customerId, currency, amountMinor, reason } = approval;
  const facts = { kind, amount_minor: `${amountMinor}`, currency, reason, ...more };
  ctx.emit({ type: `approval.${act}`, objectId: id, customerId, payload: facts });
  ctx.audit({
    action: `approval.${act}`,
    objectKind: 'approval',
    objectId: encodeTypeId('apr', id),
    details: facts,
  });
}

function notFound(): never {
  return refuse('approval.not_found', 'There is no such request.');
}
