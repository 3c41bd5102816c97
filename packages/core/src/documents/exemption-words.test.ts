import { expect, test } from 'vitest';
import { EXEMPTIONS, type ExemptionKind } from '../tax/exemptions.ts';
import { exemptionIn } from './exemption-words.ts';
import { LANGUAGES } from './language.ts';
import { documentWords } from './words.ts';

const KINDS = Object.keys(EXEMPTIONS) as ExemptionKind[];

test('I419 every reason for which no tax is charged has words in every language of documents, and English ones are those that are frozen', () => {
  for (const kind of KINDS)
    expect(exemptionIn(documentWords('en'), EXEMPTIONS[kind].text)).toBe(EXEMPTIONS[kind].text);
  for (const language of LANGUAGES) {
    const said = KINDS.map((kind) => exemptionIn(documentWords(language), EXEMPTIONS[kind].text));
    expect(new Set(said).size).toBe(KINDS.length);
    const articles = said.map((text) => text.match(/\d+/g) ?? []);
    // The law that is named is the same in every language.
    expect(articles).toEqual(KINDS.map((kind) => EXEMPTIONS[kind].text.match(/\d+/g) ?? []));
    if (language !== 'en')
      for (const [at, kind] of KINDS.entries()) expect(said[at]).not.toBe(EXEMPTIONS[kind].text);
  }
  expect(exemptionIn(documentWords('de'), 'Diplomatic mission')).toBe('Diplomatic mission');
});
