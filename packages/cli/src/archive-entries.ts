import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** One value of an archive, and the line that it is or would be in NDJSON. */
export interface ArchiveEntry {
  readonly value: unknown;
  readonly text: string;
}

/** What an archive says, in the order of NDJSON whatever its format: head, lines, events, end. Holds little at a time. */
export async function* archiveEntries(file: string): AsyncGenerator<ArchiveEntry> {
  if (await isParquet(file)) yield* parquetEntries(file);
  else {
    const input = createReadStream(file).pipe(createGunzip());
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
      yield { value: JSON.parse(text), text };
  }
}

async function isParquet(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1') === 'PAR1';
  } finally {
    await handle.close();
  }
}

/** A row as the library gives it. */
interface Row {
  readonly at: Date;
  readonly revision: number;
  readonly data: string;
  readonly readings: string;
  readonly before: string | null | undefined;
  readonly [column: string]: unknown;
}

/** Head, lines and end stand beside the rows, each as JSON. The library is loaded with the first file of the kind. */
async function* parquetEntries(file: string): AsyncGenerator<ArchiveEntry> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquetMetadataAsync(buffer);
  const beside = (name: string) =>
    JSON.parse(metadata.key_value_metadata?.find(({ key }) => key === `billhook.${name}`)?.value ?? 'null');
  const entry = (value: unknown): ArchiveEntry => ({ value, text: JSON.stringify(value) });
  yield entry(beside('head') ?? {});
  for (const line of beside('lines') ?? []) yield entry(line);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await parquetReadObjects({ file: buffer, metadata, rowStart, rowEnd });
    for (const row of rows) yield entry(eventOf(row as Row));
    rowStart = rowEnd;
  }
  const end = beside('end');
  if (end !== null) yield entry(end);
}

/** The members in the order in which NDJSON has them: the digest is over that text. */
function eventOf({ at, revision, data, readings, before, ...row }: Row) {
  return {
    customer: row.customer,
    at: at.getTime(),
    source: row.source,
    id: row.id,
    ...(revision === 1 ? {} : { revision }),
    type: row.type,
    data: JSON.parse(data),
    hash: row.hash,
    readings: JSON.parse(readings),
    ...(before === null || before === undefined ? {} : { before: JSON.parse(before) }),
  };
}
