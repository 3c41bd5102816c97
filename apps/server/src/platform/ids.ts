import { uuidV7FromParts } from '@billhook/core/kernel/typeid';
import type { WallClock } from './clock.ts';

export type RandomBytes = (size: number) => Uint8Array;

const COUNTER_LIMIT = 0x1000;
const ID_BYTES = 10;
const DRAWN_AT_ONCE = 64;
const WHOLE_BYTES = 16;
const TWO_TO_32 = 2 ** 32;

export type IdMaker = {
  newId(): string;
  /** So many, each as its sixteen bytes. */
  newIds(count: number): Uint8Array;
  /** The digits of one, without hyphens. */
  newDigits(): string;
};

/**
 * Makes UUIDv7s that sort in the order they were made in this process: within one millisecond the first
 * twelve random bits count up (method 1 of RFC 9562, section 6.2); when they run out, the time is borrowed
 * from the next millisecond.
 */
export function createIdMaker(clock: WallClock, randomBytes: RandomBytes): IdMaker {
  let lastMs = -1;
  let counter = 0;
  // Randomness is drawn for many ids at once, which is as good and far cheaper.
  let drawn = new Uint8Array(0);
  let used = 0;
  /** Counts on with ten random bytes, of which the first twelve bits become the counter. */
  const countOn = (bytes: Uint8Array, at: number) => {
    const nowMs = clock();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      // Starts in the lower half, so that there is room to count up.
      counter = (((bytes[at] ?? 0) << 4) | ((bytes[at + 1] ?? 0) >> 4)) & 0x7ff;
    } else {
      counter += 1;
      if (counter === COUNTER_LIMIT) {
        counter = 0;
        lastMs += 1;
      }
    }
  };
  /** Where the next ten random bytes stand in those that were drawn. */
  const draw = () => {
    if (used === drawn.length) {
      drawn = Uint8Array.from(randomBytes(ID_BYTES * DRAWN_AT_ONCE));
      used = 0;
    }
    used += ID_BYTES;
    return used - ID_BYTES;
  };
  /** Writes an id of ten random bytes, which it counts on with. */
  const write = (ids: Uint8Array, at: number, random: Uint8Array, from: number) => {
    countOn(random, from);
    writeTime(ids, lastMs, at);
    ids[at + 6] = 0x70 | (counter >> 8);
    ids[at + 7] = counter & 0xff;
    for (let byte = 2; byte < ID_BYTES; byte += 1) ids[at + 6 + byte] = random[from + byte] as number;
    ids[at + 8] = ((ids[at + 8] as number) & 0x3f) | 0x80;
  };
  const whole = Buffer.alloc(WHOLE_BYTES);
  return {
    newId() {
      const from = draw();
      const bytes = drawn.subarray(from, from + ID_BYTES);
      countOn(bytes, 0);
      bytes[0] = counter >> 4;
      bytes[1] = ((counter & 0xf) << 4) | ((bytes[1] ?? 0) & 0xf);
      return uuidV7FromParts(lastMs, bytes);
    },
    newIds(count) {
      const ids = new Uint8Array(WHOLE_BYTES * count);
      const random = randomBytes(ID_BYTES * count);
      for (let index = 0; index < count; index += 1)
        write(ids, index * WHOLE_BYTES, random, index * ID_BYTES);
      return ids;
    },
    newDigits() {
      const from = draw();
      write(whole, 0, drawn, from);
      return whole.toString('hex');
    },
  };
}

/** 48 bits, the highest first. */
function writeTime(ids: Uint8Array, ms: number, at: number): void {
  const high = Math.floor(ms / TWO_TO_32);
  ids[at] = high >>> 8;
  ids[at + 1] = high & 0xff;
  ids[at + 2] = (ms >>> 24) & 0xff;
  ids[at + 3] = (ms >>> 16) & 0xff;
  ids[at + 4] = (ms >>> 8) & 0xff;
  ids[at + 5] = ms & 0xff;
}

/** Ids of requests: digits without hyphens, which no tool that picks words apart cuts. */
export function createRequestIds(clock: WallClock, randomBytes: RandomBytes): () => string {
  const { newDigits } = createIdMaker(clock, randomBytes);
  return () => `req_${newDigits()}`;
}
