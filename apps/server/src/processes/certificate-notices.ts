import { certificateEnd, isSucceeded, nextCertificateNotice } from '@billhook/core/tax/certificate-notices';
import { zoneNamed } from '@billhook/core/time/zone';
import {
  acceptedCertificates,
  type CertificateRecord,
  claimNotices,
  nextNoticeAt,
  planNotice,
} from '../modules/customers/certificates/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'tax-certificates' };

/** Tells a customer and the staff 30 and 7 days before a certificate runs out, and when it has: from then on tax is charged. */
export function certificateNoticesSource(deps: { transactor: Transactor }): DueSource {
  return {
    name: 'tax-certificates',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct c.tenant_id as id from tax_certificates c join tenants t on t.id = c.tenant_id
         where c.notice_at <= coalesce(t.frozen_at, $1)`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: nextNoticeAt,
    run: (tenantId, limit) =>
      deps.transactor.command({ tenantId, actor: ACTOR, requestId: null }, async (ctx) => {
        const due = await claimNotices(ctx, limit);
        const standing = await acceptedCertificates(ctx, [...new Set(due.map((one) => one.customerId))]);
        for (const record of due) await notice(ctx, record, standing.get(record.customerId) ?? []);
        return due.length;
      }),
  };
}

async function notice(
  ctx: CommandCtx,
  record: CertificateRecord,
  standing: Parameters<typeof isSucceeded>[1],
): Promise<void> {
  const { id, customerId, number, country, to } = record;
  const zone = zoneNamed(ctx.tenant.timeZone);
  await planNotice(ctx, id, nextCertificateNotice(to, zone, ctx.now));
  if (to === null || isSucceeded(record, standing)) return;
  const endsAt = certificateEnd(to, zone);
  const isOver = endsAt <= ctx.now;
  ctx.emit({
    type: isOver ? 'tax_certificate.expired' : 'tax_certificate.expiring',
    objectId: id,
    customerId,
    payload: { number, country, ends_at: iso(endsAt), time_zone: ctx.tenant.timeZone },
  });
}
