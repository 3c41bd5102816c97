import { crc32, deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { isDrawable } from './picture.ts';

const bytesOf = (number: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
};
const chunk = (type: string, data: Buffer) => {
  const named = Buffer.concat([Buffer.from(type), data]);
  return Buffer.concat([bytesOf(data.length), named, bytesOf(crc32(named))]);
};

type Drawn = {
  width?: number;
  height?: number;
  depth?: number;
  colour?: number;
  interlace?: number;
  palette?: boolean;
};

/** A PNG of 4 by 4 pixels, unless said otherwise, with these rows. */
function png(
  rows: Buffer,
  { width = 4, height = 4, depth = 8, colour = 6, interlace = 0, palette = false }: Drawn = {},
) {
  const head = Buffer.from([...bytesOf(width), ...bytesOf(height), depth, colour, 0, 0, interlace]);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    ...(palette ? [chunk('PLTE', Buffer.alloc(768))] : []),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const WHOLE = deflateSync(Buffer.alloc(4 * 17));
const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0000b080004000401011100ffd9', 'hex');

test('I651 a PNG whose rows are all there can be drawn, of every kind of colour', () => {
  expect(isDrawable(png(WHOLE))).toBe(true);
  for (const [colour, bytes] of [
    [0, 5],
    [2, 13],
    [4, 9],
  ] as const)
    expect(isDrawable(png(deflateSync(Buffer.alloc(4 * bytes)), { colour }))).toBe(true);
  expect(isDrawable(png(deflateSync(Buffer.alloc(4 * 2)), { colour: 3, depth: 1, palette: true }))).toBe(
    true,
  );
  // 4 by 4 pixels are drawn in four passes that have any: of 1, 1, 2 and 4 in a row, the last two in two rows.
  const passes = 1 + 4 + (1 + 4) + (1 + 8) + 2 * (1 + 8) + 2 * (1 + 16);
  expect(isDrawable(png(deflateSync(Buffer.alloc(passes)), { interlace: 1 }))).toBe(true);
  expect(isDrawable(png(deflateSync(Buffer.alloc(passes - 1)), { interlace: 1 }))).toBe(false);
});

test('I651 a PNG that is cut off, damaged or huge cannot be drawn', () => {
  for (const damaged of [
    png(WHOLE.subarray(0, 6)),
    png(Buffer.from('no rows at all')),
    png(deflateSync(Buffer.alloc(4 * 17 - 1))),
    png(deflateSync(Buffer.alloc(1_000_000))),
    png(WHOLE).subarray(0, 60),
    png(WHOLE).subarray(0, -12),
    png(WHOLE, { width: 0 }),
    png(WHOLE, { width: 60_000, height: 60_000 }),
    png(WHOLE, { depth: 4 }),
    png(WHOLE, { colour: 5 }),
    png(deflateSync(Buffer.alloc(4 * 5)), { colour: 3 }),
  ])
    expect(isDrawable(damaged)).toBe(false);
});

test('I651 a JPEG can be drawn where its frame is there, and nothing else can', () => {
  expect(isDrawable(JPEG)).toBe(true);
  expect(isDrawable(JPEG.subarray(0, 20))).toBe(false);
  expect(isDrawable(Buffer.concat([JPEG.subarray(0, 20), Buffer.alloc(100, 0xff)]))).toBe(false);
  expect(isDrawable(Buffer.from('RIFF....WEBPVP8L'))).toBe(false);
  expect(isDrawable(Buffer.alloc(0))).toBe(false);
});
