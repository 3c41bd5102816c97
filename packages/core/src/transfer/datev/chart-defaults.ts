import type { DatevAccount } from './settings.ts';

/** The charts of accounts that most advisers use. */
export type KnownChart = '03' | '04';

/** Account, number in SKR03, number in SKR04, key: 40 takes the automatic off, since tax is a booking of its own. */
const NUMBERS: readonly (readonly [account: string, skr03: string, skr04: string, taxKey: string | null])[] =
  [
    ['receivable', '1400', '1200', null],
    ['revenue', '8200', '4200', null],
    ['revenue:s19', '8400', '4400', '40'],
    ['revenue:s7', '8300', '4300', '40'],
    ['revenue:ae', '8336', '4336', '40'],
    ['revenue:g', '8120', '4120', '40'],
    ['revenue:k', '8125', '4125', '40'],
    ['revenue:e', '8100', '4100', '40'],
    ['revenue:o', '8338', '4338', '40'],
    ['revenue:oss', '8331', '4331', '40'],
    ['refunds', '8700', '4700', null],
    ['tax', '1770', '3800', null],
    ['tax:s19', '1776', '3806', null],
    ['tax:s7', '1771', '3801', null],
    ['tax:oss', '1728', '3798', null],
    ['deferred_revenue', '0990', '3900', null],
    ['bad_debt', '2451', '6923', null],
    ['bad_debt_allowance', '0998', '1246', null],
    ['fees', '4970', '6855', null],
    ['credit_liability', '1700', '3500', null],
    ['refunds_payable', '1701', '3501', null],
    ['disputed', '1590', '1370', null],
    ['cash:bank', '1200', '1800', null],
    ['cash:stripe', '1360', '1460', null],
    ['cash:paypal', '1361', '1461', null],
  ];

/**
 * A proposal to begin with, for services of a seller in Germany; what the adviser says counts. Accounts that advisers number
 * differently are left out, and so is what each seller keeps in their own way: they are named when a file needs them.
 */
export function chartDefaults(chart: KnownChart): Readonly<Record<string, DatevAccount>> {
  return Object.fromEntries(
    NUMBERS.map(([account, skr03, skr04, taxKey]) => [
      account,
      { number: chart === '03' ? skr03 : skr04, taxKey },
    ]),
  );
}
