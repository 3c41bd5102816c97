import {
  addDays,
  type CalendarDate,
  dateAt,
  dateFields,
  daysInMonth,
  startOfDay,
  weekdayOf,
} from '../time/calendar-date.ts';
import { type Instant, MS_PER_DAY, MS_PER_MINUTE } from '../time/instant.ts';
import { instantOfLocal, localOf, type ZoneRules } from '../time/zone.ts';
import type { BusinessHours, CampaignStep, Payday, PaydayRule } from './campaign.ts';
import { isTry } from './campaign.ts';

const FRIDAY = 5;
const DAYS_OF_WEEK = 7;

export interface StepTimeInput {
  readonly step: CampaignStep;
  /** The first failure, or the due date. */
  readonly anchorAt: Instant;
  readonly zone: ZoneRules;
  readonly paydays: PaydayRule | null;
}

/**
 * When a step falls due: its days after the anchor at the same local time, a try on the next payday if one is near.
 */
export function stepTime({ step, anchorAt, zone, paydays }: StepTimeInput): Instant {
  const anchorLocal = localOf(anchorAt, zone);
  let local = anchorLocal + step.day * MS_PER_DAY;
  if (paydays !== null && isTry(step.action)) {
    const waited = daysToPayday(dateOfLocal(local), paydays);
    local += waited * MS_PER_DAY;
  }
  // A step of the very day of the failure is not put back by a clock that shows its time twice.
  return step.day === 0 && local === anchorLocal ? anchorAt : instantOfLocal(local, zone);
}

/** The first moment from `at` on that lies inside business hours. */
export function intoHours(at: Instant, zone: ZoneRules, hours: BusinessHours): Instant {
  const minute = Math.floor((localOf(at, zone) % MS_PER_DAY) / MS_PER_MINUTE);
  let date = dateAt(at, zone);
  const isOpenDay = (day: CalendarDate) => hours.weekdays.includes(weekdayOf(day));
  if (isOpenDay(date) && minute >= hours.fromMinute && minute < hours.toMinute) return at;
  if (!isOpenDay(date) || minute >= hours.toMinute) {
    date = addDays(date, 1);
    for (let days = 0; days < DAYS_OF_WEEK && !isOpenDay(date); days++) date = addDays(date, 1);
  }
  const midnight = localOf(startOfDay(date, zone), zone);
  const opening = midnight - (midnight % MS_PER_DAY) + hours.fromMinute * MS_PER_MINUTE;
  const opened = instantOfLocal(opening, zone);
  return opened < at ? at : opened;
}

function dateOfLocal(local: number): CalendarDate {
  return Math.floor(local / MS_PER_DAY) as CalendarDate;
}

/** How many days to the next payday; 0 where none comes in time. */
function daysToPayday(date: CalendarDate, { days, withinDays }: PaydayRule): number {
  for (let waited = 0; waited <= withinDays; waited++) {
    const day = addDays(date, waited);
    if (days.some((payday) => isPayday(day, payday))) return waited;
  }
  return 0;
}

function isPayday(date: CalendarDate, payday: Payday): boolean {
  const { year, month, day } = dateFields(date);
  switch (payday) {
    case 'first':
      return day === 1;
    case 'fifteenth':
      return day === 15;
    case 'friday':
      return weekdayOf(date) === FRIDAY;
    case 'month_end':
      return day === daysInMonth(year, month);
  }
}
