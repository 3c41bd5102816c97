import type { QueryCtx } from '../../../platform/context.ts';

type Named = { id: string; number: string };

/** The documents that stand in for one another. */
export type LinkedDocuments = {
  /** The voided invoice that it takes the place of. */
  replaces: Named | null;
  /** What took its place. */
  replacedBy: Named | null;
};

/** What an invoice is linked with, both ways. */
export async function linkedDocuments(ctx: QueryCtx, invoiceId: string): Promise<LinkedDocuments> {
  const rows = await ctx.sql.rows<Named & { link: string }>(
    `select 'replaces' as link, o.id, o.number from invoices i
       join invoices o on o.tenant_id = i.tenant_id and o.id = i.replaces_invoice_id
       where i.tenant_id = $1 and i.id = $2
     union all
     select 'replaced_by', i.id, i.number from invoices i
       where i.tenant_id = $1 and i.replaces_invoice_id = $2 and i.status <> 'skipped'`,
    [ctx.tenant.id, invoiceId],
  );
  const of = (link: string): Named | null => {
    const found = rows.find((row) => row.link === link);
    return found === undefined ? null : { id: found.id, number: found.number };
  };
  return { replaces: of('replaces'), replacedBy: of('replaced_by') };
}
