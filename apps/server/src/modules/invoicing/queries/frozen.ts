import type { QueryCtx } from '../../../platform/context.ts';

/** The text of an invoice as it was hashed at issue; undefined where there is no such document. */
export async function frozenText(ctx: QueryCtx, invoiceId: string): Promise<string | undefined> {
  const row = await ctx.sql.row<{ canonical: string }>(
    `select app.frozen_text(i) as canonical from invoices i where tenant_id = $1 and id = $2 and status <> 'skipped'`,
    [ctx.tenant.id, invoiceId],
  );
  return row?.canonical;
}
