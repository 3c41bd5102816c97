import { inflateSync } from 'node:zlib';

/** A logo of more than this is no logo; a small file can unfold to a picture that no memory holds. */
const MOST_PIXELS = 16_000_000;

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
/** Values of one pixel by colour type (PNG, 11.2.1): grey, colour, palette, grey and opacity, colour and opacity. */
const VALUES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Record<number, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
/** First column, first row, and the steps between them, of the seven passes of an interlaced picture (PNG, 8.2). */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const WHOLE = [[0, 0, 1, 1]] as const;

/**
 * Whether a picture can be drawn on a document: a PNG whose every row is there, or a JPEG with a head, of at most 16 million
 * pixels. Who draws reads the rows when nobody waits for the answer any more, so that a fault there would end the process.
 */
export function isDrawable(bytes: Uint8Array): boolean {
  const picture = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return picture.subarray(0, PNG.length).equals(PNG) ? isWholePng(picture) : isJpeg(picture);
}

type Head = {
  width: number;
  height: number;
  bitsOfPixel: number;
  colour: number;
  passes: typeof PASSES | typeof WHOLE;
};

function isWholePng(picture: Buffer): boolean {
  const chunks = chunksOf(picture);
  const [first] = chunks ?? [];
  const head = first?.type === 'IHDR' ? headOf(first.data) : undefined;
  if (chunks === undefined || head === undefined) return false;
  if (head.colour === 3 && !chunks.some(({ type }) => type === 'PLTE')) return false;
  const rows = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const expected = bytesOfRows(head);
  try {
    return inflateSync(Buffer.concat(rows), { maxOutputLength: expected + 1 }).length >= expected;
  } catch {
    return false;
  }
}

/** Undefined where one is cut off, or the last one is missing. */
function chunksOf(picture: Buffer): { type: string; data: Buffer }[] | undefined {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = PNG.length; at + 12 <= picture.length; ) {
    const length = picture.readUInt32BE(at);
    const type = picture.toString('latin1', at + 4, at + 8);
    if (at + 12 + length > picture.length) return undefined;
    chunks.push({ type, data: picture.subarray(at + 8, at + 8 + length) });
    if (type === 'IEND') return chunks;
    at += 12 + length;
  }
  return undefined;
}

function headOf(data: Buffer): Head | undefined {
  if (data.length !== 13) return undefined;
  const [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const [depth = 0, colour = 0, compression, filter, interlace = 0] = data.subarray(8);
  const isKnown =
    DEPTHS[colour]?.includes(depth) === true && compression === 0 && filter === 0 && interlace <= 1;
  if (!isKnown || !isSize(width, height)) return undefined;
  const passes = interlace === 1 ? PASSES : WHOLE;
  return { width, height, bitsOfPixel: depth * (VALUES[colour] ?? 0), colour, passes };
}

const isSize = (width: number, height: number) => width > 0 && height > 0 && width * height <= MOST_PIXELS;

/** Each row has one byte that says how it is filtered. */
function bytesOfRows({ width, height, bitsOfPixel, passes }: Head): number {
  let bytes = 0;
  for (const [left, top, across, down] of passes) {
    const columns = Math.ceil((width - left) / across);
    const rows = Math.ceil((height - top) / down);
    if (columns > 0 && rows > 0) bytes += rows * (1 + Math.ceil((columns * bitsOfPixel) / 8));
  }
  return bytes;
}

/** Its segments are walked up to the frame (T.81, B.2.2), which says how large it is. */
function isJpeg(picture: Buffer): boolean {
  if (picture.length < 4 || picture.readUInt16BE(0) !== 0xffd8) return false;
  for (let at = 2; at + 9 < picture.length; ) {
    const marker = picture.readUInt16BE(at);
    const length = picture.readUInt16BE(at + 2);
    if (marker < 0xffc0 || marker === 0xffff || length < 2) return false;
    const isFrame = marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) {
      const values = picture[at + 9] ?? 0;
      return (
        picture[at + 4] === 8 &&
        [1, 3, 4].includes(values) &&
        isSize(picture.readUInt16BE(at + 7), picture.readUInt16BE(at + 5))
      );
    }
    at += 2 + length;
  }
  return false;
}
