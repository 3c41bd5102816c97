import { type CalendarDate, formatDate } from '../time/calendar-date.ts';

/** A part of a country with tax rules of its own, known by its postal codes or by a country code of its own. */
export interface VatRegion {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly postalCode: RegExp;
  /** `outside`: no part of the territory in which VAT of the union is due. `rates`: a standard rate of its own. */
  readonly rule: 'outside' | 'rates';
  /** `[first day, standard rate in percent]`, for `rates`. */
  readonly standard: readonly (readonly [from: string, percent: string])[];
}

const outside = (id: string, name: string, country: string, postalCode: RegExp): VatRegion => {
  return { id, name, country, postalCode, rule: 'outside', standard: [] };
};

/**
 * Regions of the member states that Directive 2006/112/EC treats apart: article 6 (outside), articles 104 and 105 (rates of
 * their own, in Austria and Portugal).
 */
export const VAT_REGIONS: readonly VatRegion[] = [
  outside('ES-CN', 'Canary Islands', 'ES', /^(35|38)\d{3}$/),
  outside('ES-CE', 'Ceuta', 'ES', /^51\d{3}$/),
  outside('ES-ML', 'Melilla', 'ES', /^52\d{3}$/),
  outside('DE-78266', 'Büsingen am Hochrhein', 'DE', /^78266$/),
  outside('DE-27498', 'Heligoland', 'DE', /^27498$/),
  outside('IT-23041', 'Livigno', 'IT', /^23041$/),
  outside('IT-22061', "Campione d'Italia", 'IT', /^22061$/),
  outside('GR-69', 'Mount Athos', 'GR', /^63086$/),
  outside('FI-01', 'Åland', 'FI', /^22\d{3}$/),
  outside('FR-OM', 'French overseas departments', 'FR', /^97[1-6]\d{2}$/),
  {
    id: 'PT-30',
    name: 'Madeira',
    country: 'PT',
    postalCode: /^9[0-4]\d{2}/,
    rule: 'rates',
    standard: [['2018-01-01', '22']],
  },
  {
    id: 'PT-20',
    name: 'Azores',
    country: 'PT',
    postalCode: /^9[5-9]\d{2}/,
    rule: 'rates',
    standard: [
      ['2018-01-01', '18'],
      ['2021-07-01', '16'],
    ],
  },
  {
    id: 'AT-19',
    name: 'Jungholz and Mittelberg',
    country: 'AT',
    postalCode: /^(6691|699[1-3])$/,
    rule: 'rates',
    standard: [['2018-01-01', '19']],
  },
];

/** Country codes of places that another country's VAT covers (article 7), or that lie outside under a code of their own. */
const SAME_AS: Readonly<Record<string, string>> = { MC: 'FR', IM: 'GB', XI: 'GB', EL: 'GR' };

/** Where a customer is for VAT: the country whose rules hold, and its region where that has rules of its own. */
export interface VatPlace {
  readonly country: string;
  readonly region: VatRegion | null;
}

/**
 * Services of Northern Ireland are those of the United Kingdom: only goods there follow the union, and are not sold by
 * post code here. @param country ISO 3166-1 alpha-2, or XI for Northern Ireland
 */
export function vatPlace(country: string, postalCode: string | null): VatPlace {
  const ruling = Object.hasOwn(SAME_AS, country) ? (SAME_AS[country] as string) : country;
  const code = postalCode?.replace(/^[A-Z]{1,2}-/, '').replace(/\s/g, '') ?? '';
  const region = VAT_REGIONS.find((one) => one.country === ruling && one.postalCode.test(code)) ?? null;
  return { country: ruling, region };
}

/** The standard rate of a region with rates of its own on a day, as decimal text; null where it is not known. */
export function regionRateOn(region: VatRegion, day: CalendarDate): string | null {
  const text = formatDate(day);
  return region.standard.findLast(([from]) => from <= text)?.[1] ?? null;
}
