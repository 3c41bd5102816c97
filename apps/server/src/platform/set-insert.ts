import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import { ArrayWriter } from './array-writer.ts';
import { FORMS } from './columns.ts';
import type { CommandCtx } from './context.ts';

/** How a value is given here and what it is in the database: JSON as its text, bytes in hexadecimal. */
type Kinds = {
  uuid: string | null;
  text: string | null;
  json: string | null;
  hex: string;
  time: Instant | null;
  whole: bigint | number | null;
  decimal: Decimal12 | null;
};
export type ColumnKind = keyof Kinds;

/** A row of such columns. */
export type RowOf<Columns extends Record<string, ColumnKind>> = {
  readonly [Name in keyof Columns]: Kinds[Columns[Name]];
};

export const TYPES: Record<ColumnKind, string> = {
  uuid: 'uuid',
  text: 'text',
  json: 'jsonb',
  hex: 'bytea',
  time: 'timestamptz',
  whole: 'bigint',
  decimal: 'numeric',
};

/** Room for a value of a column of which none was seen yet, and the share by which those to come may be larger. */
const BYTES_A_VALUE = 24;
const MORE = 1.05;

/** Rows that are on their way into a table. */
export type RowSet<Row> = {
  /** Writes the row down for the statement; it is not held any longer. */
  add(row: Row): void;
  /** Sends them all as one statement. */
  insert(ctx: Pick<CommandCtx, 'sql' | 'tenant'>): Promise<void>;
};

/**
 * Inserts any number of rows of the tenant by one statement, a binary array for each column. Smaller wholes than `bigint`
 * are taken as such by the database. The arrays are gone through side by side, as they are of one length; in a FROM each of
 * them would be written out and read again.
 *
 * @returns begins a set of about so many rows
 */
export function setInsert<const Columns extends Record<string, ColumnKind>>(
  table: string,
  columns: Columns,
): (expected: number) => RowSet<RowOf<Columns>> {
  const entries = Object.entries(columns);
  const names = entries.map(([name]) => name);
  const arrays = entries.map(([, kind], index) => `unnest($${index + 2}::${TYPES[kind]}[])`);
  const text = `insert into ${table} (tenant_id, ${names.join(', ')}) select $1, ${arrays.join(', ')}`;
  // What values took before says what these will take: an array that has to grow is written several times.
  const usual = entries.map(() => BYTES_A_VALUE);
  return (expected) => {
    const room = (index: number) => Math.ceil((usual[index] as number) * MORE * expected);
    const writers = entries.map(([, kind], index) => new ArrayWriter<never>(FORMS[kind], room(index)));
    let count = 0;
    return {
      add(row) {
        count += 1;
        for (let index = 0; index < names.length; index += 1)
          (writers[index] as ArrayWriter<never>).add(row[names[index] as string] as never);
      },
      async insert(ctx) {
        if (count === 0) return;
        const values = writers.map((writer) => writer.end());
        for (const [index, { length }] of values.entries()) usual[index] = length / count;
        await ctx.sql.run(text, [ctx.tenant.id, ...values], `${table}.insert`);
      },
    };
  };
}
