import { expect, test } from 'vitest';
import { isMemberState } from '../invoicing/choose-tax.ts';
import { formatDecimal12 } from '../kernel/decimal.ts';
import { unwrap } from '../testing/factories.ts';
import { parseDate } from '../time/calendar-date.ts';
import { VAT_RATE_PERIODS } from './vat-rate-data.ts';
import { VAT_COUNTRIES, vatRatesOn } from './vat-rates.ts';
import { regionRateOn, VAT_REGIONS, vatPlace } from './vat-regions.ts';

const day = (text: string) => unwrap(parseDate(text));

/** `standard / reduced [super-reduced] (parking)`, as one text. */
function shown(country: string, on: string): string {
  const rates = vatRatesOn(country, day(on));
  if (rates === null) return 'unknown';
  const reduced = rates.reduced.map(formatDecimal12).join(' ');
  const extra = rates.superReduced === null ? '' : ` [${formatDecimal12(rates.superReduced)}]`;
  const parking = rates.parking === null ? '' : ` (${formatDecimal12(rates.parking)})`;
  return `${formatDecimal12(rates.standard)} / ${reduced}${extra}${parking}`;
}

const OF_2026: Record<string, string> = {
  AT: '20 / 10 13 [4.9] (13)',
  BE: '21 / 6 12 (12)',
  BG: '20 / 9',
  CY: '19 / 5 9 [3]',
  CZ: '21 / 12',
  DE: '19 / 7',
  DK: '25 / ',
  EE: '24 / 9 13',
  ES: '21 / 10 [4]',
  FI: '25.5 / 10 13.5',
  FR: '20 / 5.5 10 [2.1]',
  GR: '24 / 6 13',
  HR: '25 / 5 13',
  HU: '27 / 5 18',
  IE: '23 / 9 13.5 [4.8] (13.5)',
  IT: '22 / 5 10 [4]',
  LT: '21 / 5 12',
  LU: '17 / 8 [3] (14)',
  LV: '21 / 5 12',
  MT: '18 / 5 7 (12)',
  NL: '21 / 9',
  PL: '23 / 5 8',
  PT: '23 / 6 13 (13)',
  RO: '21 / 11',
  SE: '25 / 6 12',
  SI: '22 / 5 9.5',
  SK: '23 / 5 19',
  GB: '20 / 5',
  CH: '8.1 / 2.6 3.8',
  NO: '25 / 12 15',
};

test('I310 every member state, GB, CH and NO have their standard and reduced rates of autumn 2026', () => {
  expect(Object.fromEntries(VAT_COUNTRIES.map((country) => [country, shown(country, '2026-10-01')]))).toEqual(
    OF_2026,
  );
  expect(VAT_COUNTRIES.filter(isMemberState)).toHaveLength(27);
});

test.each([
  ['AT', '2026-06-30', '20 / 10 13 (13)', '20 / 10 13 [4.9] (13)'],
  ['CY', '2023-07-20', '19 / 5 9', '19 / 5 9 [3]'],
  ['CZ', '2023-12-31', '21 / 10 15', '21 / 12'],
  ['DE', '2020-06-30', '19 / 7', '16 / 5'],
  ['DE', '2020-12-31', '16 / 5', '19 / 7'],
  ['EE', '2023-12-31', '20 / 5 9', '22 / 5 9'],
  ['EE', '2024-12-31', '22 / 5 9', '22 / 9 13'],
  ['EE', '2025-06-30', '22 / 9 13', '24 / 9 13'],
  ['FI', '2024-08-31', '24 / 10 14', '25.5 / 10 14'],
  ['FI', '2025-12-31', '25.5 / 10 14', '25.5 / 10 13.5'],
  ['IE', '2020-08-31', '23 / 9 13.5 [4.8] (13.5)', '21 / 9 13.5 [4.8] (13.5)'],
  ['IE', '2021-02-28', '21 / 9 13.5 [4.8] (13.5)', '23 / 9 13.5 [4.8] (13.5)'],
  ['LT', '2025-12-31', '21 / 5 9', '21 / 5 12'],
  ['LU', '2022-12-31', '17 / 8 [3] (14)', '16 / 7 [3] (13)'],
  ['LU', '2023-12-31', '16 / 7 [3] (13)', '17 / 8 [3] (14)'],
  ['MT', '2023-12-31', '18 / 5 7', '18 / 5 7 (12)'],
  ['NL', '2018-12-31', '21 / 6', '21 / 9'],
  ['RO', '2025-07-31', '19 / 5 9', '21 / 11'],
  ['SI', '2019-12-31', '22 / 9.5', '22 / 5 9.5'],
  ['SK', '2022-12-31', '20 / 10', '20 / 5 10'],
  ['SK', '2024-12-31', '20 / 5 10', '23 / 5 19'],
  ['CH', '2023-12-31', '7.7 / 2.5 3.7', '8.1 / 2.6 3.8'],
])('I310 the rates of %s change at the end of %s', (country, lastDay, before, after) => {
  expect(shown(country, lastDay)).toBe(before);
  const next = (day(lastDay) + 1) as ReturnType<typeof day>;
  expect(vatRatesOn(country, next)?.from).not.toBe(vatRatesOn(country, day(lastDay))?.from);
  expect(shown(country, new Date(next * 86_400_000).toISOString().slice(0, 10))).toBe(after);
});

test('nothing is said about days before the data begins, nor about other countries', () => {
  expect(shown('DE', '2017-12-31')).toBe('unknown');
  expect(['US', 'XX', 'constructor', ''].map((country) => shown(country, '2026-01-01'))).toEqual(
    Array(4).fill('unknown'),
  );
});

test('periods of a country rise by date, and rates by size', () => {
  for (const periods of Object.values(VAT_RATE_PERIODS)) {
    const starts = periods.map(([from]) => from);
    expect(starts).toEqual([...new Set(starts)].sort());
    for (const [, , reduced] of periods)
      expect(reduced.map(Number)).toEqual(reduced.map(Number).sort((a, b) => a - b));
  }
});

test.each([
  ['ES', '35001', 'ES-CN'],
  ['ES', '38670', 'ES-CN'],
  ['ES', '28001', null],
  ['ES', '51001', 'ES-CE'],
  ['ES', '52006', 'ES-ML'],
  ['DE', '78266', 'DE-78266'],
  ['DE', 'D-27498', 'DE-27498'],
  ['DE', '10115', null],
  ['FR', '97110', 'FR-OM'],
  ['FR', '75001', null],
  ['PT', '9000-001', 'PT-30'],
  ['PT', '9500-321', 'PT-20'],
  ['PT', '1000-001', null],
  ['AT', '6691', 'AT-19'],
  ['FI', '22100', 'FI-01'],
  ['IT', '23041', 'IT-23041'],
  ['GR', '63086', 'GR-69'],
])('a postal code says the region: %s %s is %s', (country, code, region) => {
  expect(vatPlace(country, code).region?.id ?? null).toBe(region);
});

test('places under the tax of another country are that country', () => {
  expect(['MC', 'IM', 'XI', 'EL', 'DE'].map((code) => vatPlace(code, null).country)).toEqual([
    'FR',
    'GB',
    'GB',
    'GR',
    'DE',
  ]);
  const azores = VAT_REGIONS.find(({ id }) => id === 'PT-20');
  expect(
    azores && [regionRateOn(azores, day('2021-06-30')), regionRateOn(azores, day('2021-07-01'))],
  ).toEqual(['18', '16']);
});
