import { describe, expect, test } from 'vitest';
import { dropLine, type LineBuffer, lineBuffer, pushLine, sortByTime } from './line-buffer.ts';

/** Each line has figures of its own in every column: `source` says which one it was. */
function filled(moments: readonly number[], capacity: number, discounts = 0): LineBuffer {
  const lines = lineBuffer(capacity, discounts);
  for (const [at, moment] of moments.entries())
    pushLine(lines, at, at + 1000, moment, moment - at / 4, moment + at / 4);
  return lines;
}

function sourcesOf(lines: LineBuffer): readonly number[] {
  return [...lines.source.subarray(0, lines.count)];
}

/** Every line still has the period and the service that it began with. */
function expectWhole(lines: LineBuffer): void {
  for (let at = 0; at < lines.count; at += 1) {
    const source = lines.source[at] as number;
    const moment = lines.billableAt[at] as number;
    expect(lines.period[at]).toBe(source + 1000);
    expect(lines.serviceStart[at]).toBe(moment - source / 4);
    expect(lines.serviceEnd[at]).toBe(moment + source / 4);
  }
}

describe('the lines of a run', () => {
  test('find room whatever their number, with room for every discount', () => {
    const lines = filled(
      Array.from({ length: 9 }, (_, at) => at * 10),
      2,
      3,
    );
    expect(lines.count).toBe(9);
    expect(lines.capacity).toBe(16);
    expect([...lines.billableAt.subarray(0, 9)]).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80]);
    expectWhole(lines);
    for (const column of [lines.grossMinor, lines.amountMinor, lines.netMinor, lines.taxMinor])
      expect(column.length).toBe(16);
    for (const column of [lines.takenMinor, lines.availableMinor, lines.discountPlace])
      expect(column.length).toBe(48);
    expect(lines.quantity.length).toBe(16);
  });

  test('stand in order of time, those of one moment as they came', () => {
    for (const count of [1, 7, 47, 48, 49, 200]) {
      const moments = Array.from({ length: count }, (_, at) => (at * 5) % 3);
      const lines = filled(moments, count);
      sortByTime(lines);
      expect(sourcesOf(lines)).toEqual(
        [0, 1, 2].flatMap((moment) => [...moments.keys()].filter((at) => moments[at] === moment)),
      );
      expectWhole(lines);
    }
  });

  test('are put in order where only the last one, or only the first one, is out of it', () => {
    const late = filled([10, 20, 30, 5], 8);
    sortByTime(late);
    expect(sourcesOf(late)).toEqual([3, 0, 1, 2]);
    expectWhole(late);
    const early = filled([40, 10, 20, 30], 8);
    sortByTime(early);
    expect(sourcesOf(early)).toEqual([1, 2, 3, 0]);
    expectWhole(early);
    const none = filled([], 8);
    sortByTime(none);
    expect(none.count).toBe(0);
  });

  test('close up in every column where one is taken out', () => {
    const lines = filled([1, 2, 3, 4], 5, 2);
    for (let at = 0; at < 4; at += 1) {
      lines.grossMinor[at] = at + 100;
      lines.amountMinor[at] = at + 200;
      lines.quantity[at] = BigInt(at);
      for (const slot of [at * 2, at * 2 + 1]) {
        lines.takenMinor[slot] = slot + 300;
        lines.availableMinor[slot] = slot + 400;
        lines.discountPlace[slot] = slot + 500;
      }
    }
    dropLine(lines, 1, 2);
    expect(sourcesOf(lines)).toEqual([0, 2, 3]);
    expectWhole(lines);
    expect([...lines.grossMinor.subarray(0, 3)]).toEqual([100, 102, 103]);
    expect([...lines.amountMinor.subarray(0, 3)]).toEqual([200, 202, 203]);
    expect(lines.quantity.slice(0, 3)).toEqual([0n, 2n, 3n]);
    expect([...lines.takenMinor.subarray(0, 6)]).toEqual([300, 301, 304, 305, 306, 307]);
    expect([...lines.availableMinor.subarray(0, 6)]).toEqual([400, 401, 404, 405, 406, 407]);
    expect([...lines.discountPlace.subarray(0, 6)]).toEqual([500, 501, 504, 505, 506, 507]);
  });
});
