import { inflateSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { InvoiceDocument } from '../../modules/invoicing/document.ts';
import { renderInvoicePdf } from './render-invoice.ts';

const xml = '<?xml version="1.0" encoding="UTF-8"?>\n<name>Straße</name>\n';
const party = {
  name: 'Bricks & <Sons>',
  addressLines: ['Lindenstraße 4'],
  country: 'DE',
  taxId: null,
  email: null,
};
const line = {
  description: 'Calls',
  period: null,
  quantity: '1',
  unit: 'calls',
  amountMinor: '250',
  taxPercent: '19',
};
const DOCUMENT: InvoiceDocument = {
  credits: null,
  number: 'BH-2026-000042',
  currency: 'EUR',
  issuedOn: '2026-05-01',
  dueOn: '2026-05-15',
  seller: party,
  buyer: party,
  lines: Array.from({ length: 60 }, () => ({ ...line, explanation: ['250 at 0.01 EUR'] })),
  subtotalMinor: '15000',
  taxes: [],
  totalMinor: '15000',
  creditAppliedMinor: '0',
  dueMinor: '15000',
  settled: null,
  transfer: null,
  brandColour: null,
  logo: null,
  eInvoice: xml,
};

let bytes: Buffer;
let text: string;
const streams: Buffer[] = [];

beforeAll(async () => {
  bytes = Buffer.from(await renderInvoicePdf(DOCUMENT));
  text = bytes.toString('latin1');
  for (const found of text.matchAll(/\/Length (\d+)[\s\S]*?stream\r?\n/g)) {
    const start = found.index + found[0].length;
    const raw = bytes.subarray(start, start + Number(found[1]));
    streams.push(found[0].includes('/FlateDecode') ? inflateSync(raw) : raw);
  }
});

describe('I325 the PDF is PDF/A-3, point by point', () => {
  test('I325 the metadata names PDF/A-3a and says the same as the information dictionary, escaped', () => {
    const xmp = streams.find((one) => one.includes('x:xmpmeta'))?.toString('utf8') ?? '';
    for (const part of [
      '<pdfaid:part>3</pdfaid:part>',
      '<pdfaid:conformance>A</pdfaid:conformance>',
      '<xmp:CreateDate>2026-05-01T00:00:00Z</xmp:CreateDate>',
      '<xmp:ModifyDate>2026-05-01T00:00:00Z</xmp:ModifyDate>',
      '<pdf:Producer>Billhook</pdf:Producer>',
      '<rdf:li>Bricks &amp; &lt;Sons&gt;</rdf:li>',
      'Invoice BH-2026-000042</rdf:li>',
      '<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#<',
      '<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>',
      '<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>',
    ])
      expect(xmp).toContain(part);
  });

  test('I325 it has an output intent with the profile of sRGB, no encryption, an id and a language', () => {
    expect(text).toMatch(/\/Type \/OutputIntent\s+\/S \/GTS_PDFA1/);
    expect(streams.some((one) => one.subarray(36, 40).toString() === 'acsp')).toBe(true);
    expect(text).not.toContain('/Encrypt');
    expect(text).toMatch(/\/ID \[</);
    expect(text).toContain('/Lang (en)');
    expect(text).not.toMatch(/\/JavaScript|\/Launch|\/LZWDecode/);
  });

  test('I325 every font is embedded and mapped to Unicode', () => {
    const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
    const fonts = count(/\/Subtype \/Type0/g);
    expect(fonts).toBe(2);
    expect(count(/\/FontFile[23] /g)).toBe(fonts);
    expect(count(/\/ToUnicode /g)).toBe(fonts);
    expect(text).not.toContain('/Subtype /Type1\n');
  });

  test('I325 all that is drawn is an element of the structure or an artifact', () => {
    expect(text).toMatch(/\/Marked true/);
    expect(text).toContain('/StructTreeRoot');
    for (const type of ['Document', 'H1', 'P', 'Table', 'TR', 'TH', 'TD'])
      expect(text).toContain(`/S /${type}\n`);
    const pages = streams.map((one) => one.toString('latin1')).filter((one) => /\bBDC\b/.test(one));
    expect(pages.length).toBe(text.match(/\/Type \/Page\b/g)?.length);
    for (const page of pages) {
      let depth = 0;
      for (const row of page.split('\n')) {
        if (/\b(BDC|BMC)$/.test(row)) depth += 1;
        else if (row === 'EMC') depth -= 1;
        else if (/(^| )(Tj|TJ|S|f|Do)$/.test(row)) expect(depth).toBeGreaterThan(0);
      }
      expect(depth).toBe(0);
    }
  });

  test('I325 the e-invoice is attached byte by byte, as another form of the document', () => {
    expect(text).toMatch(/\/Type \/Filespec\s+\/AFRelationship \/Alternative\s+\/F \(factur-x\.xml\)/);
    expect(text).toMatch(/\/UF \(factur-x\.xml\)/);
    expect(text).toMatch(/\/AF \[\d+ 0 R\]/);
    expect(text).toContain('/EmbeddedFiles');
    expect(text).toContain('/Subtype /text#2Fxml');
    expect(streams.some((one) => one.equals(Buffer.from(xml, 'utf8')))).toBe(true);
  });

  test('I325 the same document gives the same bytes, without an attachment where there is none', async () => {
    expect(Buffer.from(await renderInvoicePdf(DOCUMENT)).equals(bytes)).toBe(true);
    const bare = Buffer.from(await renderInvoicePdf({ ...DOCUMENT, eInvoice: null })).toString('latin1');
    expect(bare).not.toContain('factur-x');
    expect(bare).toContain('<pdfaid:part>3</pdfaid:part>');
  });
});
