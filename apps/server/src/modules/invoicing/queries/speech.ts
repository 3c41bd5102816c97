import { dateText, decimalText, isoDateText, moneyText } from '@billhook/core/documents/formats';
import { type Conventions, conventionsOf } from '@billhook/core/documents/language';
import { type DocumentWords, documentWords, fill } from '@billhook/core/documents/words';
import { currencyCode } from '@billhook/core/money/currency';
import { dateAt } from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';

/** Writes what a document says in the words and figures of its reader. */
export type Speech = {
  conventions: Conventions;
  words: DocumentWords;
  say(name: keyof DocumentWords, values?: Readonly<Record<string, string>>): string;
  /** Whether a count takes the word for one of a thing, as the language has it. */
  isOne(count: string | number): boolean;
  money(minor: bigint, currency: string): string;
  decimal(text: string): string;
  /** An ISO day. */
  date(iso: string): string;
  /** The day that an instant lies in, in a time zone. */
  day(at: Instant, timeZone: string): string;
};

export function speechOf(locale: string | null | undefined): Speech {
  const conventions = conventionsOf(locale);
  const words = documentWords(conventions.language);
  const rules = new Intl.PluralRules(conventions.language);
  return {
    conventions,
    words,
    say: (name, values = {}) => fill(words[name], values),
    isOne: (count) => rules.select(Number(count)) === 'one',
    money: (minor, currency) => moneyText(minor, currencyCode(currency), conventions),
    decimal: (text) => decimalText(text, conventions),
    date: (iso) => isoDateText(iso, conventions),
    day: (at, timeZone) => dateText(dateAt(at, zoneNamed(timeZone)), conventions),
  };
}
