import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { unpackWoff } from './unpack-woff.ts';

type Position = Record<string, number>;
type Run = { glyphs: unknown[]; positions: Position[] };

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
  const remembered = (key: string, make: () => Run) => {
    let run = words.get(key);
    if (run === undefined) {
      if (words.size >= MAX_WORDS) words.clear();
      run = make();
      words.set(key, run);
    }
    return run;
  };
  font.layout = (text, ...rest) => {
    const [features, ...others] = rest;
    if (others.some((value) => value !== undefined)) return layout(text, ...rest);
    if (features === undefined) return copyOf(remembered(text, () => layout(text)));
    if (!isTabular(features)) return layout(text, ...rest);
    if (!FIGURES.test(text)) return copyOf(remembered(`\0${text}`, () => layout(text, features)));
    // Tabular figures have one width and no neighbours to mind, so an amount is set figure by figure, however new it is.
    return joined([...text].map((figure) => remembered(`\0${figure}`, () => layout(figure, features))));
  };
  // The types of pdfkit know only bytes; it takes a parsed font just as well.
  return font as unknown as Buffer;
}

const FIGURES = /^[0-9., −-]+$/;

function isTabular(features: unknown): boolean {
  return Array.isArray(features) && features.length === 1 && features[0] === 'tnum';
}

/** pdfkit scales the positions in place. */
function copyOf(run: Run): Run {
  return joined([run]);
}

function joined(runs: readonly Run[]): Run {
  const [first] = runs as readonly [Run, ...Run[]];
  return Object.assign(Object.create(Object.getPrototypeOf(first) as object) as Run, first, {
    glyphs: runs.flatMap(({ glyphs }) => glyphs),
    positions: runs.flatMap(({ positions }) => positions.map((position) => ({ ...position }))),
  });
}
