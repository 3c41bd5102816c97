import { inflateSync } from 'node:zlib';

/**
 * The text of a PDF of ours as a reader takes it out of the file: glyphs of the content streams, turned into letters by
 * the tables that the fonts bring (ToUnicode). Each line of a piece of content is one text.
 */
export function textOfPdf(bytes: Uint8Array): string[] {
  const objects = objectsOf(bytes);
  const textOf = new Map<string, ReadonlyMap<string, string>>();
  for (const [id, { head }] of objects) {
    const [, table] = /\/ToUnicode (\d+) 0 R/.exec(head) ?? [];
    if (table !== undefined) textOf.set(id, lettersIn(objects.get(table)?.stream ?? ''));
  }
  const fonts = new Map<string, ReadonlyMap<string, string>>();
  for (const { head } of objects.values())
    for (const [, name = '', id = ''] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const letters = textOf.get(id);
      if (letters !== undefined) fonts.set(name, letters);
    }
  return [...objects.values()].flatMap(({ stream }) =>
    stream?.includes(' Tf') ? partsIn(stream, fonts) : [],
  );
}

/** The rectangles of each piece of content, as x, y, width and height in the order they are drawn. */
export function rectanglesOfPdf(bytes: Uint8Array): number[][][] {
  return [...objectsOf(bytes).values()].flatMap(({ stream }) =>
    (stream ?? '').split(/\bEMC\b/).flatMap((content) => {
      const drawn = [...content.matchAll(/^([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) re$/gm)];
      return drawn.length === 0 ? [] : [drawn.map((one) => one.slice(1).map(Number))];
    }),
  );
}

function objectsOf(bytes: Uint8Array): ReadonlyMap<string, { head: string; stream: string | null }> {
  const file = Buffer.from(bytes);
  const source = file.toString('latin1');
  const objects = new Map<string, { head: string; stream: string | null }>();
  for (const found of source.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)(?:\nstream\r?\n|\nendobj)/g)) {
    const [whole, id = '', head = ''] = found;
    objects.set(id, {
      head,
      stream: whole.includes('\nstream') ? streamAt(file, found.index + whole.length, head) : null,
    });
  }
  return objects;
}

function streamAt(file: Buffer, start: number, head: string): string {
  const length = Number(/\/Length (\d+)/.exec(head)?.[1] ?? 0);
  const raw = file.subarray(start, start + length);
  return (head.includes('/FlateDecode') ? inflateSync(raw) : raw).toString('latin1');
}

/** The letters of a font by the number of their glyph. */
function lettersIn(table: string): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  for (const [, first = '0', , list = ''] of table.matchAll(/<([0-9a-f]+)> <([0-9a-f]+)> \[([^\]]*)\]/gi)) {
    const texts = [...list.matchAll(/<([0-9a-f ]*)>/gi)].map(([, hex = '']) => decoded(hex));
    for (const [index, text] of texts.entries())
      letters.set((Number.parseInt(first, 16) + index).toString(16).padStart(4, '0'), text);
  }
  return letters;
}

const decoded = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le');

/** What is tagged as one piece of content is read as one for each line of it. */
function partsIn(stream: string, fonts: ReadonlyMap<string, ReadonlyMap<string, string>>): string[] {
  return stream.split(/\bEMC\b/).flatMap((content) => {
    const lines = new Map<string, string>();
    for (const [block] of content.matchAll(/BT\n[\s\S]*?\nET/g)) {
      const [, y = '0'] = /1 0 0 1 [-\d.]+ ([-\d.]+) Tm/.exec(block) ?? [];
      const letters = fonts.get(/\/(F\d+) /.exec(block)?.[1] ?? '');
      const glyphs = [...block.matchAll(/<([0-9a-f]+)>/gi)].flatMap(
        ([, hex = '']) => hex.match(/.{4}/g) ?? [],
      );
      // Glyph 0 is the box of what a font has not, whatever its table says.
      const text = glyphs
        .map((glyph) => (glyph === '0000' ? undefined : letters?.get(glyph.toLowerCase())) ?? '\ufffd')
        .join('');
      // A name in two fonts is set in parts, in their order.
      lines.set(y, `${lines.get(y) ?? ''}${text}`);
    }
    return [...lines.values()];
  });
}
