import { codewords, versionFor } from './codewords.ts';
import { blankDrawing, type Drawing, drawFormat } from './drawing.ts';
import { penaltyOf } from './penalty.ts';
import { utf8 } from './utf8.ts';

/** A QR code without its quiet zone: `dark[y * size + x]` is 1 for a dark module. */
export interface QrCode {
  readonly version: number;
  readonly size: number;
  readonly mask: number;
  readonly dark: Uint8Array;
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/**
 * A QR code (ISO/IEC 18004) of a text: UTF-8 in byte mode, error correction level M, the smallest version up to 13 that
 * holds it, and the mask with the lowest penalty. Null for more than 331 bytes.
 */
export function encodeQr(text: string): QrCode | null {
  const content = utf8(text);
  const version = versionFor(content.length);
  if (version === null) return null;
  const blank = blankDrawing(version);
  place(blank, codewords(content, version));
  let best: { mask: number; penalty: number; dark: Uint8Array } | null = null;
  for (let mask = 0; mask < MASKS.length; mask++) {
    const symbol = { ...blank, dark: blank.dark.slice(), fixed: blank.fixed.slice() };
    applyMask(symbol, mask);
    drawFormat(symbol, mask);
    const penalty = penaltyOf(symbol.size, symbol.dark);
    if (best === null || penalty < best.penalty) best = { mask, penalty, dark: symbol.dark };
  }
  return best === null ? null : { version, size: blank.size, mask: best.mask, dark: best.dark };
}

/** Fills data modules in columns of two from the right, up and down in turn; the timing column is left out. */
function place({ size, dark, fixed }: Drawing, bytes: readonly number[]): void {
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const isUpward = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++)
      for (const x of [right, right - 1]) {
        const index = (isUpward ? size - 1 - step : step) * size + x;
        if (fixed[index] === 1 || bit >= bytes.length * 8) continue;
        dark[index] = ((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1;
        bit++;
      }
  }
}

function applyMask({ size, dark, fixed }: Drawing, mask: number): void {
  const isFlipped = MASKS[mask];
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const index = y * size + x;
      if (fixed[index] !== 1 && isFlipped?.(x, y)) dark[index] = (dark[index] ?? 0) ^ 1;
    }
}

/** The dark modules as one SVG path of unit squares, runs joined; the caller adds four light modules around. */
export function qrPath({ size, dark }: QrCode): string {
  const parts: string[] = [];
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      if (dark[y * size + x] !== 1) continue;
      let end = x + 1;
      while (end < size && dark[y * size + end] === 1) end++;
      parts.push(`M${x} ${y}h${end - x}v1h${x - end}z`);
      x = end;
    }
  return parts.join('');
}
