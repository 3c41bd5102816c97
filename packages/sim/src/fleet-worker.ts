import { parentPort } from 'node:worker_threads';
import type { Game, Outcome } from './fleet.ts';
import { run } from './run.ts';

/** Plays the games that it is sent, one after the other. */
parentPort?.on('message', (game: Game) => {
  const { violations, failedTick, parked, customerYears, counts } = run(game);
  const outcome: Outcome = { game, violations, failedTick, parked, customerYears, counts };
  parentPort?.postMessage(outcome);
});
