import { de } from './countries/de.ts';
import { en } from './countries/en.ts';
import { es } from './countries/es.ts';
import { fr } from './countries/fr.ts';
import { it } from './countries/it.ts';
import { nl } from './countries/nl.ts';
import type { Language } from './language.ts';

const PACKED: Readonly<Record<Language, string>> = { en, de, fr, nl, es, it };
const tables = new Map<Language, ReadonlyMap<string, string>>();

/** `Germany`, `Deutschland` for `DE`; a code that no name is known for stays. */
export function countryName(code: string, language: Language): string {
  let table = tables.get(language);
  if (table === undefined) {
    const pairs = PACKED[language].split(';').filter((pair) => pair !== '');
    table = new Map(pairs.map((pair) => [pair.slice(0, 2), pair.slice(3)]));
    tables.set(language, table);
  }
  return table.get(code) ?? code;
}
