import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { storedFigure } from './figures.ts';

/** Marks that a customer has of its own, by type: falling below one is told. */
export async function marksOf(ctx: QueryCtx, customerId: string): Promise<ReadonlyMap<string, Decimal12>> {
  return (await marksByCustomer(ctx, [customerId])).get(customerId) ?? new Map();
}

/** The own marks of customers, by customer and type. */
export async function marksByCustomer(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, Decimal12>>> {
  const rows = await ctx.sql.rows<{ customerId: string; typeId: string; lowAt: string }>(
    `select customer_id as "customerId", credit_type_id as "typeId", low_at as "lowAt" from credit_marks
     where tenant_id = $1 and customer_id = any ($2::uuid[])`,
    [ctx.tenant.id, uuidColumn(customerIds)],
    'credits.marks',
  );
  return new Map(
    [...Map.groupBy(rows, ({ customerId }) => customerId)].map(([customerId, own]) => [
      customerId,
      new Map(own.map(({ typeId, lowAt }) => [typeId, storedFigure(lowAt)])),
    ]),
  );
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
