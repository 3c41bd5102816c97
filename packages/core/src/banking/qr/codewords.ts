/** By version from 1 on, at level M (ISO/IEC 18004, table 9): check bytes of a block, and how many blocks there are. */
const CHECK_BYTES = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9];
/** All bytes of a symbol, data and check (table 1). */
const ALL_BYTES = [26, 44, 70, 100, 134, 172, 196, 242, 292, 346, 404, 466, 532];

export const LARGEST_VERSION = ALL_BYTES.length;

/** How many bytes of content a version takes. */
export function capacityOf(version: number): number {
  return dataBytesOf(version) - (version < 10 ? 2 : 3);
}

function dataBytesOf(version: number): number {
  return at(ALL_BYTES, version - 1) - at(CHECK_BYTES, version - 1) * at(BLOCKS, version - 1);
}

/** The smallest version that takes so many bytes; null if none does. */
export function versionFor(length: number): number | null {
  for (let version = 1; version <= LARGEST_VERSION; version++)
    if (length <= capacityOf(version)) return version;
  return null;
}

/** Content in byte mode, padded, cut into blocks with their check bytes, interleaved as they are drawn. */
export function codewords(content: readonly number[], version: number): number[] {
  const data = padded(content, version);
  const blockCount = at(BLOCKS, version - 1);
  const checkCount = at(CHECK_BYTES, version - 1);
  const divisor = generator(checkCount);
  const shortLength = Math.floor(data.length / blockCount);
  const longCount = data.length % blockCount;
  const blocks: number[][] = [];
  for (let index = 0, start = 0; index < blockCount; index++) {
    const length = shortLength + (index < blockCount - longCount ? 0 : 1);
    blocks.push(data.slice(start, start + length));
    start += length;
  }
  const checks = blocks.map((block) => remainder(block, divisor));
  return [...interleaved(blocks), ...interleaved(checks)];
}

function interleaved(blocks: readonly (readonly number[])[]): number[] {
  const longest = Math.max(...blocks.map((block) => block.length));
  const bytes: number[] = [];
  for (let position = 0; position < longest; position++)
    for (const block of blocks) if (position < block.length) bytes.push(at(block, position));
  return bytes;
}

/** Mode 0100, the length, the content, four zero bits, then the two pad bytes in turn. */
function padded(content: readonly number[], version: number): number[] {
  const lengthBits = version < 10 ? 8 : 16;
  const nibbles = [4];
  for (let shift = lengthBits - 4; shift >= 0; shift -= 4) nibbles.push((content.length >> shift) & 15);
  for (const byte of content) nibbles.push(byte >> 4, byte & 15);
  nibbles.push(0);
  const bytes: number[] = [];
  for (let index = 0; index + 1 < nibbles.length; index += 2)
    bytes.push((at(nibbles, index) << 4) | at(nibbles, index + 1));
  for (let pad = 0xec; bytes.length < dataBytesOf(version); pad ^= 0xec ^ 0x11) bytes.push(pad);
  return bytes;
}

/** Reed and Solomon's generator over GF(2^8) with the polynomial 0x11d; the leading 1 is left out. */
function generator(degree: number): number[] {
  const result: number[] = Array.from({ length: degree }, (_, index) => (index === degree - 1 ? 1 : 0));
  let root = 1;
  for (let step = 0; step < degree; step++) {
    for (let index = 0; index < degree; index++)
      result[index] = times(at(result, index), root) ^ (index + 1 < degree ? at(result, index + 1) : 0);
    root = times(root, 2);
  }
  return result;
}

function remainder(data: readonly number[], divisor: readonly number[]): number[] {
  const result = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ at(result, 0);
    result.shift();
    result.push(0);
    for (const [index, coefficient] of divisor.entries())
      result[index] = at(result, index) ^ times(coefficient, factor);
  }
  return result;
}

function times(left: number, right: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((right >> bit) & 1) * left;
  }
  return product;
}

function at(list: readonly number[], index: number): number {
  return list[index] ?? 0;
}
