import type { AccessStage } from '@billhook/core/access/access';
import type { CampaignKind, StepAction } from '@billhook/core/dunning/campaign';
import type { FailureKind } from '@billhook/core/dunning/failure-kind';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import type { Definition } from './definition.ts';

export type RunStatus = 'active' | 'paused' | 'recovered' | 'exhausted' | 'stopped' | 'closed';
export type RecoveredBy = 'retry' | 'change_method' | 'customer' | 'credit';

/** What is done about one unpaid invoice. */
export type RunRow = {
  id: string;
  customerId: string;
  invoiceId: string;
  subscriptionIds: string[];
  versionId: string | null;
  campaignId: string | null;
  campaignName: string | null;
  versionNumber: number | null;
  kind: CampaignKind;
  /** What it does: of its version, or what held where nothing was published. */
  definition: Definition;
  status: RunStatus;
  stage: AccessStage;
  firstFailureKind: FailureKind;
  failureKind: FailureKind;
  failureCode: string | null;
  kindSince: Instant;
  anchorAt: Instant;
  lastFailureAt: Instant | null;
  pausedAt: Instant | null;
  pausedMs: bigint;
  retryStep: string | null;
  nextAt: Instant | null;
  currency: string;
  amountMinor: bigint;
  recoveredMinor: bigint;
  recoveredBy: RecoveredBy | null;
  recoveredStep: string | null;
  startedAt: Instant;
  endedAt: Instant | null;
  /** Keys of steps that were taken, tried or skipped. */
  settled: string[];
  /** Who collects the invoice, and, where that is Stripe, when it says that it tries again. */
  collectedBy: 'billhook' | 'stripe';
  stripeTryAt: Instant | null;
};

const SELECT = `select r.id, r.customer_id as "customerId", r.invoice_id as "invoiceId",
    r.subscription_ids as "subscriptionIds", r.version_id as "versionId", c.id as "campaignId",
    c.name as "campaignName", v.number as "versionNumber", coalesce(c.kind, 'charge') as kind,
    coalesce(v.definition, r.plain) as definition, r.status, r.stage, r.first_failure_kind as "firstFailureKind",
    r.failure_kind as "failureKind", r.failure_code as "failureCode", r.kind_since as "kindSince",
    r.anchor_at as "anchorAt", r.last_failure_at as "lastFailureAt", r.paused_at as "pausedAt",
    r.paused_ms as "pausedMs", r.retry_step as "retryStep", r.next_at as "nextAt", r.currency,
    r.amount_minor as "amountMinor", r.recovered_minor as "recoveredMinor", r.recovered_by as "recoveredBy",
    r.recovered_step as "recoveredStep", r.started_at as "startedAt", r.ended_at as "endedAt",
    array(select s.step_key from dunning_steps s where s.tenant_id = r.tenant_id and s.run_id = r.id) as settled,
    i.authority as "collectedBy", case when i.authority = 'stripe' and i.status = 'open' then i.retry_at end as "stripeTryAt"
  from dunning_runs r
  join invoices i on i.tenant_id = r.tenant_id and i.id = r.invoice_id
  left join dunning_campaign_versions v on v.tenant_id = r.tenant_id and v.id = r.version_id
  left join dunning_campaigns c on c.tenant_id = v.tenant_id and c.id = v.campaign_id`;

export function findRun(ctx: QueryCtx, id: string): Promise<RunRow | undefined> {
  return ctx.sql.row<RunRow>(`${SELECT} where r.tenant_id = $1 and r.id = $2`, [ctx.tenant.id, id]);
}

/** The run of an invoice. Lock its customer first: whoever changes a run holds it. */
export function runOfInvoice(ctx: QueryCtx, invoiceId: string): Promise<RunRow | undefined> {
  return ctx.sql.row<RunRow>(`${SELECT} where r.tenant_id = $1 and r.invoice_id = $2`, [
    ctx.tenant.id,
    invoiceId,
  ]);
}

/** Runs of these customers that are not over, and those that ended without the money. */
export function unpaidRuns(ctx: QueryCtx, customerIds: readonly string[]): Promise<RunRow[]> {
  return ctx.sql.rows<RunRow>(
    `${SELECT} where r.tenant_id = $1 and r.customer_id = any ($2::uuid[])
       and r.status in ('active', 'paused', 'exhausted', 'stopped') order by r.id`,
    [ctx.tenant.id, customerIds],
  );
}

export type RunFilter = {
  customerId: string | null;
  invoiceId: string | null;
  status: string | null;
  /** Only those that are not over. */
  isOpen?: boolean;
  after: string | null;
  limit: number;
};

export function listRuns(ctx: QueryCtx, filter: RunFilter): Promise<RunRow[]> {
  return ctx.sql.rows<RunRow>(
    `${SELECT} where r.tenant_id = $1 and ($2::uuid is null or r.customer_id = $2)
       and ($3::uuid is null or r.invoice_id = $3) and ($4::text is null or r.status = $4)
       and (not $5 or r.status in ('active', 'paused', 'stopped')) and ($6::uuid is null or r.id < $6)
     order by r.id desc limit $7`,
    [
      ctx.tenant.id,
      filter.customerId,
      filter.invoiceId,
      filter.status,
      filter.isOpen ?? false,
      filter.after,
      filter.limit + 1,
    ],
  );
}

export type NewRun = Pick<
  RunRow,
  | 'id'
  | 'customerId'
  | 'invoiceId'
  | 'subscriptionIds'
  | 'versionId'
  | 'stage'
  | 'failureKind'
  | 'failureCode'
  | 'anchorAt'
  | 'lastFailureAt'
  | 'currency'
  | 'amountMinor'
> & { plain: Definition | null };

/** Begins what is done about an invoice; false where it was begun before. */
export async function insertRun(ctx: CommandCtx, run: NewRun): Promise<boolean> {
  const added = await ctx.sql.run(
    `insert into dunning_runs (tenant_id, id, customer_id, invoice_id, subscription_ids, version_id, plain, status, stage,
       first_failure_kind, failure_kind, failure_code, kind_since, anchor_at, last_failure_at, currency, amount_minor,
       started_at)
     values ($1, $2, $3, $4, $5::uuid[], $6, $7::jsonb, 'active', $8, $9, $9, $10, $11, $12, $13, $14, $15, $11)
     on conflict (tenant_id, invoice_id) do nothing`,
    [
      ctx.tenant.id,
      run.id,
      run.customerId,
      run.invoiceId,
      run.subscriptionIds,
      run.versionId,
      run.plain === null ? null : JSON.stringify(run.plain),
      run.stage,
      run.failureKind,
      run.failureCode,
      iso(ctx.now),
      iso(run.anchorAt),
      isoOrNull(run.lastFailureAt),
      run.currency,
      run.amountMinor,
    ],
  );
  return added === 1;
}

/** Writes everything of a run that may change. */
export async function saveRun(ctx: CommandCtx, run: RunRow): Promise<void> {
  await ctx.sql.run(
    `update dunning_runs set status = $3, stage = $4, failure_kind = $5, failure_code = $6, kind_since = $7,
       last_failure_at = $8, paused_at = $9, paused_ms = $10, retry_step = $11, next_at = $12, recovered_minor = $13,
       recovered_by = $14, recovered_step = $15, ended_at = $16
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      run.id,
      run.status,
      run.stage,
      run.failureKind,
      run.failureCode,
      iso(run.kindSince),
      isoOrNull(run.lastFailureAt),
      isoOrNull(run.pausedAt),
      run.pausedMs,
      run.retryStep,
      isoOrNull(run.nextAt),
      run.recoveredMinor,
      run.recoveredBy,
      run.recoveredStep,
      isoOrNull(run.endedAt),
    ],
  );
}

export type PastStep = {
  runId: string;
  key: string;
  action: StepAction;
  outcome: 'taken' | 'failed' | 'succeeded' | 'skipped';
  reason: string | null;
  actorKind: string;
  actorId: string;
  at: Instant;
};

/** Remembers what became of a step, once; false where it was remembered before. */
export async function insertStep(
  ctx: CommandCtx,
  step: Pick<PastStep, 'runId' | 'key' | 'action' | 'outcome' | 'reason'>,
): Promise<boolean> {
  const added = await ctx.sql.run(
    `insert into dunning_steps (tenant_id, id, run_id, step_key, action, outcome, reason, actor_kind, actor_id, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (tenant_id, run_id, step_key) do nothing`,
    [
      ctx.tenant.id,
      ctx.newId(),
      step.runId,
      step.key,
      step.action,
      step.outcome,
      step.reason,
      ctx.actor.kind,
      ctx.actor.id,
      iso(ctx.now),
    ],
  );
  return added === 1;
}

/** What became of the steps of these runs, oldest first. */
export function pastSteps(ctx: QueryCtx, runIds: readonly string[]): Promise<PastStep[]> {
  return ctx.sql.rows<PastStep>(
    `select run_id as "runId", step_key as key, action, outcome, reason, actor_kind as "actorKind",
       actor_id as "actorId", at
     from dunning_steps where tenant_id = $1 and run_id = any ($2::uuid[]) order by at, id`,
    [ctx.tenant.id, runIds],
  );
}

/** Runs with a step that is due, with the customers to lock. */
export function dueRuns(ctx: QueryCtx, limit: number): Promise<{ id: string; customerId: string }[]> {
  return ctx.sql.rows(
    `select id, customer_id as "customerId" from dunning_runs
     where tenant_id = $1 and status = 'active' and next_at <= $2 order by next_at, id limit $3`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
}

/** When the next step of any run falls due. */
export async function nextDunningAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    `select min(next_at) as at from dunning_runs where tenant_id = $1 and status = 'active'`,
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}
