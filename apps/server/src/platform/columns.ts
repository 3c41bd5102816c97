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

function begin(oid: number, count: number, valueBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEAD_BYTES + count * LENGTH_BYTES + valueBytes);
  buffer.writeInt32BE(count === 0 ? 0 : 1, 0);
  buffer.writeInt32BE(1, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16);
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
      buffer.writeInt32BE(NULL, at);
      at += LENGTH_BYTES;
      continue;
    }
    let written = before === '' ? 0 : buffer.write(before, at + LENGTH_BYTES, 'latin1');
    written += buffer.write(value, at + LENGTH_BYTES + written, 'utf8');
    buffer.writeInt32BE(written, at);
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
    buffer.writeInt32BE(written, at);
    at += LENGTH_BYTES + written;
  }
  return ended(buffer, at, values.length);
}

const UUID_BYTES = 16;

/** `uuid[]` of lower-case hyphenated texts; null stays null. */
export function uuidColumn(values: readonly (string | null)[]): Buffer {
  const buffer = begin(OID.uuid, values.length, values.length * UUID_BYTES);
  let at = HEAD_BYTES;
  for (const value of values) {
    buffer.writeInt32BE(value === null ? NULL : UUID_BYTES, at);
    at += LENGTH_BYTES;
    if (value !== null) {
      buffer.write(value.replaceAll('-', ''), at, 'hex');
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
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(value - high * TWO_TO_32, at + 4);
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
    buffer.writeInt32BE(value === null ? NULL : NUMBER_BYTES, at);
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
      buffer.writeInt32BE(NULL, at);
      at += LENGTH_BYTES;
      continue;
    }
    const written = writeDecimal(buffer, value, at + LENGTH_BYTES);
    buffer.writeInt32BE(written, at);
    at += LENGTH_BYTES + written;
  }
  return ended(buffer, at, values.length);
}

/** Digits of base 10,000, highest first; `weight` says how many of them, less one, stand before the point. */
function writeDecimal(buffer: Buffer, value: Decimal12, at: number): number {
  const digits: number[] = [];
  for (let rest: bigint = value < 0n ? -value : value; rest > 0n; rest /= DIGIT)
    digits.push(Number(rest % DIGIT));
  buffer.writeInt16BE(digits.length, at);
  buffer.writeInt16BE(digits.length - 1 - PLACE_DIGITS, at + 2);
  buffer.writeInt16BE(value < 0n ? NEGATIVE : POSITIVE, at + 4);
  buffer.writeInt16BE(PLACES, at + 6);
  let to = at + NUMERIC_HEAD_BYTES;
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    buffer.writeInt16BE(digits[index] as number, to);
    to += 2;
  }
  return to - at;
}
