import { addDays, parseDate, startOfDay } from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { ExportJob, ExportRecord } from './repo.ts';

/** The days of an export as moments in the seller's zone: from the first up to the end of the last. */
export function withTimes(record: ExportRecord, timeZone: string): ExportJob {
  const zone = zoneNamed(timeZone);
  const momentOf = (day: string | null, more: number): Instant | null => {
    const date = parseDate(day ?? '');
    return date.ok ? startOfDay(addDays(date.value, more), zone) : null;
  };
  return { ...record, start: momentOf(record.from, 0), end: momentOf(record.to, 1) };
}
