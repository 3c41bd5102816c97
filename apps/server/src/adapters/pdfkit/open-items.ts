import type { InvoiceDocument } from '../../modules/invoicing/document.ts';
import type { OpenItems } from '../../modules/invoicing/document-parts.ts';
import { INK, INNER_WIDTH, PAGE } from './layout.ts';
import { inside, rule, type Structure, tagged } from './tags.ts';
import type { Voice } from './voice.ts';

type Pdf = PDFKit.PDFDocument;
type Cell = { x: number; width: number; align: 'left' | 'right' };

const CELLS: readonly Cell[] = [
  { x: 0, width: 130, align: 'left' },
  // As wide as `30 September 2026`.
  { x: 136, width: 92, align: 'left' },
  { x: 234, width: 92, align: 'left' },
  { x: 332, width: 58, align: 'right' },
  { x: 396, width: INNER_WIDTH - 396, align: 'right' },
];

/** What is open, by document, with its age; then what it adds up to. */
export function drawOpenItems(pdf: Pdf, root: Structure, { openItems }: InvoiceDocument, voice: Voice): void {
  if (openItems === undefined) return;
  const { words } = voice;
  const table = inside(pdf, root, 'Table');
  const head = headOf(openItems, voice);
  drawRow(pdf, table, 'TH', head);
  for (const item of openItems.items) {
    const { overdueDays: days } = item;
    const overdue = days === 0 ? '' : `${days} ${days === 1 ? words.day : words.days}`;
    const amount = voice.amount(item.openMinor);
    const texts = [item.number, voice.date(item.issuedOn), voice.date(item.dueOn), overdue, amount];
    if (pdf.y + heightOf(pdf, 'TD', texts) + 9 > PAGE.height - PAGE.bottom) {
      pdf.addPage();
      pdf.y = PAGE.top;
      drawRow(pdf, table, 'TH', head);
    }
    drawRow(pdf, table, 'TD', texts);
  }
  if (openItems.items.length === 0) drawRow(pdf, table, 'TD', [words.nothing_open, '', '', '', '']);
  drawSums(pdf, root, openItems, voice);
}

/** A heading over an empty column asks what is missing there. */
function headOf({ items }: OpenItems, { words }: Voice): readonly string[] {
  if (items.length === 0) return [words.document];
  const overdue = items.some(({ overdueDays }) => overdueDays > 0) ? words.overdue_days : '';
  return [words.document, words.issued, words.due, overdue, words.open_amount];
}

/** As high as the cell with most lines, and never less than one line. */
function heightOf(pdf: Pdf, type: 'TH' | 'TD', texts: readonly string[]): number {
  pdf.font('regular').fontSize(type === 'TH' ? 8 : 9);
  const heights = CELLS.map(({ width }, index) => pdf.heightOfString(texts[index] ?? '', { width }));
  return Math.max(15, ...heights.map((height) => height + 4));
}

function drawRow(pdf: Pdf, table: Structure, type: 'TH' | 'TD', texts: readonly string[]): void {
  const { y } = pdf;
  const height = heightOf(pdf, type, texts);
  const row = inside(pdf, table, 'TR');
  pdf.fillColor(type === 'TH' ? INK.faint : INK.text);
  for (const [index, { x, width, align }] of CELLS.entries()) {
    const text = texts[index] ?? '';
    if (text === '') continue;
    const features = align === 'right' ? { features: ['tnum' as const] } : {};
    tagged(pdf, row, type, () => void pdf.text(text, PAGE.left + x, y, { width, align, ...features }));
  }
  pdf.y = y + height;
  rule(pdf, pdf.y);
  pdf.y += 5;
}

function drawSums(pdf: Pdf, root: Structure, openItems: OpenItems, voice: Voice): void {
  const { words, say } = voice;
  const { ageingMinor, creditMinor, feeMinor, balanceMinor } = openItems;
  const bands = [
    words.not_due,
    words.days_1_30,
    words.days_31_60,
    words.days_61_90,
    words.days_over_90,
  ] as const;
  const rows: [string, string, boolean][] = [
    ...(ageingMinor ?? []).map((minor, index): [string, string, boolean] => [
      bands[index] ?? '',
      minor,
      false,
    ]),
    ...(feeMinor === null ? [] : [[words.fee, feeMinor, false] as [string, string, boolean]]),
    ...(creditMinor === '0'
      ? []
      : [[words.credit_balance, `-${creditMinor}`, false] as [string, string, boolean]]),
    [say('balance', { currency: voice.currency }), balanceMinor, true],
  ];
  if (pdf.y + rows.length * 18 + 8 > PAGE.height - PAGE.bottom) {
    pdf.addPage();
    pdf.y = PAGE.top;
  }
  pdf.y += 4;
  for (const [label, minor, isStrong] of rows) {
    const { y } = pdf;
    tagged(pdf, root, 'P', () => {
      pdf.font(isStrong ? 'strong' : 'regular').fontSize(isStrong ? 10 : 9);
      pdf.fillColor(isStrong ? INK.text : INK.muted);
      pdf.text(label, PAGE.left + 180, y, { width: 210, align: 'right' });
      const { x, width } = CELLS[4] as Cell;
      pdf.text(voice.amount(minor), PAGE.left + x, y, { width, align: 'right', features: ['tnum'] });
    });
    pdf.y = y + 18;
  }
}
