import fc from 'fast-check';
import { expect, test } from 'vitest';
import { currencyCode } from '../../money/currency.ts';
import type { CalendarDate } from '../../time/calendar-date.ts';
import { pairEntries } from '../pair-entries.ts';
import { datevLine, missingAccounts, namedAccount } from './buchungsstapel.ts';
import { chartDefaults } from './chart-defaults.ts';
import { checkDatevSettings, type DatevSettings } from './settings.ts';
import { byTreatment, namesFor, type TreatedPart, treatmentOf } from './treatments.ts';

const part = (given: Partial<TreatedPart>): TreatedPart => ({
  category: 'S',
  percent: '19',
  country: 'DE',
  netMinor: 100n,
  taxMinor: 19n,
  ...given,
});
const credit = (account: string, amountMinor: bigint) => ({ account, side: 'credit', amountMinor }) as const;
const debit = (account: string, amountMinor: bigint) => ({ account, side: 'debit', amountMinor }) as const;

test('I343 sales stand on the account of their treatment: by rate at home, by country elsewhere, by category without tax', () => {
  expect(treatmentOf(part({}), 'DE')).toBe('s19');
  expect(treatmentOf(part({ percent: '7' }), null)).toBe('s7');
  expect(treatmentOf(part({ country: 'FR', percent: '5.5' }), 'DE')).toBe('oss_fr_5_5');
  expect(treatmentOf(part({ category: 'AE', percent: '0', country: 'FR' }), 'DE')).toBe('ae');
  const parts = [
    part({}),
    part({ country: 'FR', percent: '20', netMinor: 50n, taxMinor: 10n }),
    part({ category: 'AE', percent: '0', netMinor: 70n, taxMinor: 0n }),
    part({ netMinor: -20n, taxMinor: -4n }),
  ];
  const issued = [debit('receivable', 225n), credit('revenue', 200n), credit('tax', 25n)];
  expect(byTreatment(issued, parts, 'DE')).toEqual([
    debit('receivable', 225n),
    credit('revenue:s19', 80n),
    credit('revenue:oss_fr_20', 50n),
    credit('revenue:ae', 70n),
    credit('tax:s19', 15n),
    credit('tax:oss_fr_20', 10n),
  ]);
  // What has no document or no rate stays where it is.
  expect(byTreatment(issued, [], 'DE')).toEqual(issued);
});

test('I343 what is given back in part is divided as the document is, and every sum stays as it was', () => {
  const parts = [part({}), part({ percent: '7', netMinor: 300n, taxMinor: 21n })];
  const refund = [debit('refunds', 40n), debit('tax', 4n), credit('cash:stripe', 44n)];
  expect(byTreatment(refund, parts, 'DE').slice(0, 2)).toEqual([
    debit('refunds:s19', 10n),
    debit('refunds:s7', 30n),
  ]);
  const amount = fc.bigInt({ min: 1n, max: 1_000_000n });
  const some = fc.array(
    fc.record({
      percent: fc.constantFrom('19', '7', '20'),
      country: fc.constantFrom('DE', 'FR', null),
      netMinor: fc.bigInt({ min: -1_000n, max: 100_000n }),
      taxMinor: fc.bigInt({ min: -100n, max: 19_000n }),
    }),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(amount, amount, some, (net, tax, given) => {
      const entries = [debit('receivable', net + tax), credit('revenue', net), credit('tax', tax)];
      const divided = byTreatment(entries, given.map(part), 'DE');
      const sumOf = (name: string) =>
        divided
          .filter(({ account }) => account.split(':')[0] === name)
          .reduce((sum, { side, amountMinor }) => sum + (side === 'credit' ? amountMinor : -amountMinor), 0n);
      expect([sumOf('revenue'), sumOf('tax'), sumOf('receivable')]).toEqual([net, tax, -net - tax]);
      expect(divided.every(({ amountMinor }) => amountMinor > 0n)).toBe(true);
      pairEntries(divided);
    }),
  );
});

const settings: DatevSettings = {
  consultant: 29098,
  client: 55003,
  fiscalYearMonth: 1,
  accountLength: 4,
  chart: '03',
  fixed: false,
  accounts: chartDefaults('03'),
};

test('I343 the proposals for SKR03 and SKR04 are right settings, and one account may do for all other countries', () => {
  expect(checkDatevSettings(settings)).toEqual([]);
  expect(checkDatevSettings({ ...settings, accounts: chartDefaults('04') })).toEqual([]);
  const numbers = (chart: '03' | '04') =>
    ['revenue:s19', 'revenue:s7', 'revenue:ae', 'revenue:oss_fr_20', 'tax:s19'].map(
      (account) => namedAccount({ accounts: chartDefaults(chart) }, account)?.number,
    );
  expect(numbers('03')).toEqual(['8400', '8300', '8336', '8331', '1776']);
  expect(numbers('04')).toEqual(['4400', '4300', '4336', '4331', '3806']);
  expect(namesFor('refunds:oss_fr_20')).toEqual([
    'refunds:oss_fr_20',
    'refunds:oss',
    'revenue:oss_fr_20',
    'revenue:oss',
  ]);
  const booking = {
    ...{
      debit: 'receivable',
      credit: 'revenue:oss_fr_20',
      amountMinor: 5_000n,
      currency: currencyCode('EUR'),
    },
    on: 20_000 as CalendarDate,
    document: 'BH-1',
    text: 'invoice issued',
    customerAccount: null,
  };
  const cells = datevLine(settings, booking).split(';');
  expect([cells[7], cells[39], cells[40]]).toEqual(['8331', '"FR"', '20,00']);
  // One rate that nobody has numbered is named, and the plain account is no guess for it.
  expect(missingAccounts(settings, { ...booking, credit: 'revenue:s16' })).toEqual(['revenue:s16']);
});
