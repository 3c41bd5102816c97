import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setInFamilies } from './other-scripts.ts';
import { unpackWoff } from './unpack-woff.ts';

type Position = Record<string, number>;
type Run = { glyphs: unknown[]; positions: Position[] };

/** What pdfkit makes of the bytes of a font, and takes again in place of them. */
type ParsedFont = {
  layout(text: string, ...rest: unknown[]): Run;
  getGlyph(id: number, codePoints?: readonly number[]): { codePoints: readonly number[] };
  hasGlyphForCodePoint(codePoint: number): boolean;
};

type Cut = 'regular' | 'strong';

const WEIGHTS: Readonly<Record<Cut, number>> = { regular: 400, strong: 600 };
/** In the order in which they are asked for a letter. The first one has nearly all of them. */
const SCRIPTS = [
  'latin',
  'latin-ext',
  'greek',
  'cyrillic',
  'vietnamese',
  'greek-ext',
  'cyrillic-ext',
] as const;
type Script = (typeof SCRIPTS)[number];

// Enough for every word of a catalogue and every amount of a bill run; then the cache begins anew.
const MAX_WORDS = 4_000;

const require = createRequire(import.meta.url);
const FOLDER = path.dirname(require.resolve('@fontsource/inter/files/inter-latin-400-normal.woff'));
/** By cut and script: bytes at first, and once a document has opened it what pdfkit made of them. */
const fonts = new Map<string, Buffer>();
const files = new Map<string, Promise<Buffer>>();

const nameOf = (cut: Cut, script: Script) => (script === 'latin' ? cut : `${cut} ${script}`);

async function load(cut: Cut, script: Script): Promise<void> {
  const name = nameOf(cut, script);
  if (fonts.has(name)) return;
  const place = path.join(FOLDER, `inter-${script}-${WEIGHTS[cut]}-normal.woff`);
  const file = files.get(name) ?? readFile(place).then(unpackWoff);
  files.set(name, file);
  const bytes = await file;
  if (!fonts.has(name)) fonts.set(name, bytes);
}

/**
 * Registers both cuts of Inter, and of other scripts those that the text has letters of. They are parsed for the first
 * document only, and a word is set only once: parsing and setting would otherwise be nearly all the work of a document.
 */
export async function registerFonts(pdf: PDFKit.PDFDocument, text: string): Promise<void> {
  const cuts: readonly Cut[] = ['regular', 'strong'];
  const open = async (script: Script) => {
    await Promise.all(cuts.map((cut) => load(cut, script)));
    // Opened in one order in every document, because the order names them in the file.
    return cuts.map((cut) => {
      const name = nameOf(cut, script);
      const font = openFont(pdf.registerFont(name, fonts.get(name)), name);
      if (Buffer.isBuffer(fonts.get(name))) fonts.set(name, withMemory(font));
      return font;
    });
  };
  const [latin] = await open('latin');
  const others = othersIn(inKnownSpaces(text), latin as ParsedFont);
  const needed: Script[] = ['latin'];
  if (others.size === 0) return;
  for (const script of SCRIPTS.slice(1)) {
    if (others.size === 0) break;
    const [font] = await open(script);
    const known = [...others].filter((point) => font?.hasGlyphForCodePoint(point));
    if (known.length > 0) needed.push(script);
    for (const point of known) others.delete(point);
  }
  setInFamilies(
    pdf,
    cuts.map((cut) => needed.map((script) => nameOf(cut, script))),
  );
}

/** The letters that the first script has not. */
function othersIn(text: string, latin: ParsedFont): Set<number> {
  const points = new Set<number>();
  if (!BEYOND_LATIN.test(text)) return points;
  for (const letter of text.normalize('NFC')) {
    const point = letter.codePointAt(0) ?? 0;
    if (!latin.hasGlyphForCodePoint(point)) points.add(point);
  }
  return points;
}

/** Most documents have none of these, and are not looked at letter by letter. */
const BEYOND_LATIN = /[\u0100-\u{10ffff}]/u;

function openFont(pdf: PDFKit.PDFDocument, name: string): ParsedFont {
  return (pdf.font(name) as unknown as { _font: { font: ParsedFont } })._font.font;
}

/**
 * A glyph remembers the letters that it was first asked for by, and there are none where it was only a part of another, as
 * U is of Ü. In a later document those letters could be seen, but neither searched for nor copied.
 */
function rememberLetters(font: ParsedFont): void {
  const getGlyph = font.getGlyph.bind(font);
  font.getGlyph = (id, codePoints = []) => {
    const glyph = getGlyph(id, codePoints);
    if (glyph.codePoints.length === 0) glyph.codePoints = codePoints;
    return glyph;
  };
}

function withMemory(font: ParsedFont): Buffer {
  rememberLetters(font);
  const set = font.layout.bind(font);
  const layout: ParsedFont['layout'] = (text, ...rest) => set(inKnownSpaces(text), ...rest);
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

/** No cut of Inter has the narrow space that groups figures in French; the wide one that does not break either stands in. */
const inKnownSpaces = (text: string) => text.replaceAll('\u202f', '\u00a0');

const FIGURES = /^[0-9., \u202f\u00a0−-]+$/;

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
