import { parseArgs } from 'node:util';
import { gameOf } from './fleet.ts';
import { type RunResult, run } from './run.ts';

const HELP = `Usage: npm run sim -- [OPTIONS]

Plays years of a business by its seed and has them audited.

  --seed N        which one (1)
  --customers N   how many (200)
  --years N       for how long (2); or --days N
  --replay N      plays a seed as the tests play it; a failure prints that line with its day
  --tick N        ends on a day
  --hash          prints the digest of the run alone`;

const OPTIONS = {
  seed: { type: 'string', default: '1' },
  replay: { type: 'string' },
  customers: { type: 'string' },
  years: { type: 'string' },
  days: { type: 'string' },
  tick: { type: 'string' },
  hash: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function read() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}. Try: npm run sim -- --help`);
  }
}

function main(): void {
  const values = read();
  if (values.help) {
    console.log(HELP);
    return;
  }
  const seed = wholeNumber('seed', values.replay ?? values.seed, 0);
  const usual = values.replay === undefined ? { customers: 200, days: 731 } : gameOf(seed);
  const options = {
    seed,
    customers:
      values.customers === undefined ? usual.customers : wholeNumber('customers', values.customers, 1),
    days: daysOf(values, usual.days),
    ...(values.tick === undefined ? {} : { untilTick: wholeNumber('tick', values.tick, 1) }),
  };
  const startedMs = performance.now();
  const result = run(options);
  if (values.hash) console.log(result.traceHash);
  else print(result, options, (performance.now() - startedMs) / 1000);
  if (result.violations.length > 0) process.exitCode = 1;
}

function daysOf(
  { days, years }: { readonly days?: string | undefined; readonly years?: string | undefined },
  usual: number,
): number {
  if (days !== undefined) return wholeNumber('days', days, 1);
  return years === undefined ? usual : Math.round(365.25 * positive('years', years));
}

function print(
  result: RunResult,
  options: { seed: number; customers: number; days: number },
  seconds: number,
): void {
  console.log(
    `${options.customers} customers, ${options.days} days, seed ${options.seed}: ${seconds.toFixed(1)} s\n`,
  );
  const counts = [...result.counts].sort(([left], [right]) => (left < right ? -1 : 1));
  table(counts.map(([name, count]) => [name, String(count)]));
  console.log('');
  table(result.money);
  console.log(`\ntrace ${result.traceHash}`);
  console.log(`${result.parked.length} customers parked`);
  for (const parked of result.parked) console.log(`  ${parked}`);
  console.log(`${result.violations.length} violations`);
  for (const { law, detail } of result.violations) console.log(`  ${law}: ${detail}`);
  if (result.failedTick !== null) {
    const { seed, customers, days } = options;
    console.log(
      `\nreplay: npm run sim -- --replay ${seed} --customers ${customers} --days ${days} --tick ${result.failedTick}`,
    );
  }
}

function table(rows: readonly (readonly string[])[]): void {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, at) => Math.max(all[at] ?? 0, cell.length)),
    [],
  );
  for (const row of rows) {
    const [name = '', ...cells] = row;
    console.log(
      [name.padEnd(widths[0] ?? 0), ...cells.map((cell, at) => cell.padStart(widths[at + 1] ?? 0))].join(
        '  ',
      ),
    );
  }
}

function wholeNumber(name: string, text: string, min: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < min) fail(`--${name} is a whole number from ${min} on.`);
  return value;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 50) fail(`--${name} is a number up to 50.`);
  return value;
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

main();
