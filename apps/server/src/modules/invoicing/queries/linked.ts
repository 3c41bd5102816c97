import type { QueryCtx } from '../../../platform/context.ts';

type Named = { id: string; number: string };

/** The documents that stand in for one another. */
export type LinkedDocuments = {
  /** The voided invoice that it takes the place of. */
  replaces: Named | null;
  /** What took its place. */
  replacedBy: Named | null;
  /** The invoice that a debit note raises. */
  raises: Named | null;
  /** Debit notes that raise it and are not void, oldest first. */
  raisedBy: readonly Named[];
};

/** What an invoice is linked with, both ways. */
export async function linkedDocuments(ctx: QueryCtx, invoiceId: string): Promise<LinkedDocuments> {
  const rows = await ctx.sql.rows<Named & { link: string }>(
    `select 'replaces' as link, o.id, o.number from invoices i
       join invoices o on o.tenant_id = i.tenant_id and o.id = i.replaces_invoice_id
       where i.tenant_id = $1 and i.id = $2
     union all
     select 'replaced_by', i.id, i.number from invoices i
       where i.tenant_id = $1 and i.replaces_invoice_id = $2 and i.status <> 'skipped'
     union all
     select 'raises', o.id, o.number from invoices i
       join invoices o on o.tenant_id = i.tenant_id and o.id = i.raises_invoice_id
       where i.tenant_id = $1 and i.id = $2
     union all
     (select 'raised_by', i.id, i.number from invoices i
       where i.tenant_id = $1 and i.raises_invoice_id = $2 and i.status <> 'void' order by i.issued_at, i.sequence)`,
    [ctx.tenant.id, invoiceId],
  );
  const all = (link: string): Named[] =>
    rows.filter((row) => row.link === link).map(({ id, number }) => ({ id, number }));
  const of = (link: string): Named | null => all(link)[0] ?? null;
  return {
    replaces: of('replaces'),
    replacedBy: of('replaced_by'),
    raises: of('raises'),
    raisedBy: all('raised_by'),
  };
}
