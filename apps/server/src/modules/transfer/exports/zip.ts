import { crc32, deflateRawSync } from 'node:zlib';

/** A file as the end of the archive tells of it. */
export type ZipEntry = { name: string; crc: number; packed: number; size: number; at: number };

const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
const DEFLATE = 8;
/** 1 January 1980, the first day that the format knows: files made from the same facts are the same. */
const DOS_DATE = 33;
const MOST_BYTES = 0xffff_ffff;

function fields(parts: readonly (readonly [size: 2 | 4, value: number])[]): Buffer {
  const bytes = Buffer.alloc(parts.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of parts) {
    if (size === 2) bytes.writeUInt16LE(value, at);
    else bytes.writeUInt32LE(value, at);
    at += size;
  }
  return bytes;
}

/**
 * One file of a ZIP archive that is written in pieces, and what its end must say of it.
 *
 * @param at how many bytes stand before
 */
export function zipFile(name: string, content: Uint8Array, at: number): { bytes: Buffer; entry: ZipEntry } {
  const packed = deflateRawSync(content, { level: 6 });
  const entry = { name, crc: crc32(content), packed: packed.byteLength, size: content.byteLength, at };
  const title = Buffer.from(name);
  const head = fields([
    [4, 0x0403_4b50],
    [2, VERSION],
    [2, FLAGS],
    [2, DEFLATE],
    [2, 0],
    [2, DOS_DATE],
    [4, entry.crc],
    [4, entry.packed],
    [4, entry.size],
    [2, title.byteLength],
    [2, 0],
  ]);
  return { bytes: Buffer.concat([head, title, packed]), entry };
}

/** The end of an archive. It holds up to 4 GB and 65,535 files. */
export function zipEnd(entries: readonly ZipEntry[], at: number): Buffer {
  if (at > MOST_BYTES || entries.length > 0xffff) throw new RangeError('an archive holds up to 4 GB');
  const listed = entries.map((entry) => {
    const title = Buffer.from(entry.name);
    const head = fields([
      [4, 0x0201_4b50],
      [2, VERSION],
      [2, VERSION],
      [2, FLAGS],
      [2, DEFLATE],
      [2, 0],
      [2, DOS_DATE],
      [4, entry.crc],
      [4, entry.packed],
      [4, entry.size],
      [2, title.byteLength],
      [2, 0],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, entry.at],
    ]);
    return Buffer.concat([head, title]);
  });
  const list = Buffer.concat(listed);
  const end = fields([
    [4, 0x0605_4b50],
    [2, 0],
    [2, 0],
    [2, entries.length],
    [2, entries.length],
    [4, list.byteLength],
    [4, at],
    [2, 0],
  ]);
  return Buffer.concat([list, end]);
}
