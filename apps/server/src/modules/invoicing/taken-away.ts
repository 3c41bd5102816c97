import type { Instant } from '@billhook/core/time/instant';
import { refuse } from '../../platform/refuse.ts';

/** Refuses the file of a document whose years were over after its customer was erased: `document.taken_away`. */
export function refuseTakenAway({
  number,
  takenAwayAt,
}: {
  number: string;
  takenAwayAt: Instant | null;
}): void {
  if (takenAwayAt !== null)
    refuse(
      'document.taken_away',
      `${number} was taken away when the years for which it had to be kept were over.`,
    );
}
