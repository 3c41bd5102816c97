import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from '../banking/csv/read-csv.ts';
import { currencyCode } from '../money/currency.ts';
import { parseDate } from '../time/calendar-date.ts';
import { cellText } from './cell.ts';
import { csvHead, csvLine, csvRow, guardFormula } from './csv.ts';
import { datevHead, datevLine, fiscalYearOf, missingAccounts, stretchFault } from './datev/buchungsstapel.ts';
import { DATEV_COLUMNS } from './datev/columns.ts';
import { encodeCp1252 } from './datev/cp1252.ts';
import { checkDatevSettings, type DatevSettings } from './datev/settings.ts';
import { type Entry, pairEntries } from './pair-entries.ts';

const day = (text: string) => {
  const date = parseDate(text);
  if (!date.ok) throw new Error(text);
  return date.value;
};

describe('cells', () => {
  test('I340 what is written as CSV reads back as the same texts, whatever they hold', () => {
    const cell = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\u0000', ''));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
        const filled = rows.map(([first, second]) => [`x${first}`, second ?? '']);
        const read = readCsv(filled.map((row) => csvLine(row)).join(''), ',');
        expect(read.ok && read.value.map(({ cells }) => cells)).toEqual(filled);
      }),
    );
  });

  test('I341 no text is a formula to a spreadsheet, and every figure stays as it is', () => {
    for (const risky of ['=1+1', '+49 30', '-1', '@SUM(A1)', '\tx', '\r=1', '＝1'])
      expect(guardFormula(risky)).toBe(`'${risky}`);
    expect(guardFormula('Ada = 1')).toBe('Ada = 1');
    const columns = [
      { name: 'name', kind: 'text' },
      { name: 'currency', kind: 'text' },
      { name: 'amount', kind: 'amount' },
    ] as const;
    expect(csvHead(columns)).toBe('name,currency,amount\r\n');
    expect(csvRow(columns, { name: '-1', currency: 'EUR', amount: -1n })).toBe("'-1,EUR,-0.01\r\n");
  });

  test('I340 amounts have the places of their currency, decimals as many as they need', () => {
    expect(cellText('amount', 1234n, 'EUR')).toBe('12.34');
    expect(cellText('amount', 1234n, 'JPY')).toBe('1234');
    expect(cellText('amount', -1234n, 'KWD')).toBe('-1.234');
    expect(cellText('decimal', '12.500000000000', null)).toBe('12.5');
    expect(cellText('instant', 0, null)).toBe('1970-01-01T00:00:00Z');
    expect(cellText('amount', null, 'EUR')).toBe('');
  });
});

describe('bookings of two accounts', () => {
  const accounts = fc.constantFrom('receivable', 'revenue', 'tax', 'fees', 'cash:stripe');
  const half = fc.array(
    fc.record({ account: accounts, amountMinor: fc.bigInt({ min: 1n, max: 10n ** 14n }) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  const sum = (entries: readonly { amountMinor: bigint }[]) =>
    entries.reduce((total, { amountMinor }) => total + amountMinor, 0n);

  test('I342 bookings move each account by what the ledger says, and are fewer than the entries', () => {
    fc.assert(
      fc.property(half, half, (debits, credits) => {
        const [more, side] = sum(debits) > sum(credits) ? [credits, 'credit'] : [debits, 'debit'];
        const gap = sum(debits) - sum(credits);
        const entries: Entry[] = [
          ...debits.map((one) => ({ ...one, side: 'debit' as const })),
          ...credits.map((one) => ({ ...one, side: 'credit' as const })),
        ];
        if (gap !== 0n) {
          expect(more.length).toBeGreaterThan(0);
          entries.push({
            account: 'rounding',
            side: side as Entry['side'],
            amountMinor: gap < 0n ? -gap : gap,
          });
        }
        const bookings = pairEntries(entries);
        expect(bookings.length).toBeLessThan(entries.length);
        const moved = (account: string) =>
          sum(bookings.filter(({ debit }) => debit === account)) -
          sum(bookings.filter(({ credit }) => credit === account));
        for (const account of new Set(entries.map((entry) => entry.account))) {
          const own = entries.filter((entry) => entry.account === account);
          const inLedger =
            sum(own.filter((one) => one.side === 'debit')) - sum(own.filter((one) => one.side === 'credit'));
          expect(moved(account)).toBe(inLedger);
        }
      }),
    );
  });
});

describe('files for DATEV', () => {
  const settings: DatevSettings = {
    consultant: 29098,
    client: 55003,
    fiscalYearMonth: 1,
    accountLength: 4,
    chart: '03',
    fixed: false,
    accounts: {
      receivable: { number: '10000', taxKey: null },
      revenue: { number: '8400', taxKey: '40' },
      tax: { number: '1776', taxKey: null },
    },
  };
  const booking = {
    debit: 'receivable',
    credit: 'revenue',
    amountMinor: 1_190_05n,
    currency: currencyCode('EUR'),
    on: day('2026-03-05'),
    document: 'BH-2026 000001',
    text: 'invoice issued, Müller & "Söhne"; Łódź',
    customerAccount: null,
  };

  test('I343 the head has 31 fields and names 125 columns, and every booking has as many', () => {
    const about = { currency: currencyCode('EUR'), title: 'Billhook', madeAt: '2026-04-01T10:11:12.345Z' };
    const stretch = { from: day('2026-03-01'), to: day('2026-03-31') };
    const [head = '', names = ''] = datevHead(settings, stretch, about).split('\r\n');
    const fields = head.split(';');
    expect(fields).toHaveLength(31);
    expect(fields.slice(0, 6)).toEqual([
      '"EXTF"',
      '700',
      '21',
      '"Buchungsstapel"',
      '13',
      '20260401101112345',
    ]);
    expect(fields.slice(10, 22)).toEqual([
      '29098',
      '55003',
      '20260101',
      '4',
      '20260301',
      '20260331',
      '"Billhook"',
      '""',
      '1',
      '0',
      '0',
      '"EUR"',
    ]);
    expect(fields[26]).toBe('"03"');
    expect(names.split(';')).toHaveLength(125);
    expect(DATEV_COLUMNS[113]?.name).toBe('Festschreibung');
    expect(DATEV_COLUMNS[124]?.name).toBe('Abw. Skontokonto');
    const read = readCsv(datevLine(settings, booking), ';');
    const cells = read.ok ? (read.value[0]?.cells ?? []) : [];
    expect(cells).toHaveLength(125);
    expect(cells.slice(0, 14)).toEqual([
      '1190,05',
      'S',
      'EUR',
      '',
      '',
      '',
      '10000',
      '8400',
      '40',
      '0503',
      'BH-2026000001',
      '',
      '',
      booking.text,
    ]);
  });

  test('I343 a customer with an account of their own is booked there, and what has no number is named', () => {
    const own = readCsv(datevLine(settings, { ...booking, customerAccount: '12345' }), ';');
    expect(own.ok && own.value[0]?.cells[6]).toBe('12345');
    expect(missingAccounts(settings, { ...booking, credit: 'fees' })).toEqual(['fees']);
    expect(missingAccounts(settings, { ...booking, customerAccount: 'abc' })).toEqual([]);
  });

  test('I343 a file lies in one fiscal year, since its days have no year', () => {
    expect(fiscalYearOf(day('2026-03-05'), 7)).toBe(day('2025-07-01'));
    expect(stretchFault({ from: day('2026-01-01'), to: day('2026-12-31') }, 1)).toBeNull();
    expect(stretchFault({ from: day('2026-01-01'), to: day('2026-07-01') }, 7)).toContain('2026-06-30');
    expect(stretchFault({ from: day('2026-02-01'), to: day('2026-01-01') }, 1)).toContain('before');
  });

  test('I343 yen have two places there as well', () => {
    expect(datevLine(settings, { ...booking, currency: currencyCode('JPY'), amountMinor: 5n })).toMatch(
      /^5,00;/,
    );
  });

  test('I343 settings are checked, all faults at once', () => {
    expect(checkDatevSettings(settings)).toEqual([]);
    const wrong = {
      ...settings,
      consultant: 7,
      client: 0,
      fiscalYearMonth: 13,
      accountLength: 3,
      chart: 'SKR',
      accounts: { revenue: { number: '12345', taxKey: 'x' } },
    };
    expect(checkDatevSettings(wrong).map(({ pointer }) => pointer)).toEqual([
      '/consultant',
      '/client',
      '/fiscal_year_month',
      '/account_length',
      '/chart',
      '/accounts/revenue/number',
      '/accounts/revenue/tax_key',
    ]);
  });

  test('I343 text is in the code page of DATEV, as it is or without its marks', () => {
    expect([...encodeCp1252('Ä€ß')]).toEqual([0xc4, 0x80, 0xdf]);
    expect(String.fromCharCode(...encodeCp1252('Łódź ő 日'))).toBe('L\u00f3dz o ?');
  });
});
