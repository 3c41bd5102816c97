/** How many times a second of one core something was done, beside what was asked for; null where nothing was. */
export interface Speed {
  readonly name: string;
  readonly perSecond: number;
  readonly asked: number | null;
}

const ROUNDS = 7;
const ROUND_US = 300_000;

/**
 * How often something is done in a second of processor time, all threads of this process counted: what one core gives,
 * also where others use the machine. The best of several rounds, because other work only ever makes one slower.
 *
 * @param some does a part of the work and says how many that were
 */
export function perCoreSecond(some: () => number, rounds = ROUNDS): number {
  let best = 0;
  for (let round = 0; round < rounds; round += 1) {
    const start = process.cpuUsage();
    let done = 0;
    let usedUs = 0;
    while (usedUs < ROUND_US) {
      done += some();
      const { user, system } = process.cpuUsage(start);
      usedUs = user + system;
    }
    best = Math.max(best, (done * 1e6) / usedUs);
  }
  return best;
}
