import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { noteWithoutWords, takeWords, withoutWords } from './take-words.ts';

const ERASED = `'{"name": "Erased customer"}'::jsonb`;

/** Papers by which no tax was charged are kept as long as any invoice that may rest on them. */
const NONE_LATER = `not exists (select from invoices l where l.tenant_id = $1 and l.customer_id = $2 and l.issued_at >= $3)`;

/** Their files; $2 is the customer and $3 the first moment of issue from which documents are kept. */
export const PAPERS = `select file_id from tax_certificates where tenant_id = $1 and customer_id = $2 and ${NONE_LATER}`;

/** In order: what refers to a document goes before it. Answers how many documents were taken away. */
export async function takeAway(ctx: CommandCtx, customerId: string, before: Instant): Promise<number> {
  const values = [ctx.tenant.id, customerId, iso(before)];
  const old = 'tenant_id = $1 and customer_id = $2 and issued_at < $3';
  const untaken = `${old} and taken_away_at is null`;
  await ctx.sql.run(
    `delete from e_invoices where tenant_id = $1 and (invoice_id in (select id from invoices where ${old})
       or credit_note_id in (select id from credit_notes where ${old}))`,
    values,
  );
  await ctx.sql.run(
    `update files set name = 'erased', state = 'deleted' where tenant_id = $1 and state = 'clean' and id in (
       select pdf_file_id from invoices where ${old} union select pdf_file_id from credit_notes where ${old}
       union select pdf_file_id from customer_documents where ${old} union ${PAPERS})`,
    values,
  );
  await ctx.sql.run(
    `update tax_certificates set number = null, why = null, file_id = null
     where tenant_id = $1 and customer_id = $2 and ${NONE_LATER}`,
    values,
  );
  const now = [...values, iso(ctx.now)];
  const counts = [
    await ctx.sql.run(`delete from customer_documents where ${old}`, values),
    await ctx.sql.run(`delete from receipts where ${old}`, values),
    await ctx.sql.run(
      `update credit_notes set buyer = ${ERASED}, reason = 'Erased', pdf_file_id = null, taken_away_at = $4,
         canonical = (${noteWithoutWords('canonical::jsonb')}
           || jsonb_build_object('buyer', ${ERASED}, 'reason', 'Erased'))::text
       where ${untaken}`,
      now,
    ),
    await numbered(
      ctx,
      `update invoices set buyer = ${ERASED}, pdf_file_id = null, taken_away_at = $4,
         raise_reason = case when raise_reason is not null then 'Erased' end,
         pattern_id = null, pattern_names = null, pattern_buyer = null,
         canonical = ((${withoutWords('app.frozen_text(invoices)::jsonb')}
           || jsonb_build_object('buyer', ${ERASED})) #- '{raises,reason}')::text
       where ${untaken} returning number`,
      now,
    ),
  ];
  await takeWords(ctx, customerId);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What was skipped names a customer and is no document. */
async function numbered(ctx: CommandCtx, sql: string, values: readonly unknown[]): Promise<number> {
  const rows = await ctx.sql.rows<{ number: string | null }>(sql, [...values]);
  return rows.filter(({ number }) => number !== null).length;
}
