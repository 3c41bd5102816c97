import { cx } from './cx.ts';
import { type DateStyle, formatDate, formatDateFull, formatPeriod, formatRelative } from './format-date.ts';
import { useLocale } from './locale.tsx';

export type DateTextProps = {
  /** An ISO instant, or a calendar date such as `2026-03-03`. */
  readonly value: string;
  /** The zone to show it in; the provider's when left out. */
  readonly timeZone?: string | undefined;
  readonly className?: string | undefined;
} & (
  | { readonly as?: Exclude<DateStyle, 'relative'> | undefined; readonly now?: undefined }
  /** `now` is the business time of the tenant's clock, which need not be this machine's time. */
  | { readonly as: 'relative'; readonly now: string }
);

/** A date, short in place; weekday, seconds, offset and zone on hover. */
export function DateText(props: DateTextProps) {
  const locale = useLocale();
  const timeZone = props.timeZone ?? locale.timeZone;
  const text =
    props.as === 'relative'
      ? formatRelative(props.value, props.now, locale.locale)
      : formatDate(props.value, props.as ?? 'date', locale.locale, timeZone);
  const full = formatDateFull(props.value, locale.locale, timeZone);
  return (
    <time dateTime={props.value} title={full} className={cx('num whitespace-nowrap', props.className)}>
      {text}
    </time>
  );
}

export interface PeriodTextProps {
  readonly start: string;
  /** Exclusive: the first moment after the period. */
  readonly end: string;
  readonly timeZone?: string | undefined;
  readonly className?: string | undefined;
}

/** A service period, its last day included as people say it. */
export function PeriodText({ start, end, timeZone, className }: PeriodTextProps) {
  const locale = useLocale();
  const zone = timeZone ?? locale.timeZone;
  const full = `${formatDateFull(start, locale.locale, zone)} – ${formatDateFull(end, locale.locale, zone)}`;
  return (
    <span title={full} className={cx('num', className)}>
      {formatPeriod(start, end, locale.locale, zone)}
    </span>
  );
}
