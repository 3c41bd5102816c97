import type { ControlClient } from '@billhook/sandbox/control-client';
import { createArrivals } from '../adapters/sandbox/arrivals.ts';

/**
 * Does what is due and takes the messages of the stand-ins, until nothing is left.
 *
 * @param work does what is due now and answers how much it was; nought where it went on until nothing was left
 * @param arrivals each delivers what waits and answers how many messages came since it was asked last
 */
export async function settle(
  work: () => Promise<number>,
  arrivals: readonly (() => Promise<number>)[],
): Promise<void> {
  for (;;) {
    let news = await work();
    for (const arrive of arrivals) news += await arrive();
    if (news === 0) return;
  }
}

/** Messages of every account of the stand-in for Stripe. */
export function arrivalsAtAll(sandbox: ControlClient): () => Promise<number> {
  const arrive = createArrivals(sandbox);
  return async () => {
    let arrived = 0;
    for (const { id } of await sandbox.accounts()) arrived += await arrive(id);
    return arrived;
  };
}
