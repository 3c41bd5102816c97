import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupsOfLines, type Line, TOO_LONG } from './read-lines.ts';

async function linesOf(pieces: readonly Uint8Array[], maxBytes = 50, groupSize = 3): Promise<Line[][]> {
  const groups: Line[][] = [];
  async function* bytes() {
    yield* pieces;
  }
  for await (const group of groupsOfLines(bytes(), { groupSize, maxBytes })) groups.push(group);
  return groups;
}

test('lines are the same however the bytes are cut, and groups are full but the last', async () => {
  const lines = fc.array(
    fc.string({ unit: 'grapheme', maxLength: 9 }).map((text) => text.replaceAll('\n', ' ')),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(200)), fc.boolean(), async (sent, cuts, isEnded) => {
      const whole = Buffer.from(sent.join('\n') + (isEnded ? '\n' : ''), 'utf8');
      const bounds = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
      const pieces = bounds.slice(1).map((end, index) => whole.subarray(bounds[index], end));
      const groups = await linesOf(pieces, 1000);
      // A last line that is empty is none.
      const expected = !isEnded && sent.at(-1) === '' ? sent.slice(0, -1) : sent;
      expect(groups.flat()).toEqual(expected);
      expect(groups.slice(0, -1).every((group) => group.length === 3)).toBe(true);
    }),
  );
});

test('a line that is too long is passed over in whatever pieces it comes, and the next one is read', async () => {
  const pieces = ['a\nxxxx', 'x'.repeat(40), 'x'.repeat(100), 'xx\nb', '\n'].map((text) => Buffer.from(text));
  expect(await linesOf(pieces)).toEqual([['a', TOO_LONG, 'b']]);
});
