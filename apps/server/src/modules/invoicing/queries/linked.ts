import type { QueryCtx } from '../../../platform/context.ts';

type Named = { id: string; number: string };

/** The documents that stand in for one another. */
export type LinkedDocuments = {
  /** The voided invoice that it takes the place of. */
  replaces: Named | null;
  /** What took its place. */
  replacedBy: Named | null;
  /** The invoice that a debit note raises, and why. */
  debits: (Named & { reason: string }) | null;
  /** The debit notes that raise it. */
  debitedBy: readonly Named[];
};

/** What an invoice is linked with, both ways. */
export async function linkedDocuments(ctx: QueryCtx, invoiceId: string): Promise<LinkedDocuments> {
  const rows = await ctx.sql.rows<Named & { link: string; reason: string }>(
    `select 'replaces' as link, o.id, o.number, '' as reason from invoices i
       join invoices o on o.tenant_id = i.tenant_id and o.id = i.replaces_invoice_id
       where i.tenant_id = $1 and i.id = $2
     union all
     select 'replaced_by', i.id, i.number, '' from invoices i
       where i.tenant_id = $1 and i.replaces_invoice_id = $2 and i.status <> 'skipped'
     union all
     select 'debits', o.id, o.number, d.reason from debit_notes d
       join invoices o on o.tenant_id = d.tenant_id and o.id = d.raised_invoice_id
       where d.tenant_id = $1 and d.invoice_id = $2
     union all
     select 'debited_by', o.id, o.number, '' from debit_notes d
       join invoices o on o.tenant_id = d.tenant_id and o.id = d.invoice_id
       where d.tenant_id = $1 and d.raised_invoice_id = $2
     order by 3`,
    [ctx.tenant.id, invoiceId],
  );
  const of = (link: string) => rows.filter((row) => row.link === link);
  return {
    replaces: of('replaces')[0] ?? null,
    replacedBy: of('replaced_by')[0] ?? null,
    debits: of('debits')[0] ?? null,
    debitedBy: of('debited_by'),
  };
}
