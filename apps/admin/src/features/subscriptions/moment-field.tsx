import { DateText } from '@billhook/ui/date-text';
import { Segmented } from '@billhook/ui/segmented';
import { TextField } from '@billhook/ui/text-field';
import { startOfDay } from '../clock/dates.ts';

/** A word for when, or a day of the calendar. */
export interface Moment<Word extends string> {
  readonly word: Word | 'date';
  /** `2026-03-01`; empty until one is chosen. */
  readonly day: string;
}

export interface MomentFieldProps<Word extends string> {
  readonly label: string;
  readonly words: readonly { readonly value: Word | 'date'; readonly label: string }[];
  readonly value: Moment<Word>;
  readonly onValueChange: (value: Moment<Word>) => void;
  /** Days begin at midnight of this zone. */
  readonly timeZone: string;
  /** Shown below where "at the end of the period" is chosen. */
  readonly periodEnd?: string | undefined;
}

/** When something is to happen: by a word, or at the start of a day. */
export function MomentField<Word extends string>(props: MomentFieldProps<Word>) {
  const { label, words, value, onValueChange, timeZone, periodEnd } = props;
  return (
    <div className="flex flex-col items-start gap-2">
      <p className="text-sm font-medium" aria-hidden="true">
        {label}
      </p>
      <Segmented
        label={label}
        value={value.word}
        onValueChange={(word) => onValueChange({ ...value, word })}
        options={words}
      />
      {value.word === 'date' ? (
        <TextField
          name="day"
          type="date"
          label="Day"
          hint={`Midnight in ${timeZone}.`}
          required
          value={value.day}
          onValueChange={(day) => onValueChange({ ...value, day })}
          className="w-48"
        />
      ) : null}
      {value.word === 'period_end' && periodEnd !== undefined ? (
        <p className="text-sm text-muted">
          <DateText value={periodEnd} as="weekday-time" />
        </p>
      ) : null}
    </div>
  );
}

/** The instant of the chosen day; null while none is chosen or another word is. */
export function momentOf(value: Moment<string>, timeZone: string): string | null {
  return value.word === 'date' && /^\d{4}-\d\d-\d\d$/.test(value.day)
    ? startOfDay(value.day, timeZone)
    : null;
}

/** `when` or `at` of a request; null while a day is still to be chosen. */
export function timingOf<Word extends string>(
  value: Moment<Word>,
  timeZone: string,
): { when: Word } | { at: string } | null {
  if (value.word !== 'date') return { when: value.word as Word };
  const at = momentOf(value, timeZone);
  return at === null ? null : { at };
}
