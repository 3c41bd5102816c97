import { availableParallelism } from 'node:os';
import { median } from './figures.ts';
import { type Shares, watch } from './processors.ts';
import type { Settings } from './settings.ts';

/** What a part of a round came to. */
export type Taken = {
  /** The figure of the part, usually work a second. */
  value: number;
  /** How much work it was, where processor time is told for each. */
  work?: number;
};

/** Processes that belong to the measurement, beside this one. */
export type Ours = { servers: readonly number[]; databases: readonly number[] };

export type Told<T extends Taken> = { taken: T; usEach: Shares | undefined; foreign: number | undefined };

/** A round is disturbed where others had more of the machine than this. */
const MOST_FOREIGN = 0.15;

/**
 * Runs the parts in turn, round after round, so that whatever the machine does meets all of them. Rounds in which other
 * programs took much of the machine are left out where enough quiet ones remain; a few more are run for them.
 */
export async function interleave<Names extends string, T extends Taken>(
  settings: Settings,
  ours: Ours,
  parts: Record<Names, (round: number) => Promise<T>>,
): Promise<{ rounds: Record<Names, Told<T>>[]; note: string }> {
  const all: Record<Names, Told<T>>[] = [];
  const quiet = () => all.filter((round) => Object.values<Told<T>>(round).every(isQuiet));
  const most = settings.isQuick ? settings.rounds : settings.rounds * 2;
  for (let round = 0; round < most && quiet().length < settings.rounds; round += 1) {
    const told = {} as Record<Names, Told<T>>;
    for (const name of Object.keys(parts) as Names[])
      told[name] = await runPart(ours, () => parts[name](round));
    all.push(told);
    // On a busy machine more rounds are no quieter.
    if (round + 1 >= settings.rounds && quiet().length === 0) break;
  }
  const enough = Math.min(settings.rounds, 3);
  if (quiet().length >= enough) {
    const left = all.length - quiet().length;
    return { rounds: quiet(), note: left === 0 ? '' : `${left} disturbed rounds were left out.` };
  }
  const worst = Math.max(
    ...all.flatMap((round) => Object.values<Told<T>>(round).map(({ foreign = 0 }) => foreign)),
  );
  return {
    rounds: all,
    note: `DISTURBED: other programs had up to ${(worst * 100).toFixed(0)} % of the machine; measure again when it is quiet.`,
  };
}

const isQuiet = <T extends Taken>({ foreign = 0 }: Told<T>) => foreign <= MOST_FOREIGN;

async function runPart<T extends Taken>(ours: Ours, run: () => Promise<T>): Promise<Told<T>> {
  const look = watch({ ...ours, processors: availableParallelism() });
  const taken = await run();
  const { parts, foreign } = look();
  const { work } = taken;
  if (work === undefined || work === 0 || foreign === undefined) return { taken, usEach: undefined, foreign };
  const each = (seconds: number) => (seconds * 1e6) / work;
  const usEach = { client: each(parts.client), server: each(parts.server), database: each(parts.database) };
  return { taken, usEach, foreign };
}

/** Processor time for each piece of work, which a busy machine changes least. */
export function costNote(what: string, told: readonly Told<Taken>[]): string[] {
  const known = told.flatMap(({ usEach }) => usEach ?? []);
  if (known.length === 0) return [];
  const mean = (part: keyof Shares) => known.reduce((sum, each) => sum + each[part], 0) / known.length;
  const parts = (['client', 'server', 'database'] as const).map((part) => `${part} ${mean(part).toFixed(1)}`);
  const all = mean('client') + mean('server') + mean('database');
  return [`processor us for each ${what}: ${parts.join(', ')}, together ${all.toFixed(1)}`];
}

/** Medians over the rounds. */
export function timesOf(rounds: readonly { p50Ms: number; p99Ms: number }[]) {
  return {
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
  };
}
