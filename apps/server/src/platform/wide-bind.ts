import type { Writable } from 'node:stream';

/** What the driver binds to a statement. */
export type Bind = {
  portal?: string;
  statement?: string;
  values?: readonly unknown[];
  binary?: boolean;
  valueMapper?(value: unknown): unknown;
};

/** So large a value goes to the stream as it is. */
const LARGE_BYTES = 2_048;
const LENGTH_BYTES = 4;
const SHORT_BYTES = 2;
const CODE_BYTES = 1;
const BIND = 66;
const NULL = -1;
const BINARY = 1;

/** Whether a value is so large that the driver's own way, which writes each twice into buffers that grow, costs garbage. */
export function isWide({ values = [] }: Bind): boolean {
  return values.some((value) => value instanceof Buffer && value.length >= LARGE_BYTES);
}

/**
 * The message that binds these values, as the driver would write it, in pieces: the large ones are not copied. They must not
 * change until they are sent.
 */
export function writeBind(stream: Pick<Writable, 'write'>, bind: Bind): void {
  const { portal = '', statement = '', values = [], binary = false, valueMapper = String } = bind;
  // Whatever cannot be written is found before anything is sent.
  const mapped = values.map((value) => wireOf(value instanceof Buffer ? value : valueMapper(value)));
  const names = Buffer.from(`${portal}\0${statement}\0`);
  const fixed =
    CODE_BYTES +
    LENGTH_BYTES +
    names.length +
    SHORT_BYTES * (2 + values.length) +
    LENGTH_BYTES * values.length;
  const sizes = mapped.map((value) => value?.bytes.length ?? 0);
  const small = sizes.reduce((sum, size) => sum + (size < LARGE_BYTES ? size : 0), 0);
  const buffer = Buffer.allocUnsafe(fixed + small + 2 * SHORT_BYTES);
  const large = sizes.reduce((sum, size) => sum + (size < LARGE_BYTES ? 0 : size), 0);
  let at = buffer.writeUInt8(BIND, 0);
  at = buffer.writeInt32BE(buffer.length - CODE_BYTES + large, at);
  at += names.copy(buffer, at);
  at = buffer.writeInt16BE(values.length, at);
  for (const value of mapped) at = buffer.writeInt16BE(value?.isBinary ? BINARY : 0, at);
  at = buffer.writeInt16BE(values.length, at);
  let sent = 0;
  for (const value of mapped) {
    at = buffer.writeInt32BE(value?.bytes.length ?? NULL, at);
    if (value === null) continue;
    if (value.bytes.length < LARGE_BYTES) {
      at += value.bytes.copy(buffer, at);
      continue;
    }
    stream.write(buffer.subarray(sent, at));
    stream.write(value.bytes);
    sent = at;
  }
  at = buffer.writeInt16BE(1, at);
  at = buffer.writeInt16BE(binary ? BINARY : 0, at);
  stream.write(buffer.subarray(sent, at));
}

/** Null for null; a text goes as a text. */
function wireOf(value: unknown): { bytes: Buffer; isBinary: boolean } | null {
  if (value === null || value === undefined) return null;
  return value instanceof Buffer
    ? { bytes: value, isBinary: true }
    : { bytes: Buffer.from(String(value)), isBinary: false };
}
