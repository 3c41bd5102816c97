import { decimalText, moneyText, weekdayText } from '@billhook/core/documents/formats';
import { conventionsOf, type Language } from '@billhook/core/documents/language';
import { fill } from '@billhook/core/documents/words';
import { currencyCode } from '@billhook/core/money/currency';
import { dateAt } from '@billhook/core/time/calendar-date';
import { instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { MailContent } from '../templates/layout.ts';
import { de } from './de.ts';
import { documentNames } from './document-names.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { nl } from './nl.ts';

type Sentences = { readonly [Name in keyof typeof en]: string };

/** A mail in another language than English, which the template itself is written in. `{seller}` is its sender. */
type WordedMail = {
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** The labels of the facts, in their order. */
  readonly rows: readonly string[];
  readonly action: string;
};

export type MailWords = {
  readonly sentences: Sentences;
  readonly mails: Readonly<Record<string, WordedMail>>;
};

export const MAIL_WORDS: Readonly<Record<Exclude<Language, 'en'>, MailWords>> = { de, es, fr, it, nl };

/** What is billed by: a debit note raises an invoice. */
export type DocumentKind = 'invoice' | 'debit_note';

/** Writes the facts of a mail in the words and figures of its reader. */
export type MailSpeech = {
  money(minor: bigint, currency: string): string;
  /** A decimal text as the reader writes it: `43,210`. */
  figure(text: string): string;
  /** A day as people plan with it: `Tue 3 Mar 2026`, in the time zone of the reader. */
  day(at: number, timeZone: string): string;
  say(name: keyof Sentences, values?: Readonly<Record<string, string>>): string;
  /**
   * Why a payment failed, for the person who pays, in words of what they paid with. Unknown codes get the general
   * sentence, never the code.
   *
   * @param methodKind such as `card` or `sepa_debit`; null where that is not known
   */
  decline(code: string | null, methodKind: string | null): string;
};

const DECLINES = new Set([
  'insufficient_funds',
  'expired_card',
  'incorrect_cvc',
  'authentication_required',
] as const satisfies readonly (keyof Sentences)[]);

function reasonOf(code: string | null, methodKind: string | null): keyof Sentences {
  if (methodKind === 'paypal') return 'paypal_declined';
  if (methodKind === 'sepa_debit' && code !== 'authentication_required')
    return code === 'insufficient_funds' ? 'debit_not_covered' : 'debit_returned';
  return [...DECLINES].find((one) => one === code) ?? 'declined';
}

export function mailSpeech(locale: string): MailSpeech {
  const conventions = conventionsOf(locale);
  const { language } = conventions;
  const sentences: Sentences = language === 'en' ? en : MAIL_WORDS[language].sentences;
  return {
    figure: (text) => decimalText(text, conventions),
    money: (minor, currency) => moneyText(minor, currencyCode(currency), conventions),
    day: (at, timeZone) => weekdayText(dateAt(instant(at), zoneNamed(timeZone)), conventions),
    say: (name, values = {}) => fill(sentences[name], values),
    decline: (code, methodKind) => sentences[reasonOf(code, methodKind)],
  };
}

/** The mail in the language of its reader; as the template wrote it where that has no words of the language. */
export function inLanguage(
  template: string,
  locale: string,
  content: MailContent,
  facts: Readonly<Record<string, string>>,
): MailContent {
  const { language } = conventionsOf(locale);
  if (language === 'en') return content;
  const { mails, sentences } = MAIL_WORDS[language];
  const words = mails[template];
  if (words === undefined) return content;
  const { action, rows } = content;
  const named = { ...documentNames(sentences, facts), ...facts };
  return {
    ...content,
    subject: fill(words.subject, named),
    heading: fill(words.heading, named),
    paragraphs: words.paragraphs.map((text) => fill(text, named)),
    ...(rows === undefined
      ? {}
      : { rows: rows.map(([, value], at) => [fill(words.rows[at] ?? '', named), value] as const) }),
    ...(action === undefined ? {} : { action: { ...action, label: fill(words.action, named) } }),
  };
}
