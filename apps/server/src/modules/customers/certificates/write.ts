import type { CommandCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';
import type { CertificateRecord } from './repo.ts';

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
