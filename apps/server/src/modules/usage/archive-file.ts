import { gzipSync } from 'node:zlib';
import { invariant } from '@billhook/core/kernel/invariant';
import type { SchemaElement } from 'hyparquet';
import type { UsageArchiveFormat } from '../../platform/context.ts';

/** An event as an archive has it. */
export type ArchivedEvent = {
  customer: string;
  at: number;
  source: string;
  id: string;
  revision?: number;
  type: string;
  data: unknown;
  hash: string;
  readings: (string | undefined)[][];
  before?: { mark: number; readings: string[][] }[];
};

/** What is said of the file and of the issued lines that rest on it, beside its events. */
export type ArchiveFrame = { head: object; lines: readonly object[]; end: object };

/** What a file is called and sent as. */
export const ARCHIVE_FILES = {
  ndjson: { extension: 'ndjson.gz', contentType: 'application/gzip' },
  parquet: { extension: 'parquet', contentType: 'application/vnd.apache.parquet' },
} as const satisfies Record<UsageArchiveFormat, { extension: string; contentType: string }>;

/**
 * The bytes of an archive. What they say is the same in both formats, word for word: `texts` are the lines of the one in
 * NDJSON, and its digest stands in the end of either, so that whoever reads a Parquet file proves it by writing them again.
 *
 * @param texts head, lines and events as NDJSON
 */
export function archiveBytes(
  format: UsageArchiveFormat,
  frame: ArchiveFrame,
  events: readonly ArchivedEvent[],
  texts: readonly string[],
): Promise<Uint8Array> | Uint8Array {
  if (format === 'parquet') return parquetArchive(frame, events);
  return gzipSync(`${texts.join('')}${JSON.stringify(frame.end)}\n`, { level: 6 });
}

const text = (name: string, isOptional = false): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: isOptional ? 'OPTIONAL' : 'REQUIRED',
});

/** `data`, `readings` and `before` are JSON. */
const COLUMNS: readonly SchemaElement[] = [
  text('customer'),
  {
    name: 'at',
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    repetition_type: 'REQUIRED',
  },
  text('source'),
  text('id'),
  { name: 'revision', type: 'INT32', repetition_type: 'REQUIRED' },
  text('type'),
  text('data'),
  text('hash'),
  text('readings'),
  text('before', true),
];
const GROUP = 20_000;

async function parquetArchive(
  { head, lines, end }: ArchiveFrame,
  events: readonly ArchivedEvent[],
): Promise<Uint8Array> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: COLUMNS.length }, ...COLUMNS],
    createdBy: 'billhook',
    kvMetadata: Object.entries({ head, lines, end }).map(([key, value]) => ({
      key: `billhook.${key}`,
      value: JSON.stringify(value),
    })),
  });
  if (events.length > 0) {
    const columnData = COLUMNS.map(({ name }) => ({
      name,
      data: events.map((event) => cellOf(event, name)),
      offsetIndex: false,
    }));
    await writer.write({ columnData, rowGroupSize: GROUP });
  }
  await writer.finish();
  return bytes.getBytes().slice();
}

function cellOf(event: ArchivedEvent, column: string): unknown {
  switch (column) {
    case 'at':
      return BigInt(event.at);
    case 'revision':
      return event.revision ?? 1;
    case 'data':
    case 'readings':
      return JSON.stringify(event[column]);
    case 'before':
      return event.before === undefined ? null : JSON.stringify(event.before);
    case 'customer':
    case 'source':
    case 'id':
    case 'type':
    case 'hash':
      return event[column];
    default:
      return invariant(false, `An archive has no column ${column}.`);
  }
}
