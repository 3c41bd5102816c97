import type { CommandCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import type { MailRequest } from './api.ts';

export type QueuedMail = {
  id: string;
  template: string;
  recipient: string;
  customerId: string | null;
  facts: Record<string, unknown>;
  attempts: number;
};

// A lease long enough for the slowest server; a sender that died gives its mail back after it.
const LEASE_MS = 60_000;
const MAX_ATTEMPTS = 8;
const NO_SERVER_DELAY_MS = 300_000;

export async function insertMails(ctx: CommandCtx, requests: readonly MailRequest[]): Promise<void> {
  if (requests.length === 0) return;
  await ctx.sql.run(
    `insert into mails (tenant_id, id, template, recipient, customer_id, subject_id, facts, status, retry_at, created_at)
     select $1, id, template, recipient, customer_id, subject_id, facts, 'queued', $8, $9
     from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::jsonb[])
       as m (id, template, recipient, customer_id, subject_id, facts)
     on conflict (tenant_id, template, recipient, subject_id) do nothing`,
    [
      ctx.tenant.id,
      requests.map(() => ctx.newId()),
      requests.map((r) => r.template),
      requests.map((r) => r.recipient),
      requests.map((r) => r.customerId ?? null),
      requests.map((r) => r.subjectId),
      requests.map((r) => JSON.stringify(r.facts)),
      iso(ctx.wallNow),
      iso(ctx.now),
    ],
  );
}

/**
 * Takes mails that are due and not leased. They stay queued: only the outcome ends them. The list is made once before
 * the update: inside its join it may be made again for each row, each time with the next ones, past every limit.
 */
export async function claim(ctx: CommandCtx, limit: number): Promise<QueuedMail[]> {
  return ctx.sql.rows<QueuedMail>(
    `with due as materialized (
       select id from mails where tenant_id = $1 and status = 'queued' and retry_at <= $2
         and (lease_until is null or lease_until <= $2)
       order by retry_at, id limit $4 for update skip locked)
     update mails m set lease_until = $3, attempts = attempts + 1
     where m.tenant_id = $1 and m.id = any (array(select id from due))
     returning m.id, m.template, m.recipient, m.customer_id as "customerId", m.facts, m.attempts`,
    [ctx.tenant.id, iso(ctx.wallNow), iso(ctx.wallNow + LEASE_MS), limit],
  );
}

export async function markSent(ctx: CommandCtx, ids: readonly string[]): Promise<void> {
  await ctx.sql.run(
    `update mails set status = 'sent', sent_at = $3, lease_until = null, last_error = null
     where tenant_id = $1 and id = any($2::uuid[])`,
    [ctx.tenant.id, ids, iso(ctx.wallNow)],
  );
}

/** Puts a mail back that could not even be tried; it is given up never. */
export async function markWaiting(ctx: CommandCtx, mail: QueuedMail, reason: string): Promise<void> {
  await ctx.sql.run(
    `update mails set attempts = attempts - 1, retry_at = $3, lease_until = null, last_error = $4
     where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, mail.id, iso(ctx.wallNow + NO_SERVER_DELAY_MS), reason],
  );
}

/** Puts a mail back for a later try, or gives up after the last. Waits 1, 2, 4 … minutes. */
export async function markFailed(ctx: CommandCtx, mail: QueuedMail, reason: string): Promise<void> {
  const last = mail.attempts >= MAX_ATTEMPTS;
  const delayMs = 60_000 * 2 ** (mail.attempts - 1);
  await ctx.sql.run(
    `update mails set status = $3, retry_at = $4, lease_until = null, last_error = $5 where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, mail.id, last ? 'failed' : 'queued', iso(ctx.wallNow + delayMs), reason.slice(0, 500)],
  );
}
