import { type RunResult, run } from '../src/run.ts';
import type { PlantedBug } from './plant.ts';

export interface Hunt {
  /** The seed that found the bug; null if none did. */
  readonly seed: number | null;
  readonly result: RunResult;
  readonly tookMs: number;
}

/**
 * Plays one seed after the other until the planted bug is found by its law. A seed may lack what the bug needs, so a
 * bug may take several; other laws that it breaks on the way do not count.
 */
export function hunt(
  bug: PlantedBug,
  size: { readonly customers: number; readonly days: number; readonly seeds: number },
): Hunt {
  const startedMs = performance.now();
  let result: RunResult | null = null;
  for (let seed = 1; seed <= size.seeds; seed += 1) {
    result = run({
      seed,
      customers: size.customers,
      days: size.days,
      engine: bug.engine(),
      ...(bug.wrapProvider === undefined ? {} : { wrapProvider: bug.wrapProvider }),
      ...(bug.onlyOffer === undefined ? {} : { onlyOffer: bug.onlyOffer }),
    });
    const isFound = result.violations.some(({ law }) => law === bug.law);
    const isNoise = bug.law === null && (result.violations.length > 0 || result.parked.length > 0);
    if (isFound || isNoise) return { seed, result, tookMs: performance.now() - startedMs };
  }
  if (result === null) throw new Error('A hunt plays one seed at least.');
  return { seed: null, result, tookMs: performance.now() - startedMs };
}
