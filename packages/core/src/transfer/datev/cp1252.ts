/** Where Windows-1252 has a character that Unicode keeps elsewhere. */
const MOVED: ReadonlyMap<string, number> = new Map(
  [...'€\u0000‚ƒ„…†‡ˆ‰Š‹Œ\u0000Ž\u0000\u0000‘’“”•–—˜™š›œ\u0000žŸ'].flatMap(
    (character, index): [string, number][] => (character === '\u0000' ? [] : [[character, 0x80 + index]]),
  ),
);

/**
 * A text in the code page that DATEV reads. A character that it lacks is written without its marks (ł is l, ő is o), and as
 * a question mark where that leaves none.
 */
export function encodeCp1252(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text.normalize('NFC')) {
    const byte = byteOf(character);
    if (byte !== undefined) bytes.push(byte);
    else
      for (const plain of PLAIN.get(character) ?? withoutMarks(character)) bytes.push(byteOf(plain) ?? 0x3f);
  }
  return Uint8Array.from(bytes);
}

/** Letters whose stroke is no mark of its own. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ['ł', 'l'],
  ['Ł', 'L'],
  ['đ', 'd'],
  ['Đ', 'D'],
  ['ı', 'i'],
  ['ħ', 'h'],
  ['Ħ', 'H'],
  ['\u2212', '-'],
  ['\u202f', ' '],
  ['\u2009', ' '],
]);

function byteOf(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return code;
  return MOVED.get(character);
}

function withoutMarks(character: string): string {
  const bare = character.normalize('NFD').replace(/\p{M}/gu, '');
  return bare === '' ? '?' : bare;
}
