import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import { countColumn, decimalColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import type { Part } from '../../platform/together.ts';
import type { RollupDelta } from './rollup.ts';

/** What one meter read in one hour of many customers, in three lists of equal length. */
export type HourSums = {
  meterId: string;
  hour: Instant;
  customerIds: string[];
  eventCounts: bigint[];
  quantities: Decimal12[];
};

/** One row for so many customers costs less than to look for the figure of each. */
const WORTH_A_ROW = 6;
/** A figure that is far from what a column holds can always be added later. */
const MOST_WAITING = 10n ** 15n * 10n ** 12n;

/** Of what a batch adds, that which waits: sums of many customers in one hour. The rest is added at once, in its order. */
export function partedSums(deltas: readonly RollupDelta[]): { waiting: HourSums[]; atOnce: RollupDelta[] } {
  const byMeter = new Map<string, Map<Instant, RollupDelta[]>>();
  for (const delta of deltas) {
    const byHour = byMeter.get(delta.meterId) ?? new Map<Instant, RollupDelta[]>();
    if (byHour.size === 0) byMeter.set(delta.meterId, byHour);
    const same = byHour.get(delta.hour);
    if (same === undefined) byHour.set(delta.hour, [delta]);
    else same.push(delta);
  }
  const all = [...byMeter.values()].flatMap((byHour) => [...byHour.values()]);
  const isWorth = (same: readonly RollupDelta[]) => same.length >= WORTH_A_ROW && same.every(mayWait);
  const waiting = all.filter(isWorth);
  if (waiting.length === 0) return { waiting: [], atOnce: [...deltas] };
  if (waiting.length === all.length) return { waiting: waiting.map(sumsOf), atOnce: [] };
  const taken = new Set(waiting.flat());
  return { waiting: waiting.map(sumsOf), atOnce: deltas.filter((delta) => !taken.has(delta)) };
}

function sumsOf(same: readonly RollupDelta[]): HourSums {
  const { meterId, hour } = same[0] as RollupDelta;
  return {
    meterId,
    hour,
    customerIds: same.map(({ customerId }) => customerId),
    eventCounts: same.map(({ eventCount }) => eventCount),
    quantities: same.map(({ quantity }) => quantity),
  };
}

const mayWait = ({ joins, moment, quantity }: RollupDelta) =>
  joins === 'add' && moment === null && quantity < MOST_WAITING && quantity > -MOST_WAITING;

/** Sums that wait, to be written; every reader of `usage_hours` adds them to what stands. */
export function newSums(ctx: CommandCtx, sums: readonly HourSums[]): Part[] {
  if (sums.length === 0) return [];
  let count = 0;
  const lasts = sums.map(({ customerIds }) => (count += customerIds.length));
  return [
    {
      name: 'sums',
      text: `insert into usage_sums (tenant_id, id, meter_id, hour, customer_ids, event_counts, quantities)
        select $1, s.id, s.meter_id, s.hour, (@5::uuid[])[s.last - s.size + 1:s.last],
          (@6::bigint[])[s.last - s.size + 1:s.last], (@7::numeric[])[s.last - s.size + 1:s.last]
        from unnest(@1::uuid[], @2::uuid[], @3::timestamptz[], @4::bigint[], @8::bigint[]) as s (id, meter_id, hour, last, size)`,
      values: [
        uuidColumn(sums.map(() => ctx.newId())),
        uuidColumn(sums.map(({ meterId }) => meterId)),
        timeColumn(sums.map(({ hour }) => hour)),
        countColumn(lasts),
        uuidColumn(sums.flatMap(({ customerIds }) => customerIds)),
        countColumn(sums.flatMap(({ eventCounts }) => eventCounts)),
        decimalColumn(sums.flatMap(({ quantities }) => quantities)),
        countColumn(sums.map(({ customerIds }) => customerIds.length)),
      ],
    },
  ];
}
