/** Dates as people read them. Every text names its zone somewhere: in itself or on hover. */

export type DateStyle =
  /** `3 Mar 2026`: in tables and documents. */
  | 'date'
  /** `Tue, 3 Mar`: where people plan. */
  | 'weekday'
  /** `Tue, 3 Mar, 09:00`: a moment people plan for. */
  | 'weekday-time'
  /** `3 Mar 2026, 09:00`: a moment in a table. */
  | 'time'
  /** `5 minutes ago`: where people watch. Needs `now`. */
  | 'relative';

const OPTIONS: Record<Exclude<DateStyle, 'relative'>, Intl.DateTimeFormatOptions> = {
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  weekday: { weekday: 'short', day: 'numeric', month: 'short' },
  'weekday-time': { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  time: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
};

const FULL: Intl.DateTimeFormatOptions = {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'longOffset',
};

const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** English is shown in day-month order with a 24-hour clock unless the locale names a region that differs. */
function dateLocale(locale: string): string {
  return locale === 'en' ? 'en-GB' : locale;
}

/** A calendar date has no zone; it is read and written in UTC so that no zone can move it. */
function zoneOf(iso: string, timeZone: string): string {
  return CALENDAR_DATE.test(iso) ? 'UTC' : timeZone;
}

/** An ISO instant or calendar date in one of the short styles. */
export function formatDate(
  iso: string,
  style: Exclude<DateStyle, 'relative'>,
  locale: string,
  timeZone: string,
): string {
  const format = new Intl.DateTimeFormat(dateLocale(locale), {
    ...OPTIONS[style],
    timeZone: zoneOf(iso, timeZone),
  });
  return format.format(new Date(iso));
}

/** A month such as `2026-05` in words: `May 2026`. It has no zone, so it is written in UTC. */
export function formatMonth(month: string, locale: string): string {
  const style = { month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(dateLocale(locale), style).format(new Date(`${month}-15T00:00:00Z`));
}

/** The whole truth about an instant: weekday, seconds, offset, and the zone's name. */
export function formatDateFull(iso: string, locale: string, timeZone: string): string {
  if (CALENDAR_DATE.test(iso)) {
    const { weekday, day, month, year } = FULL;
    const options = { weekday, day, month, year, timeZone: 'UTC' } as Intl.DateTimeFormatOptions;
    return new Intl.DateTimeFormat(dateLocale(locale), options).format(new Date(iso));
  }
  const text = new Intl.DateTimeFormat(dateLocale(locale), { ...FULL, timeZone }).format(new Date(iso));
  return `${text} (${timeZone})`;
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** The distance from `now` in its largest whole unit: `in 3 days`, `5 minutes ago`, `now`. */
export function formatRelative(iso: string, now: string, locale: string): string {
  const distanceMs = new Date(iso).getTime() - new Date(now).getTime();
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, lengthMs] of STEPS) {
    if (Math.abs(distanceMs) >= lengthMs) return format.format(Math.trunc(distanceMs / lengthMs), unit);
  }
  return format.format(0, 'second');
}

/** A half-open period of days as people say it: `1 May – 31 May 2026` for `2026-05-01` to `2026-06-01`. */
export function formatPeriod(start: string, end: string, locale: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat(dateLocale(locale), {
    ...OPTIONS.date,
    timeZone: zoneOf(start, timeZone),
  });
  const from = new Date(start);
  const last = new Date(new Date(end).getTime() - 1);
  return last < from ? format.format(from) : format.formatRange(from, last);
}
