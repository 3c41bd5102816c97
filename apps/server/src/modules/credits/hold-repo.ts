import type { ConsumptionPart } from '@billhook/core/credits/decide-consumption';
import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { storedFigure } from './figures.ts';

/** Credits of grants that are promised to a reservation. A part whose grant was taken back says so. */
export type Hold = {
  reservationId: string;
  customerId: string;
  parts: readonly (ConsumptionPart & { isRevoked?: boolean })[];
};

/** A part of what is promised; `isRevoked`: its grant was taken back meanwhile. */
export type HeldPart = ConsumptionPart & { isRevoked: boolean };

/** Takes what is promised out of its grants, in the order in which it is to be used. The customers are locked. */
export async function insertHolds(ctx: CommandCtx, holds: readonly Hold[]): Promise<void> {
  const rows = holds.flatMap(({ parts, ...hold }) =>
    parts.map((part, position) => ({ ...hold, ...part, position })),
  );
  if (rows.length === 0) return;
  ctx.outdate([...new Set(rows.map(({ customerId }) => customerId))]);
  await ctx.sql.run(
    `with added as (
       insert into credit_holds (tenant_id, reservation_id, customer_id, grant_id, position, amount, is_revoked)
       select $1, h.* from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::numeric[], $7::boolean[]) as h
       returning grant_id, amount)
     update credit_grants g set left_amount = g.left_amount - a.amount
     from (select grant_id, sum(amount) as amount from added group by grant_id) as a
     where g.tenant_id = $1 and g.id = a.grant_id`,
    [
      ctx.tenant.id,
      rows.map(({ reservationId }) => reservationId),
      rows.map(({ customerId }) => customerId),
      rows.map(({ grantId }) => grantId),
      rows.map(({ position }) => position),
      rows.map(({ amount }) => formatDecimal12(amount)),
      rows.map(({ isRevoked = false }) => isRevoked),
    ],
  );
}

/** Puts all that is promised to reservations back into its grants, and says what that was. The customers are locked. */
export async function liftHolds(
  ctx: CommandCtx,
  reservationIds: readonly string[],
): Promise<Map<string, readonly HeldPart[]>> {
  if (reservationIds.length === 0) return new Map();
  const rows = await ctx.sql.rows<LiftedRow>(
    `with gone as (
       delete from credit_holds where tenant_id = $1 and reservation_id = any ($2::uuid[])
       returning reservation_id, customer_id, grant_id, amount, is_revoked, position),
     back as (
       update credit_grants g set left_amount = g.left_amount + b.amount
       from (select grant_id, sum(amount) as amount from gone group by grant_id) as b
       where g.tenant_id = $1 and g.id = b.grant_id)
     select reservation_id as "reservationId", customer_id as "customerId", grant_id as "grantId", amount,
       is_revoked as "isRevoked", position
     from gone`,
    [ctx.tenant.id, uuidColumn(reservationIds)],
    'credits.lift_holds',
  );
  if (rows.length > 0) ctx.outdate([...new Set(rows.map(({ customerId }) => customerId))]);
  const sorted = rows.toSorted((one, other) => one.position - other.position);
  return new Map(
    [...Map.groupBy(sorted, ({ reservationId }) => reservationId)].map(([id, parts]) => [
      id,
      parts.map(({ grantId, amount, isRevoked }) => ({ grantId, amount: storedFigure(amount), isRevoked })),
    ]),
  );
}

type LiftedRow = {
  reservationId: string;
  customerId: string;
  grantId: string;
  amount: string;
  isRevoked: boolean;
  position: number;
};

/** What is promised of these grants goes with them, as far as it is not used. How many promises that are. */
export async function revokeHolds(ctx: CommandCtx, grantIds: readonly string[]): Promise<number> {
  return ctx.sql.run(
    'update credit_holds set is_revoked = true where tenant_id = $1 and grant_id = any ($2::uuid[])',
    [ctx.tenant.id, grantIds],
  );
}

/** What is promised of a customer's credits, by type. */
export async function promisedOf(ctx: QueryCtx, customerId: string): Promise<ReadonlyMap<string, Decimal12>> {
  return (await promisedByCustomer(ctx, [customerId])).get(customerId) ?? new Map();
}

/** What is promised of customers' credits, by customer and type. */
export async function promisedByCustomer(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, Decimal12>>> {
  const rows = await ctx.sql.rows<{ customerId: string; typeId: string; amount: string }>(
    `select h.customer_id as "customerId", g.credit_type_id as "typeId", sum(h.amount) as amount
     from credit_holds h join credit_grants g on g.tenant_id = h.tenant_id and g.id = h.grant_id
     where h.tenant_id = $1 and h.customer_id = any ($2::uuid[]) group by 1, 2`,
    [ctx.tenant.id, uuidColumn(customerIds)],
    'credits.promised',
  );
  return new Map(
    [...Map.groupBy(rows, (row) => row.customerId)].map(([customerId, own]) => [
      customerId,
      new Map(own.map(({ typeId, amount }) => [typeId, storedFigure(amount)])),
    ]),
  );
}

/** How much of each of these grants is promised. */
export async function promisedOfGrants(
  ctx: QueryCtx,
  grantIds: readonly string[],
): Promise<ReadonlyMap<string, Decimal12>> {
  if (grantIds.length === 0) return new Map();
  const rows = await ctx.sql.rows<{ grantId: string; amount: string }>(
    `select grant_id as "grantId", sum(amount) as amount from credit_holds
     where tenant_id = $1 and grant_id = any ($2::uuid[]) group by 1`,
    [ctx.tenant.id, uuidColumn(grantIds)],
    'credits.promised_of_grants',
  );
  return new Map(rows.map(({ grantId, amount }) => [grantId, storedFigure(amount)]));
}

/** Whether credits are promised to any of these reservations. */
export async function areHeld(ctx: QueryCtx, reservationIds: readonly string[]): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    'select exists(select from credit_holds where tenant_id = $1 and reservation_id = any ($2::uuid[])) as found',
    [ctx.tenant.id, reservationIds],
  );
  return row?.found === true;
}
