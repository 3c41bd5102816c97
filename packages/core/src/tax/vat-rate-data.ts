/** `[first day, standard, reduced, super-reduced, parking]`, in percent; a period lasts until the next one begins. */
export type VatRatePeriod = readonly [
  from: string,
  standard: string,
  reduced: readonly string[],
  superReduced: string | null,
  parking: string | null,
];

/** Before this day nothing is known; a tax point that lies earlier has no published rate here. */
export const VAT_RATES_KNOWN_FROM = '2018-01-01';

/** The day up to which the table was compared with its sources. */
export const VAT_RATES_CHECKED_ON = '2026-11-22';

/**
 * VAT rates of the member states (ISO 3166-1 codes, Greece is GR), of the United Kingdom, Switzerland and Norway. Facts,
 * from: European Commission, Taxes in Europe Database (TEDB), and its last paper edition "VAT rates applied in the Member
 * States of the European Union"; for the German cut of 2020 the Zweites Corona-Steuerhilfegesetz, which neither has; for
 * Switzerland the Federal Tax Administration, for Norway Skatteetaten, for the United Kingdom HM Revenue & Customs.
 * Left out: zero rates, rates for single trades or goods that ended again (restaurants, energy, food), and rates of
 * regions, which `vat-regions.ts` has as far as they concern the standard rate.
 */
export const VAT_RATE_PERIODS: Readonly<Record<string, readonly VatRatePeriod[]>> = {
  AT: [
    ['2018-01-01', '20', ['10', '13'], null, '13'],
    ['2026-07-01', '20', ['10', '13'], '4.9', '13'],
  ],
  BE: [['2018-01-01', '21', ['6', '12'], null, '12']],
  BG: [['2018-01-01', '20', ['9'], null, null]],
  CY: [
    ['2018-01-01', '19', ['5', '9'], null, null],
    ['2023-07-21', '19', ['5', '9'], '3', null],
  ],
  CZ: [
    ['2018-01-01', '21', ['10', '15'], null, null],
    ['2024-01-01', '21', ['12'], null, null],
  ],
  DE: [
    ['2018-01-01', '19', ['7'], null, null],
    ['2020-07-01', '16', ['5'], null, null],
    ['2021-01-01', '19', ['7'], null, null],
  ],
  DK: [['2018-01-01', '25', [], null, null]],
  EE: [
    ['2018-01-01', '20', ['9'], null, null],
    ['2022-08-01', '20', ['5', '9'], null, null],
    ['2024-01-01', '22', ['5', '9'], null, null],
    ['2025-01-01', '22', ['9', '13'], null, null],
    ['2025-07-01', '24', ['9', '13'], null, null],
  ],
  ES: [['2018-01-01', '21', ['10'], '4', null]],
  FI: [
    ['2018-01-01', '24', ['10', '14'], null, null],
    ['2024-09-01', '25.5', ['10', '14'], null, null],
    ['2026-01-01', '25.5', ['10', '13.5'], null, null],
  ],
  FR: [['2018-01-01', '20', ['5.5', '10'], '2.1', null]],
  GR: [['2018-01-01', '24', ['6', '13'], null, null]],
  HR: [['2018-01-01', '25', ['5', '13'], null, null]],
  HU: [['2018-01-01', '27', ['5', '18'], null, null]],
  IE: [
    ['2018-01-01', '23', ['9', '13.5'], '4.8', '13.5'],
    ['2020-09-01', '21', ['9', '13.5'], '4.8', '13.5'],
    ['2021-03-01', '23', ['9', '13.5'], '4.8', '13.5'],
  ],
  IT: [['2018-01-01', '22', ['5', '10'], '4', null]],
  LT: [
    ['2018-01-01', '21', ['5', '9'], null, null],
    ['2026-01-01', '21', ['5', '12'], null, null],
  ],
  LU: [
    ['2018-01-01', '17', ['8'], '3', '14'],
    ['2023-01-01', '16', ['7'], '3', '13'],
    ['2024-01-01', '17', ['8'], '3', '14'],
  ],
  LV: [['2018-01-01', '21', ['5', '12'], null, null]],
  MT: [
    ['2018-01-01', '18', ['5', '7'], null, null],
    ['2024-01-01', '18', ['5', '7'], null, '12'],
  ],
  NL: [
    ['2018-01-01', '21', ['6'], null, null],
    ['2019-01-01', '21', ['9'], null, null],
  ],
  PL: [['2018-01-01', '23', ['5', '8'], null, null]],
  PT: [['2018-01-01', '23', ['6', '13'], null, '13']],
  RO: [
    ['2018-01-01', '19', ['5', '9'], null, null],
    ['2025-08-01', '21', ['11'], null, null],
  ],
  SE: [['2018-01-01', '25', ['6', '12'], null, null]],
  SI: [
    ['2018-01-01', '22', ['9.5'], null, null],
    ['2020-01-01', '22', ['5', '9.5'], null, null],
  ],
  SK: [
    ['2018-01-01', '20', ['10'], null, null],
    ['2023-01-01', '20', ['5', '10'], null, null],
    ['2025-01-01', '23', ['5', '19'], null, null],
  ],
  GB: [['2018-01-01', '20', ['5'], null, null]],
  CH: [
    ['2018-01-01', '7.7', ['2.5', '3.7'], null, null],
    ['2024-01-01', '8.1', ['2.6', '3.8'], null, null],
  ],
  NO: [['2018-01-01', '25', ['12', '15'], null, null]],
};
