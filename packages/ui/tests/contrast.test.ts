import fs from 'node:fs';
import { expect, test } from 'vitest';

const css = fs.readFileSync(new URL('../src/tokens.css', import.meta.url), 'utf8');

type Theme = 'light' | 'dark';

function tokens(theme: Theme): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, light, dark] of css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);/g)) {
    if (name && light && dark) found.set(name, theme === 'light' ? light : dark);
  }
  return found;
}

/** Relative luminance as in WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ['bg', 'surface', 'raised', 'sunk', 'hover'];
const SOFT = ['accent-soft', 'ok-soft', 'attention-soft', 'problem-soft', 'info-soft'];

/** Text colour over ground, each pair as components use it. */
const TEXT_PAIRS: readonly (readonly [string, string])[] = [
  ...[...GROUNDS, ...SOFT, 'pressed'].map((ground) => ['text', ground] as const),
  ...[...GROUNDS, ...SOFT, 'pressed'].map((ground) => ['text-muted', ground] as const),
  ...GROUNDS.map((ground) => ['text-faint', ground] as const),
  ['text-faint', 'accent-soft'],
  ['text-faint', 'pressed'],
  ...[...GROUNDS, 'accent-soft'].map((ground) => ['accent-text', ground] as const),
  ...['ok', 'attention', 'problem', 'info'].flatMap((tone) =>
    [...GROUNDS, `${tone}-soft`].map((ground) => [tone, ground] as const),
  ),
  ['problem', 'pressed'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-danger', 'danger'],
  ['on-danger', 'danger-hover'],
  ['bg', 'text'],
];

/** What must be seen but is no text: edges of controls, dots, bars, lines of charts. WCAG 2.2, 1.4.11. */
const SHAPE_PAIRS: readonly (readonly [string, string])[] = [
  ...['bg', 'surface', 'raised'].flatMap((ground) =>
    ['control', 'accent', 'accent-text', 'ok', 'attention-fill', 'problem', 'info'].map(
      (shape) => [shape, ground] as const,
    ),
  ),
  ['accent', 'pressed'],
  ['attention-fill', 'pressed'],
  ['problem', 'pressed'],
];

for (const theme of ['light', 'dark'] as const) {
  test(`every text in the ${theme} theme has a contrast of at least 4.5`, () => {
    expect(tooFaint(theme, TEXT_PAIRS, 4.5)).toEqual([]);
  });

  test(`every shape that carries meaning in the ${theme} theme has a contrast of at least 3`, () => {
    expect(tooFaint(theme, SHAPE_PAIRS, 3)).toEqual([]);
  });
}

test('in the dark theme a surface is lighter the higher it lies', () => {
  const dark = tokens('dark');
  const levels = ['bg', 'surface', 'raised'].map((name) => luminance(dark.get(name) ?? ''));
  expect(levels).toEqual(levels.toSorted((a, b) => a - b));
});

function tooFaint(theme: Theme, pairs: readonly (readonly [string, string])[], least: number): string[] {
  const colours = tokens(theme);
  return pairs.flatMap(([front, ground]) => {
    const [a, b] = [colours.get(front), colours.get(ground)];
    if (!a || !b) return [`${front} or ${ground} is not a token`];
    const ratio = contrast(a, b);
    return ratio < least ? [`${front} on ${ground}: ${ratio.toFixed(2)}`] : [];
  });
}
