import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Comparison, ZONES } from './compare.ts';

/** Compares the whole grid of periods with Temporal, a zone at a time on every core. Exit code 1 if any differ. */
async function main(): Promise<number> {
  const startedMs = performance.now();
  const waiting = [...ZONES];
  const done: Comparison[] = [];
  const workers = Array.from({ length: Math.min(availableParallelism(), waiting.length) }, () =>
    runWorker(waiting, (comparison) => {
      done.push(comparison);
      print(comparison, done.length, startedMs);
    }),
  );
  await Promise.all(workers);
  const sum = (pick: (comparison: Comparison) => number) => done.reduce((total, one) => total + pick(one), 0);
  const differing = sum((one) => one.differing);
  console.log(
    `${sum((one) => one.periods).toLocaleString('en')} periods compared with Temporal, ${differing} differ, in ${secondsSince(startedMs)} s`,
  );
  return differing === 0 ? 0 : 1;
}

function runWorker(waiting: string[], report: (comparison: Comparison) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./compare-worker.ts', import.meta.url));
    const next = (): void => {
      const zone = waiting.shift();
      if (zone !== undefined) worker.postMessage(zone);
      else worker.terminate().then(() => resolve(), reject);
    };
    worker.on('error', reject);
    worker.on('message', (comparison: Comparison) => {
      report(comparison);
      next();
    });
    next();
  });
}

function print(
  { zone, periods, differing, differences }: Comparison,
  count: number,
  startedMs: number,
): void {
  console.log(
    `${count}/${ZONES.length} ${zone}: ${periods.toLocaleString('en')} periods, ${differing} differ (${secondsSince(startedMs)} s)`,
  );
  for (const text of differences) console.log(`  ${text}`);
}

function secondsSince(startedMs: number): string {
  return ((performance.now() - startedMs) / 1000).toFixed(1);
}

process.exitCode = await main();
