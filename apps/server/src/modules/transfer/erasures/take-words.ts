import type { CommandCtx } from '../../../platform/context.ts';

const ERASED = `'Erased'`;

/** What staff or another provider's invoice wrote, `l` a line. Names of the catalogue say nothing of who bought. */
const FREE = `(l.kind = 'mirrored' or (l.kind = 'one_off' and not exists (select from subscription_charges k
  where k.tenant_id = l.tenant_id and k.id = l.charge_id and k.price_id is not null)))`;
/** Lines of a note repeat those of the invoice; those of a mirrored one may stand for none. */
const FREE_IN_NOTE = `(n.line_id is null and n.key is null or exists (select from invoice_lines l
  where l.tenant_id = n.tenant_id and l.id = n.line_id and ${FREE}))`;

/** A frozen document of the row, `jsonb`, with the words of those lines gone; lines stand in order and name their position. */
const without = (frozen: string, isFree: string) => `jsonb_set(${frozen}, '{lines}', coalesce((
  select jsonb_agg(case when ${isFree} then line || jsonb_build_object('description', ${ERASED}) else line end order by place)
  from jsonb_array_elements((${frozen}) -> 'lines') with ordinality as e (line, place)), '[]'), false)`;

export const withoutWords = (frozen: string) =>
  without(
    frozen,
    `exists (select from invoice_lines l where l.tenant_id = $1 and l.invoice_id = invoices.id
       and l.position = coalesce((line ->> 'position')::integer, place) and ${FREE})`,
  );

export const noteWithoutWords = (frozen: string) =>
  without(
    frozen,
    `exists (select from credit_note_lines n where n.tenant_id = $1 and n.credit_note_id = credit_notes.id
       and n.position = coalesce((line ->> 'position')::integer, place) and ${FREE_IN_NOTE})`,
  );

/** Of documents that were taken away the words go out of their lines, and out of the charges that no other document has. */
export async function takeWords(ctx: CommandCtx, customerId: string): Promise<void> {
  const values = [ctx.tenant.id, customerId];
  await ctx.sql.run(
    `update credit_note_lines n set description = ${ERASED}
     where n.tenant_id = $1 and n.description <> ${ERASED} and ${FREE_IN_NOTE} and n.credit_note_id in (
       select id from credit_notes where tenant_id = $1 and customer_id = $2 and taken_away_at is not null)`,
    values,
  );
  await ctx.sql.run(
    `update invoice_lines l set description = ${ERASED}
     where l.tenant_id = $1 and l.description <> ${ERASED} and ${FREE} and l.invoice_id in (
       select id from invoices where tenant_id = $1 and customer_id = $2 and taken_away_at is not null)`,
    values,
  );
  await ctx.sql.run(
    `update subscription_charges k set description = ${ERASED}, price = jsonb_set(k.price, '{name}', to_jsonb(${ERASED}::text), false)
     where k.tenant_id = $1 and k.price_id is null and k.description <> ${ERASED}
       and k.subscription_id in (select id from subscriptions where tenant_id = $1 and customer_id = $2)
       and not exists (select from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
         where l.tenant_id = $1 and l.charge_id = k.id and i.taken_away_at is null)`,
    values,
  );
}
