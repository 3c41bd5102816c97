import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import path from 'node:path';
import { ensureWebBuilt } from '../scripts/build-web.ts';
import { exitCodeOf, linesOf, pageOf, type Row, replaceBetween } from './usage/figures.ts';
import { closeGrounds, groundOf, type Line } from './usage/ground.ts';
import { LINES } from './usage/lines.ts';
import { readSettings, type Settings } from './usage/settings.ts';
import { settingsOf } from './usage/stage.ts';

/**
 * Measures usage, entitlements and credits at the real server, each figure beside what the same machine can do at most,
 * in the same rounds. Run: npm run bench:usage [-- LINE...] [--quick] [--long] [--write]. Method: docs/benchmarks.md.
 * Ends with 2 when a load left something false behind, with 1 when a bound that must hold was missed.
 */
const PAGE = path.resolve(import.meta.dirname, '../docs/benchmarks.md');
const BEGIN = '<!-- figures: begin -->';
const END = '<!-- figures: end -->';

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    for (const { name, about } of LINES) console.log(`${name.padEnd(12)} ${about}`);
    return;
  }
  const settings = settingsOrEnd();
  await ensureWebBuilt({ log: (text) => console.log(text) });
  const place = groundOf(settings);
  let isStopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      isStopped = true;
      void closeGrounds().finally(() => process.exit(1));
    });
  }
  const rows: Row[] = [];
  let facts: string[] = [];
  try {
    for (const line of LINES.filter(({ name }) => settings.lines.includes(name))) {
      const measured = await line
        .measure(() => place.ground(), settings)
        .catch((error: unknown) => [stopped(line, error)]);
      if (isStopped) return;
      for (const text of measured.flatMap(linesOf)) console.log(text);
      rows.push(...measured);
    }
    facts = [...machine(), ...(await settingsOf((await place.ground()).stage.admin))];
  } finally {
    await place.close();
  }
  for (const fact of facts) console.log(`       ${fact}`);
  if (settings.isWritten) write(settings, rows, facts);
  process.exitCode = exitCodeOf(rows);
}

function settingsOrEnd(): Settings {
  try {
    return readSettings(
      process.argv.slice(2),
      LINES.map(({ name }) => name),
    );
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

/** A line that could not be measured to its end is none that was proved. */
function stopped({ name, about }: Line, error: unknown): Row {
  const seen = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const proofs = [{ name: 'it was measured to its end', isTrue: false, seen }];
  return {
    line: name,
    name: about,
    unit: '/s',
    must: null,
    goal: null,
    runs: [],
    limits: [],
    proofs,
    notes: [],
  };
}

function machine(): string[] {
  const gib = totalmem() / 1024 ** 3;
  return [
    `${availableParallelism()} processors (${cpus()[0]?.model.trim()}), ${gib.toFixed(0)} GiB, ${process.platform} ${release()}, Node ${process.versions.node}`,
    `load of the machine over 15 minutes, this run in it: ${(loadavg()[2] ?? 0).toFixed(1)}`,
  ];
}

function write(settings: Settings, rows: readonly Row[], facts: readonly string[]): void {
  const loads = `${settings.rounds} rounds of ${settings.seconds} s each, in turn with what they are held against.`;
  const text = pageOf(rows, [`Measured on ${new Date().toISOString().slice(0, 10)}.`, loads, ...facts]);
  writeFileSync(PAGE, replaceBetween(readFileSync(PAGE, 'utf8'), BEGIN, END, text));
  console.log(`Written into ${PAGE}`);
}

await main();
