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

/** What the mark of an event consists of, by which another one under its source and id is known. */
export const MARK_MEMBERS = 'tenant_id, source, event_id, time, customer_id, content_hash';

/**
 * Events as parameters of a statement whose `$1` is the tenant; they follow after so many others. Rows are taken from all lists side by side: a function in FROM would write each list down first.
 */
export type EventColumns = {
  /** Tells apart the statements that are made of it. */
  kind: string;
  /** The rows as sent, named `e`. */
  sent(others: number, sign?: Sign): string;
  /** `EVENT_MEMBERS` of a row `e`; the parameter that says when they were received is named. */
  members(received: string): string;
  values: readonly Buffer[];
};

/** An event with more readings than this sends them as a text, which the database has to take apart. */
const MOST_PAIRS = 3;

type Column = readonly [name: string, type: string];

/** Those of a mark, in its order, and behind them what only the row has. */
const OF_MARK: readonly Column[] = [
  ['source', 'text'],
  ['event_id', 'text'],
  ['time', 'timestamptz'],
  ['customer_id', 'uuid'],
  ['content_hash', 'bytea'],
];
const OF_ROW: readonly Column[] = [
  ['type', 'text'],
  ['data', 'jsonb'],
  ['occurred_at', 'timestamptz'],
];

/** How parameters are written: in a statement of its own, or in a part of one. */
type Sign = '$' | '@';

const listsOf = (columns: readonly Column[], others: number, sign: Sign = '$') =>
  columns
    .map(([name, type], index) => `unnest(${sign}${others + index + 1}::${type}[]) as ${name}`)
    .join(', ');

/** `MARK_MEMBERS` of events, whose columns follow after so many other parameters. */
export const sentMarks = (others: number, sign?: Sign) => `select $1, ${listsOf(OF_MARK, others, sign)}`;

/** The parameters that `sentMarks` needs. */
export const markValues = (accepted: readonly AcceptedEvent[]): readonly Buffer[] => [
  textColumn(accepted.map(({ event }) => event.source)),
  textColumn(accepted.map(({ event }) => event.eventId)),
  timeColumn(accepted.map(({ countedAt }) => countedAt)),
  uuidColumn(accepted.map(({ customerId }) => customerId)),
  hexColumn(accepted.map(({ event }) => event.contentHash)),
];

/** One column for each member, and for each reading that the richest of the events has. */
export function eventColumns(
  accepted: readonly AcceptedEvent[],
  marks: readonly Buffer[] = markValues(accepted),
): EventColumns {
  let most = 1;
  let least = MOST_PAIRS;
  for (const { readings } of accepted) {
    most = Math.max(most, readings.length);
    least = Math.min(least, readings.length);
  }
  const shape = most > MOST_PAIRS ? LISTS : ((least === most ? FULL : PAIRS)[most - 1] as Shape);
  return {
    ...shape,
    values: [
      ...marks,
      textColumn(accepted.map(({ event }) => event.type)),
      jsonColumn(accepted.map(({ event }) => event.json ?? JSON.stringify(event.data))),
      timeColumn(accepted.map(({ event, countedAt }) => (countedAt === event.time ? null : event.time))),
      ...(most > MOST_PAIRS ? lists(accepted) : pairs(accepted, most)),
    ],
  };
}

type Shape = Omit<EventColumns, 'values'>;

function shapeOf(kind: string, more: readonly Column[], meterIds: string, quantities: string): Shape {
  const columns = [...OF_MARK, ...OF_ROW, ...more];
  return {
    kind,
    sent: (others, sign) => `(select ${listsOf(columns, others, sign)}) as e`,
    members: (received) =>
      `$1, e.source, e.event_id, e.time, e.type, e.customer_id, e.data, e.content_hash, ${meterIds}, ${quantities}, ${received}, e.occurred_at`,
  };
}

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}_${index + 1}`);

function pairsOf(count: number, kind: string, listOf: (members: string) => string): Shape {
  const meters = numbered('meter', count);
  const quantities = numbered('quantity', count);
  const list = (names: readonly string[]) => listOf(`array[${names.map((name) => `e.${name}`).join(', ')}]`);
  const columns = meters.flatMap((name, at): Column[] => [
    [name, 'uuid'],
    [quantities[at] as string, 'numeric'],
  ]);
  return shapeOf(kind, columns, list(meters), list(quantities));
}

const COUNTS = Array.from({ length: MOST_PAIRS }, (_, index) => index + 1);
const PAIRS = COUNTS.map((count) => pairsOf(count, String(count), (all) => `array_remove(${all}, null)`));
/** Where each event has so many readings, none has to be left out. */
const FULL = COUNTS.map((count) => pairsOf(count, `${count}_each`, (all) => all));

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
