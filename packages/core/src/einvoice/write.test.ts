import { expect, test } from 'vitest';
import { schemaFaults } from '../testing/einvoice-schemas.ts';
import { DEBIT_SOURCE, LINES, NOTE_SOURCE, SOURCE, sourceIn } from '../testing/einvoices.ts';
import { unwrap } from '../testing/factories.ts';
import { decideEInvoice } from './map-document.ts';
import type { EInvoiceProfile } from './model.ts';
import type { SourceDocument } from './source.ts';
import { eInvoiceText } from './write.ts';
import { group, text, xmlText } from './xml.ts';

const ADJUSTED: SourceDocument = {
  ...SOURCE,
  kind: 'corrected_invoice',
  preceding: { number: 'BH-2026-000041', issuedOn: '2026-04-01' },
  adjustments: [
    { description: 'Goodwill', netMinor: -143n, rateIds: ['r19'] },
    { description: 'Freight', netMinor: 1000n, rateIds: ['r19'] },
  ],
  taxes: SOURCE.taxes.map((tax) => ({ ...tax, taxMinor: 9690n })),
  totalMinor: 60_690n,
  dueMinor: 60_690n,
};
const BARE = sourceIn('Z', {
  account: null,
  paymentReference: null,
  orderReference: null,
  lines: LINES.slice(2),
});
const SOURCES = [
  SOURCE,
  NOTE_SOURCE,
  DEBIT_SOURCE,
  ADJUSTED,
  BARE,
  ...(['E', 'AE', 'K', 'G', 'O'] as const).map((c) => sourceIn(c)),
];

const PROFILES = ['factur_x', 'xrechnung_cii', 'xrechnung_ubl', 'peppol_bis'] as const;

const written = (source: SourceDocument, profile: EInvoiceProfile) =>
  eInvoiceText(unwrap(decideEInvoice(source, profile)), profile);

test.each(SOURCES)(
  'I430 a file of a $kind with VAT of category $taxes.0.category is what its published schema allows',
  (source) => {
    for (const profile of PROFILES) expect(schemaFaults(written(source, profile))).toEqual([]);
  },
);

test('I430 what is out of order, unknown, missing, empty or no number is found', () => {
  for (const profile of PROFILES) {
    const sound = written(SOURCE, profile);
    const isCii = sound.includes('CrossIndustryInvoice');
    const [first, second] = isCii
      ? (['ram:TaxBasisTotalAmount', 'ram:GrandTotalAmount'] as const)
      : (['cbc:TaxExclusiveAmount', 'cbc:PayableAmount'] as const);
    const whole = new RegExp(`<${second}.*</${second}>`);
    const broken = [
      sound.replace(whole, (text) => text.replaceAll(second, `${second}Unknown`)),
      sound.replace(whole, ''),
      sound.replace(whole, (text) => text + text),
      sound.replace(whole, '').replace(`<${first}`, (text) => (sound.match(whole)?.[0] ?? '') + text),
      sound.replace(whole, (text) => text.replace(/>[0-9.]+</, '>1,00<')),
    ];
    for (const text of broken) {
      expect(text).not.toBe(sound);
      expect(schemaFaults(text)).not.toEqual([]);
    }
  }
  expect(schemaFaults('<Letter/>')).toEqual(['Letter is the root of no schema']);
});

test('I324 each kind of file names its rules and its namespaces', () => {
  const cii = written(SOURCE, 'factur_x');
  expect(cii).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<rsm:CrossIndustryInvoice /);
  expect(cii).toContain('xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"');
  expect(cii).toContain('<ram:ID>urn:cen.eu:en16931:2017</ram:ID>');
  for (const profile of ['xrechnung_cii', 'xrechnung_ubl'] as const)
    expect(written(SOURCE, profile)).toContain('urn:xeinkauf.de:kosit:xrechnung_3.0<');
  const peppol = written(SOURCE, 'peppol_bis');
  expect(peppol).toContain('<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"');
  expect(peppol).toContain('<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>');
  expect(written(NOTE_SOURCE, 'peppol_bis')).toContain('ubl:schema:xsd:CreditNote-2"');
});

test('I324 figures stand as they were frozen, and the account to pay to with the reference', () => {
  const cii = written(SOURCE, 'factur_x');
  for (const part of [
    '<ram:LineTotalAmount>501.43</ram:LineTotalAmount>',
    '<ram:TaxTotalAmount currencyID="EUR">95.27</ram:TaxTotalAmount>',
    '<ram:GrandTotalAmount>596.70</ram:GrandTotalAmount>',
    '<ram:TotalPrepaidAmount>100.00</ram:TotalPrepaidAmount>',
    '<ram:DuePayableAmount>496.70</ram:DuePayableAmount>',
    '<ram:IBANID>DE89370400440532013000</ram:IBANID>',
    '<ram:PaymentReference>BH-2026-000042</ram:PaymentReference>',
    '<udt:DateTimeString format="102">20260501</udt:DateTimeString>',
  ])
    expect(cii).toContain(part);
  const note = written(NOTE_SOURCE, 'xrechnung_ubl');
  expect(note).toContain('<cbc:PayableAmount currencyID="EUR">119.00</cbc:PayableAmount>');
  expect(note).toMatch(/<cac:InvoiceDocumentReference>\s*<cbc:ID>BH-2026-000042<\/cbc:ID>/);
});

test('I324 outside the scope of VAT no VAT number is written; reverse charge says why there is none', () => {
  expect(written(sourceIn('O'), 'peppol_bis')).not.toContain('PartyTaxScheme');
  const reverse = written(sourceIn('AE'), 'peppol_bis');
  expect(reverse).toContain('<cbc:TaxExemptionReasonCode>VATEX-EU-AE</cbc:TaxExemptionReasonCode>');
});

test('I324 text is escaped, and what XML cannot carry is left out', () => {
  expect(written(SOURCE, 'factur_x')).toContain('Gemeinde &lt;Musterstadt&gt;');
  const element = text('a', 'x\u0000\u000b\ud800 & "y"', { b: '<' });
  expect(xmlText(group('r', element))).toContain('<a b="&lt;">x\ufffd &amp; &quot;y&quot;</a>');
});

test('I489 a debit note is of type 383 and names its invoice; Germany takes it as an invoice that does', () => {
  const typeIn = (source: SourceDocument, profile: EInvoiceProfile) => {
    const file = written(source, profile);
    expect(file).toContain('BH-2026-000042');
    return /TypeCode>(\d{3})</.exec(file)?.[1];
  };
  const abroad = {
    ...DEBIT_SOURCE,
    buyer: { ...DEBIT_SOURCE.buyer, address: { ...DEBIT_SOURCE.buyer.address, country: 'NL' } },
  };
  expect(PROFILES.map((profile) => typeIn(DEBIT_SOURCE, profile))).toEqual(['383', '380', '380', '380']);
  expect(PROFILES.map((profile) => typeIn(abroad, profile))).toEqual(['383', '380', '380', '383']);
  expect(written(abroad, 'peppol_bis')).toMatch(/<Invoice [\s\S]*<cac:BillingReference>/);
});
