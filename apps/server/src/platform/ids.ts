import { uuidV7FromParts } from '@billhook/core/kernel/typeid';
import type { WallClock } from './clock.ts';

export type RandomBytes = (size: number) => Uint8Array;

const COUNTER_LIMIT = 0x1000;
const ID_BYTES = 10;
const DRAWN_AT_ONCE = 64;

/**
 * Makes UUIDv7s that sort in the order they were made in this process: within one millisecond the first
 * twelve random bits count up (method 1 of RFC 9562, section 6.2); when they run out, the time is borrowed
 * from the next millisecond.
 */
export function createIdMaker(clock: WallClock, randomBytes: RandomBytes): () => string {
  let lastMs = -1;
  let counter = 0;
  // Randomness is drawn for many ids at once, which is as good and far cheaper.
  let drawn = new Uint8Array(0);
  let used = 0;
  return () => {
    if (used === drawn.length) {
      drawn = Uint8Array.from(randomBytes(ID_BYTES * DRAWN_AT_ONCE));
      used = 0;
    }
    const bytes = drawn.subarray(used, used + ID_BYTES);
    used += ID_BYTES;
    const nowMs = clock();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      // Starts in the lower half, so that there is room to count up.
      counter = (((bytes[0] ?? 0) << 4) | ((bytes[1] ?? 0) >> 4)) & 0x7ff;
    } else {
      counter += 1;
      if (counter === COUNTER_LIMIT) {
        counter = 0;
        lastMs += 1;
      }
    }
    bytes[0] = counter >> 4;
    bytes[1] = ((counter & 0xf) << 4) | ((bytes[1] ?? 0) & 0xf);
    return uuidV7FromParts(lastMs, bytes);
  };
}

const GROUP_STARTS = [0, 9, 14, 19, 24] as const;
const GROUP_ENDS = [8, 13, 18, 23, 36] as const;

/** The id of a request, from a new UUID: its digits without hyphens, which no tool that picks words apart cuts. */
export function requestIdFrom(uuid: string): string {
  let id = 'req_';
  for (let group = 0; group < GROUP_STARTS.length; group += 1)
    id += uuid.slice(GROUP_STARTS[group], GROUP_ENDS[group]);
  return id;
}
