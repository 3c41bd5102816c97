import type { QueryCtx } from '../platform/context.ts';

/**
 * Which of these invoices something may take money for right now: a try that is with the provider, or a payment page that
 * is open. Lock their tries first where the answer decides.
 */
export async function beingCollected(
  ctx: QueryCtx,
  invoiceIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (invoiceIds.length === 0) return new Set();
  const rows = await ctx.sql.rows<{ id: string }>(
    `select invoice_id as id from payment_attempts where tenant_id = $1 and invoice_id = any ($2::uuid[])
       and purpose = 'invoice' and status in ('sending', 'requires_action', 'processing', 'unknown')
     union select invoice_id from checkouts where tenant_id = $1 and invoice_id = any ($2::uuid[])
       and status in ('creating', 'open')`,
    [ctx.tenant.id, invoiceIds],
  );
  return new Set(rows.map(({ id }) => id));
}
