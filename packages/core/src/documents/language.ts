/** The languages that documents and the mails about them are written in. */
export const LANGUAGES = ['en', 'de', 'fr', 'nl', 'es', 'it'] as const;

export type Language = (typeof LANGUAGES)[number];

/** How a place writes its figures and days. The tables are ours, so that no other release of anything changes a byte. */
export interface Conventions {
  readonly language: Language;
  /** Between whole number and fraction. */
  readonly decimal: string;
  /** Between groups of three digits. */
  readonly group: string;
  /** Spanish and Italian do not group numbers of four digits. */
  readonly groupsFrom: number;
  readonly currency: 'before' | 'after';
  readonly percent: '%' | ' %';
  readonly date: 'day_month_name' | 'month_name_day' | 'dots' | 'slashes' | 'dashes' | 'iso';
}

/** No line ends inside of a number. */
const NARROW = '\u202f';
const FIXED = '\u00a0';

const ENGLISH: Conventions = {
  language: 'en',
  decimal: '.',
  group: ',',
  groupsFrom: 4,
  currency: 'after',
  percent: '%',
  date: 'day_month_name',
};
const GERMAN: Conventions = {
  ...ENGLISH,
  language: 'de',
  decimal: ',',
  group: '.',
  percent: ' %',
  date: 'dots',
};
const FRENCH: Conventions = {
  ...ENGLISH,
  language: 'fr',
  decimal: ',',
  group: NARROW,
  percent: ' %',
  date: 'slashes',
};
const DUTCH: Conventions = {
  ...ENGLISH,
  language: 'nl',
  decimal: ',',
  group: '.',
  currency: 'before',
  date: 'dashes',
};
const SPANISH: Conventions = {
  ...ENGLISH,
  language: 'es',
  decimal: ',',
  group: '.',
  groupsFrom: 5,
  percent: ' %',
  date: 'slashes',
};
const ITALIAN: Conventions = { ...SPANISH, language: 'it', groupsFrom: 4, percent: '%' };
const SWISS = { decimal: '.', group: '’', currency: 'before', date: 'dots', percent: '%' } as const;

/** A place that differs from the rest of its language. */
const PLACES: Readonly<Record<string, Conventions>> = {
  en: ENGLISH,
  'en-US': { ...ENGLISH, date: 'month_name_day' },
  'en-CA': { ...ENGLISH, date: 'iso' },
  de: GERMAN,
  'de-AT': { ...GERMAN, group: FIXED },
  'de-CH': { ...GERMAN, ...SWISS },
  'de-LI': { ...GERMAN, ...SWISS },
  fr: FRENCH,
  'fr-CA': { ...FRENCH, group: FIXED, date: 'iso' },
  'fr-CH': { ...FRENCH, date: 'dots', percent: '%' },
  nl: DUTCH,
  'nl-BE': { ...DUTCH, date: 'slashes', currency: 'after' },
  es: SPANISH,
  'es-MX': { ...SPANISH, decimal: '.', group: ',', groupsFrom: 4, percent: '%' },
  'es-US': { ...SPANISH, decimal: '.', group: ',', groupsFrom: 4, percent: '%' },
  it: ITALIAN,
  'it-CH': { ...ITALIAN, ...SWISS },
};

/** The conventions of a BCP 47 tag: those of its language and region, else of its language, else English. */
export function conventionsOf(locale: string | null | undefined): Conventions {
  const [language = '', ...rest] = (locale ?? '').replaceAll('_', '-').split('-');
  const region = rest.find((part) => part.length === 2)?.toUpperCase();
  const base = language.toLowerCase();
  return PLACES[`${base}-${region}`] ?? PLACES[base] ?? ENGLISH;
}
