import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import { type Form, HEAD_BYTES, LENGTH_BYTES, NULL, wholeArray, writeInt32 } from './array-writer.ts';

/*
 * Arrays in the binary form of PostgreSQL's protocol, one for each column of a set-wise statement. As text, each value
 * would be quoted here and taken apart there, which costs more than writing its row. A parameter that is a Buffer goes
 * over the wire as it is, so the statement names its type: `$3::uuid[]`.
 */

const OID = { bytea: 17, bigint: 20, text: 25, timestamptz: 1184, numeric: 1700, uuid: 2950, jsonb: 3802 };

function writeInt16(buffer: Buffer, value: number, at: number): void {
  buffer[at] = (value >>> 8) & 0xff;
  buffer[at + 1] = value & 0xff;
}

/** Written in one go: a value costs little more than its bytes, where an iterator and a look at the room cost several times that. */
function columnOf<T>(form: Form<T>, values: readonly (T | null)[]): Buffer {
  let bytes = HEAD_BYTES;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as T | null;
    bytes += LENGTH_BYTES + (value === null ? 0 : form.mostBytes(value));
  }
  const buffer = Buffer.allocUnsafe(bytes);
  let at = HEAD_BYTES;
  let size = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as T | null;
    if (index > 0 && value === values[index - 1]) {
      // Many columns have one value in all rows, whose bytes stand already.
      for (let byte = at; byte < at + size; byte += 1) buffer[byte] = buffer[byte - size] as number;
    } else {
      const written = value === null ? 0 : form.write(buffer, value, at + LENGTH_BYTES);
      writeInt32(buffer, value === null ? NULL : written, at);
      size = LENGTH_BYTES + written;
    }
    at += size;
  }
  return wholeArray(buffer, form.oid, values.length, at);
}

const MOST_BYTES_A_UNIT = 3;
/** Shorter ones are not worth a look at each unit. */
const LONG = 200;

const mostBytesOf = (text: string) =>
  text.length < LONG ? text.length * MOST_BYTES_A_UNIT : Buffer.byteLength(text, 'utf8');

export const UUID_BYTES = 16;
/** The value of a lower-case digit by its code unit. */
const DIGITS = Uint8Array.from(
  { length: 128 },
  (_, unit) => '0123456789abcdef'.indexOf(String.fromCharCode(unit)) & 0xf,
);

const byteAt = (text: string, place: number) =>
  ((DIGITS[text.charCodeAt(place)] as number) << 4) | (DIGITS[text.charCodeAt(place + 1)] as number);

/** Byte by byte, by where its digits stand: to look for hyphens on the way costs half as much again. */
function writeUuid(buffer: Buffer, text: string, at: number): number {
  buffer[at] = byteAt(text, 0);
  buffer[at + 1] = byteAt(text, 2);
  buffer[at + 2] = byteAt(text, 4);
  buffer[at + 3] = byteAt(text, 6);
  buffer[at + 4] = byteAt(text, 9);
  buffer[at + 5] = byteAt(text, 11);
  buffer[at + 6] = byteAt(text, 14);
  buffer[at + 7] = byteAt(text, 16);
  buffer[at + 8] = byteAt(text, 19);
  buffer[at + 9] = byteAt(text, 21);
  buffer[at + 10] = byteAt(text, 24);
  buffer[at + 11] = byteAt(text, 26);
  buffer[at + 12] = byteAt(text, 28);
  buffer[at + 13] = byteAt(text, 30);
  buffer[at + 14] = byteAt(text, 32);
  buffer[at + 15] = byteAt(text, 34);
  return UUID_BYTES;
}

const NUMBER_BYTES = 8;
const TWO_TO_32 = 2 ** 32;
/** PostgreSQL counts microseconds from the year 2000. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

function writeWhole(buffer: Buffer, value: number, at: number): number {
  const high = Math.floor(value / TWO_TO_32);
  writeInt32(buffer, high, at);
  writeInt32(buffer, value - high * TWO_TO_32, at + 4);
  return NUMBER_BYTES;
}

const DIGIT = 10_000n;
const DIGIT_BYTES = 2;
const PLACES = 12;
/** Twelve places are three digits of base 10,000. */
const PLACE_DIGITS = 3;
const POSITIVE = 0x0000;
const NEGATIVE = 0x4000;
const NUMERIC_HEAD_BYTES = 8;
/** Of a sum over time, which goes beyond what a quantity may be. */
const MOST_DIGITS = 24;

/** Whole figures are many, and of a number the digits are found more quickly than of a bigint. */
const UNIT = 1_000_000_000_000n;
const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER) * UNIT;

/** Digits of base 10,000, lowest first. */
function digitsOf(magnitude: bigint): number[] {
  const digits: number[] = [];
  for (let rest = magnitude; rest > 0n; rest /= DIGIT) digits.push(Number(rest % DIGIT));
  return digits;
}

/** Digits of base 10,000, highest first; `weight` says how many of them, less one, stand before the point. */
function writeDecimal(buffer: Buffer, value: Decimal12, at: number): number {
  const magnitude = value < 0n ? -value : value;
  writeInt16(buffer, value < 0n ? NEGATIVE : POSITIVE, at + 4);
  writeInt16(buffer, PLACES, at + 6);
  const first = at + NUMERIC_HEAD_BYTES;
  if (magnitude <= MOST_EXACT && magnitude % UNIT === 0n) {
    const count = writeWholeDigits(buffer, Number(magnitude / UNIT), first);
    writeInt16(buffer, count, at);
    writeInt16(buffer, count - 1, at + 2);
    return NUMERIC_HEAD_BYTES + count * DIGIT_BYTES;
  }
  const digits = digitsOf(magnitude);
  writeInt16(buffer, digits.length, at);
  writeInt16(buffer, digits.length - 1 - PLACE_DIGITS, at + 2);
  let to = first;
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    writeInt16(buffer, digits[index] as number, to);
    to += DIGIT_BYTES;
  }
  return to - at;
}

/** Writes the digits of a whole number, which has none behind its point, and says how many they are. */
function writeWholeDigits(buffer: Buffer, value: number, first: number): number {
  let count = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 10_000)) count += 1;
  let rest = value;
  for (let at = first + (count - 1) * DIGIT_BYTES; at >= first; at -= DIGIT_BYTES) {
    writeInt16(buffer, rest % 10_000, at);
    rest = Math.floor(rest / 10_000);
  }
  return count;
}

/** The version of the format comes first. */
const JSONB_VERSION = 1;

export const FORMS = {
  uuid: { oid: OID.uuid, mostBytes: () => UUID_BYTES, write: writeUuid } satisfies Form<string>,
  text: {
    oid: OID.text,
    mostBytes: mostBytesOf,
    write: (buffer, value, at) => buffer.write(value, at, 'utf8'),
  } satisfies Form<string>,
  json: {
    oid: OID.jsonb,
    mostBytes: (value) => mostBytesOf(value) + 1,
    write(buffer, value, at) {
      buffer[at] = JSONB_VERSION;
      return buffer.write(value, at + 1, 'utf8') + 1;
    },
  } satisfies Form<string>,
  hex: {
    oid: OID.bytea,
    mostBytes: (value) => value.length / 2,
    write: (buffer, value, at) => buffer.write(value, at, 'hex'),
  } satisfies Form<string>,
  time: {
    oid: OID.timestamptz,
    mostBytes: () => NUMBER_BYTES,
    write: (buffer, value, at) => writeWhole(buffer, (value - EPOCH_MS) * 1000, at),
  } satisfies Form<Instant>,
  whole: {
    oid: OID.bigint,
    mostBytes: () => NUMBER_BYTES,
    write: (buffer, value, at) => writeWhole(buffer, Number(value), at),
  } satisfies Form<bigint | number>,
  decimal: {
    oid: OID.numeric,
    mostBytes: () => NUMERIC_HEAD_BYTES + MOST_DIGITS * 2,
    write: writeDecimal,
  } satisfies Form<Decimal12>,
};

/**
 * `uuid[]` of lower-case hyphenated texts; null stays null. Every batch has several of these, so they have a way of their own,
 * which neither measures nor asks what they are made of.
 */
export function uuidColumn(values: readonly (string | null)[]): Buffer {
  const count = values.length;
  const buffer = Buffer.allocUnsafe(HEAD_BYTES + count * (LENGTH_BYTES + UUID_BYTES));
  let at = HEAD_BYTES;
  for (let index = 0; index < count; index += 1) {
    const value = values[index] as string | null;
    writeInt32(buffer, value === null ? NULL : UUID_BYTES, at);
    at += LENGTH_BYTES;
    if (value !== null) at += writeUuid(buffer, value, at);
  }
  return wholeArray(buffer, OID.uuid, count, at);
}

/** Ids as bytes, one behind the other. */
export function uuidBytes(ids: readonly string[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(ids.length * UUID_BYTES);
  for (let index = 0; index < ids.length; index += 1)
    writeUuid(bytes, ids[index] as string, index * UUID_BYTES);
  return bytes;
}

/** An id that is bytes as the text that it is elsewhere. */
export function uuidTextAt(ids: Uint8Array, at: number): string {
  const hex = Buffer.from(ids.buffer, ids.byteOffset + at, UUID_BYTES).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** `uuid[]` of ids that are bytes already. */
export function uuidBytesColumn(ids: Uint8Array): Buffer {
  const count = ids.length / UUID_BYTES;
  const buffer = Buffer.allocUnsafe(HEAD_BYTES + count * (LENGTH_BYTES + UUID_BYTES));
  let to = HEAD_BYTES;
  for (let at = 0; at < ids.length; at += UUID_BYTES) {
    writeInt32(buffer, UUID_BYTES, to);
    to += LENGTH_BYTES;
    for (let byte = 0; byte < UUID_BYTES; byte += 1) buffer[to + byte] = ids[at + byte] as number;
    to += UUID_BYTES;
  }
  return wholeArray(buffer, OID.uuid, count, to);
}

/** `text[]`; null stays null. */
export function textColumn(values: readonly (string | null)[]): Buffer {
  return columnOf(FORMS.text, values);
}

/** `jsonb[]` of JSON texts; null stays null. */
export function jsonColumn(values: readonly (string | null)[]): Buffer {
  return columnOf(FORMS.json, values);
}

/** `bytea[]` of texts in hexadecimal. */
export function hexColumn(values: readonly string[]): Buffer {
  return columnOf(FORMS.hex, values);
}

/** `timestamptz[]`; null stays null. */
export function timeColumn(values: readonly (Instant | null)[]): Buffer {
  return columnOf(FORMS.time, values);
}

/** `bigint[]` of whole numbers within 2^53; null stays null. */
export function countColumn(values: readonly (bigint | number | null)[]): Buffer {
  return columnOf(FORMS.whole, values);
}

/** `bigint[]` of whole numbers from nought on. */
export function wholeColumn(values: Int32Array): Buffer {
  const buffer = Buffer.alloc(HEAD_BYTES + values.length * (LENGTH_BYTES + NUMBER_BYTES));
  let to = HEAD_BYTES;
  for (const value of values) {
    buffer[to + LENGTH_BYTES - 1] = NUMBER_BYTES;
    writeInt32(buffer, value, to + LENGTH_BYTES + 4);
    to += LENGTH_BYTES + NUMBER_BYTES;
  }
  return wholeArray(buffer, OID.bigint, values.length, to);
}

/** `numeric[]`; null stays null. */
export function decimalColumn(values: readonly (Decimal12 | null)[]): Buffer {
  return columnOf(FORMS.decimal, values);
}
