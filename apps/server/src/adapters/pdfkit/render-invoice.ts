import { createHash } from 'node:crypto';
import { currencyCode, minorDigits } from '@billhook/core/money/currency';
import type { DocumentParty, InvoiceDocument } from '../../modules/invoicing/document.ts';
import { describe } from './archive.ts';
import { amountText, COLUMNS, INK, INNER_WIDTH, PAGE } from './layout.ts';
import { registerFonts } from './shared-fonts.ts';
import { asArtifact, inside, type Structure, tagged } from './tags.ts';
import { drawTransfer } from './transfer-block.ts';

type Pdf = PDFKit.PDFDocument;

/**
 * Renders the frozen document as a PDF. Everything in the file follows from the document, its creation date
 * and id included, so that the same invoice gives the same bytes.
 */
export async function renderInvoicePdf(document: InvoiceDocument): Promise<Uint8Array> {
  const { default: PDFDocument } = await import('pdfkit');
  const pdf = new PDFDocument({
    size: 'A4',
    margins: PAGE,
    bufferPages: true,
    lang: 'en',
    tagged: true,
    displayTitle: true,
    pdfVersion: '1.7',
    // Level a: every content is an element of the structure or an artifact.
    subset: 'PDF/A-3a',
    info: {
      Title: `${titleOf(document)} ${document.number}`,
      Author: document.seller.name,
      Producer: 'Billhook',
      Creator: 'Billhook',
      CreationDate: new Date(`${document.issuedOn}T00:00:00Z`),
      ModDate: new Date(`${document.issuedOn}T00:00:00Z`),
    },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  // pdfkit derives the file id from the clock; ours derives from the content.
  (pdf as unknown as { _id: Buffer })._id = createHash('md5')
    .update(
      JSON.stringify([document.number, document.issuedOn, document.totalMinor, document.eInvoice ?? '']),
    )
    .digest();
  describe(pdf, document);
  await registerFonts(pdf);
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  drawHead(pdf, root, document);
  drawLines(pdf, root, document);
  drawTotals(pdf, root, document);
  drawTransfer(pdf, root, document);
  drawFeet(pdf, document);
  root.end();
  pdf.end();
  return done;
}

function titleOf({ credits, receipt }: InvoiceDocument): string {
  if (receipt) return 'Receipt';
  return credits === null ? 'Invoice' : 'Credit note';
}

function drawHead(pdf: Pdf, root: Structure, document: InvoiceDocument): void {
  const accent = document.brandColour ?? INK.accent;
  asArtifact(pdf, 'Layout', () => {
    pdf.rect(PAGE.left, 36, 28, 3).fill(accent);
    if (document.logo)
      pdf.image(Buffer.from(document.logo), PAGE.width - PAGE.right - 120, 40, {
        fit: [120, 40],
        align: 'right',
      });
  });
  tagged(pdf, root, 'H1', () => {
    pdf.font('strong').fontSize(20).fillColor(INK.text).text(titleOf(document), PAGE.left, 52);
    pdf.font('regular').fontSize(10).fillColor(INK.muted).text(document.number, PAGE.left, 78);
  });
  const half = INNER_WIDTH / 2;
  const sellerEnd = drawParty(pdf, root, 'From', document.seller, PAGE.left, 112, half - 12);
  const buyerEnd = drawParty(pdf, root, 'To', document.buyer, PAGE.left + half, 112, half - 12);
  const y = Math.max(sellerEnd, buyerEnd) + 16;
  const facts: [string, string][] = [
    ['Issued', document.issuedOn],
    document.receipt
      ? ['Paid', document.receipt.paidOn]
      : document.credits === null
        ? dueFact(document)
        : ['For invoice', document.credits.invoiceNumber],
    ['Currency', document.currency],
  ];
  facts.forEach(([label, value], index) => {
    tagged(pdf, root, 'P', () => {
      pdf
        .font('regular')
        .fontSize(8)
        .fillColor(INK.faint)
        .text(label, PAGE.left + index * 110, y);
      pdf
        .font('strong')
        .fontSize(10)
        .fillColor(INK.text)
        .text(value, PAGE.left + index * 110, y + 11);
    });
  });
  pdf.y = y + 40;
  if (document.credits === null) return;
  const { reason } = document.credits;
  tagged(pdf, root, 'P', () => {
    pdf.font('regular').fontSize(9).fillColor(INK.muted);
    pdf.text(reason, PAGE.left, pdf.y, { width: INNER_WIDTH });
  });
  pdf.y += 12;
}

function dueFact({ dueOn, settled }: InvoiceDocument): [string, string] {
  if (settled?.isVoid) return ['Status', 'Void'];
  return settled !== null && settled.dueMinor === '0'
    ? ['Paid', settled.paidOn ?? 'In full']
    : ['Due', dueOn];
}

function drawParty(
  pdf: Pdf,
  root: Structure,
  label: string,
  party: DocumentParty,
  x: number,
  y: number,
  width: number,
): number {
  tagged(pdf, root, 'P', () => {
    pdf.font('regular').fontSize(8).fillColor(INK.faint).text(label, x, y, { width });
    pdf
      .font('strong')
      .fontSize(10)
      .fillColor(INK.text)
      .text(party.name, x, y + 12, { width });
    pdf.font('regular').fontSize(9).fillColor(INK.muted);
    const rows = [
      ...party.addressLines,
      countryName(party.country),
      party.taxId ? `Tax id ${party.taxId}` : null,
      party.email,
    ];
    for (const row of rows) if (row) pdf.text(row, { width });
  });
  return pdf.y;
}

function drawTableHead(pdf: Pdf, table: Structure): void {
  const y = pdf.y;
  const row = inside(pdf, table, 'TR');
  pdf.font('regular').fontSize(8).fillColor(INK.faint);
  for (const [label, column] of HEADINGS) {
    const { x, width } = COLUMNS[column];
    const align = column === 'description' ? 'left' : 'right';
    tagged(pdf, row, 'TH', () => void pdf.text(label, PAGE.left + x, y, { width, align }));
  }
  rule(pdf, y + 13);
  pdf.y = y + 20;
}

const HEADINGS = [
  ['Description', 'description'],
  ['Quantity', 'quantity'],
  ['Tax', 'tax'],
  ['Amount', 'amount'],
] as const;

function rule(pdf: Pdf, y: number): void {
  asArtifact(pdf, 'Layout', () => {
    pdf
      .moveTo(PAGE.left, y)
      .lineTo(PAGE.width - PAGE.right, y)
      .lineWidth(0.5)
      .strokeColor(INK.line)
      .stroke();
  });
}

function drawLines(pdf: Pdf, root: Structure, document: InvoiceDocument): void {
  const digits = minorDigits(currencyCode(document.currency));
  const table = inside(pdf, root, 'Table');
  drawTableHead(pdf, table);
  for (const line of document.lines) {
    const notes = [line.period, ...line.explanation].filter((note): note is string => note !== null);
    const width = COLUMNS.description.width;
    pdf.font('regular').fontSize(9);
    const noteText = notes.join('\n');
    const needed =
      pdf.heightOfString(line.description, { width }) +
      (noteText ? pdf.fontSize(8).heightOfString(noteText, { width }) : 0) +
      12;
    if (pdf.y + needed > PAGE.height - PAGE.bottom) {
      pdf.addPage();
      pdf.y = PAGE.top;
      drawTableHead(pdf, table);
    }
    drawLine(pdf, table, line, noteText, digits);
    pdf.y += 6;
    rule(pdf, pdf.y);
    pdf.y += 6;
  }
}

function drawLine(
  pdf: Pdf,
  table: Structure,
  line: InvoiceDocument['lines'][number],
  noteText: string,
  digits: number,
): void {
  const y = pdf.y;
  const row = inside(pdf, table, 'TR');
  const { width } = COLUMNS.description;
  const figures: [keyof typeof COLUMNS, string, 'tnum'[]][] = [
    ['quantity', `${line.quantity} ${line.unit}`.trim(), []],
    ['tax', line.taxPercent === null ? '' : `${line.taxPercent} %`, []],
    ['amount', amountText(line.amountMinor, digits), ['tnum']],
  ];
  pdf.font('regular').fontSize(9).fillColor(INK.text);
  for (const [column, text, features] of figures) {
    const place = COLUMNS[column];
    const options = {
      width: place.width,
      align: 'right',
      ...(features.length === 0 ? {} : { features }),
    } as const;
    tagged(pdf, row, 'TD', () => void pdf.text(text, PAGE.left + place.x, y, options));
  }
  tagged(pdf, row, 'TD', () => {
    pdf.text(line.description, PAGE.left, y, { width });
    if (noteText) pdf.fontSize(8).fillColor(INK.faint).text(noteText, { width });
  });
}

function drawTotals(pdf: Pdf, root: Structure, document: InvoiceDocument): void {
  const digits = minorDigits(currencyCode(document.currency));
  const rows: [string, string, boolean][] = document.receipt
    ? []
    : [['Subtotal', document.subtotalMinor, false]];
  for (const tax of document.taxes)
    rows.push([
      document.credits === null
        ? `${tax.name} ${tax.percent} % of ${amountText(tax.netMinor, digits)}`
        : `${tax.name} ${tax.percent} %`,
      tax.taxMinor,
      false,
    ]);
  if (document.receipt) rows.push([`Paid, ${document.currency}`, document.totalMinor, true]);
  else if (document.credits === null) rows.push(['Total', document.totalMinor, true]);
  else rows.push([`Credited, ${document.currency}`, document.totalMinor, true]);
  if (document.creditAppliedMinor !== '0')
    rows.push(['Credit used', `-${document.creditAppliedMinor}`, false]);
  if (document.credits === null && !document.receipt) rows.push(...dueRows(document));
  if (pdf.y + rows.length * 18 + 8 > PAGE.height - PAGE.bottom) {
    pdf.addPage();
    pdf.y = PAGE.top;
  }
  pdf.y += 4;
  for (const [label, minor, strong] of rows) {
    const y = pdf.y;
    tagged(pdf, root, 'P', () => {
      pdf
        .font(strong ? 'strong' : 'regular')
        .fontSize(strong ? 10 : 9)
        .fillColor(strong ? INK.text : INK.muted);
      pdf.text(label, PAGE.left + 180, y, { width: 226, align: 'right' });
      pdf.text(amountText(minor, digits), PAGE.left + COLUMNS.amount.x, y, {
        width: COLUMNS.amount.width,
        align: 'right',
        features: ['tnum'],
      });
    });
    pdf.y = y + 18;
  }
  drawExemptions(pdf, document);
}

/** Why no tax is charged, in the words that the law wants on the document. */
function drawExemptions(pdf: Pdf, { taxes }: InvoiceDocument): void {
  const words = new Set(taxes.flatMap(({ exemption }) => (exemption === undefined ? [] : [exemption])));
  for (const text of words) {
    pdf.font('regular').fontSize(9).fillColor(INK.text);
    pdf.text(text, PAGE.left, pdf.y + 4, { width: INNER_WIDTH });
  }
}

/** What is still to pay, after what was paid since the issue. */
function dueRows({ currency, totalMinor, dueMinor, settled }: InvoiceDocument): [string, string, boolean][] {
  if (settled === null) return [[`Amount due, ${currency}`, dueMinor, true]];
  const { creditNotesMinor, creditMinor, paidMinor, paidOn, isVoid } = settled;
  const less = (label: string, minor: string): [string, string, boolean][] =>
    minor === '0' ? [] : [[label, `-${minor}`, false]];
  return [
    ...less('Credit notes', creditNotesMinor),
    ...less('Paid from credit', creditMinor),
    ...less(paidOn === null ? 'Paid' : `Paid on ${paidOn}`, paidMinor),
    ...(isVoid ? less('Voided', totalMinor) : []),
    [`Amount due, ${currency}`, settled.dueMinor, true],
  ];
}

/** `United States` for `US`; a code that no name is known for stays. */
function countryName(code: string | null): string | null {
  return code === null ? null : (new Intl.DisplayNames('en', { type: 'region' }).of(code) ?? code);
}

function drawFeet(pdf: Pdf, document: InvoiceDocument): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    pdf.page.margins.bottom = 0;
    pdf.font('regular').fontSize(8).fillColor(INK.faint);
    const y = PAGE.height - 44;
    asArtifact(pdf, 'Pagination', () => {
      pdf.text(`${document.seller.name} · ${titleOf(document)} ${document.number}`, PAGE.left, y, {
        width: INNER_WIDTH - 100,
        lineBreak: false,
      });
      pdf.text(`Page ${page - start + 1} of ${count}`, PAGE.width - PAGE.right - 100, y, {
        width: 100,
        align: 'right',
        lineBreak: false,
      });
    });
  }
}
