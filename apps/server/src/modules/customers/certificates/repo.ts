import type { CertificateDecision, TaxCertificate } from '@billhook/core/tax/certificates';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';

/** A certificate with who gave it and what was decided about it. */
export type CertificateRecord = TaxCertificate & {
  customerId: string;
  fileId: string | null;
  decision: CertificateDecision;
  /** Kind and id, such as `operator:...`. */
  givenBy: string;
  givenAt: Instant;
  decidedBy: string | null;
  decidedAt: Instant | null;
  why: string | null;
  /** When people are told next that it runs out. */
  noticeAt: Instant | null;
};

const TERMS = `id, reason, number, country, regions, valid_from::text as "from", valid_to::text as "to"`;
const COLUMNS = `${TERMS}, customer_id as "customerId", file_id as "fileId", decision, given_by as "givenBy",
  given_at as "givenAt", decided_by as "decidedBy", decided_at as "decidedAt", why, notice_at as "noticeAt"`;

export async function insertCertificate(ctx: CommandCtx, record: CertificateRecord): Promise<void> {
  await ctx.sql.run(
    `insert into tax_certificates (tenant_id, id, customer_id, reason, number, country, regions, valid_from, valid_to,
       file_id, decision, given_by, given_at)
     values ($1, $2, $3, $4, $5, $6, $7::text[], $8, $9, $10, $11, $12, $13)`,
    [
      ctx.tenant.id,
      record.id,
      record.customerId,
      record.reason,
      record.number,
      record.country,
      record.regions,
      record.from,
      record.to,
      record.fileId,
      record.decision,
      record.givenBy,
      iso(record.givenAt),
    ],
  );
}

/** Writes what was decided, and what was corrected with it. */
export async function updateCertificate(ctx: CommandCtx, record: CertificateRecord): Promise<void> {
  await ctx.sql.run(
    `update tax_certificates set reason = $3, number = $4, country = $5, regions = $6::text[], valid_from = $7,
       valid_to = $8, decision = $9, decided_by = $10, decided_at = $11, why = $12, notice_at = $13
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      record.id,
      record.reason,
      record.number,
      record.country,
      record.regions,
      record.from,
      record.to,
      record.decision,
      record.decidedBy,
      isoOrNull(record.decidedAt),
      record.why,
      isoOrNull(record.noticeAt),
    ],
  );
}

export function certificateById(ctx: QueryCtx, id: string): Promise<CertificateRecord | undefined> {
  return ctx.sql.row<CertificateRecord>(
    `select ${COLUMNS} from tax_certificates where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id],
  );
}

/** Those of one customer, newest first. */
export function certificatesOf(ctx: QueryCtx, customerId: string): Promise<CertificateRecord[]> {
  return ctx.sql.rows<CertificateRecord>(
    `select ${COLUMNS} from tax_certificates where tenant_id = $1 and customer_id = $2 order by given_at desc, id desc`,
    [ctx.tenant.id, customerId],
  );
}

/** Those that were accepted, by customer; one without any is missing. */
export async function acceptedCertificates(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, TaxCertificate[]>> {
  const rows = await ctx.sql.rows<TaxCertificate & { customerId: string }>(
    `select ${TERMS}, customer_id as "customerId" from tax_certificates
     where tenant_id = $1 and customer_id = any ($2::uuid[]) and decision = 'accepted' order by id`,
    [ctx.tenant.id, customerIds],
  );
  return Map.groupBy(rows, ({ customerId }) => customerId);
}

/** Those whose people are to be told, with the moment that is due. */
export function claimNotices(ctx: CommandCtx, limit: number): Promise<CertificateRecord[]> {
  return ctx.sql.rows<CertificateRecord>(
    `select ${COLUMNS} from tax_certificates where tenant_id = $1 and notice_at <= $2
     order by notice_at, id limit $3 for update skip locked`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
}

export async function planNotice(ctx: CommandCtx, id: string, at: Instant | null): Promise<void> {
  await ctx.sql.run('update tax_certificates set notice_at = $3 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
    isoOrNull(at),
  ]);
}

export async function nextNoticeAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    'select min(notice_at) as at from tax_certificates where tenant_id = $1',
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}
