import type { CertificateDecision, TaxCertificate } from '@billhook/core/tax/certificates';
import type { Instant } from '@billhook/core/time/instant';
import { uuidColumn } from '../../../platform/columns.ts';
import type { QueryCtx } from '../../../platform/context.ts';

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
export const COLUMNS = `${TERMS}, customer_id as "customerId", file_id as "fileId", decision, given_by as "givenBy",
  given_at as "givenAt", decided_by as "decidedBy", decided_at as "decidedAt", why, notice_at as "noticeAt"`;

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
    [ctx.tenant.id, uuidColumn(customerIds)],
  );
  return Map.groupBy(rows, ({ customerId }) => customerId);
}
