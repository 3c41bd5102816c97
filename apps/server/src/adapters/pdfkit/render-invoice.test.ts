import { encodeQr } from '@billhook/core/banking/qr/encode';
import { amountText, decimalText, isoDateText } from '@billhook/core/documents/formats';
import { conventionsOf, LANGUAGES } from '@billhook/core/documents/language';
import { documentWords } from '@billhook/core/documents/words';
import { currencyCode } from '@billhook/core/money/currency';
import { expect, test } from 'vitest';
import type { InvoiceDocument } from '../../modules/invoicing/document.ts';
import { rectanglesOfPdf, textOfPdf } from '../../testing/pdf-text.ts';
import { renderInvoicePdf } from './render-invoice.ts';

const party = {
  name: 'Brickwork Property GmbH',
  addressLines: ['Lindenstraße 4', '10969 Berlin'],
  country: 'DE',
  taxId: 'DE123456789',
  email: 'rechnung@brickwork.example',
};

function sample(lines: number): InvoiceDocument {
  return {
    credits: null,
    number: 'BH-2026-000042',
    currency: 'EUR',
    issuedOn: '2026-05-01',
    dueOn: '2026-05-15',
    seller: { ...party, name: 'Concierge B.V.' },
    buyer: party,
    lines: Array.from({ length: lines }, (_, index) => ({
      description: `API calls of building ${index + 1}`,
      period: '1 April 2026 to 30 April 2026',
      quantity: '1250',
      unit: 'calls',
      amountMinor: '250',
      taxPercent: '19',
      explanation: ['1000 included', '250 at 0.01 EUR = 2.50 EUR'],
    })),
    subtotalMinor: String(250 * lines),
    taxes: [{ name: 'VAT', percent: '19', netMinor: String(250 * lines), taxMinor: '48' }],
    totalMinor: String(250 * lines + 48),
    creditAppliedMinor: '100',
    dueMinor: String(250 * lines - 52),
    settled: null,
    transfer: {
      holder: 'Acme GmbH',
      iban: 'DE89370400440532013000',
      bic: null,
      bankName: 'Bank',
      reference: 'RF46BH2026000001',
      scan: 'BCD\n002\n1\nSCT\n\nAcme GmbH\nDE89370400440532013000\nEUR29\n\nRF46BH2026000001',
    },
    brandColour: null,
    logo: null,
  };
}

test('the same document gives the same bytes', async () => {
  const [first, second] = [await renderInvoicePdf(sample(3)), await renderInvoicePdf(sample(3))];
  expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true);
});

test('a document of many lines flows over pages and stays a PDF', async () => {
  const bytes = Buffer.from(await renderInvoicePdf(sample(60)));
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(bytes.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(2);
});

/** The code as it is drawn: a row of text for each row of modules, and how wide a module is. */
function drawnCode(bytes: Uint8Array): { rows: string[]; unit: number } | null {
  const [code] = rectanglesOfPdf(bytes).toSorted((one, other) => other.length - one.length);
  if (code === undefined || code.length < 50) return null;
  const [left, top, unit] = [0, 1, 3].map((at) => Math.min(...code.map((one) => one[at] ?? 0)));
  if (left === undefined || top === undefined || unit === undefined) return null;
  const inUnits = (length: number) => Math.round(length / unit);
  const dark = new Set<string>();
  for (const [x = 0, y = 0, width = 0] of code)
    for (let step = 0; step < inUnits(width); step++)
      dark.add(`${inUnits(x - left) + step} ${inUnits(y - top)}`);
  const size = 1 + Math.max(...[...dark].map((at) => Number(at.split(' ')[1])));
  const rows = Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => (dark.has(`${x} ${y}`) ? '#' : '.')).join(''),
  );
  return { rows, unit };
}

test('I459 an invoice that is paid by transfer says to whom, the account and the structured reference, in groups that people type', async () => {
  const read = textOfPdf(await renderInvoicePdf(sample(1)));
  expect(read).toEqual(
    expect.arrayContaining(['Acme GmbH', 'DE89 3704 0044 0532 0130 00', 'RF46 BH20 2600 0001']),
  );
  // A reference that is no creditor reference stands as it is: a bank compares it letter by letter.
  const { transfer } = sample(1);
  if (transfer === null) throw new Error('the sample is paid by transfer');
  const plain = { ...transfer, reference: 'BH-2026-000042-7', scan: null };
  const other = await renderInvoicePdf({ ...sample(1), transfer: plain });
  expect(textOfPdf(other)).toContain('BH-2026-000042-7');
  expect(drawnCode(other)).toBeNull();
  const without = await renderInvoicePdf({ ...sample(1), transfer: null });
  expect(textOfPdf(without).join(' ')).not.toContain('DE89');
  expect(drawnCode(without)).toBeNull();
});

test('I459 the code on the page is the one of the transfer, module for module, as large as banking apps need it', async () => {
  const document = sample(1);
  const code = encodeQr(document.transfer?.scan ?? '');
  if (code === null) throw new Error('the text of a transfer has a code');
  const expected = Array.from({ length: code.size }, (_, y) =>
    Array.from(code.dark.subarray(y * code.size, (y + 1) * code.size), (one) => (one === 1 ? '#' : '.')).join(
      '',
    ),
  );
  const drawn = drawnCode(await renderInvoicePdf(document));
  expect(drawn?.rows).toEqual(expected);
  // The three corners that a scanner looks for.
  for (const row of [0, 6]) expect(drawn?.rows[row]).toMatch(/^#######\..*\.#######$/);
  expect(drawn?.rows.at(-1)).toMatch(/^#######\./);
  // A module of more than 0.7 mm is read from paper by any phone: 1 pt is 0.353 mm.
  expect((drawn?.unit ?? 0) * 0.353).toBeGreaterThan(0.7);
});

test.each(LANGUAGES)(
  'I350 in %s the document is whole: its language, its words and figures, every glyph in the fonts',
  async (locale) => {
    const bytes = Buffer.from(
      await renderInvoicePdf({
        ...sample(2),
        locale,
        notes: Object.values(documentWords(locale)),
        footer: 'HRB 12345 · Geschäftsführerin: Zoë Müller',
        appendix: {
          sections: [
            {
              title: '1. API calls',
              steps: ['1.000 inclus'],
              usage: {
                unit: 'calls',
                days: [{ day: '01.04.2026', quantity: '7', eventCount: '7' }],
                hasLater: true,
              },
            },
          ],
        },
      }),
    );
    expect(bytes.toString('latin1')).toContain(`/Lang (${locale})`);
  },
);

test.each(LANGUAGES)('I350 in %s figures of thousands are printed in glyphs of the fonts', async (locale) => {
  const conventions = conventionsOf(locale);
  const figure = decimalText('1234567', conventions);
  const [line] = sample(1).lines;
  const document = {
    ...sample(1),
    locale,
    totalMinor: '123456789',
    lines: [{ ...(line as NonNullable<typeof line>), quantity: figure, explanation: [`${figure} × 1`] }],
  };
  const read = textOfPdf(await renderInvoicePdf(document)).join('\n');
  // No font has the narrow space: what is read back as one was drawn as a box.
  expect(read).not.toContain('\u202f');
  expect(read).toContain(figure.replaceAll('\u202f', '\u00a0'));
  const amount = amountText(123_456_789n, currencyCode('EUR'), conventions);
  expect(read).toContain(amount.replaceAll('\u202f', '\u00a0'));
});

test.each(LANGUAGES)(
  'I586 in %s a statement has each of its days on one line, and a long number on its own lines',
  async (locale) => {
    const open = {
      issuedOn: '2026-09-30',
      dueOn: '2026-09-30',
      overdueDays: 61,
      openMinor: '123456789',
      number: 'WINDENERGIE-SÜDWESTPFALZ-DN-2026-000042',
    };
    const items = [open, { ...open, number: 'SHORT-1' }];
    const document = {
      ...sample(0),
      locale,
      lines: [],
      openItems: { items, ageingMinor: null, creditMinor: '0', feeMinor: null, balanceMinor: '246913578' },
    };
    const read = textOfPdf(await renderInvoicePdf(document));
    const day = isoDateText('2026-09-30', conventionsOf(locale));
    expect(read.filter((text) => text === day)).toHaveLength(4);
    expect(read.join('').replaceAll('\n', '')).toContain('SHORT-1');
  },
);

test('I586 a column of which no line has anything is left out, its heading too', async () => {
  const [line] = sample(1).lines;
  const bare = { ...(line as NonNullable<typeof line>), quantity: '', unit: '', taxPercent: null };
  const { quantity, tax, amount } = documentWords('en');
  const read = textOfPdf(await renderInvoicePdf({ ...sample(1), taxes: [], lines: [bare] }));
  expect(read).toContain(amount);
  expect(read).not.toContain(quantity);
  expect(read).not.toContain(tax);
  expect(textOfPdf(await renderInvoicePdf(sample(1)))).toEqual(
    expect.arrayContaining([quantity, tax, amount]),
  );
});

test('I601 a statement of which nothing is overdue asks for no days, and one with nothing open for nothing', async () => {
  const { document, issued, overdue_days, open_amount, nothing_open } = documentWords('en');
  const dates = { issuedOn: '2026-09-30', dueOn: '2026-10-14' };
  const current = { ...dates, number: 'OPEN-1', overdueDays: 0, openMinor: '100' };
  const late = { ...current, number: 'LATE-1', overdueDays: 3 };
  const read = async (items: (typeof current)[]) => {
    const openItems = {
      items,
      ageingMinor: null,
      creditMinor: '0',
      feeMinor: null,
      balanceMinor: '200',
    };
    return textOfPdf(await renderInvoicePdf({ ...sample(0), lines: [], openItems }));
  };
  expect(await read([current, late])).toEqual(expect.arrayContaining([overdue_days, '3 days']));
  const none = await read([current, current]);
  expect(none).toEqual(expect.arrayContaining([document, issued, open_amount]));
  expect(none).not.toContain(overdue_days);
  const empty = await read([]);
  expect(empty).toContain(nothing_open);
  expect(empty).not.toContain(overdue_days);
  expect(empty).not.toContain(open_amount);
});

const NAMES = [
  'Łódź Gdańsk Świętokrzyska',
  'Ștefan Țăran, Iași',
  'Ελλάδα Αθήνα Ώρα',
  'Київ Їжак Ґанок',
  'Đặng Thị Hương',
  'Ḍamma Ḥusayn',
  'Ὀδυσσεύς',
  'ѕевер Ѝ Њива',
];

test.each(NAMES)('I425 %s is printed in letters of the fonts, and can be read back', async (name) => {
  const document = { ...sample(1), buyer: { ...party, name, addressLines: [`${name} 7`] } };
  const bytes = await renderInvoicePdf(document);
  const read = textOfPdf(bytes).join('\n');
  expect(read).toContain(name);
  expect(read).toContain(`${name} 7`);
  expect(read).not.toContain('�');
  // The rest of the page is what it was.
  expect(read).toContain('BH-2026-000042');
  expect(Buffer.from(await renderInvoicePdf(document)).equals(Buffer.from(bytes))).toBe(true);
});

test('I425 a letter with its accent beside it is the same letter, and a line of two scripts ends where it should', async () => {
  const [line] = sample(1).lines;
  const rendered = async (description: string) =>
    textOfPdf(
      await renderInvoicePdf({
        ...sample(1),
        lines: [{ ...(line as NonNullable<typeof line>), description }],
      }),
    ).join('\n');
  expect(await rendered('Кии\u0306в')).toContain('Кий');
  // Long enough for several lines: every word is there, and none twice.
  const words = Array.from({ length: 40 }, (_, index) => `Łódź${index} Київ${index}`).join(' ');
  const read = (await rendered(words)).replace(/\s+/g, ' ');
  for (const word of words.split(' ')) expect(read.split(word).length, word).toBeGreaterThan(1);
});
