import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 5_000;
/** So many quiet looks one after the other are the end of a busy spell: shorter pauses are part of it. */
const LOOKS = 4;
const QUIET_BELOW = 0.1;
const WORTH_BYTES = 3 * 1024 * 1024;

/** What the process did since the look before, as a share of the time, and what its heap holds. */
type Look = { utilization: number; heldBytes: number };

/**
 * @returns told of each look, whether a busy spell is over that left something to give back; and, told what is held after
 *   that, what no spell needs to leave again
 */
export function createSpells(): { isOver(look: Look): boolean; returned(heldBytes: number): void } {
  let quietLooks = 0;
  let floorBytes = 0;
  return {
    isOver({ utilization, heldBytes }) {
      quietLooks = utilization > QUIET_BELOW ? 0 : quietLooks + 1;
      return quietLooks >= LOOKS && heldBytes - floorBytes >= WORTH_BYTES;
    },
    returned(heldBytes) {
      floorBytes = heldBytes;
    },
  };
}

/**
 * Gives memory back to the system when a busy spell is over. The collector alone waits for the next request that needs
 * room, so that a server which does nothing keeps what its busiest minute took. A collection takes some 100 ms and
 * drops much of what was compiled, so that the next requests are slow: it happens once after each spell that left 3 MiB or more,
 * 20 s after its end.
 */
export function giveBackWhenQuiet(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as typeof globalThis.gc;
  const spells = createSpells();
  let load = performance.eventLoopUtilization();
  setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(load);
    load = performance.eventLoopUtilization();
    if (!spells.isOver({ utilization, heldBytes: process.memoryUsage().heapUsed })) return;
    collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    spells.returned(process.memoryUsage().heapUsed);
  }, LOOK_EVERY_MS).unref();
}
