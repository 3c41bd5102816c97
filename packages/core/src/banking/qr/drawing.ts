/** The modules of a symbol while it is drawn; `fixed` ones are no data and are never masked. */
export interface Drawing {
  readonly version: number;
  readonly size: number;
  readonly dark: Uint8Array;
  readonly fixed: Uint8Array;
}

/** Centres of alignment patterns by version (ISO/IEC 18004, annex E). */
const ALIGNMENT: readonly (readonly number[])[] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
  [6, 30, 54],
  [6, 32, 58],
  [6, 34, 62],
];

/** An empty symbol with everything that does not depend on content and mask. */
export function blankDrawing(version: number): Drawing {
  const size = version * 4 + 17;
  const symbol = { version, size, dark: new Uint8Array(size * size), fixed: new Uint8Array(size * size) };
  for (let index = 0; index < size; index++) {
    fix(symbol, 6, index, index % 2 === 0);
    fix(symbol, index, 6, index % 2 === 0);
  }
  drawFinder(symbol, 3, 3);
  drawFinder(symbol, size - 4, 3);
  drawFinder(symbol, 3, size - 4);
  const centres = ALIGNMENT[version - 1] ?? [];
  const last = centres.length - 1;
  for (const [row, y] of centres.entries())
    for (const [column, x] of centres.entries()) {
      const isFinder =
        (row === 0 && column === 0) || (row === 0 && column === last) || (row === last && column === 0);
      if (!isFinder) drawAlignment(symbol, x, y);
    }
  drawFormat(symbol, 0);
  if (version >= 7) drawVersion(symbol);
  return symbol;
}

export function fix({ size, dark, fixed }: Drawing, x: number, y: number, isDark: boolean): void {
  if (x < 0 || y < 0 || x >= size || y >= size) return;
  dark[y * size + x] = isDark ? 1 : 0;
  fixed[y * size + x] = 1;
}

function drawFinder(symbol: Drawing, centreX: number, centreY: number): void {
  for (let dy = -4; dy <= 4; dy++)
    for (let dx = -4; dx <= 4; dx++) {
      const ring = Math.max(Math.abs(dx), Math.abs(dy));
      fix(symbol, centreX + dx, centreY + dy, ring !== 2 && ring !== 4);
    }
}

function drawAlignment(symbol: Drawing, centreX: number, centreY: number): void {
  for (let dy = -2; dy <= 2; dy++)
    for (let dx = -2; dx <= 2; dx++)
      fix(symbol, centreX + dx, centreY + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
}

/** Level M (00) and the mask, with their BCH code, twice. */
export function drawFormat(symbol: Drawing, mask: number): void {
  const { size } = symbol;
  const bits = withCheck(mask, 10, 0x537) ^ 0x5412;
  const isSet = (index: number) => ((bits >> index) & 1) === 1;
  for (let index = 0; index <= 5; index++) fix(symbol, 8, index, isSet(index));
  fix(symbol, 8, 7, isSet(6));
  fix(symbol, 8, 8, isSet(7));
  fix(symbol, 7, 8, isSet(8));
  for (let index = 9; index < 15; index++) fix(symbol, 14 - index, 8, isSet(index));
  for (let index = 0; index < 8; index++) fix(symbol, size - 1 - index, 8, isSet(index));
  for (let index = 8; index < 15; index++) fix(symbol, 8, size - 15 + index, isSet(index));
  fix(symbol, 8, size - 8, true);
}

function drawVersion(symbol: Drawing): void {
  const bits = withCheck(symbol.version, 12, 0x1f25);
  for (let index = 0; index < 18; index++) {
    const isDark = ((bits >> index) & 1) === 1;
    const far = symbol.size - 11 + (index % 3);
    const near = Math.floor(index / 3);
    fix(symbol, far, near, isDark);
    fix(symbol, near, far, isDark);
  }
}

function withCheck(value: number, checkBits: number, polynomial: number): number {
  let remainder = value;
  for (let step = 0; step < checkBits; step++)
    remainder = (remainder << 1) ^ ((remainder >> (checkBits - 1)) * polynomial);
  return (value << checkBits) | remainder;
}
