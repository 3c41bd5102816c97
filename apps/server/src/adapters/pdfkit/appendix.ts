import type { InvoiceDocument } from '../../modules/invoicing/document.ts';
import type { DocumentAppendix, DocumentUsage } from '../../modules/invoicing/document-parts.ts';
import { INK, INNER_WIDTH, PAGE } from './layout.ts';
import { inside, rule, type Structure, tagged } from './tags.ts';
import type { Voice } from './voice.ts';

type Pdf = PDFKit.PDFDocument;
type Section = DocumentAppendix['sections'][number];

const ROW = 12;
const QUANTITY = { x: 130, width: 140 };
const EVENTS = { x: 290, width: 90 };

/** Pages of their own that show how each amount came about, with usage by day. */
export function drawAppendix(pdf: Pdf, root: Structure, { appendix }: InvoiceDocument, voice: Voice): void {
  if (!appendix || appendix.sections.length === 0) return;
  pdf.addPage();
  tagged(pdf, root, 'H2', () => {
    pdf.font('strong').fontSize(14).fillColor(INK.text).text(voice.words.appendix, PAGE.left, PAGE.top);
  });
  pdf.y += 8;
  for (const section of appendix.sections) drawSection(pdf, root, section, voice);
}

function drawSection(pdf: Pdf, root: Structure, { title, steps, usage }: Section, voice: Voice): void {
  room(pdf, 40);
  pdf.font('strong').fontSize(10);
  tagged(pdf, root, 'H3', () => {
    pdf.fillColor(INK.text).text(title, PAGE.left, pdf.y + 6, { width: INNER_WIDTH });
  });
  for (const step of steps) {
    room(pdf, ROW);
    pdf.font('regular').fontSize(9);
    tagged(pdf, root, 'P', () => {
      pdf.fillColor(INK.muted).text(step, PAGE.left, pdf.y, { width: INNER_WIDTH });
    });
  }
  if (usage !== null) drawUsage(pdf, root, usage, voice);
  pdf.y += 6;
  rule(pdf, pdf.y);
  pdf.y += 4;
}

function drawUsage(pdf: Pdf, root: Structure, usage: DocumentUsage, { words }: Voice): void {
  const table = inside(pdf, root, 'Table');
  const head = () => drawRow(pdf, table, 'TH', [words.usage_by_day, usage.unit, words.events]);
  room(pdf, ROW * 3);
  pdf.y += 4;
  head();
  for (const { day, quantity, eventCount } of usage.days) {
    if (room(pdf, ROW)) head();
    drawRow(pdf, table, 'TD', [day, quantity, eventCount]);
  }
  if (!usage.hasLater) return;
  room(pdf, ROW * 2);
  pdf.font('regular').fontSize(8);
  tagged(pdf, root, 'P', () => {
    pdf.fillColor(INK.faint).text(words.usage_later, PAGE.left, pdf.y + 2, { width: INNER_WIDTH });
  });
}

function drawRow(pdf: Pdf, table: Structure, type: 'TH' | 'TD', texts: readonly [string, string, string]) {
  const { y } = pdf;
  const row = inside(pdf, table, 'TR');
  pdf
    .font('regular')
    .fontSize(8)
    .fillColor(type === 'TH' ? INK.faint : INK.text);
  const [day, quantity, events] = texts;
  tagged(pdf, row, type, () => void pdf.text(day, PAGE.left, y, { width: 124 }));
  const right: PDFKit.Mixins.TextOptions = { align: 'right', features: ['tnum'] };
  for (const [text, { x, width }] of [
    [quantity, QUANTITY],
    [events, EVENTS],
  ] as const)
    tagged(pdf, row, type, () => void pdf.text(text, PAGE.left + x, y, { width, ...right }));
  pdf.y = y + ROW;
}

/** Begins a page where no room is left; whether it did. */
function room(pdf: Pdf, height: number): boolean {
  if (pdf.y + height <= PAGE.height - PAGE.bottom) return false;
  pdf.addPage();
  pdf.y = PAGE.top;
  return true;
}
