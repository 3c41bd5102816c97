import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Violation } from './violation.ts';

/** One seed to play, and for how long. */
export interface Game {
  readonly seed: number;
  readonly customers: number;
  readonly days: number;
}

/** What became of one game. */
export interface Outcome {
  readonly game: Game;
  readonly violations: readonly Violation[];
  readonly failedTick: number | null;
  readonly parked: readonly string[];
  readonly customerYears: number;
  readonly counts: ReadonlyMap<string, number>;
}

export interface FleetResult {
  readonly outcomes: readonly Outcome[];
  readonly customerYears: number;
  /** How often each thing happened, over all games. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * How a seed is played in a fleet: most are a year of many customers, every fourth is three years of fewer, for what
 * takes years to show.
 */
export function gameOf(seed: number): Game {
  return seed % 4 === 0 ? { seed, customers: 24, days: 1096 } : { seed, customers: 60, days: 366 };
}

/** The games of consecutive seeds that come to a number of customer-years. */
export function gamesFor(customerYears: number, firstSeed = 1): readonly Game[] {
  const games: Game[] = [];
  let planned = 0;
  for (let seed = firstSeed; planned < customerYears; seed += 1) {
    const game = gameOf(seed);
    games.push(game);
    // Customers arrive one after the other: a sixth of the time is before they come.
    planned += (game.customers * game.days * 5) / 6 / 365.25;
  }
  return games;
}

/** What a run makes and throws away is much, and cheaper to clear in large pieces. */
const MEMORY = { maxYoungGenerationSizeMb: 384 };

/** Plays games on all cores, each in one piece on one of them. */
export async function playAll(
  games: readonly Game[],
  workers = Math.min(4, availableParallelism()),
): Promise<FleetResult> {
  const outcomes: Outcome[] = [];
  const waiting = [...games];
  const work = async () => {
    const worker = new Worker(new URL('./fleet-worker.ts', import.meta.url), { resourceLimits: MEMORY });
    try {
      for (let game = waiting.shift(); game !== undefined; game = waiting.shift()) {
        worker.postMessage(game);
        const [outcome] = (await once(worker, 'message')) as [Outcome];
        outcomes.push(outcome);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, games.length) }, work));
  outcomes.sort((left, right) => left.game.seed - right.game.seed);
  const counts = new Map<string, number>();
  let customerYears = 0;
  for (const outcome of outcomes) {
    customerYears += outcome.customerYears;
    for (const [name, count] of outcome.counts) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return { outcomes, customerYears, counts };
}

/** What went wrong, with the line that plays it again; empty if nothing did. */
export function failuresOf({ outcomes }: FleetResult): readonly string[] {
  return outcomes.flatMap(({ game, violations, failedTick, parked }) => {
    const found = [...violations.map(({ law, detail }) => `${law}: ${detail}`), ...parked];
    if (found.length === 0) return [];
    const { seed } = game;
    const replay = `npm run sim -- --replay ${seed}${failedTick === null ? '' : ` --tick ${failedTick}`}`;
    return [`seed ${seed}, day ${failedTick}: ${found.slice(0, 3).join('; ')}\n  ${replay}`];
  });
}
