import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import {
  decimalColumn,
  hexColumn,
  jsonColumn,
  textColumn,
  timeColumn,
  uuidColumn,
} from '../../platform/columns.ts';
import type { AcceptedEvent } from './types.ts';

/** What a row of an event consists of. */
export const EVENT_MEMBERS =
  'tenant_id, source, event_id, time, type, customer_id, data, content_hash, meter_ids, quantities, received_at, occurred_at';

/** Events as parameters of a statement whose `$1` is the tenant and `$2` when they were received. */
export type EventColumns = {
  /** Tells apart the statements that are made of it. */
  kind: string;
  /** The rows as sent, named `e`, with their `position` from 1; the parameters follow after so many others. */
  sent(others: number): string;
  /** `EVENT_MEMBERS` of a row `e`. */
  members: string;
  values: readonly Buffer[];
};

/** An event with more readings than this sends them as a text, which the database has to take apart. */
const MOST_PAIRS = 3;

const FIRST = [
  ['source', 'text'],
  ['event_id', 'text'],
  ['time', 'timestamptz'],
  ['type', 'text'],
  ['customer_id', 'uuid'],
  ['data', 'jsonb'],
  ['content_hash', 'bytea'],
  ['occurred_at', 'timestamptz'],
] as const;

type Column = readonly [name: string, type: string];

/** One column for each member, and for each reading that the richest of the events has. */
export function eventColumns(accepted: readonly AcceptedEvent[]): EventColumns {
  let most = 1;
  for (const { readings } of accepted) most = Math.max(most, readings.length);
  const shape = most > MOST_PAIRS ? LISTS : (PAIRS[most - 1] as Shape);
  return {
    ...shape,
    values: [
      textColumn(accepted.map(({ event }) => event.source)),
      textColumn(accepted.map(({ event }) => event.eventId)),
      timeColumn(accepted.map(({ countedAt }) => countedAt)),
      textColumn(accepted.map(({ event }) => event.type)),
      uuidColumn(accepted.map(({ customerId }) => customerId)),
      jsonColumn(accepted.map(({ event }) => event.json ?? JSON.stringify(event.data))),
      hexColumn(accepted.map(({ event }) => event.contentHash)),
      timeColumn(accepted.map(({ event, countedAt }) => (countedAt === event.time ? null : event.time))),
      ...(most > MOST_PAIRS ? lists(accepted) : pairs(accepted, most)),
    ],
  };
}

type Shape = Omit<EventColumns, 'values'>;

function shapeOf(kind: string, more: readonly Column[], meterIds: string, quantities: string): Shape {
  const columns = [...FIRST, ...more];
  const names = columns.map(([name]) => name).join(', ');
  return {
    kind,
    sent(others) {
      const types = columns.map(([, type], index) => `$${others + index + 1}::${type}[]`).join(', ');
      return `unnest(${types}) with ordinality as e (${names}, position)`;
    },
    members: `$1, e.source, e.event_id, e.time, e.type, e.customer_id, e.data, e.content_hash, ${meterIds}, ${quantities}, $2, e.occurred_at`,
  };
}

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}_${index + 1}`);

const PAIRS = Array.from({ length: MOST_PAIRS }, (_, index) => {
  const meters = numbered('meter', index + 1);
  const quantities = numbered('quantity', index + 1);
  const arrayOf = (names: readonly string[]) =>
    `array_remove(array[${names.map((name) => `e.${name}`).join(', ')}], null)`;
  const columns = meters.flatMap((name, at): Column[] => [
    [name, 'uuid'],
    [quantities[at] as string, 'numeric'],
  ]);
  return shapeOf(String(index + 1), columns, arrayOf(meters), arrayOf(quantities));
});

function pairs(accepted: readonly AcceptedEvent[], count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => [
    uuidColumn(accepted.map(({ readings }) => readings[index]?.meterId ?? null)),
    decimalColumn(accepted.map(({ readings }) => readings[index]?.value ?? null)),
  ]).flat();
}

const LISTS = shapeOf(
  'lists',
  [
    ['meter_ids', 'text'],
    ['quantities', 'text'],
  ],
  'e.meter_ids::uuid[]',
  'e.quantities::numeric[]',
);

function lists(accepted: readonly AcceptedEvent[]): Buffer[] {
  return [
    textColumn(accepted.map(({ readings }) => listOf(readings, ({ meterId }) => meterId))),
    textColumn(accepted.map(({ readings }) => listOf(readings, ({ value }) => formatDecimal12(value)))),
  ];
}

/** A PostgreSQL array as text, of values that need no quotes. */
function listOf<T>(values: readonly T[], write: (value: T) => string): string {
  return `{${values.map(write).join(',')}}`;
}
