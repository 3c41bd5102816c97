import { documentNames } from '../words/document-names.ts';
import { en } from '../words/en.ts';

type Facts = Readonly<Record<string, string>>;

/** What a mail is about, as it is called within a sentence. */
export const documentOf = (facts: Facts): string => documentNames(en, facts).document;

/** The same where a sentence or a label begins. */
export const documentTitle = (facts: Facts): string => documentNames(en, facts).document_title;
