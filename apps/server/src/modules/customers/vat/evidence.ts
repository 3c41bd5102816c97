import type { LocationEvidence } from '@billhook/core/tax/location-evidence';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

/** A piece that is kept; the address and the VAT number of a customer are read where they stand. */
export type KeptEvidence = LocationEvidence & { detail: string | null; seenAt: Instant };

export type EvidenceToKeep = Omit<KeptEvidence, 'seenAt'>;

/** Keeps a piece that says where a customer is; an earlier one of its kind goes. */
export async function keepEvidence(
  ctx: CommandCtx,
  customerId: string,
  { kind, country, detail }: EvidenceToKeep,
): Promise<void> {
  await ctx.sql.run(
    `insert into customer_location_evidence (tenant_id, customer_id, kind, country, detail, seen_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, customer_id, kind) do update
       set country = excluded.country, detail = excluded.detail, seen_at = excluded.seen_at`,
    [ctx.tenant.id, customerId, kind, country, detail, iso(ctx.now)],
  );
}

/** What is kept of these customers, by customer; one without any is missing. */
export async function evidenceOf(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, KeptEvidence[]>> {
  const rows = await ctx.sql.rows<KeptEvidence & { customerId: string }>(
    `select customer_id as "customerId", kind, country, detail, seen_at as "seenAt" from customer_location_evidence
     where tenant_id = $1 and customer_id = any ($2::uuid[]) order by customer_id, kind`,
    [ctx.tenant.id, customerIds],
  );
  return Map.groupBy(rows, ({ customerId }) => customerId);
}
