import { expect, test } from 'vitest';
import { Account, at, dec, flat, metered, unwrap, version } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { firstYear } from './first-year.ts';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from './settings.ts';
import { NO_TAX } from './tax.ts';

const START = at('2026-04-01T00:00:00Z');
const { subscription } = new Account().start(START, version('v', [flat('base', 100n), metered('api', '1')]));

/** A year of 1.00 a month and two units of 1.00 in every month. */
function year(settings: Partial<BillingSettings> = {}) {
  return firstYear({
    subscription,
    billed: [],
    settings: { ...DEFAULT_BILLING_SETTINGS, ...settings },
    taxChoice: NO_TAX,
    creditBalanceMinor: 0n,
    from: START,
    usageOf: () => dec('2'),
  });
}

test.each([
  ['in plain numbers', {}],
  ['by single decisions, where it must', { thresholdMinor: 1_000_000n }],
])('a year is twelve months of everything that begins in it, worked out %s', (_, settings) => {
  const { lines, netMinor } = unwrap(year(settings));
  expect(netMinor).toBe(12n * 100n + 12n * 200n);
  const kinds = lines.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'recurring')).toHaveLength(12);
  expect(kinds.filter((kind) => kind === 'usage')).toHaveLength(12);
  // The usage of the last month is due at the end of the year; the month that begins then is of the next one.
  expect(lines.at(-1)).toMatchObject({ kind: 'usage', servicePeriod: { end: at('2027-04-01T00:00:00Z') } });
});

test('a year that cannot be billed is refused', () => {
  expect(codeOf(year({ maxLinesPerInvoice: 0 }))).toBe('billing.safety_bound');
});
