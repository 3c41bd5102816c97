import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exemptionIn } from '../documents/exemption-words.ts';
import { documentWords } from '../documents/words.ts';
import { customerTax } from '../invoicing/customer-tax.ts';
import { dec, unwrap } from '../testing/factories.ts';
import { addDays, type CalendarDate, formatDate, parseDate } from '../time/calendar-date.ts';
import { instant } from '../time/instant.ts';
import { zoneNamed } from '../time/zone.ts';
import { isSucceeded, nextCertificateNotice } from './certificate-notices.ts';
import { certificateRate } from './certificate-rate.ts';
import { certificateOn, certificateState, type TaxCertificate } from './certificates.ts';
import { DEFAULT_TAX_RULES, decideTax, type TaxCase } from './decide-tax.ts';

const day = (text: string): CalendarDate => unwrap(parseDate(text));
const paper = (more: Partial<TaxCertificate> = {}): TaxCertificate => ({
  id: 'a',
  reason: 'resale',
  number: '32-1',
  country: 'US',
  regions: ['TX'],
  from: '2026-01-01',
  to: '2026-12-31',
  ...more,
});
const TEXAS = { country: 'US', region: 'TX' };

test('I495 a certificate frees of the tax of its country and regions, from its first day to its last', () => {
  const on = (text: string, place = TEXAS as { country: string; region: string | null }) =>
    certificateOn([paper()], place, day(text))?.id ?? null;
  expect(['2025-12-31', '2026-01-01', '2026-12-31', '2027-01-01'].map((text) => on(text))).toEqual([
    null,
    'a',
    'a',
    null,
  ]);
  expect(on('2026-06-01', { country: 'US', region: ' us-tx ' })).toBe('a');
  for (const region of ['CA', null, '']) expect(on('2026-06-01', { country: 'US', region })).toBeNull();
  expect(on('2026-06-01', { country: 'MX', region: 'TX' })).toBeNull();
  const whole = paper({ id: 'b', regions: [], to: null });
  expect(certificateOn([whole], { country: 'US', region: null }, day('2099-01-01'))?.id).toBe('b');
  expect(certificateOn([whole, paper()], TEXAS, day('2026-06-01'))?.id).toBe('a');
});

test('I495 which certificate decides does not hang on the order in which they come', () => {
  const dates = fc.integer({ min: 0, max: 60 }).map((n) => formatDate(addDays(day('2026-01-01'), n)));
  const drawn = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    regions: fc.constantFrom([], ['TX'], ['CA', 'TX'], ['CA']),
    from: dates,
    to: fc.option(dates),
  });
  fc.assert(
    fc.property(fc.uniqueArray(drawn, { selector: ({ id }) => id }), dates, (all, text) => {
      const papers = all.map((one) => paper(one));
      const found = certificateOn(papers, TEXAS, day(text));
      expect(certificateOn(papers.toReversed(), TEXAS, day(text))).toEqual(found);
      const good = papers.filter(
        ({ regions, from, to }) =>
          (regions.length === 0 || regions.includes('TX')) && from <= text && (to === null || text <= to),
      );
      expect(found === null).toBe(good.length === 0);
      if (found !== null) expect(good).toContainEqual(found);
    }),
  );
});

test('I495 a certificate counts only against a tax that would be due, and the document says by which paper', () => {
  const given = (more: Partial<TaxCase['customer']>): TaxCase => ({
    day: day('2026-03-01'),
    supply: 'electronic_service',
    seller: {
      country: 'DE',
      registrations: [{ scheme: 'local', country: 'DE', from: '2020-01-01', to: null }],
    },
    customer: {
      country: 'DE',
      postalCode: null,
      vatNumber: 'none',
      vatNumberCountry: null,
      exemptReason: null,
      ...more,
    },
    rules: DEFAULT_TAX_RULES,
    ownRates: {},
  });
  const embassy = paper({ reason: 'diplomatic', country: 'DE', regions: [], number: '15.10/7' });
  const found = decideTax(given({ certificates: [embassy] }));
  expect(found).toMatchObject({
    ground: 'exempt_customer',
    country: null,
    certificate: { id: 'a' },
    rate: {
      category: 'E',
      percent: 0n,
      exemption: { code: 'VATEX-EU-151-1A', text: 'Exempt from tax (15.10/7).' },
    },
  });
  expect(exemptionIn(documentWords('de'), found.rate?.exemption?.text ?? '')).toBe(
    'Von der Steuer befreit (15.10/7).',
  );
  expect(decideTax(given({ certificates: [{ ...embassy, to: '2026-02-28' }] }))).toMatchObject({
    ground: 'domestic',
    rate: { category: 'S' },
  });
  const abroad = decideTax(given({ country: 'US', certificates: [paper({ regions: [] })] }));
  expect(abroad.ground).toBe('outside_scope');
  expect(abroad.certificate).toBeUndefined();
  expect(certificateRate(paper({ number: null })).exemption).toEqual({
    code: null,
    text: 'Exempt from tax.',
  });
});

test('I495 a seller with rates of its own charges none either while a certificate holds', () => {
  const rate = { id: 'US', name: 'Sales tax', percent: dec('7'), category: 'S', country: 'US' } as const;
  const taxOn = (text: string) =>
    customerTax({
      mode: 'exclusive',
      rates: { US: rate },
      sellerTaxId: null,
      customer: {
        country: 'US',
        taxId: null,
        isTaxIdConfirmed: null,
        isExempt: false,
        region: 'TX',
        certificates: [paper()],
      },
      day: day(text),
    }).standardRate;
  expect(taxOn('2026-12-31')).toMatchObject({ category: 'E', percent: 0n });
  expect(taxOn('2027-01-01')).toEqual(rate);
});

test('I496 only what staff accepted is worth anything, and only on its days', () => {
  const on = (text: string, decision: Parameters<typeof certificateState>[0]['decision']) =>
    certificateState({ ...paper(), decision }, day(text));
  expect(['2025-12-31', '2026-05-05', '2027-01-01'].map((text) => on(text, 'accepted'))).toEqual([
    'not_yet',
    'valid',
    'expired',
  ]);
  for (const decision of ['to_check', 'refused', 'withdrawn'] as const)
    expect(on('2026-05-05', decision)).toBe(decision);
});

test('I497 people are told 30 and 7 days before a certificate runs out and when it has, on days of the seller', () => {
  const zone = zoneNamed('America/Chicago');
  let at = instant(Date.parse('2026-03-01T00:00:00Z'));
  const told: string[] = [];
  for (;;) {
    const next = nextCertificateNotice('2026-12-31', zone, at);
    if (next === null) break;
    told.push(new Date(next).toISOString());
    at = next;
  }
  expect(told).toEqual(['2026-12-01T06:00:00.000Z', '2026-12-24T06:00:00.000Z', '2027-01-01T06:00:00.000Z']);
  expect(nextCertificateNotice(null, zone, at)).toBeNull();
});

test('I497 nobody is told of one that others go on for everywhere it held', () => {
  const old = paper({ regions: ['TX', 'CA'] });
  const next = (regions: string[], from = '2027-01-01') =>
    paper({ id: regions.join() || 'all', regions, from, to: null });
  expect(isSucceeded(old, [old])).toBe(false);
  expect(isSucceeded(old, [old, next(['TX'])])).toBe(false);
  expect(isSucceeded(old, [old, next(['TX']), next(['CA'])])).toBe(true);
  expect(isSucceeded(old, [old, next([])])).toBe(true);
  expect(isSucceeded(old, [old, next([], '2027-01-02')])).toBe(false);
  expect(isSucceeded(paper({ regions: [] }), [next(['TX'])])).toBe(false);
  expect(isSucceeded(paper({ to: null }), [])).toBe(true);
});
