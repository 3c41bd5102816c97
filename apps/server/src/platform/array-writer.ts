export const HEAD_BYTES = 20;
export const LENGTH_BYTES = 4;
/** The length of a value that is null. */
export const NULL = -1;

/** Byte by byte: the methods of a buffer check each argument, which costs more than the bytes. */
export function writeInt32(buffer: Buffer, value: number, at: number): void {
  buffer[at] = value >>> 24;
  buffer[at + 1] = (value >>> 16) & 0xff;
  buffer[at + 2] = (value >>> 8) & 0xff;
  buffer[at + 3] = value & 0xff;
}

/** Puts a value at a place and answers how many bytes it took. */
type Write<T> = (buffer: Buffer, value: T, at: number) => number;

/** What arrays of a kind hold: how many bytes a value takes at most, and how it is written. */
export type Form<T> = { oid: number; mostBytes(value: T): number; write: Write<T> };

/**
 * An array that grows with each value. What was written of a row may go at once: a set that is held as a whole until it is
 * sent outlives many collections of garbage.
 */
export class ArrayWriter<T> {
  private readonly form: Form<T>;
  private buffer: Buffer;
  private at = HEAD_BYTES;
  private count = 0;

  constructor(form: Form<T>, bytes: number) {
    this.form = form;
    this.buffer = Buffer.allocUnsafe(HEAD_BYTES + bytes);
  }

  add(value: T | null): void {
    this.makeRoom(value === null ? 0 : this.form.mostBytes(value));
    const { buffer, at } = this;
    const written = value === null ? 0 : this.form.write(buffer, value, at + LENGTH_BYTES);
    writeInt32(buffer, value === null ? NULL : written, at);
    this.at = at + LENGTH_BYTES + written;
    this.count += 1;
  }

  private makeRoom(most: number): void {
    const needed = this.at + LENGTH_BYTES + most;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }

  /** The whole; nothing may be added afterwards. */
  end(): Buffer {
    return wholeArray(this.buffer, this.form.oid, this.count, this.at);
  }
}

/** Writes the head of an array whose values stand. One without values has no dimensions. */
export function wholeArray(buffer: Buffer, oid: number, count: number, end: number): Buffer {
  writeInt32(buffer, count === 0 ? 0 : 1, 0);
  writeInt32(buffer, 1, 4);
  writeInt32(buffer, oid, 8);
  writeInt32(buffer, count, 12);
  writeInt32(buffer, 1, 16);
  return buffer.subarray(0, count === 0 ? 12 : end);
}
