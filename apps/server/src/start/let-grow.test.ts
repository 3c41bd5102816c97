import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createGrowth } from './let-grow.ts';

const run = promisify(execFile);
const PROGRAM = new URL('./let-grow.ts', import.meta.url).href;

test('the heap may grow by as much again while whole collections crowd, and by its usual share from the first that is alone', () => {
  const growthAfter = createGrowth(15);
  expect([0, 1_000, 2_000].map(growthAfter)).toEqual([15, 15, 15]);
  expect([2_500, 5_000, 14_999].map(growthAfter)).toEqual([100, 100, 100]);
  expect([24_999, 25_500, 26_000].map(growthAfter)).toEqual([15, 15, 15]);
});

test('collections that come one by one change nothing', () => {
  const growthAfter = createGrowth(15);
  for (let atMs = 0; atMs < 60_000; atMs += 1_001) expect(growthAfter(atMs)).toBe(15);
});

test('a share that is larger already stays', () => {
  const growthAfter = createGrowth(200);
  for (const atMs of [0, 1, 2, 3, 4, 5]) expect(growthAfter(atMs)).toBe(200);
});

/** How many whole collections it takes to make much that lives a little too long to be young. */
async function wholeCollections(options: readonly string[], first: string): Promise<number> {
  const program = `
    import { PerformanceObserver, constants } from 'node:perf_hooks';
    import { setImmediate as turn } from 'node:timers/promises';
    import { letGrowWhenCrowded } from ${JSON.stringify(PROGRAM)};
    let count = 0;
    new PerformanceObserver((list) => {
      for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) count += 1;
    }).observe({ entryTypes: ['gc'] });
    ${first}
    const lasting = Array.from({ length: 400_000 }, (_, at) => ({ at, text: 'lasting ' + at }));
    const waiting = [];
    for (let round = 0; round < 9_000; round += 1) {
      waiting.push(Array.from({ length: 2_000 }, (_, at) => ({ round, at })));
      if (waiting.length > 60) waiting.shift();
      await turn();
    }
    console.log(lasting.length === 400_000 ? count : -1);`;
  const { stdout } = await run(process.execPath, [...options, '--input-type=module', '--eval', program]);
  return Number(stdout);
}

test('a process that was started with a small share looks through its heap half as often while that is crowded', async () => {
  const small = ['--heap-growing-percent=15', '--max-semi-space-size=1'];
  const [never, crowded] = await Promise.all([
    wholeCollections(small, ''),
    wholeCollections(small, 'letGrowWhenCrowded(process.execArgv);'),
  ]);
  expect(crowded).toBeGreaterThan(0);
  expect(crowded).toBeLessThan(never / 2);
});
