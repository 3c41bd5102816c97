import { addMs, MS_PER_DAY } from '@billhook/core/time/instant';
import { CORE, type Engine } from '../src/engine.ts';
import { bypassing, type PlantedBug, planted } from './plant.ts';

/** Bugs in what is earned, and in months of the seller's books. */
export const MONTH_BUGS: readonly PlantedBug[] = [
  {
    id: 'month-in-one-account',
    name: 'ends a month with one half of the entries',
    law: 'I435',
    engine: onMonthEnds((posting) => ({ ...posting, entries: posting.entries.slice(1) })),
  },
  {
    id: 'month-skipped',
    name: 'leaves sales that lie ahead among those of the month',
    law: 'I436',
    engine: planted({ monthEndPosting: () => null }),
  },
  {
    id: 'earned-a-day-early',
    name: 'counts the day after the month as a day of service',
    law: 'I436',
    engine: planted({
      deferredAfter: (line, day, zone) => CORE.deferredAfter(line, (day + 1) as typeof day, zone),
    }),
  },
  {
    id: 'earned-with-what-was-credited',
    name: 'goes on earning what a credit note took back',
    law: 'I436',
    engine: planted({
      earnedThrough: (line, day, zone) => CORE.earnedThrough({ ...line, corrections: [] }, day, zone),
    }),
  },
  {
    id: 'doubtful-forgotten',
    name: 'ends a month without what will not be paid',
    law: 'I436',
    engine: planted({
      monthEndPosting: (end) => CORE.monthEndPosting({ ...end, doubtfulMinor: end.doubtfulInBooksMinor }),
    }),
  },
  {
    id: 'corrected-in-the-past',
    name: 'books a credit note in the month of its invoice',
    law: 'I437',
    engine: planted({
      applyChanges: bypassing((books, change) => {
        if (change.type !== 'ledger.post' || change.transaction.kind !== 'credit_note_issued') return false;
        const occurredAt = addMs(change.transaction.occurredAt, -40 * MS_PER_DAY);
        CORE.applyChanges(books, [{ ...change, transaction: { ...change.transaction, occurredAt } }]);
        return true;
      }),
    }),
  },
];

type Posting = NonNullable<ReturnType<Engine['monthEndPosting']>>;

function onMonthEnds(edit: (posting: Posting) => Posting): () => Engine {
  return planted({
    monthEndPosting(end) {
      const posting = CORE.monthEndPosting(end);
      return posting === null ? null : edit(posting);
    },
  });
}
