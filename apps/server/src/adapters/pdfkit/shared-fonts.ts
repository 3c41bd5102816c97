import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { unpackWoff } from './unpack-woff.ts';

type Position = Record<string, number>;
type Run = { positions: Position[] };

/** What pdfkit makes of the bytes of a font, and takes again in place of them. */
type ParsedFont = { layout(text: string, ...rest: unknown[]): Run };

export type Fonts = { regular: Buffer; strong: Buffer };

// Enough for every word of a catalogue and every amount of a bill run; then the cache begins anew.
const MAX_WORDS = 4_000;

const require = createRequire(import.meta.url);
let fonts: Promise<Fonts> | undefined;

async function loadFonts(): Promise<Fonts> {
  fonts ??= Promise.all([
    readFile(require.resolve('@fontsource/inter/files/inter-latin-400-normal.woff')),
    readFile(require.resolve('@fontsource/inter/files/inter-latin-600-normal.woff')),
  ]).then(([regular, strong]) => ({ regular: unpackWoff(regular), strong: unpackWoff(strong) }));
  return fonts;
}

let shared: Fonts | undefined;

/**
 * Registers both cuts of Inter. They are parsed for the first document only, and a word is set only once: parsing
 * and setting would otherwise be nearly all the work of a document.
 */
export async function registerFonts(pdf: PDFKit.PDFDocument): Promise<void> {
  const { regular, strong } = shared ?? (await loadFonts());
  pdf.registerFont('regular', regular).registerFont('strong', strong);
  // Opened in one order in every document, because the order names them in the file.
  const opened = { regular: openFont(pdf, 'regular'), strong: openFont(pdf, 'strong') };
  shared ??= { regular: withMemory(opened.regular), strong: withMemory(opened.strong) };
}

function openFont(pdf: PDFKit.PDFDocument, name: string): ParsedFont {
  return (pdf.font(name) as unknown as { _font: { font: ParsedFont } })._font.font;
}

function withMemory(font: ParsedFont): Buffer {
  const layout = font.layout.bind(font);
  const words = new Map<string, Run>();
  font.layout = (text, ...rest) => {
    if (rest.some((value) => value !== undefined)) return layout(text, ...rest);
    let run = words.get(text);
    if (run === undefined) {
      if (words.size >= MAX_WORDS) words.clear();
      run = layout(text);
      words.set(text, run);
    }
    // pdfkit scales the positions in place.
    return Object.assign(Object.create(Object.getPrototypeOf(run) as object) as Run, run, {
      positions: run.positions.map((position) => ({ ...position })),
    });
  };
  // The types of pdfkit know only bytes; it takes a parsed font just as well.
  return font as unknown as Buffer;
}
