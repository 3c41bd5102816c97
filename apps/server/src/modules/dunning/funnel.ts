import type { FailureKind } from '@billhook/core/dunning/failure-kind';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import type { RecoveredBy } from './runs.ts';

type Sums = {
  currency: string;
  runs: number;
  active: number;
  recovered: number;
  lost: number;
  amountMinor: bigint;
  recoveredMinor: bigint;
};

export type Funnel = {
  byKind: (Sums & { kind: FailureKind })[];
  byCampaign: (Sums & { campaignId: string | null; name: string | null })[];
  byStep: {
    step: string | null;
    by: RecoveredBy;
    currency: string;
    recovered: number;
    recoveredMinor: bigint;
  }[];
};

const SUMS = `r.currency, count(*)::int as runs,
  count(*) filter (where r.status in ('active', 'paused'))::int as active,
  count(*) filter (where r.status = 'recovered')::int as recovered,
  count(*) filter (where r.status in ('exhausted', 'stopped'))::int as lost,
  sum(r.amount_minor)::bigint as "amountMinor", sum(r.recovered_minor)::bigint as "recoveredMinor"`;

/** What became of invoices that were unpaid in a time; those that came to nothing by a void are left out. */
export async function funnelOf(ctx: QueryCtx, span: { from: Instant; to: Instant }): Promise<Funnel> {
  const values = [ctx.tenant.id, iso(span.from), iso(span.to)];
  const where = `where r.tenant_id = $1 and r.started_at >= $2 and r.started_at < $3 and r.status <> 'closed'`;
  const byKind = await ctx.sql.rows<Funnel['byKind'][number]>(
    `select r.first_failure_kind as kind, ${SUMS} from dunning_runs r ${where} group by 1, 2 order by 1, 2`,
    values,
  );
  const byCampaign = await ctx.sql.rows<Funnel['byCampaign'][number]>(
    `select c.id as "campaignId", c.name, ${SUMS} from dunning_runs r
     left join dunning_campaign_versions v on v.tenant_id = r.tenant_id and v.id = r.version_id
     left join dunning_campaigns c on c.tenant_id = v.tenant_id and c.id = v.campaign_id
     ${where} group by 1, 2, 3 order by 2 nulls first, 3`,
    values,
  );
  const byStep = await ctx.sql.rows<Funnel['byStep'][number]>(
    `select r.recovered_step as step, r.recovered_by as by, r.currency, count(*)::int as recovered,
       sum(r.recovered_minor)::bigint as "recoveredMinor"
     from dunning_runs r ${where} and r.recovered_by is not null group by 1, 2, 3 order by 5 desc, 1, 2`,
    values,
  );
  return { byKind, byCampaign, byStep };
}
