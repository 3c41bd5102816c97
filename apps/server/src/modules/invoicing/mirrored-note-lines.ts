import type { MirroredNote, MirroredNoteLine } from '@billhook/core/mirror/mirrored-note';
import type { CommandCtx } from '../../platform/context.ts';

/** A line that takes back more than its line here has left stands by itself. */
export async function insertLines(
  ctx: CommandCtx,
  invoiceId: string,
  { noteId, lines }: MirroredNote,
): Promise<void> {
  await ctx.sql.run(
    `insert into credit_note_lines (tenant_id, credit_note_id, position, line_id, key, description, credit_minor,
       discount_minor, amount_minor, net_minor, tax_minor)
     select $1, $2, r.position, l.id, l.key, r.description, r.credit_minor, r.discount_minor, r.amount_minor, r.net_minor,
       r.tax_minor
     from jsonb_to_recordset($4::jsonb) as r (position integer, line text, description text, credit_minor bigint,
       discount_minor bigint, amount_minor bigint, net_minor bigint, tax_minor bigint)
     left join invoice_lines l on l.tenant_id = $1 and l.invoice_id = $3 and right(l.key, length(r.line) + 1) = ':' || r.line
       and l.credited_minor + r.amount_minor between least(l.amount_minor, 0) and greatest(l.amount_minor, 0)`,
    [
      ctx.tenant.id,
      noteId,
      invoiceId,
      JSON.stringify(lines.map((line, index) => ({ position: index + 1, ...lineJson(line) }))),
    ],
  );
  await moveLines(ctx, noteId, 1);
}

/** Raises or lowers what is credited of the lines of an invoice. */
export async function moveLines(ctx: CommandCtx, noteId: string, sign: 1 | -1): Promise<void> {
  await ctx.sql.run(
    `update invoice_lines l set credited_minor = l.credited_minor + $3 * n.amount_minor
     from (select line_id, sum(amount_minor)::bigint as amount_minor from credit_note_lines
       where tenant_id = $1 and credit_note_id = $2 and line_id is not null group by line_id) n
     where l.tenant_id = $1 and l.id = n.line_id`,
    [ctx.tenant.id, noteId, sign],
  );
}

export const lineJson = ({ line, netMinor, taxMinor }: MirroredNoteLine) => ({
  line: line.invoiceLineId,
  description: line.description.slice(0, 500),
  credit_minor: `${line.amountMinor}`,
  discount_minor: `${line.discountMinor}`,
  amount_minor: `${line.amountMinor - line.discountMinor}`,
  net_minor: `${netMinor}`,
  tax_minor: `${taxMinor}`,
});
