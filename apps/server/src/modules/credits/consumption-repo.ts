import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { storedFigure } from './figures.ts';
import type { StoredConsumption } from './types.ts';

type ConsumptionRow = Omit<
  StoredConsumption,
  'quantity' | 'amount' | 'overage' | 'overageRefunded' | 'corrected'
> & {
  quantity: string | null;
  amount: string;
  overage: string;
  overageRefunded: string;
  corrected: string;
};

const CONSUMPTION = `c.id, c.customer_id as "customerId", c.credit_type_id as "creditTypeId", c.event_id as "eventId",
  c.usage_source as "usageSource", c.part, c.feature_id as "featureId", c.subscription_id as "subscriptionId", c.quantity,
  c.amount, c.overage, c.overage_refunded as "overageRefunded", c.corrected, c.beyond,
  c.overage_meter_id as "overageMeterId", c.consumed_at as at`;

const toConsumption = (row: ConsumptionRow): StoredConsumption => ({
  ...row,
  quantity: row.quantity === null ? null : storedFigure(row.quantity),
  amount: storedFigure(row.amount),
  overage: storedFigure(row.overage),
  overageRefunded: storedFigure(row.overageRefunded),
  corrected: storedFigure(row.corrected),
});

/** What was spent by command under a name of the caller's. */
export async function consumptionOfEvent(
  ctx: QueryCtx,
  customerId: string,
  eventId: string,
): Promise<StoredConsumption | undefined> {
  const row = await ctx.sql.row<ConsumptionRow>(
    `select ${CONSUMPTION} from credit_consumptions c
     where c.tenant_id = $1 and c.customer_id = $2 and c.event_id = $3 and c.usage_source is null`,
    [ctx.tenant.id, customerId, eventId],
  );
  return row === undefined ? undefined : toConsumption(row);
}

/** What paid for events of usage, in the order in which it was spent. */
export async function consumptionsOfUsage(
  ctx: QueryCtx,
  keys: readonly { customerId: string; source: string; eventId: string }[],
): Promise<StoredConsumption[]> {
  if (keys.length === 0) return [];
  const rows = await ctx.sql.rows<ConsumptionRow>(
    `select ${CONSUMPTION}
     from (select distinct * from unnest($2::uuid[], $3::text[], $4::text[]) as k (customer_id, source, event_id)) as k
     join credit_consumptions c on c.tenant_id = $1 and c.customer_id = k.customer_id and c.usage_source = k.source
       and c.event_id = k.event_id
     order by c.id`,
    [
      ctx.tenant.id,
      keys.map(({ customerId }) => customerId),
      keys.map(({ source }) => source),
      keys.map(({ eventId }) => eventId),
    ],
  );
  return rows.map(toConsumption);
}

export async function consumptionById(ctx: QueryCtx, id: string): Promise<StoredConsumption | undefined> {
  const row = await ctx.sql.row<ConsumptionRow>(
    `select ${CONSUMPTION} from credit_consumptions c where c.tenant_id = $1 and c.id = $2`,
    [ctx.tenant.id, id],
  );
  return row === undefined ? undefined : toConsumption(row);
}

export async function insertConsumptions(ctx: CommandCtx, all: readonly StoredConsumption[]): Promise<void> {
  if (all.length === 0) return;
  await ctx.sql.run(
    `insert into credit_consumptions (tenant_id, id, customer_id, credit_type_id, event_id, usage_source, part, feature_id,
       subscription_id, quantity, amount, overage, beyond, overage_meter_id, consumed_at)
     select $1, c.* from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::integer[], $8::uuid[],
       $9::uuid[], $10::numeric[], $11::numeric[], $12::numeric[], $13::text[], $14::uuid[], $15::timestamptz[]) as c`,
    [
      ctx.tenant.id,
      all.map(({ id }) => id),
      all.map(({ customerId }) => customerId),
      all.map(({ creditTypeId }) => creditTypeId),
      all.map(({ eventId }) => eventId),
      all.map(({ usageSource }) => usageSource),
      all.map(({ part }) => part),
      all.map(({ featureId }) => featureId),
      all.map(({ subscriptionId }) => subscriptionId),
      all.map(({ quantity }) => (quantity === null ? null : formatDecimal12(quantity))),
      all.map(({ amount }) => formatDecimal12(amount)),
      all.map(({ overage }) => formatDecimal12(overage)),
      all.map(({ beyond }) => beyond),
      all.map(({ overageMeterId }) => overageMeterId),
      all.map(({ at }) => iso(at)),
    ],
  );
}

export async function addOverageRefunded(ctx: CommandCtx, id: string, amount: Decimal12): Promise<void> {
  await ctx.sql.run(
    'update credit_consumptions set overage_refunded = overage_refunded + $3 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, id, formatDecimal12(amount)],
  );
}

export async function addCorrected(ctx: CommandCtx, id: string, amount: Decimal12): Promise<void> {
  await ctx.sql.run(
    'update credit_consumptions set corrected = corrected + $3 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, id, formatDecimal12(amount)],
  );
}
