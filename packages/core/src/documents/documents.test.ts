import { describe, expect, test } from 'vitest';
import { currencyCode } from '../money/currency.ts';
import { parseDate } from '../time/calendar-date.ts';
import { contrastWithWhite, readableColour } from './colour.ts';
import { countryName } from './countries.ts';
import { decimalText, isoDateText, moneyText, percentText, weekdayText } from './formats.ts';
import { conventionsOf, LANGUAGES } from './language.ts';
import { documentWords, fill } from './words.ts';

describe('I350 documents speak six languages in words and formats that no other release changes', () => {
  test('I350 every language says everything, with the same names for figures', () => {
    const namesOf = (text: string) => (text.match(/\{[a-z0-9_]+\}/g) ?? []).sort().join();
    const english = documentWords('en');
    for (const language of LANGUAGES)
      for (const [name, text] of Object.entries(documentWords(language))) {
        expect(text.trim()).not.toBe('');
        expect(`${name} ${namesOf(text)}`).toBe(`${name} ${namesOf(english[name as keyof typeof english])}`);
      }
    expect(fill('Page {page} of {count}', { page: '1', count: '2' })).toBe('Page 1 of 2');
  });

  test('I350 a dunning letter speaks of amounts, since what it lists may be a debit note, and asks for them on its day at the latest', () => {
    const invoices = /invoice|rechnung|factu|fattur/i;
    const before = /(before|vor|avant|vóór|antes|prima)( \p{L}+)? \{date\}/iu;
    for (const language of LANGUAGES) {
      const { letter_1, letter_2, letter_3 } = documentWords(language);
      for (const text of [letter_1, letter_2, letter_3]) {
        expect(text).not.toMatch(invoices);
        expect(text).not.toMatch(before);
      }
    }
  });

  test.each([
    ['en', '12,345.67 EUR', '1,234 JPY', '0.005 KWD', '1 May 2026', '7.7%'],
    ['en-US', '12,345.67 EUR', '1,234 JPY', '0.005 KWD', 'May 1, 2026', '7.7%'],
    ['de', '12.345,67 EUR', '1.234 JPY', '0,005 KWD', '01.05.2026', '7,7 %'],
    ['de-CH', 'EUR 12’345.67', 'JPY 1’234', 'KWD 0.005', '01.05.2026', '7.7%'],
    ['fr', '12\u202f345,67 EUR', '1\u202f234 JPY', '0,005 KWD', '01/05/2026', '7,7 %'],
    ['nl', 'EUR 12.345,67', 'JPY 1.234', 'KWD 0,005', '01-05-2026', '7,7%'],
    ['es', '12.345,67 EUR', '1234 JPY', '0,005 KWD', '01/05/2026', '7,7 %'],
    ['it', '12.345,67 EUR', '1.234 JPY', '0,005 KWD', '01/05/2026', '7,7%'],
  ])('I350 %s writes amounts of 2, 0 and 3 decimals, days and shares of its own', (...row) => {
    const [locale, euros, yen, dinars, day, percent] = row;
    const conventions = conventionsOf(locale);
    expect([
      moneyText(1_234_567n, currencyCode('EUR'), conventions),
      moneyText(1_234n, currencyCode('JPY'), conventions),
      moneyText(5n, currencyCode('KWD'), conventions),
      isoDateText('2026-05-01', conventions),
      percentText('7.7', conventions),
    ]).toEqual([euros, yen, dinars, day, percent]);
    // Screens write shares by the same rule.
    const onScreen = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
    expect(onScreen.format(0.077).replace(/\s/, ' ')).toBe(percent);
  });

  test('I350 minus is a sign, what is no figure stays, and an unknown language is English', () => {
    const german = conventionsOf('de-DE');
    expect(decimalText('-1234.5', german)).toBe('−1.234,5');
    expect(decimalText('n/a', german)).toBe('n/a');
    expect(moneyText(-100n, currencyCode('EUR'), german)).toBe('−1,00 EUR');
    expect(conventionsOf('pt-BR').language).toBe('en');
    expect(conventionsOf(null).language).toBe('en');
    const day = parseDate('2026-03-03');
    expect(day.ok && weekdayText(day.value, conventionsOf('en'))).toBe('Tue 3 Mar 2026');
    expect(day.ok && weekdayText(day.value, german)).toBe('Di., 03.03.2026');
    expect([countryName('DE', 'fr'), countryName('US', 'it'), countryName('QQ', 'en')]).toEqual([
      'Allemagne',
      'Stati Uniti',
      'QQ',
    ]);
  });

  test('I350 a colour of the seller is darkened until it can be read, and no further', () => {
    expect(readableColour('#14532d', '#000000')).toBe('#14532d');
    expect(readableColour(null, '#14532d')).toBe('#14532d');
    expect(readableColour('red', '#14532d')).toBe('#14532d');
    for (const colour of ['#ffff00', '#ffffff', '#00ff88', '#ff8800']) {
      const readable = readableColour(colour, '#14532d');
      expect(readable).not.toBe(colour);
      expect(contrastWithWhite(readable)).toBeGreaterThanOrEqual(4.5);
      expect(contrastWithWhite(readable)).toBeLessThan(5.2);
    }
    expect(contrastWithWhite('none')).toBeNull();
  });
});
