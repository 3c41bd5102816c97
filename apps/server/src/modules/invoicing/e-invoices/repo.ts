import { createHash } from 'node:crypto';
import type { EInvoiceProfile } from '@billhook/core/einvoice/model';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

/** An invoice or a credit note by its row. */
export type DocumentRef = { readonly kind: 'invoice' | 'credit_note'; readonly id: string };

/** The column that names the document. */
export const columnOf = ({ kind }: DocumentRef) => (kind === 'invoice' ? 'invoice_id' : 'credit_note_id');

/** The file as it was first made. */
export async function keptText(
  ctx: QueryCtx,
  document: DocumentRef,
  profile: EInvoiceProfile,
): Promise<string | undefined> {
  const row = await ctx.sql.row<{ content: string }>(
    `select content from e_invoices where tenant_id = $1 and ${columnOf(document)} = $2 and profile = $3`,
    [ctx.tenant.id, document.id, profile],
  );
  return row?.content;
}

/** Keeps a file with its hash; one that was kept before stays. */
export async function keepText(
  ctx: CommandCtx,
  document: DocumentRef,
  profile: EInvoiceProfile,
  content: string,
): Promise<void> {
  const column = columnOf(document);
  await ctx.sql.run(
    `insert into e_invoices (tenant_id, id, ${column}, profile, content, sha256, made_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, ${column}, profile) where ${column} is not null do nothing`,
    [
      ctx.tenant.id,
      ctx.newId(),
      document.id,
      profile,
      content,
      createHash('sha256').update(content, 'utf8').digest(),
      iso(ctx.now),
    ],
  );
}

/** The text of a credit note as it was hashed at issue, and its invoice. */
export function frozenNote(
  ctx: QueryCtx,
  id: string,
): Promise<{ canonical: string; invoiceId: string; authority: 'billhook' | 'stripe' } | undefined> {
  return ctx.sql.row(
    'select canonical, authority, invoice_id as "invoiceId" from credit_notes where tenant_id = $1 and id = $2',
    [ctx.tenant.id, id],
  );
}
