import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';

/*
 * Arrays in the binary form of PostgreSQL's protocol, one for each column of a set-wise statement. As text, each value
 * would be quoted here and taken apart there, which costs more than writing its row. A parameter that is a Buffer goes
 * over the wire as it is, so the statement names its type: `$3::uuid[]`.
 */

const OID = { bytea: 17, bigint: 20, text: 25, timestamptz: 1184, numeric: 1700, uuid: 2950, jsonb: 3802 };
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL = -1;

/** Byte by byte: the methods of a buffer check each argument, which costs more than the bytes. */
function writeInt32(buffer: Buffer, value: number, at: number): void {
  buffer[at] = value >>> 24;
  buffer[at + 1] = (value >>> 16) & 0xff;
  buffer[at + 2] = (value >>> 8) & 0xff;
  buffer[at + 3] = value & 0xff;
}

function writeInt16(buffer: Buffer, value: number, at: number): void {
  buffer[at] = (value >>> 8) & 0xff;
  buffer[at + 1] = value & 0xff;
}

function begin(oid: number, count: number, valueBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEAD_BYTES + count * LENGTH_BYTES + valueBytes);
  writeInt32(buffer, count === 0 ? 0 : 1, 0);
  writeInt32(buffer, 1, 4);
  writeInt32(buffer, oid, 8);
  writeInt32(buffer, count, 12);
  writeInt32(buffer, 1, 16);
  return buffer;
}

/** An array without values has no dimensions. */
const ended = (buffer: Buffer, at: number, count: number) => buffer.subarray(0, count === 0 ? 12 : at);

const MOST_BYTES_A_UNIT = 3;

/** `text[]`; null stays null. */
export function textColumn(values: readonly (string | null)[]): Buffer {
  return texts(OID.text, values, '');
}

/** `jsonb[]` of JSON texts; null stays null. */
export function jsonColumn(values: readonly (string | null)[]): Buffer {
  // The version of the format comes first.
  return texts(OID.jsonb, values, '\u0001');
}

function texts(oid: number, values: readonly (string | null)[], before: string): Buffer {
  let units = 0;
  for (const value of values) units += value === null ? 0 : value.length;
  const buffer = begin(oid, values.length, units * MOST_BYTES_A_UNIT + values.length * before.length);
  let at = HEAD_BYTES;
  for (const value of values) {
    if (value === null) {
      writeInt32(buffer, NULL, at);
      at += LENGTH_BYTES;
      continue;
    }
    let written = before === '' ? 0 : buffer.write(before, at + LENGTH_BYTES, 'latin1');
    written += buffer.write(value, at + LENGTH_BYTES + written, 'utf8');
    writeInt32(buffer, written, at);
    at += LENGTH_BYTES + written;
  }
  return ended(buffer, at, values.length);
}

/** `bytea[]` of texts in hexadecimal. */
export function hexColumn(values: readonly string[]): Buffer {
  let digits = 0;
  for (const value of values) digits += value.length;
  const buffer = begin(OID.bytea, values.length, digits / 2);
  let at = HEAD_BYTES;
  for (const value of values) {
    const written = buffer.write(value, at + LENGTH_BYTES, 'hex');
    writeInt32(buffer, written, at);
    at += LENGTH_BYTES + written;
  }
  return ended(buffer, at, values.length);
}

const UUID_BYTES = 16;
/** Where the pairs of digits of a hyphenated text stand. */
const UUID_PAIRS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** The value of a lower-case digit by its code unit. */
const digitOf = (unit: number) => (unit < 58 ? unit - 48 : unit - 87);

function writeUuid(buffer: Buffer, text: string, at: number): void {
  for (let index = 0; index < UUID_BYTES; index += 1) {
    const pair = UUID_PAIRS[index] as number;
    buffer[at + index] = (digitOf(text.charCodeAt(pair)) << 4) | digitOf(text.charCodeAt(pair + 1));
  }
}

/** `uuid[]` of lower-case hyphenated texts; null stays null. */
export function uuidColumn(values: readonly (string | null)[]): Buffer {
  const buffer = begin(OID.uuid, values.length, values.length * UUID_BYTES);
  let at = HEAD_BYTES;
  for (const value of values) {
    writeInt32(buffer, value === null ? NULL : UUID_BYTES, at);
    at += LENGTH_BYTES;
    if (value !== null) {
      writeUuid(buffer, value, at);
      at += UUID_BYTES;
    }
  }
  return ended(buffer, at, values.length);
}

const NUMBER_BYTES = 8;
const TWO_TO_32 = 2 ** 32;
/** PostgreSQL counts microseconds from the year 2000. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

function writeWhole(buffer: Buffer, value: number, at: number): void {
  const high = Math.floor(value / TWO_TO_32);
  writeInt32(buffer, high, at);
  writeInt32(buffer, value - high * TWO_TO_32, at + 4);
}

/** `timestamptz[]`; null stays null. */
export function timeColumn(values: readonly (Instant | null)[]): Buffer {
  return wholes(
    OID.timestamptz,
    values.map((value) => (value === null ? null : (value - EPOCH_MS) * 1000)),
  );
}

/** `bigint[]` of whole numbers within 2^53; null stays null. */
export function countColumn(values: readonly (bigint | number | null)[]): Buffer {
  return wholes(
    OID.bigint,
    values.map((value) => (value === null ? null : Number(value))),
  );
}

function wholes(oid: number, values: readonly (number | null)[]): Buffer {
  const buffer = begin(oid, values.length, values.length * NUMBER_BYTES);
  let at = HEAD_BYTES;
  for (const value of values) {
    writeInt32(buffer, value === null ? NULL : NUMBER_BYTES, at);
    at += LENGTH_BYTES;
    if (value !== null) {
      writeWhole(buffer, value, at);
      at += NUMBER_BYTES;
    }
  }
  return ended(buffer, at, values.length);
}

const DIGIT = 10_000n;
const PLACES = 12;
/** Twelve places are three digits of base 10,000. */
const PLACE_DIGITS = 3;
const POSITIVE = 0x0000;
const NEGATIVE = 0x4000;
const NUMERIC_HEAD_BYTES = 8;
/** Of a sum over time, which goes beyond what a quantity may be. */
const MOST_DIGITS = 24;

/** `numeric[]`; null stays null. */
export function decimalColumn(values: readonly (Decimal12 | null)[]): Buffer {
  const buffer = begin(OID.numeric, values.length, values.length * (NUMERIC_HEAD_BYTES + MOST_DIGITS * 2));
  let at = HEAD_BYTES;
  for (const value of values) {
    if (value === null) {
      writeInt32(buffer, NULL, at);
      at += LENGTH_BYTES;
      continue;
    }
    const written = writeDecimal(buffer, value, at + LENGTH_BYTES);
    writeInt32(buffer, written, at);
    at += LENGTH_BYTES + written;
  }
  return ended(buffer, at, values.length);
}

/** Whole figures are many, and of a number the digits are found more quickly than of a bigint. */
const UNIT = 1_000_000_000_000n;
const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER) * UNIT;

/** Digits of base 10,000, lowest first. */
function digitsOf(magnitude: bigint): number[] {
  const digits: number[] = [];
  if (magnitude <= MOST_EXACT && magnitude % UNIT === 0n) {
    let rest = Number(magnitude / UNIT);
    if (rest > 0) digits.push(0, 0, 0);
    for (; rest > 0; rest = Math.floor(rest / 10_000)) digits.push(rest % 10_000);
    return digits;
  }
  for (let rest = magnitude; rest > 0n; rest /= DIGIT) digits.push(Number(rest % DIGIT));
  return digits;
}

/** Digits of base 10,000, highest first; `weight` says how many of them, less one, stand before the point. */
function writeDecimal(buffer: Buffer, value: Decimal12, at: number): number {
  const digits = digitsOf(value < 0n ? -value : value);
  writeInt16(buffer, digits.length, at);
  writeInt16(buffer, digits.length - 1 - PLACE_DIGITS, at + 2);
  writeInt16(buffer, value < 0n ? NEGATIVE : POSITIVE, at + 4);
  writeInt16(buffer, PLACES, at + 6);
  let to = at + NUMERIC_HEAD_BYTES;
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    writeInt16(buffer, digits[index] as number, to);
    to += 2;
  }
  return to - at;
}
