import { type FileHandle, open } from 'node:fs/promises';
import type { JournalLine } from './line.ts';

const CHUNK_BYTES = 1 << 20;
const LINE_FEED = 0x0a;
const SPACE = 0x20;

/** Receives each line with the offset at which it starts in the file. */
export type LineHandler<Line = JournalLine> = (line: Line, offset: number) => void;

interface Scan {
  goodBytes: number;
  damagedAt: number | null;
}

/**
 * Reads the journal at `path` and hands every line to `handle` in order. Returns how many bytes are whole:
 * a torn tail is left out. Throws when a line in the middle cannot be read, since guessing would lose money.
 */
export async function replay<Line = JournalLine>(path: string, handle: LineHandler<Line>): Promise<number> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return 0;
    throw cause;
  }
  try {
    return await readLines(file, path, handle);
  } finally {
    await file.close();
  }
}

async function readLines<Line>(file: FileHandle, path: string, handle: LineHandler<Line>): Promise<number> {
  const scan: Scan = { goodBytes: 0, damagedAt: null };
  let rest: Buffer = Buffer.alloc(0);
  let restOffset = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, restOffset + rest.length);
    if (bytesRead === 0) return scan.damagedAt ?? scan.goodBytes;
    const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      readLine(bytes.subarray(start, end), restOffset + start, path, scan, handle);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    restOffset += start;
  }
}

function readLine<Line>(
  bytes: Buffer,
  offset: number,
  path: string,
  scan: Scan,
  handle: LineHandler<Line>,
): void {
  if (bytes[0] === SPACE) return;
  let line: Line;
  try {
    line = JSON.parse(bytes.toString('utf8'));
  } catch {
    scan.damagedAt ??= scan.goodBytes;
    return;
  }
  if (scan.damagedAt !== null) {
    throw new Error(
      `The sandbox journal ${path} is damaged at byte ${scan.damagedAt}; restore it from a copy.`,
    );
  }
  handle(line, offset);
  scan.goodBytes = offset + bytes.length + 1;
}
