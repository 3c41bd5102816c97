import {
  constants,
  type NodeGCPerformanceDetail,
  type PerformanceEntry,
  PerformanceObserver,
} from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';

const FLAG = '--heap-growing-percent';
/** So many whole collections within so long are a crowd. */
const CROWD = 4;
const CROWDED_MS = 3_000;
/** One that comes so long after the one before it is alone. */
const ALONE_MS = 10_000;
const TWICE_PERCENT = 100;

/**
 * By what share the old heap may grow before all of it is looked through: `usualPercent`, and as much again as it holds while
 * whole collections crowd, as they do under large batches.
 *
 * @returns told of each whole collection, what holds from the next one on, in percent
 */
export function createGrowth(usualPercent: number): (atMs: number) => number {
  let percent = usualPercent;
  let before: number[] = [];
  return (atMs) => {
    const last = before.at(-1);
    const isAlone = last === undefined || atMs - last >= ALONE_MS;
    before = [...before.filter((ms) => atMs - ms < CROWDED_MS), atMs];
    if (isAlone) percent = usualPercent;
    else if (before.length >= CROWD) percent = Math.max(usualPercent, TWICE_PERCENT);
    return percent;
  };
}

/**
 * Where the process was started with a small share, so that it takes little memory, batches that wait for the database by the
 * thousand fill that at once, and a quarter of the work was to look through the heap. Meanwhile it may take more;
 * `giveBackWhenQuiet` returns that.
 *
 * @param options as Node was given them; where they say no share, V8 keeps its own rule
 */
export function letGrowWhenCrowded(options: readonly string[]): void {
  const usualPercent = Number(
    options.find((option) => option.startsWith(`${FLAG}=`))?.slice(FLAG.length + 1),
  );
  if (!(usualPercent > 0)) return;
  const growthAfter = createGrowth(usualPercent);
  let percent = usualPercent;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!isWhole(entry)) continue;
      const next = growthAfter(entry.startTime);
      if (next !== percent) setFlagsFromString(`${FLAG}=${next}`);
      percent = next;
    }
  }).observe({ entryTypes: ['gc'] });
}

/** Node tells of a collection in a detail that its types leave out. */
const isWhole = (entry: PerformanceEntry): boolean =>
  (entry as { detail?: NodeGCPerformanceDetail }).detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
