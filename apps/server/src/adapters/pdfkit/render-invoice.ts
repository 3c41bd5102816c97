import { createHash } from 'node:crypto';
import { readableColour } from '@billhook/core/documents/colour';
import type { DocumentParty, InvoiceDocument } from '../../modules/invoicing/document.ts';
import { drawAppendix } from './appendix.ts';
import { describe } from './archive.ts';
import { drawFooter, drawIntroduction, drawNotes } from './around-lines.ts';
import { COLUMNS, INK, INNER_WIDTH, PAGE } from './layout.ts';
import { headingsOf, type Lines } from './line-columns.ts';
import { drawOpenItems } from './open-items.ts';
import { registerFonts } from './shared-fonts.ts';
import { asArtifact, inside, rule, type Structure, tagged } from './tags.ts';
import { drawTransfer } from './transfer-block.ts';
import { titleOf, type Voice, voiceOf } from './voice.ts';

type Pdf = PDFKit.PDFDocument;

/**
 * Renders the frozen document as a PDF. Everything in the file follows from the document, its creation date
 * and id included, so that the same invoice gives the same bytes.
 */
export async function renderInvoicePdf(document: InvoiceDocument): Promise<Uint8Array> {
  const { default: PDFDocument } = await import('pdfkit');
  const voice = voiceOf(document);
  const pdf = new PDFDocument({
    size: 'A4',
    margins: PAGE,
    bufferPages: true,
    lang: voice.language,
    tagged: true,
    displayTitle: true,
    pdfVersion: '1.7',
    // Level a: every content is an element of the structure or an artifact.
    subset: 'PDF/A-3a',
    info: {
      Title: `${titleOf(document, voice)} ${document.number}`,
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
  await registerFonts(pdf, JSON.stringify({ ...document, logo: null, eInvoice: null }));
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  drawHead(pdf, root, document, voice);
  drawIntroduction(pdf, root, document);
  if (document.openItems) drawOpenItems(pdf, root, document, voice);
  else {
    drawLines(pdf, root, document, voice);
    drawTotals(pdf, root, document, voice);
  }
  drawNotes(pdf, root, document);
  drawTransfer(pdf, root, document, voice);
  drawAppendix(pdf, root, document, voice);
  drawFeet(pdf, document, voice);
  root.end();
  pdf.end();
  return done;
}

function drawHead(pdf: Pdf, root: Structure, document: InvoiceDocument, voice: Voice): void {
  const { words } = voice;
  const accent = readableColour(document.brandColour, INK.accent);
  asArtifact(pdf, 'Layout', () => {
    pdf.rect(PAGE.left, 36, 28, 3).fill(accent);
    if (document.logo)
      pdf.image(Buffer.from(document.logo), PAGE.width - PAGE.right - 120, 40, {
        fit: [120, 40],
        align: 'right',
      });
  });
  tagged(pdf, root, 'H1', () => {
    pdf.font('strong').fontSize(20).fillColor(INK.text).text(titleOf(document, voice), PAGE.left, 52);
    pdf.font('regular').fontSize(10).fillColor(INK.muted).text(document.number, PAGE.left, 78);
  });
  const half = INNER_WIDTH / 2;
  const sellerEnd = drawParty(pdf, root, words.from, document.seller, voice, PAGE.left, half - 12);
  const buyerEnd = drawParty(pdf, root, words.to, document.buyer, voice, PAGE.left + half, half - 12);
  const y = Math.max(sellerEnd, buyerEnd) + 16;
  const facts: [string, string][] = [
    [words.issued, voice.date(document.issuedOn)],
    ...otherFacts(document, voice),
    [words.currency, document.currency],
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

/** What follows the day of issue. */
function otherFacts(document: InvoiceDocument, voice: Voice): [string, string][] {
  const { words } = voice;
  const { facts, receipt, credits, raises } = document;
  if (facts) return facts.map(({ name, value }) => [words[name], value]);
  if (receipt) return [[words.paid, voice.date(receipt.paidOn)]];
  if (credits !== null)
    return [[credits.isDebitNote ? words.for_debit_note : words.for_invoice, credits.invoiceNumber]];
  const raised: [string, string][] = raises ? [[words.for_invoice, raises.invoiceNumber]] : [];
  return [dueFact(document, voice), ...raised];
}

function dueFact({ dueOn, settled }: InvoiceDocument, { words, date }: Voice): [string, string] {
  if (settled?.isVoid) return [words.status, words.void];
  return settled !== null && settled.dueMinor === '0'
    ? [words.paid, settled.paidOn === null ? words.in_full : date(settled.paidOn)]
    : [words.due, date(dueOn)];
}

function drawParty(
  pdf: Pdf,
  root: Structure,
  label: string,
  party: DocumentParty,
  voice: Voice,
  x: number,
  width: number,
): number {
  const y = 112;
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
      party.country === null ? null : voice.country(party.country),
      party.taxId ? voice.say('tax_id', { id: party.taxId }) : null,
      party.email,
    ];
    for (const row of rows) if (row) pdf.text(row, { width });
  });
  return pdf.y;
}

function drawTableHead(pdf: Pdf, table: Structure, { words, headings }: Lines): void {
  const y = pdf.y;
  const row = inside(pdf, table, 'TR');
  pdf.font('regular').fontSize(8).fillColor(INK.faint);
  for (const column of headings) {
    const { x, width } = COLUMNS[column];
    const align = column === 'description' ? 'left' : 'right';
    tagged(pdf, row, 'TH', () => void pdf.text(words[column], PAGE.left + x, y, { width, align }));
  }
  rule(pdf, y + 13);
  pdf.y = y + 20;
}

function drawLines(pdf: Pdf, root: Structure, document: InvoiceDocument, spoken: Voice): void {
  const voice = { ...spoken, headings: headingsOf(document) };
  const table = inside(pdf, root, 'Table');
  drawTableHead(pdf, table, voice);
  const groups = document.groups ?? [];
  if (groups.length < 2) drawRows(pdf, table, document.lines, voice);
  else drawGroups(pdf, table, document.lines, groups, voice);
}

function drawGroups(
  pdf: Pdf,
  table: Structure,
  lines: InvoiceDocument['lines'],
  groups: NonNullable<InvoiceDocument['groups']>,
  voice: Lines,
): void {
  let at = 0;
  for (const { title, count, subtotalMinor } of groups) {
    // The heading stays with the first of its lines.
    if (pdf.y + 60 > PAGE.height - PAGE.bottom) startPage(pdf, table, voice);
    drawGroupRow(pdf, table, title, null, voice);
    drawRows(pdf, table, lines.slice(at, at + count), voice);
    drawGroupRow(pdf, table, `${voice.words.subtotal}: ${title}`, subtotalMinor, voice);
    pdf.y += 8;
    at += count;
  }
}

function startPage(pdf: Pdf, table: Structure, voice: Lines): void {
  pdf.addPage();
  pdf.y = PAGE.top;
  drawTableHead(pdf, table, voice);
}

/** The name of a subscription above its lines, or what they add up to below them. */
function drawGroupRow(
  pdf: Pdf,
  table: Structure,
  text: string,
  amountMinor: string | null,
  voice: Lines,
): void {
  const width = COLUMNS.amount.x - 12;
  const needed = pdf.font('strong').fontSize(9).heightOfString(text, { width });
  if (pdf.y + needed + 12 > PAGE.height - PAGE.bottom) startPage(pdf, table, voice);
  const y = pdf.y;
  const row = inside(pdf, table, 'TR');
  pdf.font('strong').fontSize(9).fillColor(INK.text);
  if (amountMinor !== null) {
    const { x, width: place } = COLUMNS.amount;
    const amount = voice.amount(amountMinor);
    tagged(
      pdf,
      row,
      'TD',
      () => void pdf.text(amount, PAGE.left + x, y, { width: place, align: 'right', features: ['tnum'] }),
    );
  }
  tagged(pdf, row, amountMinor === null ? 'TH' : 'TD', () => void pdf.text(text, PAGE.left, y, { width }));
  pdf.y = y + needed + 8;
}

function drawRows(pdf: Pdf, table: Structure, lines: InvoiceDocument['lines'], voice: Lines): void {
  for (const line of lines) {
    const notes = [line.period, ...line.explanation].filter((note): note is string => note !== null);
    const width = COLUMNS.description.width;
    pdf.font('regular').fontSize(9);
    const noteText = notes.join('\n');
    const needed =
      pdf.heightOfString(line.description, { width }) +
      (noteText ? pdf.fontSize(8).heightOfString(noteText, { width }) : 0) +
      12;
    if (pdf.y + needed > PAGE.height - PAGE.bottom) startPage(pdf, table, voice);
    drawLine(pdf, table, line, noteText, voice);
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
  voice: Lines,
): void {
  const y = pdf.y;
  const row = inside(pdf, table, 'TR');
  const { width } = COLUMNS.description;
  const figures: [keyof typeof COLUMNS, string, 'tnum'[]][] = [
    ['quantity', `${line.quantity} ${line.unit}`.trim(), []],
    ['tax', line.taxPercent === null ? '' : voice.percent(line.taxPercent), []],
    ['amount', voice.amount(line.amountMinor), ['tnum']],
  ];
  pdf.font('regular').fontSize(9).fillColor(INK.text);
  for (const [column, text, features] of figures) {
    if (!voice.headings.includes(column)) continue;
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

function drawTotals(pdf: Pdf, root: Structure, document: InvoiceDocument, voice: Voice): void {
  const { words, say } = voice;
  const { currency } = document;
  const rows: [string, string, boolean][] = document.receipt
    ? []
    : [[words.subtotal, document.subtotalMinor, false]];
  for (const { name, percent, netMinor, taxMinor } of document.taxes) {
    const tax = `${name} ${voice.percent(percent)}`;
    const label = document.credits === null ? say('tax_of', { tax, net: voice.amount(netMinor) }) : tax;
    rows.push([label, taxMinor, false]);
  }
  if (document.receipt) rows.push([say('total_paid', { currency }), document.totalMinor, true]);
  else if (document.credits === null) rows.push([words.total, document.totalMinor, true]);
  else rows.push([say('total_credited', { currency }), document.totalMinor, true]);
  if (document.creditAppliedMinor !== '0')
    rows.push([words.credit_used, `-${document.creditAppliedMinor}`, false]);
  if (document.credits === null && !document.receipt) rows.push(...dueRows(document, voice));
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
      pdf.text(voice.amount(minor), PAGE.left + COLUMNS.amount.x, y, {
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
function dueRows(
  { currency, totalMinor, dueMinor, settled }: InvoiceDocument,
  { words, say, date }: Voice,
): [string, string, boolean][] {
  const left = say('total_due', { currency });
  if (settled === null) return [[left, dueMinor, true]];
  const { creditNotesMinor, creditMinor, paidMinor, paidOn, isVoid } = settled;
  const less = (label: string, minor: string): [string, string, boolean][] =>
    minor === '0' ? [] : [[label, `-${minor}`, false]];
  return [
    ...less(words.credit_notes, creditNotesMinor),
    ...less(words.from_credit, creditMinor),
    ...less(paidOn === null ? words.paid : say('paid_on', { date: date(paidOn) }), paidMinor),
    ...(isVoid ? less(words.voided, totalMinor) : []),
    [left, settled.dueMinor, true],
  ];
}

function drawFeet(pdf: Pdf, document: InvoiceDocument, voice: Voice): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    pdf.page.margins.bottom = 0;
    pdf.font('regular').fontSize(8).fillColor(INK.faint);
    const y = PAGE.height - 44;
    asArtifact(pdf, 'Pagination', () => {
      drawFooter(pdf, document);
      pdf.text(`${document.seller.name} · ${titleOf(document, voice)} ${document.number}`, PAGE.left, y, {
        width: INNER_WIDTH - 100,
        lineBreak: false,
      });
      pdf.text(
        voice.say('page', { page: `${page - start + 1}`, count: `${count}` }),
        PAGE.width - PAGE.right - 100,
        y,
        {
          width: 100,
          align: 'right',
          lineBreak: false,
        },
      );
    });
  }
}
