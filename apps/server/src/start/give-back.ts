import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 2_000;
const BUSY_ABOVE = 0.1;
/** So many quiet looks one after the other are the end of a busy spell: shorter pauses are part of it. */
const LOOKS = 10;

/**
 * Told of each look what share of the time since the one before was busy, says whether a spell is over. The start is the first
 * spell, which is over at the first quiet look: nothing that it compiled is needed again.
 */
export function createSpells(): (busyShare: number) => boolean {
  let isSpell = true;
  let quietLooks = 0;
  let needed = 1;
  return (busyShare) => {
    if (busyShare > BUSY_ABOVE) {
      isSpell = true;
      quietLooks = 0;
      return false;
    }
    quietLooks += 1;
    if (!isSpell || quietLooks < needed) return false;
    isSpell = false;
    needed = LOOKS;
    return true;
  };
}

/**
 * Gives memory back to the system when a busy spell is over. The collector alone waits for the next request that needs
 * room, so that a server which does nothing keeps what its busiest minute took. A collection takes some 100 ms and drops what was
 * compiled, too, so that the next requests are slow: it happens once after each spell, 20 s after its end. V8 would do the same
 * in pauses of 8 s (`--no-memory-reducer` in `npm start` keeps it from that).
 */
export function giveBackWhenQuiet(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as typeof globalThis.gc;
  const isOver = createSpells();
  let load = performance.eventLoopUtilization();
  setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(load);
    load = performance.eventLoopUtilization();
    if (isOver(utilization)) collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }, LOOK_EVERY_MS).unref();
}
