import type { Delivery } from '@billhook/core/texts/delivery';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

export type TextStatus = 'queued' | 'sending' | 'unknown' | 'dropped' | Delivery;

export type TextRow = {
  id: string;
  customerId: string;
  template: string;
  subjectId: string;
  facts: { invoice_id: string };
  recipient: string | null;
  body: string | null;
  status: TextStatus;
  reason: string | null;
  errorCode: number | null;
  attempts: number;
  sentAt: Instant | null;
  changedAt: Instant;
};

const TEXT = `id, customer_id as "customerId", template, subject_id as "subjectId", facts, recipient, body, status, reason,
  error_code as "errorCode", attempts, sent_at as "sentAt", changed_at as "changedAt"`;
/** As long as the slowest call takes, and more. */
const LEASE_MS = 60_000;

export type TextRequest = Pick<TextRow, 'customerId' | 'template' | 'subjectId' | 'facts'>;

/** Queues a text in the transaction of the fact it tells of. Asking again for the same fact changes nothing. */
export async function queueText(ctx: CommandCtx, text: TextRequest): Promise<void> {
  await ctx.sql.run(
    `insert into text_messages (tenant_id, id, customer_id, template, subject_id, facts, status, due_at, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, 'queued', $7, $7, $7) on conflict (tenant_id, template, subject_id) do nothing`,
    [
      ctx.tenant.id,
      ctx.newId(),
      text.customerId,
      text.template,
      text.subjectId,
      JSON.stringify(text.facts),
      iso(ctx.now),
    ],
  );
}

/** The next that is due, locked; one whose sender died is among them once its lease is over. */
export function nextDue(ctx: CommandCtx): Promise<TextRow | undefined> {
  return ctx.sql.row<TextRow>(
    `select ${TEXT} from text_messages where tenant_id = $1 and status in ('queued', 'sending', 'unknown') and due_at <= $2
       and (lease_until is null or lease_until <= $3)
     order by due_at, id limit 1 for update skip locked`,
    [ctx.tenant.id, iso(ctx.now), iso(ctx.wallNow)],
  );
}

export async function nextDueAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    `select min(due_at) as at from text_messages where tenant_id = $1 and status in ('queued', 'sending', 'unknown')
       and (lease_until is null or lease_until <= $2)`,
    [ctx.tenant.id, iso(ctx.wallNow)],
  );
  return row?.at ?? null;
}

export function lockText(ctx: CommandCtx, id: string): Promise<TextRow | undefined> {
  return ctx.sql.row<TextRow>(
    `select ${TEXT} from text_messages where tenant_id = $1 and id = $2 for update`,
    [ctx.tenant.id, id],
  );
}

/** What is about to be said and to whom, kept before the call. */
export async function markSending(
  ctx: CommandCtx,
  id: string,
  text: { recipient: string; body: string; parts: number },
): Promise<void> {
  await ctx.sql.run(
    `update text_messages set status = 'sending', recipient = $3, body = $4, parts = $5, attempts = attempts + 1,
       lease_until = $6, sent_at = $7, changed_at = $7, reason = null, error_code = null, provider_id = null
     where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id, text.recipient, text.body, text.parts, iso(ctx.wallNow + LEASE_MS), iso(ctx.now)],
  );
}

/** Keeps others away while the provider is asked about a text. */
export async function lease(ctx: CommandCtx, id: string): Promise<void> {
  await ctx.sql.run('update text_messages set lease_until = $3 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
    iso(ctx.wallNow + LEASE_MS),
  ]);
}

export async function saveText(
  ctx: CommandCtx,
  id: string,
  after: {
    status: TextStatus;
    reason?: string | null;
    errorCode?: number | null;
    providerId?: string | null;
    dueAt?: Instant;
  },
): Promise<void> {
  await ctx.sql.run(
    `update text_messages set status = $3, reason = $4, error_code = $5, provider_id = coalesce($6, provider_id),
       due_at = coalesce($7, due_at), lease_until = null, changed_at = $8
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      id,
      after.status,
      after.reason?.slice(0, 300) ?? null,
      after.errorCode ?? null,
      after.providerId ?? null,
      after.dueAt === undefined ? null : iso(after.dueAt),
      iso(ctx.now),
    ],
  );
}

/** Texts of these facts, as far as there are any. */
export function textsOf(ctx: QueryCtx, subjectIds: readonly string[]): Promise<TextRow[]> {
  return ctx.sql.rows<TextRow>(
    `select ${TEXT} from text_messages where tenant_id = $1 and template = 'dunning.unpaid' and subject_id = any ($2::text[])`,
    [ctx.tenant.id, subjectIds],
  );
}
