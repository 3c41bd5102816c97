import { currencyCode } from '@billhook/core/money/currency';
import type { Dispute, DisputeStatus } from '@billhook/core/payments/dispute';
import { isClosedDispute } from '@billhook/core/payments/dispute';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { closeFiles } from './dispute-files.ts';
import type { DisputeEvidence } from './provider-disputes.ts';

export type DisputeRow = {
  id: string;
  customerId: string;
  paymentId: string;
  invoiceId: string | null;
  provider: string;
  providerObjectId: string;
  currency: string;
  amountMinor: bigint;
  reason: string;
  status: DisputeStatus;
  evidenceDueAt: Instant | null;
  withdrawnMinor: bigint;
  returnedMinor: bigint;
  feeMinor: bigint;
  feeReturnedMinor: bigint;
  lostMinor: bigint;
  evidence: DisputeEvidence | null;
  evidenceState: 'none' | 'sending' | 'submitted';
  evidenceBy: string | null;
  evidenceAt: Instant | null;
  warnedAt: Instant | null;
  openedAt: Instant;
  closedAt: Instant | null;
};

const SELECT = `select d.id, d.customer_id as "customerId", d.payment_id as "paymentId", p.invoice_id as "invoiceId",
    d.provider, d.provider_object_id as "providerObjectId", d.currency, d.amount_minor as "amountMinor", d.reason,
    d.status, d.evidence_due_at as "evidenceDueAt", d.withdrawn_minor as "withdrawnMinor",
    d.returned_minor as "returnedMinor", d.fee_minor as "feeMinor", d.fee_returned_minor as "feeReturnedMinor",
    d.lost_minor as "lostMinor", d.evidence, d.evidence_state as "evidenceState", d.evidence_by as "evidenceBy",
    d.evidence_at as "evidenceAt", d.warned_at as "warnedAt", d.opened_at as "openedAt", d.closed_at as "closedAt"
  from disputes d join payments p on p.tenant_id = d.tenant_id and p.id = d.payment_id`;

export function findDispute(ctx: QueryCtx, id: string): Promise<DisputeRow | undefined> {
  return ctx.sql.row<DisputeRow>(`${SELECT} where d.tenant_id = $1 and d.id = $2`, [ctx.tenant.id, id]);
}

export function findDisputeByObject(
  ctx: QueryCtx,
  provider: string,
  objectId: string,
): Promise<DisputeRow | undefined> {
  return ctx.sql.row<DisputeRow>(
    `${SELECT} where d.tenant_id = $1 and d.provider = $2 and d.provider_object_id = $3`,
    [ctx.tenant.id, provider, objectId],
  );
}

export function disputesOf(ctx: QueryCtx, paymentIds: readonly string[]): Promise<DisputeRow[]> {
  return ctx.sql.rows<DisputeRow>(
    `${SELECT} where d.tenant_id = $1 and d.payment_id = any ($2::uuid[]) order by d.id`,
    [ctx.tenant.id, paymentIds],
  );
}

/** Newest first; those that are open are in the order of their deadlines. */
export function listDisputes(
  ctx: QueryCtx,
  filter: { isOpen: boolean; customerId: string | null; after: string | null; limit: number },
): Promise<DisputeRow[]> {
  return ctx.sql.rows<DisputeRow>(
    `${SELECT} where d.tenant_id = $1 and (not $2 or d.closed_at is null) and ($3::uuid is null or d.customer_id = $3)
       and ($4::uuid is null or d.id < $4)
     order by d.id desc limit $5`,
    [ctx.tenant.id, filter.isOpen, filter.customerId, filter.after, filter.limit],
  );
}

/** Core's view of a dispute. */
export function coreDispute(row: DisputeRow): Dispute {
  const { id, paymentId, invoiceId, customerId, provider, amountMinor, reason, status, evidenceDueAt } = row;
  const { withdrawnMinor, returnedMinor, feeMinor, feeReturnedMinor, lostMinor } = row;
  return {
    id,
    paymentId,
    invoiceId,
    customerId,
    provider,
    amountMinor,
    reason,
    status,
    evidenceDueAt,
    withdrawnMinor,
    returnedMinor,
    feeMinor,
    feeReturnedMinor,
    lostMinor,
    currency: currencyCode(row.currency),
  };
}

/** Writes a dispute as it is now. An open one is looked up again in a day, whatever webhooks bring. */
export async function putDispute(
  ctx: CommandCtx,
  dispute: Dispute,
  facts: { providerObjectId: string; openedAt: Instant },
): Promise<void> {
  const isClosed = isClosedDispute(dispute.status);
  await ctx.sql.run(
    `insert into disputes as d (tenant_id, id, customer_id, payment_id, provider, provider_object_id, currency,
       amount_minor, reason, status, evidence_due_at, withdrawn_minor, returned_minor, fee_minor, fee_returned_minor,
       lost_minor, look_up_at, opened_at, closed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
     on conflict (tenant_id, id) do update set amount_minor = excluded.amount_minor, status = excluded.status,
       evidence_due_at = excluded.evidence_due_at, withdrawn_minor = excluded.withdrawn_minor,
       returned_minor = excluded.returned_minor, fee_minor = excluded.fee_minor,
       fee_returned_minor = excluded.fee_returned_minor, lost_minor = excluded.lost_minor,
       look_up_at = excluded.look_up_at,
       closed_at = case when excluded.closed_at is null then null else coalesce(d.closed_at, excluded.closed_at) end`,
    [
      ctx.tenant.id,
      dispute.id,
      dispute.customerId,
      dispute.paymentId,
      dispute.provider,
      facts.providerObjectId,
      dispute.currency,
      dispute.amountMinor,
      dispute.reason,
      dispute.status,
      isoOrNull(dispute.evidenceDueAt),
      dispute.withdrawnMinor,
      dispute.returnedMinor,
      dispute.feeMinor,
      dispute.feeReturnedMinor,
      dispute.lostMinor,
      isClosed ? null : iso(addMs(ctx.now, MS_PER_DAY)),
      iso(facts.openedAt),
      isClosed ? iso(ctx.now) : null,
    ],
  );
}

/** Writes the answer before it is handed in; false if one is on its way or was handed in before. */
export async function planEvidence(ctx: CommandCtx, id: string, evidence: DisputeEvidence): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update disputes set evidence = $3::jsonb, evidence_state = 'sending', evidence_by = $4, evidence_at = $5
     where tenant_id = $1 and id = $2 and evidence_state = 'none' and closed_at is null`,
    [ctx.tenant.id, id, JSON.stringify(evidence), ctx.actor.id, iso(ctx.now)],
  );
  return changed === 1;
}

/** The provider took the answer, or refused it and another may be written. */
export async function closeEvidence(ctx: CommandCtx, id: string, state: 'submitted' | 'none'): Promise<void> {
  const changed = await ctx.sql.run(
    `update disputes set evidence_state = $3 where tenant_id = $1 and id = $2 and evidence_state = 'sending'`,
    [ctx.tenant.id, id, state],
  );
  // Sent by two at once, the one that was refused must not take the files of the one that was taken.
  if (changed === 1) await closeFiles(ctx, id, state);
}

/** Open disputes that are to be looked up now, each put off by a day for whoever dies over it. */
export function claimDisputeLookUps(ctx: CommandCtx, limit: number): Promise<{ id: string }[]> {
  return ctx.sql.rows<{ id: string }>(
    `with due as materialized (
       select id from disputes where tenant_id = $1 and look_up_at <= $2 order by look_up_at, id limit $4
       for update skip locked)
     update disputes set look_up_at = $3 where tenant_id = $1 and id = any (array(select id from due)) returning id`,
    [ctx.tenant.id, iso(ctx.now), iso(addMs(ctx.now, MS_PER_DAY)), limit],
  );
}

/** Marks disputes whose deadline is near and that nobody has answered, once each. */
export function claimDeadlines(ctx: CommandCtx, aheadMs: number, limit: number): Promise<DisputeRow[]> {
  return ctx.sql.rows<DisputeRow>(
    `with due as materialized (
       select id from disputes where tenant_id = $1 and evidence_due_at <= $3 and warned_at is null
         and evidence_state = 'none' order by evidence_due_at, id limit $4 for update skip locked),
     warned as (
       update disputes set warned_at = $2 where tenant_id = $1 and id = any (array(select id from due)) returning id)
     ${SELECT} where d.tenant_id = $1 and d.id = any (array(select id from warned))`,
    [ctx.tenant.id, iso(ctx.now), iso(addMs(ctx.now, aheadMs)), limit],
  );
}

export async function nextDisputeAt(ctx: QueryCtx, aheadMs: number): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    `select min(least(look_up_at,
       case when warned_at is null and evidence_state = 'none'
         then evidence_due_at - make_interval(secs => $2::double precision / 1000) end)) as at
     from disputes where tenant_id = $1 and look_up_at is not null`,
    [ctx.tenant.id, aheadMs],
  );
  return row?.at ?? null;
}

/** Whether money of a payment is out, or lost, by a dispute: then none of it is sent back as well. */
export async function isDisputed(ctx: QueryCtx, paymentId: string): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    `select exists (select 1 from disputes where tenant_id = $1 and payment_id = $2
       and status in ('needs_response', 'under_review', 'lost')) as found`,
    [ctx.tenant.id, paymentId],
  );
  return row?.found ?? false;
}
