import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { countColumn, decimalColumn, textColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
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

/** What was spent by command under names of the callers', those that were. */
export async function consumptionsOfEvents(
  ctx: QueryCtx,
  keys: readonly { customerId: string; eventId: string }[],
): Promise<StoredConsumption[]> {
  if (keys.length === 0) return [];
  // OFFSET keeps the planner from turning the look-ups by key into a scan of the table.
  const rows = await ctx.sql.rows<ConsumptionRow>(
    `select ${CONSUMPTION}
     from (select distinct * from unnest($2::uuid[], $3::text[]) as k (customer_id, event_id)) as k
     cross join lateral (
       select * from credit_consumptions s
       where s.tenant_id = $1 and s.customer_id = k.customer_id and s.event_id = k.event_id and s.usage_source is null
       offset 0
     ) as c`,
    [
      ctx.tenant.id,
      uuidColumn(keys.map(({ customerId }) => customerId)),
      textColumn(keys.map(({ eventId }) => eventId)),
    ],
    'credits.consumptions_of_events',
  );
  return rows.map(toConsumption);
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
     cross join lateral (
       select * from credit_consumptions s
       where s.tenant_id = $1 and s.customer_id = k.customer_id and s.usage_source = k.source and s.event_id = k.event_id
       offset 0
     ) as c
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

export function insertConsumptions(ctx: CommandCtx, all: readonly StoredConsumption[]): Promise<number> {
  if (all.length === 0) return Promise.resolve(0);
  return ctx.sql.run(
    `insert into credit_consumptions (tenant_id, id, customer_id, credit_type_id, event_id, usage_source, part, feature_id,
       subscription_id, quantity, amount, overage, beyond, overage_meter_id, consumed_at)
     select $1, c.id, c.customer_id, c.credit_type_id, c.event_id, c.usage_source, c.part::integer, c.feature_id,
       c.subscription_id, c.quantity, c.amount, c.overage, c.beyond, c.overage_meter_id, c.consumed_at
     from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bigint[], $8::uuid[],
       $9::uuid[], $10::numeric[], $11::numeric[], $12::numeric[], $13::text[], $14::uuid[], $15::timestamptz[])
       as c (id, customer_id, credit_type_id, event_id, usage_source, part, feature_id, subscription_id, quantity, amount,
         overage, beyond, overage_meter_id, consumed_at)`,
    [
      ctx.tenant.id,
      uuidColumn(all.map(({ id }) => id)),
      uuidColumn(all.map(({ customerId }) => customerId)),
      uuidColumn(all.map(({ creditTypeId }) => creditTypeId)),
      textColumn(all.map(({ eventId }) => eventId)),
      textColumn(all.map(({ usageSource }) => usageSource)),
      countColumn(all.map(({ part }) => BigInt(part))),
      uuidColumn(all.map(({ featureId }) => featureId)),
      uuidColumn(all.map(({ subscriptionId }) => subscriptionId)),
      decimalColumn(all.map(({ quantity }) => quantity)),
      decimalColumn(all.map(({ amount }) => amount)),
      decimalColumn(all.map(({ overage }) => overage)),
      textColumn(all.map(({ beyond }) => beyond)),
      uuidColumn(all.map(({ overageMeterId }) => overageMeterId)),
      timeColumn(all.map(({ at }) => at)),
    ],
    'credits.insert_consumptions',
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
