import { formatReference } from '@billhook/core/banking/creditor-reference';
import { formatIban } from '@billhook/core/banking/iban';
import { encodeQr, type QrCode } from '@billhook/core/banking/qr/encode';
import type { InvoiceDocument } from '../../modules/invoicing/document.ts';
import { INK, INNER_WIDTH, PAGE } from './layout.ts';
import { type Structure, tagged } from './tags.ts';
import type { Voice } from './voice.ts';

type Pdf = PDFKit.PDFDocument;

const HEIGHT = 132;
const CODE = 104;

/** How the invoice is paid by transfer, with a code that banking apps read. On a page of its own where it does not fit. */
export function drawTransfer(
  pdf: Pdf,
  root: Structure,
  { transfer }: InvoiceDocument,
  { words }: Voice,
): void {
  if (transfer === null) return;
  if (pdf.y + HEIGHT > PAGE.height - PAGE.bottom) {
    pdf.addPage();
    pdf.y = PAGE.top;
  }
  const top = pdf.y + 16;
  tagged(pdf, root, 'H2', () => {
    pdf.font('strong').fontSize(10).fillColor(INK.text).text(words.how_to_transfer, PAGE.left, top);
  });
  const isStructured = /^RF[0-9]{2}/.test(transfer.reference);
  const rows: [string, string | null][] = [
    [words.holder, transfer.holder],
    ['IBAN', formatIban(transfer.iban)],
    ['BIC', transfer.bic],
    [words.bank, transfer.bankName],
    [words.reference, isStructured ? formatReference(transfer.reference) : transfer.reference],
  ];
  let y = top + 20;
  for (const [label, value] of rows) {
    if (value === null) continue;
    tagged(pdf, root, 'P', () => {
      pdf
        .font('regular')
        .fontSize(8)
        .fillColor(INK.faint)
        .text(label, PAGE.left, y + 1, { width: 84 });
      pdf.font('strong').fontSize(9).fillColor(INK.text);
      pdf.text(value, PAGE.left + 88, y, { width: INNER_WIDTH - 88 - CODE - 24, features: ['tnum'] });
    });
    y = Math.max(pdf.y, y + 12) + 4;
  }
  const left = PAGE.width - PAGE.right - CODE;
  const code = transfer.scan === null ? null : encodeQr(transfer.scan);
  if (code !== null)
    tagged(
      pdf,
      root,
      'Figure',
      () => {
        drawCode(pdf, code, left, top);
        pdf.font('regular').fontSize(7).fillColor(INK.faint);
        pdf.text(words.scan, left, top + CODE + 2, { width: CODE, align: 'center' });
      },
      { alt: words.scan },
    );
  pdf.y = Math.max(y, code !== null ? top + CODE + 14 : y);
}

/** Squares in black on white, whatever the brand: scanners need the contrast. The quiet zone is part of the size. */
function drawCode(pdf: Pdf, code: QrCode, left: number, top: number): void {
  const unit = CODE / (code.size + 8);
  for (let y = 0; y < code.size; y++)
    for (let x = 0; x < code.size; x++) {
      if (code.dark[y * code.size + x] !== 1) continue;
      let end = x + 1;
      while (end < code.size && code.dark[y * code.size + end] === 1) end++;
      pdf.rect(left + (x + 4) * unit, top + (y + 4) * unit, (end - x) * unit, unit);
      x = end;
    }
  pdf.fill('#000000');
}
