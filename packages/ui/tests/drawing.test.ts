import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linePath, niceScale, shownLabels, spreadLabels, xAt } from '../src/chart-scale.ts';
import { usedRatio } from '../src/meter-bar.tsx';
import { isCurrent } from '../src/navigation.tsx';
import { drawnFrom, waterfallBars } from '../src/waterfall.tsx';

test('a scale always holds zero and every value, between round steps', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), { maxLength: 30 }), (values) => {
      const scale = niceScale(values);
      expect(scale.min).toBeLessThanOrEqual(Math.min(0, ...values));
      expect(scale.max).toBeGreaterThanOrEqual(Math.max(0, ...values));
      expect(scale.ticks).toContain(0);
      expect(scale.ticks.length).toBeLessThanOrEqual(8);
      expect(scale.ticks.every(Number.isInteger)).toBe(true);
    }),
  );
});

test('where all is zero, the line of zero is drawn alone', () => {
  expect(niceScale([0, 0, 0]).ticks).toEqual([0]);
  expect(niceScale([]).ticks).toEqual([0]);
});

test('a missing value breaks the line, and a value between two gaps is still drawn', () => {
  const box = { left: 0, top: 0, width: 100, height: 100 };
  const path = linePath([0, 10, null, 5, null], niceScale([0, 10]), box);
  expect(path.match(/M/g)).toHaveLength(2);
  expect(path.endsWith('h0')).toBe(true);
});

test('labels below a chart never touch, and the last one is always there', () => {
  const widths = fc.array(fc.integer({ min: 10, max: 120 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(widths, fc.integer({ min: 40, max: 900 }), (all, width) => {
      const last = all.length - 1;
      const box = { left: 30, top: 0, width, height: 100 };
      const shown = shownLabels(all, box);
      expect(shown.at(-1)).toBe(last);
      const spans = shown.map((index) => {
        const size = all[index] ?? 0;
        const start = xAt(index, all.length, box) - size * (index === last ? 1 : index === 0 ? 0 : 0.5);
        return [start, start + size] as const;
      });
      spans.slice(1).forEach(([start], place) => {
        expect(start).toBeGreaterThan(spans[place]?.[1] ?? 0);
      });
    }),
  );
  expect(shownLabels([60, 60, 60, 60], { left: 0, top: 0, width: 900, height: 100 })).toEqual([0, 1, 2, 3]);
});

test('labels at line ends do not overlap and keep their order', () => {
  const placed = spreadLabels([50, 51, 52], 15, 0, 100);
  expect(placed[1]! - placed[0]!).toBeGreaterThanOrEqual(15);
  expect(placed[2]! - placed[1]!).toBeGreaterThanOrEqual(15);
});

test('bars of a waterfall begin where the one before ended, totals at zero', () => {
  const bars = waterfallBars([
    { amountMinor: '100', kind: 'total' },
    { amountMinor: '30', kind: 'movement' },
    { amountMinor: '-50', kind: 'movement' },
    { amountMinor: '80', kind: 'total' },
  ]);
  expect(bars).toEqual([
    { from: 0, to: 100 },
    { from: 100, to: 130 },
    { from: 130, to: 80 },
    { from: 0, to: 80 },
  ]);
});

test('a waterfall starts above zero only where movements would be hairs', () => {
  expect(drawnFrom([0, 100, 100, 130, 130, 80, 0, 80])).toBe(30);
  expect(drawnFrom([0, 10, 10, 130, 130, 80, 0, 80])).toBe(0);
  expect(drawnFrom([0, 10, 10, -20, 0, -20])).toBe(-20);
});

test('a meter without a limit above zero is full as soon as anything is used', () => {
  expect(usedRatio('0', '0')).toBe(0);
  expect(usedRatio('1', '0')).toBe(1);
  expect(usedRatio('1320', '1000')).toBe(1.32);
});

test('a place is current on its own path and below it, a home page only on its own', () => {
  const icon = (() => null) as never;
  const customers = { label: 'Customers', href: '/admin/customers', icon };
  expect(isCurrent(customers, '/admin/customers/cus_1')).toBe(true);
  expect(isCurrent(customers, '/admin/customers-old')).toBe(false);
  expect(isCurrent({ label: 'Home', href: '/admin', icon, exact: true }, '/admin/customers')).toBe(false);
});
