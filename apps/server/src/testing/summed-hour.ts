import { METER_AGGREGATIONS, type Meter, type MeterAggregation } from '@billhook/core/catalog/meter';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { instant } from '@billhook/core/time/instant';
import { createMeter, type MeterInput } from '../modules/catalog/commands/create-meter.ts';
import { createCustomer } from '../modules/customers/commands/create-customer.ts';
import { addSumsOf, ingest, quantitiesForPeriods } from '../modules/usage/api.ts';
import { verifyUsage } from '../modules/usage/queries/verify.ts';
import type { CommandCtx } from '../platform/context.ts';
import type { TestPlatform } from './platform.ts';

const MORE: Partial<Record<MeterAggregation, Partial<MeterInput>>> = {
  percentile: { percentile: '90' },
  weighted_sum: { weighted_by: 'hour' },
};

/** The customers of an hour of usage: enough that their sums wait. */
export const NAMES = Array.from({ length: 12 }, (_, index) => `customer-${index}`);

/** An hour of usage of a dozen customers on a meter of each kind, and what is read of it. */
export async function summedHour(
  { transactor }: TestPlatform,
  request: TestPlatform['one'],
  kinds: readonly MeterAggregation[] = METER_AGGREGATIONS,
) {
  const run = <T>(fn: (ctx: CommandCtx) => Promise<T>) => transactor.command(request, fn);
  const hour = Math.floor(transactor.wallNow() / 3_600_000) * 3_600_000 - 7_200_000;
  const at = (minute: number) => new Date(hour + minute * 60_000).toISOString();
  const type = `read-${request.tenantId}-${Math.floor(performance.now() * 1000)}`;
  const [meters, ids] = await run(async (ctx) => {
    const made: Meter[] = [];
    for (const aggregation of kinds)
      made.push(
        await createMeter(ctx, {
          key: `${type}-${aggregation.replace('_', '-')}`,
          name: aggregation,
          event_type: type,
          aggregation,
          ...(aggregation === 'count' ? {} : { value_property: aggregation === 'unique' ? 'who' : 'value' }),
          unit: 'unit',
          ...MORE[aggregation],
        } as MeterInput),
      );
    const named: string[] = [];
    for (const name of NAMES)
      named.push((await createCustomer(ctx, { name, external_id: `${type}-${name}`, currency: 'EUR' })).id);
    return [made, named] as const;
  });
  let sent = 0;
  const event = (name: string, value: string, minute = 5) => {
    sent += 1;
    return {
      specversion: '1.0',
      id: String(sent),
      source: type,
      type,
      subject: `${type}-${name}`,
      time: at(minute),
      data: { value, who: `w${sent % 3}` },
    };
  };
  const send = (events: readonly unknown[]) => run((ctx) => ingest(ctx, events));
  const period = { start: instant(hour), end: instant(hour + 3_600_000) };
  const read = (customerIds: readonly string[] = ids, asked: readonly Meter[] = meters) =>
    run(async (ctx) => {
      const requests = customerIds.flatMap((customerId) =>
        asked.map((meter) => ({ customerId, meter, ...period })),
      );
      const found = await quantitiesForPeriods(ctx, requests as never);
      return found.map(({ quantity, eventCount }) => `${formatDecimal12(quantity)} of ${eventCount}`);
    });
  const waiting = async () => {
    const count = 'select count(*)::int as count from usage_sums where tenant_id = $1';
    return (await run((ctx) => ctx.sql.row<{ count: number }>(count, [request.tenantId])))?.count ?? 0;
  };
  const differences = async () => {
    const found = await run((ctx) => verifyUsage(ctx, meters, { from: null, to: null }));
    return found.reduce((sum, one) => sum + one.differences, 0n);
  };
  const addUp = () => addSumsOf(transactor, request.tenantId);
  return { run, ids, meters, event, send, read, waiting, differences, addUp, period };
}

export const meterOfKind = (meters: readonly Meter[], asked: MeterAggregation) =>
  meters.find(({ aggregation }) => aggregation === asked) as Meter;
