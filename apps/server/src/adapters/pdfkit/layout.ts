/** Measures of an A4 page in points (1/72 inch), and the quiet look that all documents share. */
export const PAGE = { width: 595.28, height: 841.89, left: 56, right: 56, top: 56, bottom: 72 } as const;

export const INNER_WIDTH = PAGE.width - PAGE.left - PAGE.right;

/** Columns of the line table: left edge from the margin and width. */
export const COLUMNS = {
  description: { x: 0, width: 262 },
  quantity: { x: 268, width: 92 },
  tax: { x: 366, width: 40 },
  amount: { x: 412, width: INNER_WIDTH - 412 },
} as const;

export const INK = {
  text: '#1c1917',
  muted: '#57534e',
  faint: '#78716c',
  line: '#d6d3d1',
  accent: '#14532d',
} as const;
