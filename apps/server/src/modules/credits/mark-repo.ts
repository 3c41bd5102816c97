import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { storedFigure } from './figures.ts';
import type { StoredCreditType } from './types.ts';

/** Marks that a customer has of its own, by type: falling below one is told. */
export async function marksOf(ctx: QueryCtx, customerId: string): Promise<ReadonlyMap<string, Decimal12>> {
  const rows = await ctx.sql.rows<{ typeId: string; lowAt: string }>(
    'select credit_type_id as "typeId", low_at as "lowAt" from credit_marks where tenant_id = $1 and customer_id = $2',
    [ctx.tenant.id, customerId],
  );
  return new Map(rows.map(({ typeId, lowAt }) => [typeId, storedFigure(lowAt)]));
}

/** The customer's own mark, or that of the type. */
export async function markOf(
  ctx: QueryCtx,
  customerId: string,
  { id, lowAt }: StoredCreditType,
): Promise<Decimal12 | null> {
  return (await marksOf(ctx, customerId)).get(id) ?? lowAt;
}

/** Null takes the customer's own mark away, so that the type's holds again. */
export async function saveMark(
  ctx: CommandCtx,
  { customerId, creditTypeId }: { customerId: string; creditTypeId: string },
  lowAt: Decimal12 | null,
): Promise<void> {
  const values = [ctx.tenant.id, customerId, creditTypeId];
  if (lowAt === null) {
    await ctx.sql.run(
      'delete from credit_marks where tenant_id = $1 and customer_id = $2 and credit_type_id = $3',
      values,
    );
    return;
  }
  await ctx.sql.run(
    `insert into credit_marks (tenant_id, customer_id, credit_type_id, low_at, set_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, customer_id, credit_type_id) do update set low_at = excluded.low_at, set_at = excluded.set_at`,
    [...values, formatDecimal12(lowAt), iso(ctx.now)],
  );
}
