import type { InvoiceDocument } from '../../modules/invoicing/document.ts';
import { INK, INNER_WIDTH, PAGE } from './layout.ts';
import { type Structure, tagged } from './tags.ts';

type Pdf = PDFKit.PDFDocument;

/** What is said before the lines. */
export function drawIntroduction(pdf: Pdf, root: Structure, { introduction = [] }: InvoiceDocument): void {
  for (const text of introduction) drawParagraph(pdf, root, text, INK.text);
  if (introduction.length > 0) pdf.y += 8;
}

/** What is said after the totals. */
export function drawNotes(pdf: Pdf, root: Structure, { notes = [] }: InvoiceDocument): void {
  if (notes.length > 0) pdf.y += 12;
  for (const text of notes) drawParagraph(pdf, root, text, INK.muted);
}

function drawParagraph(pdf: Pdf, root: Structure, text: string, colour: string): void {
  pdf.font('regular').fontSize(9);
  const height = pdf.heightOfString(text, { width: INNER_WIDTH });
  // A paragraph longer than a page goes on by itself.
  if (pdf.y + height > PAGE.height - PAGE.bottom && height < PAGE.height / 2) {
    pdf.addPage();
    pdf.y = PAGE.top;
    pdf.font('regular').fontSize(9);
  }
  tagged(pdf, root, 'P', () => {
    pdf.fillColor(colour).text(text, PAGE.left, pdf.y, { width: INNER_WIDTH });
  });
  pdf.y += 4;
}

/** One line of the seller's at the foot of a page, cut where it is too long. */
export function drawFooter(pdf: Pdf, { footer }: InvoiceDocument): void {
  if (!footer) return;
  pdf.text(footer.replaceAll(/\s+/g, ' '), PAGE.left, PAGE.height - 58, {
    width: INNER_WIDTH,
    height: 10,
    lineBreak: false,
    ellipsis: true,
  });
}
