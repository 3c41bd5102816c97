import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 5_000;
const QUIET_BELOW = 0.1;
const WORTH_BYTES = 3 * 1024 * 1024;

/**
 * Gives memory back to the system when a busy spell is over. The collector alone waits for the next request that needs
 * room, so that a server which does nothing keeps what its busiest minute took. A collection takes some 100 ms; it
 * happens once after each spell that left 3 MiB or more, in a moment in which nobody waits.
 */
export function giveBackWhenQuiet(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as typeof globalThis.gc;
  let load = performance.eventLoopUtilization();
  let floor = 0;
  setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(load);
    load = performance.eventLoopUtilization();
    const held = process.memoryUsage().heapUsed;
    if (utilization > QUIET_BELOW || held - floor < WORTH_BYTES) return;
    collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    floor = process.memoryUsage().heapUsed;
  }, LOOK_EVERY_MS).unref();
}
