import type { LocationEvidence } from '@billhook/core/tax/location-evidence';
import type { Instant } from '@billhook/core/time/instant';
import { uuidColumn } from '../../../platform/columns.ts';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

/** From where a piece came: the seller told it, a payment provider did, or the customer was seen by its network. */
export type EvidenceSource = 'seller' | 'provider' | 'visit';

/** A piece that is kept; the address and the VAT number of a customer are read where they stand. */
export type KeptEvidence = LocationEvidence & {
  detail: string | null;
  source: EvidenceSource;
  /** When it was last seen so. */
  seenAt: Instant;
};

export type EvidenceToKeep = Omit<KeptEvidence, 'seenAt'>;

/** A piece with its time: null for the newest of its kind. */
export type PastEvidence = KeptEvidence & { id: string; firstSeenAt: Instant; replacedAt: Instant | null };

/** Keeps a piece that says where a customer is; an earlier one of its kind stays in the list and counts no more. False if it was known. */
export async function keepEvidence(
  ctx: CommandCtx,
  customerId: string,
  { kind, country, detail, source }: EvidenceToKeep,
): Promise<boolean> {
  const newest = 'tenant_id = $1 and customer_id = $2 and kind = $3 and replaced_at is null';
  const values = [ctx.tenant.id, customerId, kind];
  const again = await ctx.sql.run(
    `update customer_location_evidence set seen_at = $7
     where ${newest} and country = $4 and source = $6 and detail is not distinct from $5`,
    [...values, country, detail, source, iso(ctx.now)],
  );
  if (again > 0) return false;
  await ctx.sql.run(`update customer_location_evidence set replaced_at = $4 where ${newest}`, [
    ...values,
    iso(ctx.now),
  ]);
  await ctx.sql.run(
    `insert into customer_location_evidence (tenant_id, customer_id, kind, country, detail, source, seen_at, first_seen_at, id)
     values ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
    [...values, country, detail, source, iso(ctx.now), ctx.newId()],
  );
  return true;
}

/** The newest of each kind of these customers, by customer; one without any is missing. */
export async function evidenceOf(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, KeptEvidence[]>> {
  const rows = await ctx.sql.rows<KeptEvidence & { customerId: string }>(
    `select customer_id as "customerId", kind, country, detail, source, seen_at as "seenAt" from customer_location_evidence
     where tenant_id = $1 and customer_id = any ($2::uuid[]) and replaced_at is null order by customer_id, kind`,
    [ctx.tenant.id, uuidColumn(customerIds)],
  );
  return Map.groupBy(rows, ({ customerId }) => customerId);
}

/** Everything that was kept of one customer, newest first. */
export function evidenceEver(ctx: QueryCtx, customerId: string): Promise<PastEvidence[]> {
  return ctx.sql.rows<PastEvidence>(
    `select id, kind, country, detail, source, seen_at as "seenAt", first_seen_at as "firstSeenAt",
       replaced_at as "replacedAt"
     from customer_location_evidence where tenant_id = $1 and customer_id = $2
     order by replaced_at desc nulls first, first_seen_at desc, id desc limit 100`,
    [ctx.tenant.id, customerId],
  );
}
