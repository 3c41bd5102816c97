import { setTimeout as sleep } from 'node:timers/promises';
import { ensureWebBuilt } from '../scripts/build-web.ts';
import { printParts, type StackMemory, stackMemory } from './memory.ts';
import { emptyFolder, freePort, isReady, remove, start, stop, until, whileRunning } from './server.ts';
import { judge } from './verdict.ts';

/**
 * Measures a first start with the demo: how long until all five businesses have their history, how slow /readyz gets
 * meanwhile, and what the stack holds once it is idle again. Run: npm run bench:demo. Ends with a code that is not 0
 * when a bound is missed or a story stopped.
 */
const TENANTS = 5;
const SEEDED_WITHIN_S = 60;
const GIVE_UP_AFTER_MS = 600_000;
const IDLE_MS = 30_000;

type DemoStatus = { state: string; fault: string | null; tenants: { slug: string; state: string }[] };

async function demoStatus(port: number): Promise<DemoStatus> {
  return (await fetch(`http://127.0.0.1:${port}/v1/demo`)).json() as Promise<DemoStatus>;
}

/** Asks /readyz again and again until told to end; the slowest answer in milliseconds. A refusal is no answer. */
function watchReadiness(port: number): { end(): Promise<number> } {
  let isOver = false;
  let slowestMs = 0;
  const watching = (async () => {
    while (!isOver) {
      const asked = performance.now();
      const isGood = await isReady(port).catch(() => false);
      slowestMs = Math.max(slowestMs, isGood ? performance.now() - asked : Number.POSITIVE_INFINITY);
      await sleep(50);
    }
  })();
  return {
    async end() {
      isOver = true;
      await watching;
      return slowestMs;
    },
  };
}

async function tellAndMeasure(port: number) {
  const readyAt = await until(() => isReady(port));
  const readiness = watchReadiness(port);
  const tellsAll = async () => {
    const { state, tenants } = await demoStatus(port);
    return state === 'failed' || tenants.filter((tenant) => tenant.state === 'ready').length === TENANTS;
  };
  const told = await until(tellsAll, GIVE_UP_AFTER_MS, 250).catch(() => undefined);
  const slowestReadyMs = await readiness.end();
  const status = await demoStatus(port);
  const failed = status.tenants.filter(({ state }) => state === 'failed').map(({ slug }) => slug);
  if (status.state === 'failed') console.log(`A story stopped: ${failed.join(', ')}. ${status.fault ?? ''}`);
  const isWhole = told !== undefined && status.state !== 'failed';
  return { seededS: isWhole ? (told - readyAt) / 1_000 : undefined, slowestReadyMs };
}

async function main(): Promise<void> {
  // The web apps are built once in the life of a clone; here only the demo is measured.
  await ensureWebBuilt({ log: (text) => console.log(text) });
  const folder = emptyFolder();
  const port = await freePort();
  const child = start(folder, port);
  let memory: StackMemory | undefined;
  try {
    const { seededS, slowestReadyMs } = await whileRunning(child, tellAndMeasure(port));
    await sleep(IDLE_MS);
    if (child.pid !== undefined) memory = stackMemory(child.pid);
    if (memory) printParts(memory);
    judge([
      {
        name: 'all five demo businesses ready after /readyz',
        asked: SEEDED_WITHIN_S,
        seen: seededS,
        unit: 's',
      },
      { name: 'slowest /readyz meanwhile', asked: 1_000, seen: slowestReadyMs, unit: 'ms' },
      { name: 'API process at idle afterwards (PSS)', asked: 120, seen: memory?.api.pssMb, unit: 'MB' },
      { name: 'whole stack at idle afterwards (PSS)', asked: 250, seen: memory?.stackPssMb, unit: 'MB' },
    ]);
  } finally {
    await stop(child);
    remove(folder);
  }
}

await main();
