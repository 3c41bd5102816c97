import type { Language } from './language.ts';
import { de } from './words/de.ts';
import { en } from './words/en.ts';
import { es } from './words/es.ts';
import { fr } from './words/fr.ts';
import { it } from './words/it.ts';
import { nl } from './words/nl.ts';

/** Everything that documents say by themselves, with `{names}` where figures stand. */
export type DocumentWords = { readonly [Name in keyof typeof en]: string };

const WORDS: Readonly<Record<Language, DocumentWords>> = { en, de, fr, nl, es, it };

export function documentWords(language: Language): DocumentWords {
  return WORDS[language];
}

/** Puts values where their names stand; a name without a value stays, so that a test sees it. */
export function fill(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replaceAll(/\{([a-z0-9_]+)\}/g, (whole, name: string) => values[name] ?? whole);
}
