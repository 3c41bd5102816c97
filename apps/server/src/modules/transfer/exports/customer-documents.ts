import type { QueryCtx } from '../../../platform/context.ts';

export type DocumentRow = { id: string; number: string; canonical: string };

/** Issued documents behind one, oldest first. */
export function documentsAfter(
  ctx: QueryCtx,
  table: 'invoices' | 'credit_notes',
  customerId: string,
  after: string,
  limit: number,
): Promise<DocumentRow[]> {
  return ctx.sql.rows<DocumentRow>(
    `select id, number, ${table === 'invoices' ? 'app.frozen_text(d)' : 'canonical'} as canonical from ${table} d
     where tenant_id = $1 and customer_id = $2 and number is not null and id > $3::uuid order by id limit $4`,
    [ctx.tenant.id, customerId, after, limit],
  );
}
