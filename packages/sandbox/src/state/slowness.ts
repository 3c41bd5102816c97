import { setTimeout as delay } from 'node:timers/promises';
import type { Faults } from './faults.ts';

/** Keeps whoever asked waiting while that fault is on. */
export async function beSlow({ slowMs }: Faults): Promise<void> {
  if (slowMs > 0) await delay(slowMs, undefined, { ref: false });
}
