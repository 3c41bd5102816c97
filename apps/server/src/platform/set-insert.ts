import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import {
  countColumn,
  decimalColumn,
  hexColumn,
  jsonColumn,
  textColumn,
  timeColumn,
  uuidColumn,
} from './columns.ts';
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

const TYPES: Record<ColumnKind, string> = {
  uuid: 'uuid',
  text: 'text',
  json: 'jsonb',
  hex: 'bytea',
  time: 'timestamptz',
  whole: 'bigint',
  decimal: 'numeric',
};

function columnOf(kind: ColumnKind, values: readonly never[]): Buffer {
  switch (kind) {
    case 'uuid':
      return uuidColumn(values);
    case 'text':
      return textColumn(values);
    case 'json':
      return jsonColumn(values);
    case 'hex':
      return hexColumn(values);
    case 'time':
      return timeColumn(values);
    case 'whole':
      return countColumn(values);
    case 'decimal':
      return decimalColumn(values);
  }
}

/**
 * Inserts any number of rows of the tenant by one statement, a binary array for each column. Smaller wholes than `bigint`
 * are taken as such by the database.
 */
export function setInsert<const Columns extends Record<string, ColumnKind>>(
  table: string,
  columns: Columns,
): (ctx: Pick<CommandCtx, 'sql' | 'tenant'>, rows: readonly RowOf<Columns>[]) => Promise<void> {
  const entries = Object.entries(columns);
  const names = entries.map(([name]) => name);
  const arrays = entries.map(([, kind], index) => `$${index + 2}::${TYPES[kind]}[]`);
  const text = `insert into ${table} (tenant_id, ${names.join(', ')}) select $1, r.* from unnest(${arrays.join(', ')}) as r`;
  return async (ctx, rows) => {
    if (rows.length === 0) return;
    const values = entries.map(([name, kind]) =>
      columnOf(
        kind,
        rows.map((row) => row[name] as never),
      ),
    );
    await ctx.sql.run(text, [ctx.tenant.id, ...values], `${table}.insert`);
  };
}
