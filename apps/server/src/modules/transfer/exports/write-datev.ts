import { currencyCode } from '@billhook/core/money/currency';
import { parseDate } from '@billhook/core/time/calendar-date';
import {
  datevHead,
  datevLine,
  MOST_BOOKINGS,
  missingAccounts,
} from '@billhook/core/transfer/datev/buchungsstapel';
import { encodeCp1252 } from '@billhook/core/transfer/datev/cp1252';
import type { DatevSettings } from '@billhook/core/transfer/datev/settings';
import { iso } from '../../../platform/sql.ts';
import { readDatevSettings } from '../settings.ts';
import { countTransactions, readJournal } from './read-journal.ts';
import type { ExportJob } from './repo.ts';
import { CannotExport, type StepDeps, type Writer } from './step.ts';

/** What goes on from part to part: the last transaction, and how many bookings there are. */
type Cursor = { after: string; bookings: number };

/** The ledger as a Buchungsstapel that DATEV reads. An account without a number ends it, with the names of all that are missing. */
export const datevWriter: Writer = {
  total: countTransactions,
  async step({ transactor, request, pageRows }, job) {
    const cursor = job.cursor as Cursor | null;
    const [settings, page] = await transactor.query(request, async (ctx) => [
      await readDatevSettings(ctx),
      await readJournal(ctx, job, cursor?.after ?? null, pageRows, 'apart'),
    ]);
    if (settings === null) throw new CannotExport('The settings for DATEV are gone.');
    const missing = page.bookings.flatMap((booking) => missingAccounts(settings, booking));
    if (missing.length > 0) {
      const all = await allMissing({ transactor, request, pageRows }, job, settings, page.next, missing);
      throw new CannotExport(`These accounts have no number in the accounting settings: ${all.join(', ')}.`);
    }
    const bookings = (cursor?.bookings ?? 0) + page.bookings.length;
    if (bookings > MOST_BOOKINGS)
      throw new CannotExport('DATEV reads up to 99,999 bookings from one file. Choose fewer days.');
    const head = job.partCount === 0 ? datevHead(settings, stretchOf(job), aboutOf(job)) : '';
    const lines = page.bookings.map((booking) => datevLine(settings, booking)).join('');
    return {
      bytes: encodeCp1252(head + lines),
      rows: page.transactions,
      cursor: page.next === null ? null : { after: page.next, bookings },
      footer: null,
    };
  },
};

/** What else has no number in the pages that follow, so that everything is named at once. */
async function allMissing(
  { transactor, request, pageRows }: Pick<StepDeps, 'transactor' | 'request' | 'pageRows'>,
  job: ExportJob,
  settings: DatevSettings,
  after: string | null,
  found: readonly string[],
): Promise<string[]> {
  const missing = new Set(found);
  let next = after;
  while (next !== null) {
    const from = next;
    const page = await transactor.query(request, (ctx) => readJournal(ctx, job, from, pageRows, 'apart'));
    for (const booking of page.bookings)
      for (const account of missingAccounts(settings, booking)) missing.add(account);
    next = page.next;
  }
  return [...missing].toSorted();
}

/** Days and currency are asked for where the export is begun. */
function stretchOf({ from, to }: ExportJob) {
  const [first, last] = [parseDate(from ?? ''), parseDate(to ?? '')];
  if (!first.ok || !last.ok) throw new CannotExport('A file for DATEV names its first and last day.');
  return { from: first.value, to: last.value };
}

function aboutOf({ currency, createdAt }: ExportJob) {
  if (currency === null) throw new CannotExport('A file for DATEV is in one currency.');
  return { currency: currencyCode(currency), title: 'Billhook', madeAt: iso(createdAt) };
}
