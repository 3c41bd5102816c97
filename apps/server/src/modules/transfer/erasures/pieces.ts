import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { DECISIONS, type Decision, whereOf } from './decisions.ts';

/** Whom a statement is about. */
export type Whose = { customerId: string; typeId: string; marks: readonly string[] };

/** Tables out of which something goes, in the order in which it is done. */
export const STEPS: readonly string[] = Object.entries(DECISIONS)
  .filter(([, { verdict }]) => verdict !== 'kept')
  .map(([table]) => table);

/** Names the type of every value, whichever of them the statement uses. */
const GIVEN = 'with given as (select $1::integer, $2::uuid, $3::timestamptz, $4::text, $5::text[])';

const valuesOf = (ctx: QueryCtx, { customerId, typeId, marks }: Whose) => [
  ctx.tenant.id,
  customerId,
  iso(ctx.wallNow),
  typeId,
  marks,
];

/** Rows that are still to be changed: those that stand otherwise than they would afterwards. */
function openRows(decision: Decision): string {
  if (decision.verdict !== 'anonymised') return whereOf(decision);
  const columns = Object.keys(decision.set).map((column) => `x.${column}`);
  const values = Object.values(decision.set);
  return `${whereOf(decision)} and (${columns.join(', ')}) is distinct from (${values.join(', ')})`;
}

/** What counts the rows of a table, and its values: a test looks at how the database goes about it. */
export function countOf(ctx: QueryCtx, table: string, decision: Decision, whose: Whose) {
  const text = `${GIVEN} select count(*) as count from ${table} x where ${openRows(decision)}`;
  return { text, values: valuesOf(ctx, whose) };
}

export async function countRows(ctx: QueryCtx, table: string, whose: Whose): Promise<number> {
  const decision = DECISIONS[table];
  if (decision === undefined) return 0;
  const { text, values } = countOf(ctx, table, decision, whose);
  const row = await ctx.sql.row<{ count: bigint }>(text, values);
  return Number(row?.count ?? 0n);
}

/** Takes what is personal out of at most so many rows of a table; answers how many. Twice changes nothing. */
export function takeOut(ctx: CommandCtx, table: string, whose: Whose, limit: number): Promise<number> {
  const decision = DECISIONS[table];
  if (decision === undefined || decision.verdict === 'kept') return Promise.resolve(0);
  const open = openRows(decision);
  const where = `${open} and x.ctid = any (array(select x.ctid from ${table} x where ${open} limit $6))`;
  const change =
    decision.verdict === 'erased'
      ? `delete from ${table} x where ${where}`
      : `update ${table} x set ${Object.entries(decision.set)
          .map(([column, value]) => `${column} = ${value}`)
          .join(', ')} where ${where}`;
  return ctx.sql.run(`${GIVEN} ${change}`, [...valuesOf(ctx, whose), limit]);
}
