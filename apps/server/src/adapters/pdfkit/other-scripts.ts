type Pdf = PDFKit.PDFDocument;

/** What pdfkit makes of a font; only what is used here. */
type OpenedFont = { font: { hasGlyphForCodePoint(codePoint: number): boolean } };

type TextOptions = PDFKit.Mixins.TextOptions & {
  lineWidth?: number;
  textWidth?: number;
  wordCount?: number;
};

/** The parts of pdfkit through which all text goes: what it measures with, and what sets one line. */
type Setter = {
  _font: OpenedFont;
  widthOfString(text: string, options?: TextOptions): number;
  _fragment(text: string, x: number, y: number, options: TextOptions): void;
};

type Run = { font: OpenedFont; text: string };

/** The fonts of one cut in the order in which they are asked for a letter. */
export type Family = readonly string[];

/**
 * Sets names of other scripts beside Latin ones: a line is split where another font of the family has the letter, and its
 * parts are set one after the other, so that the text can be read back whole. Letters that no font has are left to the
 * first one. Opens the fonts in the order given, because that order names them in the file.
 */
export function setInFamilies(pdf: Pdf, families: readonly Family[]): void {
  const setter = pdf as unknown as Setter;
  const fonts = families.map((family) =>
    family.map((name) => {
      pdf.font(name);
      return setter._font;
    }),
  );
  const familyOf = new Map(fonts.map((family) => [family[0] as OpenedFont, family]));
  const width = setter.widthOfString.bind(pdf);
  const fragment = setter._fragment.bind(pdf);

  function runsOf(text: string): Run[] {
    const first = setter._font;
    const family = familyOf.get(first) ?? [first];
    const runs: Run[] = [];
    // A letter and its accent are one letter where there is one: the fonts have those.
    for (const letter of text.normalize('NFC')) {
      const point = letter.codePointAt(0) ?? 0;
      const font = family.find((one) => one.font.hasGlyphForCodePoint(point)) ?? first;
      const last = runs.at(-1);
      if (last?.font === font) last.text += letter;
      else runs.push({ font, text: letter });
    }
    return runs;
  }

  function withFont<T>(font: OpenedFont, work: () => T): T {
    const before = setter._font;
    setter._font = font;
    try {
      return work();
    } finally {
      setter._font = before;
    }
  }

  const widthOf = (runs: readonly Run[], options?: TextOptions) =>
    runs.reduce((sum, { font, text }) => sum + withFont(font, () => width(text, options)), 0);

  setter.widthOfString = (text, options) => widthOf(runsOf(`${text}`), options);
  setter._fragment = (text, x, y, options) => {
    const runs = runsOf(`${text}`.replace(/\n/g, ''));
    if (runs.every(({ font }) => font === setter._font)) return fragment(text, x, y, options);
    const { align, width: given, lineWidth = 0, textWidth: _, wordCount: __, ...rest } = options;
    const free = given ? lineWidth - widthOf(runsOf(`${text}`.trimEnd()), options) : 0;
    let at = x + (align === 'right' ? free : align === 'center' ? free / 2 : 0);
    for (const run of runs) {
      withFont(run.font, () => fragment(run.text, at, y, rest));
      at += widthOf([run], options);
    }
  };
}
