import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureWebBuilt } from '../scripts/build-web.ts';
import { printParts, type StackMemory, stackMemory } from './memory.ts';
import { emptyFolder, freePort, isReady, remove, start, stop, until, whileRunning } from './server.ts';
import { judge, median } from './verdict.ts';

/**
 * Measures what a person at the terminal waits for: `npm start -- --no-demo` in an empty data folder until the first
 * event is acknowledged, a second start until /readyz answers (medians), and what the stack holds at idle.
 * Run: npm run bench:start [-- REPEATS]. Ends with a code that is not 0 when a bound is missed.
 */
const REPEATS = Number(process.argv[2] ?? 5);
const IDLE_MS = 10_000;

async function firstEvent(folder: string, port: number): Promise<boolean> {
  const { apiKey } = JSON.parse(readFileSync(path.join(folder, 'quickstart.json'), 'utf8')) as {
    apiKey: string;
  };
  const event = {
    specversion: '1.0',
    id: 'first',
    source: '/bench',
    type: 'bench.event',
    subject: 'nobody',
    time: new Date().toISOString(),
  };
  const answer = await fetch(`http://127.0.0.1:${port}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
  const { results } = (await answer.json()) as { results?: { id: string; status: string }[] };
  // Nobody measures it and nobody has this name yet, so it is kept for later; what counts is that it is kept.
  return answer.ok && results?.[0]?.id === 'first' && results[0].status !== 'rejected';
}

async function oneRun(folder: string, isLast: boolean) {
  const port = await freePort();
  let memory: StackMemory | undefined;
  let child = start(folder, port, ['--no-demo']);
  try {
    let begin = performance.now();
    const firstEventMs =
      (await whileRunning(
        child,
        until(() => firstEvent(folder, port)),
      )) - begin;
    await stop(child);
    begin = performance.now();
    child = start(folder, port, ['--no-demo']);
    const secondStartMs =
      (await whileRunning(
        child,
        until(() => isReady(port)),
      )) - begin;
    if (isLast && child.pid !== undefined) {
      await sleep(IDLE_MS);
      memory = stackMemory(child.pid);
    }
    return { firstEventMs, secondStartMs, memory };
  } finally {
    await stop(child);
  }
}

async function main(): Promise<void> {
  // The web apps are built once in the life of a clone, beside the start; here only the start is measured.
  await ensureWebBuilt({ log: (text) => console.log(text) });
  const runs: Awaited<ReturnType<typeof oneRun>>[] = [];
  // Removed together at the end: ext4 makes files twenty times slower in the minutes after many were removed.
  const folders = Array.from({ length: REPEATS }, emptyFolder);
  try {
    for (const [index, folder] of folders.entries()) runs.push(await oneRun(folder, index === REPEATS - 1));
  } finally {
    for (const folder of folders) remove(folder);
  }
  const memory = runs.at(-1)?.memory;
  if (memory) printParts(memory);
  judge([
    {
      name: `empty folder to first acknowledged event (median of ${REPEATS})`,
      asked: 2_500,
      seen: median(runs.map(({ firstEventMs }) => firstEventMs)),
      unit: 'ms',
    },
    {
      name: `second start to /readyz (median of ${REPEATS})`,
      asked: 1_500,
      seen: median(runs.map(({ secondStartMs }) => secondStartMs)),
      unit: 'ms',
    },
    { name: 'API process at idle (PSS)', asked: 120, seen: memory?.api.pssMb, unit: 'MB' },
    { name: 'whole stack at idle, npm included (PSS)', asked: 250, seen: memory?.stackPssMb, unit: 'MB' },
  ]);
}

await main();
