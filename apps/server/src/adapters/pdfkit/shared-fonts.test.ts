import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { expect, test } from 'vitest';
import { textOfPdf } from '../../testing/pdf-text.ts';
import { registerFonts } from './shared-fonts.ts';

async function written(text: string): Promise<string> {
  const pdf = new PDFDocument({ compress: false });
  const bytes = buffer(pdf);
  await registerFonts(pdf, text);
  pdf.font('regular').text(text);
  pdf.end();
  return textOfPdf(await bytes).join('\n');
}

test('a letter that stood only under an accent in one document can be copied out of the next', async () => {
  expect(await written('Öffnung, Ärger, Übung, Ñandú, Çatal')).toContain('Übung');
  expect(await written('Once A customer USED EUR, Nothing Counted')).toBe(
    'Once A customer USED EUR, Nothing Counted',
  );
});
