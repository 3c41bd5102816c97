import type { CommandCtx } from '../../../platform/context.ts';
import { createReckoning } from '../../../platform/rest.ts';
import { type Reservation, reservationsUnder } from '../reservations.ts';
import { storedTimes } from '../unit-events.ts';
import type { UnitsAsked } from './find-units.ts';

/** What stands under the ids that were sent, and what is decided in this piece of work. */
export type Done = {
  events: Map<string, { time: number; contentHash: string }>;
  reservations: Map<string, Reservation>;
};

export async function whatWasDone(ctx: CommandCtx, all: readonly UnitsAsked[]): Promise<Done> {
  const eventIds = all.flatMap((asked) => (asked.kind === 'consume' ? [asked.eventId] : []));
  const keys = all.flatMap((asked) => (asked.kind === 'reserve' ? [asked.key] : []));
  const [events, reservations] = await Promise.all([
    storedTimes(ctx, eventIds),
    reservationsUnder(ctx, keys),
  ]);
  return {
    events,
    reservations: new Map(reservations.map((reservation) => [reservation.key, reservation])),
  };
}

/**
 * Something that was asked for may have been done before, and nobody looked. The work is done again by somebody who
 * looks first; nothing of it stands.
 */
export class RepeatSuspected extends Error {
  override readonly name = 'RepeatSuspected';
}

/** A caller who repeats one thing mostly repeats others: so many pieces of work look first then. */
const LOOKS = 200;

/**
 * Whether to look first. Most ids are new and the keys under which they are stored notice one that is not, so a look-up
 * of each before would be in vain.
 */
export const watchRepeats = () => createReckoning(LOOKS);
