import { expect, test } from 'vitest';
import { currencyCode } from '../money/currency.ts';
import { BUYER, DEBIT_SOURCE, NOTE_SOURCE, SELLER, SOURCE, sourceIn } from '../testing/einvoices.ts';
import { dec, unwrap } from '../testing/factories.ts';
import { checkEInvoice, rulesOf } from './check.ts';
import { decideEInvoice } from './map-document.ts';
import type {
  EAdjustment,
  EInvoice,
  EInvoiceProfile,
  ELine,
  EParty,
  ETotals,
  EVatRow,
  VatCategory,
} from './model.ts';

const PROFILES: readonly EInvoiceProfile[] = ['factur_x', 'xrechnung_cii', 'xrechnung_ubl', 'peppol_bis'];
const CENT_PART = dec('0.001');

const of = (category: VatCategory, profile: EInvoiceProfile = 'factur_x') =>
  unwrap(decideEInvoice(category === 'S' ? SOURCE : sourceIn(category), profile));
const sound = of('S');
const firstLine = (more: Partial<ELine>, from = sound): EInvoice => ({
  ...from,
  lines: from.lines.map((line, index) => (index === 0 ? { ...line, ...more } : line)),
});
const withVat = (more: Partial<EVatRow>, from = sound): EInvoice => ({
  ...from,
  vat: from.vat.map((row) => ({ ...row, ...more })),
});
const withTotals = (more: Partial<ETotals>): EInvoice => ({ ...sound, totals: { ...sound.totals, ...more } });
const withSeller = (more: Partial<EParty>, from = sound): EInvoice => ({
  ...from,
  seller: { ...from.seller, ...more },
});
const withBuyer = (more: Partial<EParty>, from = sound): EInvoice => ({
  ...from,
  buyer: { ...from.buyer, ...more },
});
const adjusted = (more: Partial<EAdjustment>, from = sound): EInvoice => {
  const one = {
    isCharge: false,
    amount: dec('1'),
    reason: 'Goodwill',
    category: 'S',
    percent: dec('19'),
  } as const;
  return { ...from, adjustments: [{ ...one, ...more }] };
};
const onLine = (more: Partial<EAdjustment>) =>
  firstLine({
    adjustments: [{ isCharge: false, amount: dec('1'), reason: 'x', category: null, percent: null, ...more }],
  });
const contact = (more: object) =>
  withSeller({ contact: { name: 'A', phone: '+49 1234', email: 'a@b.example', ...more } });
const back = { start: '2026-05-02', end: '2026-05-01' };

const paidBy = (means: string) => ({ ...sound, payment: { means, reference: null, account: null } });
const reasoned = (exemptionCode: string) => withVat({ exemptionCode });
const inScheme = (scheme: string, value: string) => withBuyer({ endpoint: { scheme, value } });
const noDays = { start: '', end: '' };

const BROKEN_MORE: Record<string, EInvoice> = {
  'BR-CO-04': firstLine({ category: '' as VatCategory }),
  'BR-CO-19': { ...sound, period: noDays },
  'BR-CO-20': firstLine({ period: noDays }),
  'BR-CO-21': adjusted({ reason: '' }),
  'BR-CO-22': adjusted({ isCharge: true, reason: '' }),
  'BR-CO-23': onLine({ reason: '' }),
  'BR-CO-24': onLine({ isCharge: true, reason: '' }),
  'BR-CL-08': { ...sound, note: '#abc#Text' },
  'BR-CL-11': withSeller({ registration: { scheme: '9999', value: '1' } }),
  'BR-CL-17': withVat({ category: 'L' as VatCategory }),
  'BR-CL-18': firstLine({ category: 'B' as VatCategory }),
  'BR-O-12': { ...of('O'), lines: sound.lines },
  'BR-O-13': adjusted({}, of('O')),
  'BR-O-14': adjusted({ isCharge: true }, of('O')),
  'BR-DE-18': { ...sound, terms: 'Soon.\n#SKONTO#TAGE=7#PROZENT=2#\n' },
  'BR-DE-23-a': paidBy('58'),
  'BR-DE-24-a': paidBy('54'),
  'BR-DE-25-a': paidBy('59'),
  ...Object.fromEntries(
    ['G', 'O', 'IC', 'AE', 'D', 'F', 'I', 'J'].map((code, at) => [
      `PEPPOL-EN16931-P0${104 + at}`,
      reasoned(`VATEX-EU-${code}`),
    ]),
  ),
  'PEPPOL-EN16931-P0112': withBuyer(
    { address: { ...BUYER.address, country: 'FR' } },
    { ...sound, type: '384' },
  ),
  'PEPPOL-COMMON-R040': inScheme('0088', '4012345000010'),
  'PEPPOL-COMMON-R041': inScheme('0192', '987654326'),
  'PEPPOL-COMMON-R042': inScheme('0184', '12345678'),
  'PEPPOL-COMMON-R043': inScheme('0208', '0123456700'),
  'PEPPOL-COMMON-R049': inScheme('0007', '5560360794'),
  'PEPPOL-COMMON-R050': inScheme('0151', '51824753555'),
};

/** How each rule is broken. */
const BROKEN: Record<string, EInvoice> = {
  'BR-01': { ...sound, specification: '' },
  'BR-02': { ...sound, number: ' ' },
  'BR-03': { ...sound, issuedOn: '1 May 2026' },
  'BR-04': { ...sound, type: '' },
  'BR-05': { ...sound, currency: '' },
  'BR-06': withSeller({ name: '' }),
  'BR-07': withBuyer({ name: '' }),
  'BR-09': withSeller({ address: { ...SELLER.address, country: '' } }),
  'BR-11': withBuyer({ address: { ...BUYER.address, country: '' } }),
  'BR-16': { ...sound, lines: [] },
  'BR-21': firstLine({ id: '' }),
  'BR-23': firstLine({ unit: '' }),
  'BR-25': firstLine({ name: '' }),
  'BR-27': firstLine({ price: dec('-1') }),
  'BR-29': { ...sound, period: back },
  'BR-30': firstLine({ period: back }),
  'BR-32': adjusted({ category: null }),
  'BR-33': adjusted({ reason: '' }),
  'BR-37': adjusted({ isCharge: true, category: null }),
  'BR-38': adjusted({ isCharge: true, reason: '' }),
  'BR-42': onLine({ reason: '' }),
  'BR-44': onLine({ isCharge: true, reason: '' }),
  'BR-48': withVat({ percent: null }),
  'BR-49': { ...sound, payment: { means: '', reference: null, account: null } },
  'BR-50': {
    ...sound,
    payment: { means: '58', reference: null, account: { iban: '', name: null, bic: null } },
  },
  'BR-55': { ...sound, preceding: { number: '', issuedOn: null } },
  'BR-57': { ...sound, deliveredTo: { ...SELLER.address, country: '' } },
  'BR-61': { ...sound, payment: { means: '30', reference: null, account: null } },
  'BR-62': withSeller({ endpoint: { scheme: null, value: 'x' } }),
  'BR-63': withBuyer({ endpoint: { scheme: '', value: 'x' } }),
  'BR-CO-09': withBuyer({ vatId: '123456' }),
  'BR-CO-10': withTotals({ lines: dec('1') }),
  'BR-CO-11': withTotals({ allowances: dec('1') }),
  'BR-CO-12': withTotals({ charges: dec('1') }),
  'BR-CO-13': withTotals({ withoutVat: dec('1') }),
  'BR-CO-14': withTotals({ vat: dec('1') }),
  'BR-CO-15': withTotals({ withVat: dec('1') }),
  'BR-CO-16': withTotals({ payable: dec('1') }),
  'BR-CO-17': withVat({ tax: dec('95.31') }),
  'BR-CO-18': { ...sound, vat: [] },
  'BR-CO-25': { ...sound, dueOn: null, terms: null },
  'BR-CO-26': withSeller({ vatId: null, registration: null, id: null }),
  'BR-DEC-01': adjusted({ amount: CENT_PART }),
  'BR-DEC-05': adjusted({ isCharge: true, amount: CENT_PART }),
  'BR-DEC-09': withTotals({ lines: CENT_PART }),
  'BR-DEC-10': withTotals({ allowances: CENT_PART }),
  'BR-DEC-11': withTotals({ charges: CENT_PART }),
  'BR-DEC-12': withTotals({ withoutVat: CENT_PART }),
  'BR-DEC-13': withTotals({ vat: CENT_PART }),
  'BR-DEC-14': withTotals({ withVat: CENT_PART }),
  'BR-DEC-16': withTotals({ paid: CENT_PART }),
  'BR-DEC-17': withTotals({ rounding: CENT_PART }),
  'BR-DEC-18': withTotals({ payable: CENT_PART }),
  'BR-DEC-19': withVat({ taxable: CENT_PART }),
  'BR-DEC-20': withVat({ tax: CENT_PART }),
  'BR-DEC-23': firstLine({ net: CENT_PART }),
  'BR-DEC-24': onLine({ amount: CENT_PART }),
  'BR-DEC-27': onLine({ isCharge: true, amount: CENT_PART }),
  'BR-CL-01': { ...sound, type: '999' },
  'BR-CL-04': { ...sound, currency: 'EURO' },
  'BR-CL-14': withBuyer({ address: { ...BUYER.address, country: 'UK' } }),
  'BR-CL-16': { ...sound, payment: { means: '99', reference: null, account: null } },
  'BR-CL-22': withVat({ exemptionCode: 'VATEX-EU' }),
  'BR-CL-23': firstLine({ unit: 'seats' }),
  'BR-CL-25': withBuyer({ endpoint: { scheme: '1234', value: 'x' } }),
  'BR-IC-11': { ...of('K'), period: null },
  'BR-IC-12': { ...of('K'), deliveredTo: null },
  'BR-O-11': { ...of('O'), vat: [...of('O').vat, ...sound.vat] },
  'BR-DE-1': { ...sound, payment: null },
  'BR-DE-2': withSeller({ contact: null }),
  'BR-DE-3': withSeller({ address: { ...SELLER.address, city: null } }),
  'BR-DE-4': withSeller({ address: { ...SELLER.address, postCode: null } }),
  'BR-DE-5': contact({ name: null }),
  'BR-DE-6': contact({ phone: null }),
  'BR-DE-7': contact({ email: null }),
  'BR-DE-8': withBuyer({ address: { ...BUYER.address, city: '' } }),
  'BR-DE-9': withBuyer({ address: { ...BUYER.address, postCode: null } }),
  'BR-DE-10': { ...sound, deliveredTo: { ...BUYER.address, city: null } },
  'BR-DE-11': { ...sound, deliveredTo: { ...BUYER.address, postCode: null } },
  'BR-DE-14': withVat({ percent: null }),
  'BR-DE-15': { ...sound, buyerReference: null },
  'BR-DE-16': withSeller({ vatId: null }),
  'BR-DE-17': { ...sound, type: '383' },
  'BR-DE-19': {
    ...sound,
    payment: {
      means: '58',
      reference: null,
      account: { iban: 'DE89370400440532013001', name: null, bic: null },
    },
  },
  'BR-DE-21': { ...sound, specification: 'urn:cen.eu:en16931:2017' },
  'BR-DE-26': { ...sound, type: '384' },
  'BR-DE-27': contact({ phone: '+4' }),
  'BR-DE-28': contact({ email: 'a@' }),
  'PEPPOL-EN16931-R001': { ...sound, process: null },
  'PEPPOL-EN16931-R003': { ...sound, buyerReference: null, orderReference: null },
  'PEPPOL-EN16931-R004': sound,
  'PEPPOL-EN16931-R007': { ...sound, process: 'urn:other' },
  'PEPPOL-EN16931-R008': { ...sound, note: '' },
  'PEPPOL-EN16931-R010': withBuyer({ endpoint: null }),
  'PEPPOL-EN16931-R020': withSeller({ endpoint: null }),
  'PEPPOL-EN16931-R110': firstLine({ period: { start: '2025-01-01', end: '2026-05-31' } }),
  'PEPPOL-EN16931-R111': firstLine({ period: { start: '2026-05-01', end: '2027-05-31' } }),
  'PEPPOL-EN16931-R120': firstLine({ quantity: dec('8') }),
  'PEPPOL-EN16931-R121': firstLine({ priceBase: dec('0') }),
  'DE-R-017': { ...sound, type: '383' },
  'PEPPOL-EN16931-P0100': { ...sound, type: '326' },
  'PEPPOL-EN16931-F001': { ...sound, dueOn: '20260515' },
  ...BROKEN_MORE,
};

/** The rules that every category of VAT has are broken alike. */
function brokenIn(category: VatCategory): Record<string, EInvoice> {
  const from = of(category);
  const wrong = category === 'S' ? dec('0') : dec('19');
  const parties =
    category === 'O'
      ? withSeller({ vatId: 'DE1' }, from)
      : withSeller({ vatId: null, taxNumber: null }, from);
  const reason = category === 'S' || category === 'Z' ? 'None' : null;
  const entries: [string, EInvoice][] = [
    ['01', { ...from, vat: [] }],
    ['02', parties],
    ['03', adjusted({ category }, parties)],
    ['04', adjusted({ category, isCharge: true }, parties)],
    ['05', firstLine({ percent: wrong }, from)],
    ['06', adjusted({ category, percent: wrong }, from)],
    ['07', adjusted({ category, percent: wrong, isCharge: true }, from)],
    ['08', withVat({ taxable: dec('1') }, from)],
    ['09', withVat({ tax: dec('1') }, from)],
    ['10', withVat({ exemptionReason: reason, exemptionCode: null }, from)],
  ];
  const name = category === 'K' ? 'IC' : category;
  return Object.fromEntries(entries.map(([number, broken]) => [`BR-${name}-${number}`, broken]));
}
for (const category of ['S', 'Z', 'E', 'AE', 'K', 'G', 'O'] as const)
  Object.assign(BROKEN, brokenIn(category));
// Seller and buyer of the examples are Germans, whom Peppol holds to the same.
for (const id of PROFILES.flatMap(rulesOf).map((one) => one.rule)) {
  const [, number, part = ''] = /^DE-R-([0-9]{3})(-1|-2)?$/.exec(id) ?? [];
  const own = `BR-DE-${Number(number)}${part === '' ? '' : part === '-1' ? '-a' : '-b'}`;
  if (number !== undefined) BROKEN[id] = BROKEN[own] as EInvoice;
}

const byId = new Map(PROFILES.flatMap(rulesOf).map((one) => [one.rule, one]));

test('I321 every rule that is named can be broken, and says so', () => {
  expect(Object.keys(BROKEN).sort()).toEqual([...byId.keys()].sort());
  const silent = [...byId].filter(([id, { holds }]) => holds(BROKEN[id] as EInvoice)).map(([id]) => id);
  expect(silent).toEqual([]);
});

test('I321 sound documents of every category and kind of file break none', () => {
  for (const profile of PROFILES)
    for (const source of [
      SOURCE,
      NOTE_SOURCE,
      DEBIT_SOURCE,
      ...(['Z', 'E', 'AE', 'K', 'G', 'O'] as const).map((c) => sourceIn(c)),
    ]) {
      const invoice = unwrap(decideEInvoice(source, profile));
      expect(checkEInvoice(invoice, profile)).toEqual([]);
    }
});

test('I322 what is missing is named whole, by rule and business term', () => {
  const seller = { ...SELLER, contact: null, endpoint: null, address: { ...SELLER.address, city: null } };
  const decided = decideEInvoice({ ...SOURCE, seller, buyerReference: null }, 'xrechnung_ubl');
  expect(decided.ok).toBe(false);
  if (decided.ok) return;
  expect(decided.refusal.code).toBe('einvoice.incomplete');
  const missing = decided.refusal.facts.missing as { rule: string; term: string }[];
  expect(missing.map(({ rule, term }) => `${rule} ${term}`)).toEqual([
    'BR-DE-2 BG-6',
    'BR-DE-3 BT-37',
    'BR-DE-5 BT-41',
    'BR-DE-6 BT-42',
    'BR-DE-7 BT-43',
    'BR-DE-15 BT-10',
    'PEPPOL-EN16931-R020 BT-34',
  ]);
  expect(decideEInvoice({ ...SOURCE, seller, buyerReference: null }, 'factur_x').ok).toBe(true);
});

test('I322 a currency with three decimals, a line with several rates and an untaxed line among taxed ones are refused', () => {
  const code = (more: object) => {
    const decided = decideEInvoice({ ...SOURCE, ...more }, 'factur_x');
    return decided.ok ? 'ok' : decided.refusal.code;
  };
  const lines = (rateIds: string[]) => ({ lines: SOURCE.lines.map((line) => ({ ...line, rateIds })) });
  expect(code({ currency: currencyCode('KWD') })).toBe('einvoice.currency');
  expect(code(lines(['r19', 'r7']))).toBe('einvoice.tax');
  expect(code(lines([]))).toBe('einvoice.tax');
});
