import type { CadenceInterval } from '@billhook/core/time/cadence';
import { Temporal } from 'temporal-polyfill';

/** How a grid is laid: the stated one keeps the anchor's time of day, the others have boundaries at local midnights. */
export type Layout = 'anniversary' | 'anniversary_by_date' | 'calendar' | 'billing_day';

const DAYS: Readonly<Partial<Record<CadenceInterval, number>>> = { day: 1, week: 7 };
const MONTHS: Readonly<Partial<Record<CadenceInterval, number>>> = {
  month: 1,
  quarter: 3,
  half_year: 6,
  year: 12,
};

/** Answers what boundary n of a grid is, by Temporal alone: not a line of it is shared with the engine. */
export class PeriodOracle {
  readonly #zone: string;
  /** First moments of local days, which many grids of a zone share. */
  readonly #midnights = new Map<string, number>();

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** Boundaries 0 to `count` in milliseconds since 1970. */
  boundaries(
    anchorMs: number,
    interval: CadenceInterval,
    layout: Layout,
    billingDay: number,
    count: number,
  ): number[] {
    const local = Temporal.Instant.fromEpochMilliseconds(anchorMs)
      .toZonedDateTimeISO(this.#zone)
      .toPlainDateTime();
    const numbers = Array.from({ length: count + 1 }, (_, n) => n);
    if (layout === 'anniversary') {
      return numbers.map((n) => (n === 0 ? anchorMs : this.#moment(local.add(steps(interval, n)))));
    }
    const date = local.toPlainDate();
    if (layout === 'billing_day' && MONTHS[interval] !== undefined) {
      const own = onDay(date.toPlainYearMonth(), billingDay);
      const isPast = Temporal.PlainDate.compare(own, date) < 0;
      const first = date.toPlainYearMonth().add({ months: isPast ? 1 : 0 });
      return numbers.map((n) => this.#midnight(onDay(first.add(steps(interval, n)), billingDay)));
    }
    const origin = layout === 'calendar' ? calendarStart(date, interval) : date;
    return numbers.map((n) => this.#midnight(origin.add(steps(interval, n))));
  }

  #moment(local: Temporal.PlainDateTime): number {
    return local.toZonedDateTime(this.#zone, { disambiguation: 'compatible' }).epochMilliseconds;
  }

  #midnight(date: Temporal.PlainDate): number {
    const text = date.toString();
    const known = this.#midnights.get(text);
    if (known !== undefined) return known;
    const found = date.toZonedDateTime(this.#zone).epochMilliseconds;
    this.#midnights.set(text, found);
    return found;
  }
}

function steps(interval: CadenceInterval, n: number): { days: number } | { months: number } {
  const days = DAYS[interval];
  return days === undefined ? { months: n * (MONTHS[interval] ?? 0) } : { days: n * days };
}

function onDay(month: Temporal.PlainYearMonth, day: number): Temporal.PlainDate {
  return month.toPlainDate({ day: Math.min(day, month.daysInMonth) });
}

function calendarStart(date: Temporal.PlainDate, interval: CadenceInterval): Temporal.PlainDate {
  switch (interval) {
    case 'day':
      return date;
    case 'week':
      return date.subtract({ days: date.dayOfWeek - 1 });
    case 'month':
      return date.with({ day: 1 });
    case 'quarter':
      return date.with({ day: 1, month: date.month - ((date.month - 1) % 3) });
    case 'half_year':
      return date.with({ day: 1, month: date.month > 6 ? 7 : 1 });
    case 'year':
      return date.with({ day: 1, month: 1 });
  }
}
