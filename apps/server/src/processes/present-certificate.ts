import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { certificateState } from '@billhook/core/tax/certificates';
import { dateAt } from '@billhook/core/time/calendar-date';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CertificateRecord } from '../modules/customers/certificates/api.ts';
import { fileNames } from '../modules/files/api.ts';
import { operatorNames } from '../modules/identity/api.ts';
import { presentTerms } from '../modules/invoicing/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { iso, isoOrNull } from '../platform/sql.ts';

const OPERATOR = 'operator:';

/** Certificates as both sides see them, with what they are worth today. */
export async function presentCertificates(ctx: QueryCtx, records: readonly CertificateRecord[]) {
  const people = records.flatMap(({ givenBy, decidedBy }) => [givenBy, decidedBy ?? '']);
  const names = await operatorNames(
    ctx,
    people.filter((who) => who.startsWith(OPERATOR)).map((who) => who.slice(OPERATOR.length)),
  );
  const files = await fileNames(
    ctx,
    records.flatMap(({ fileId }) => fileId ?? []),
  );
  const today = dateAt(ctx.now, zoneNamed(ctx.tenant.timeZone));
  const nameOf = (who: string): string | null => {
    if (who.startsWith('member:')) return null;
    return names.get(who.slice(OPERATOR.length)) ?? (who.startsWith('api_key:') ? 'API' : 'Staff');
  };
  return records.map((record) => {
    const fileName = record.fileId === null ? undefined : files.get(record.fileId);
    return {
      ...presentTerms(record),
      object: 'tax_certificate' as const,
      customer: encodeTypeId('cus', record.customerId),
      file:
        record.fileId === null || fileName === undefined
          ? null
          : { id: encodeTypeId('file', record.fileId), name: fileName },
      state: certificateState(record, today),
      given_by: nameOf(record.givenBy),
      created_at: iso(record.givenAt),
      decided_by: record.decidedBy === null ? null : nameOf(record.decidedBy),
      decided_at: isoOrNull(record.decidedAt),
      why: record.why,
    };
  });
}
