import { deserialize, serialize } from 'node:v8';
import { type CellKind, type ExportColumn, type ExportRow, scaledOf } from '@billhook/core/transfer/cell';
import type { RowGroup, SchemaElement } from 'hyparquet';

/** The four bytes that such a file begins and ends with. */
const MAGIC_BYTES = 4;

/** Amounts are whole minor units, and say so in their name. */
export const parquetName = ({ name, kind }: ExportColumn): string =>
  kind === 'amount' ? `${name}_minor` : name;

const TYPES: Readonly<Record<CellKind, Omit<SchemaElement, 'name' | 'repetition_type'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  amount: { type: 'INT64' },
  integer: { type: 'INT64' },
  decimal: {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: 16,
    converted_type: 'DECIMAL',
    precision: 38,
    scale: 12,
  },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  date: { type: 'INT32', converted_type: 'DATE' },
  boolean: { type: 'BOOLEAN' },
};

export function parquetSchema(columns: readonly ExportColumn[]): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map(
      (column): SchemaElement => ({
        name: parquetName(column),
        repetition_type: 'OPTIONAL',
        ...TYPES[column.kind],
      }),
    ),
  ];
}

function dataOf({ name, kind }: ExportColumn, rows: readonly ExportRow[]): unknown[] {
  return rows.map((row) => {
    const value = row[name] ?? null;
    if (value === null) return null;
    if (kind === 'decimal') return scaledOf(value);
    if (kind === 'instant' || kind === 'integer') return BigInt(value);
    return value;
  });
}

/** The library is loaded with the first file. */
async function writerAt(columns: readonly ExportColumn[], offset: number) {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema: parquetSchema(columns), createdBy: 'billhook' });
  // The constructor writes the beginning of a file, which stands in the first part alone.
  if (offset > 0) {
    bytes.index = 0;
    bytes.offset = offset;
  }
  return { bytes, writer };
}

/**
 * One part of a file that is written in parts: the rows as a group of their own, and what the end of the file must say of
 * them.
 *
 * @param offset how many bytes stand before
 */
export async function parquetPart(
  columns: readonly ExportColumn[],
  rows: readonly ExportRow[],
  offset: number,
): Promise<{ bytes: Uint8Array; footer: Buffer }> {
  const { bytes, writer } = await writerAt(columns, offset);
  if (rows.length > 0) {
    const columnData = columns.map((column) => ({
      name: parquetName(column),
      data: dataOf(column, rows),
      offsetIndex: false,
    }));
    await writer.write({ columnData, rowGroupSize: rows.length });
  }
  return { bytes: bytes.getBytes().slice(), footer: serialize(writer.row_groups) };
}

/** The end of a file, from what was kept of its parts. */
export async function parquetEnd(
  columns: readonly ExportColumn[],
  footers: readonly Uint8Array[],
  offset: number,
): Promise<Uint8Array> {
  const { bytes, writer } = await writerAt(columns, Math.max(offset, MAGIC_BYTES));
  const groups = footers.flatMap((footer) => deserialize(footer) as RowGroup[]);
  writer.row_groups.push(...groups);
  writer.num_rows = groups.reduce((sum, group) => sum + group.num_rows, 0n);
  await writer.finish();
  return bytes.getBytes().slice();
}
