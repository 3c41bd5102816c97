import type { QueryCtx } from '../platform/context.ts';

/**
 * Which of these invoices a try is under way for, whose outcome will be told: credit waits for it. An open payment page is
 * none: nobody need ever pay on it, and what is paid there after all becomes credit. Lock the tries first where it decides.
 */
export async function beingCollected(
  ctx: QueryCtx,
  invoiceIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (invoiceIds.length === 0) return new Set();
  const rows = await ctx.sql.rows<{ id: string }>(
    `select invoice_id as id from payment_attempts where tenant_id = $1 and invoice_id = any ($2::uuid[])
       and purpose = 'invoice' and status in ('sending', 'requires_action', 'processing', 'unknown')`,
    [ctx.tenant.id, invoiceIds],
  );
  return new Set(rows.map(({ id }) => id));
}
