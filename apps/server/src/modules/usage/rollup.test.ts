import { decimal12FromInteger } from '@billhook/core/kernel/decimal';
import { instant, MS_PER_HOUR } from '@billhook/core/time/instant';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rollupDeltas } from './rollup.ts';
import type { AcceptedEvent } from './types.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
const METERS = [
  { id: 'added', aggregation: 'sum' },
  { id: 'highest', aggregation: 'max' },
  { id: 'last', aggregation: 'latest' },
] as const;

/** More meters and hours of one customer than are looked at before a sum is begun anew. */
const used = fc.record({
  customer: fc.constantFrom('ada', 'bob'),
  hour: fc.nat(9),
  ms: fc.nat(MS_PER_HOUR - 1),
  value: fc.bigInt(-50n, 50n),
});

const accepted = ({
  customer,
  hour,
  ms,
  value,
}: {
  customer: string;
  hour: number;
  ms: number;
  value: bigint;
}) => ({
  customerId: customer,
  countedAt: instant(START + hour * MS_PER_HOUR + ms),
  readings: METERS.map(({ id }) => ({ meterId: id, value: decimal12FromInteger(value) })),
});

test('a batch comes to one figure a customer, meter and hour, however its events are mixed, in the order of these', () => {
  fc.assert(
    fc.property(fc.array(used, { maxLength: 60 }), (uses) => {
      const events = uses.map(accepted) as unknown as AcceptedEvent[];
      const deltas = rollupDeltas(events, METERS);
      const nameOf = (customer: string, meter: string, hour: number) => `${customer}/${meter}/${hour}`;
      const names = deltas.map((one) =>
        nameOf(one.customerId, one.meterId, (one.hour - START) / MS_PER_HOUR),
      );
      expect(names).toEqual([...new Set(names)].sort());
      const byName = new Map(deltas.map((one, index) => [names[index], one]));
      const groups = Map.groupBy(uses, ({ customer, hour }) => `${customer} ${hour}`);
      expect(deltas).toHaveLength(groups.size * METERS.length);
      for (const group of groups.values()) {
        const { customer, hour } = group[0]!;
        const of = (meter: string) => byName.get(nameOf(customer, meter, hour));
        const values = group.map(({ value }) => value);
        const most = values.reduce((high, value) => (value > high ? value : high));
        const sum = values.reduce((total, value) => total + value, 0n);
        const end = Math.max(...group.map(({ ms }) => ms));
        const last = group.filter(({ ms }) => ms === end).map(({ value }) => value);
        const latest = last.reduce((high, value) => (value > high ? value : high));
        const count = { eventCount: BigInt(group.length) };
        expect(of('added')).toMatchObject({ ...count, joins: 'add', quantity: decimal12FromInteger(sum) });
        expect(of('highest')).toMatchObject({
          ...count,
          joins: 'highest',
          quantity: decimal12FromInteger(most),
        });
        expect(of('last')).toMatchObject({
          ...count,
          joins: 'latest',
          quantity: decimal12FromInteger(latest),
          latestAt: START + hour * MS_PER_HOUR + end,
        });
      }
    }),
  );
});
