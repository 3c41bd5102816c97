/** Words that say nothing about who it is. */
const LEGAL_FORMS = new Set(
  'gmbh mbh ag kg ohg ug ev eg se sa sas sarl srl spa bv nv ltd limited llc inc plc oy ab as aps sro doo zoo co cie und and the der die das frau herr mr mrs ms dr'.split(
    ' ',
  ),
);

/** How alike two names are, from 0 to 100: the share of words that both have, whatever their order. */
export function likeness(left: string, right: string): number {
  const [first, second] = [wordsOf(left), wordsOf(right)];
  if (first.size === 0 || second.size === 0) return 0;
  const shared = [...first].filter((word) => second.has(word)).length;
  return Math.floor((200 * shared) / (first.size + second.size));
}

/** Without accents, small, umlauts as banks write them. */
function wordsOf(name: string): ReadonlySet<string> {
  const plain = name
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/ä/g, 'ae')
    .replaceAll(/ö/g, 'oe')
    .replaceAll(/ü/g, 'ue')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '');
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1);
  const telling = words.filter((word) => !LEGAL_FORMS.has(word));
  return new Set(telling.length === 0 ? words : telling);
}
