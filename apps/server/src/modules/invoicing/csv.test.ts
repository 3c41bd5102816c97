import { expect, test } from 'vitest';
import { csvCell, csvRecord } from './csv.ts';

test('cells with separators, quotes and line ends are quoted as RFC 4180 says', () => {
  expect(csvRecord(['a', 'b,c', 'say "no"', 'two\nlines'])).toBe('a,"b,c","say ""no""","two\nlines"\r\n');
});

test.each(['=1+1', '+A1', '-A1', '@cmd', '\tx'])(
  'a text that starts like a formula is made harmless: %j',
  (text) => {
    expect(csvCell(text)).toBe(`'${text}`);
  },
);

test.each(['-5', '-0.25', '12'])('a plain number stays a number: %s', (text) => {
  expect(csvCell(text)).toBe(text);
});
