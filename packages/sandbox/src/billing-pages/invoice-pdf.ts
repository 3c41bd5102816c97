/** Characters that a text of a PDF writes with a backslash. */
function escaped(text: string): string {
  return text.replaceAll(/[\\()]/g, (letter) => `\\${letter}`);
}

/** Signs of the standard encoding that the fonts of every reader have; others become a question mark. */
function latin(text: string): string {
  return text
    .replaceAll('€', 'EUR ')
    .replaceAll('×', 'x')
    .replaceAll(/[^\x20-\x7e]/g, '?');
}

const PAGE_HEIGHT = 842;
const LEFT = 56;
const LINE_HEIGHT = 18;
const MAX_LINES = 40;
const MAX_LETTERS = 90;

/** A PDF of one page with lines of plain text, in a font that every reader has. */
export function textPdf(lines: readonly string[]): Buffer {
  const shown = lines.slice(0, MAX_LINES).map((line) => escaped(latin(line).slice(0, MAX_LETTERS)));
  const text = shown.map((line) => `(${line}) Tj T*`).join('\n');
  const content = `BT /F1 11 Tf ${LINE_HEIGHT} TL ${LEFT} ${PAGE_HEIGHT - 2 * LEFT} Td\n${text}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 ${PAGE_HEIGHT}] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const end = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(`${body}xref\n0 ${size}\n0000000000 65535 f \n${table}${end}`, 'latin1');
}
