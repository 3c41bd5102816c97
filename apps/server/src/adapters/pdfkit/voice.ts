import { countryName } from '@billhook/core/documents/countries';
import { amountText, isoDateText, percentText } from '@billhook/core/documents/formats';
import { conventionsOf } from '@billhook/core/documents/language';
import { type DocumentWords, documentWords, fill } from '@billhook/core/documents/words';
import { currencyCode } from '@billhook/core/money/currency';
import type { InvoiceDocument } from '../../modules/invoicing/document.ts';

/** How a document speaks: the words and the figures of its reader. */
export type Voice = {
  /** As the PDF names its language: `de`. */
  language: string;
  currency: string;
  words: DocumentWords;
  say(name: keyof DocumentWords, values?: Readonly<Record<string, string>>): string;
  amount(minor: string): string;
  date(iso: string): string;
  percent(percent: string): string;
  country(code: string): string;
};

export function voiceOf({ locale, currency }: Pick<InvoiceDocument, 'locale' | 'currency'>): Voice {
  const conventions = conventionsOf(locale);
  const { language } = conventions;
  const words = documentWords(language);
  const code = currencyCode(currency);
  return {
    language,
    currency,
    words,
    say: (name, values = {}) => fill(words[name], values),
    amount: (minor) => amountText(BigInt(minor), code, conventions),
    date: (iso) => isoDateText(iso, conventions),
    percent: (percent) => percentText(percent, conventions),
    country: (country) => countryName(country, language),
  };
}

/** What the document is called in the language of its reader. */
export function titleOf(document: InvoiceDocument, { words }: Pick<Voice, 'words'>): string {
  return words[document.title ?? usualTitle(document)];
}

function usualTitle({ credits, receipt }: InvoiceDocument): keyof DocumentWords {
  if (receipt) return 'receipt';
  return credits === null ? 'invoice' : 'credit_note';
}
