import { expect, test } from 'vitest';
import { at } from '../../testing/factories.ts';
import { layGrid } from '../../time/grid.ts';
import { zoneNamed } from '../../time/zone.ts';
import { boundaryTable, momentAt, placeOf } from './boundary-table.ts';

const months = layGrid({
  anchorAt: at('2025-01-31T00:00:00Z'),
  zone: zoneNamed('UTC'),
  cadence: { interval: 'month', count: 1 },
});
const tableFrom = (moment: string) => boundaryTable(months, at(moment));

test('a table of boundaries begins with the period that holds its first moment', () => {
  const table = tableFrom('2025-04-15T12:00:00Z');
  expect(table.firstIndex).toBe(2);
  expect(momentAt(table, 0)).toBe(at('2025-03-31T00:00:00Z'));
  expect(momentAt(table, 3)).toBe(at('2025-06-30T00:00:00Z'));
  expect(momentAt(table, 1)).toBe(at('2025-04-30T00:00:00Z'));
  expect(table.moments.length).toBe(4);
});

test('a moment lies in the period that begins at it, whatever was asked before', () => {
  const asked = ['2025-02-28T00:00:00Z', '2025-12-30T23:59:59.999Z', '2025-12-31T00:00:00Z'] as const;
  const found = [1, 10, 11];
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
  ]) {
    const table = tableFrom('2025-01-31T00:00:00Z');
    for (const one of order) expect(placeOf(table, at(asked[one] as string))).toBe(found[one]);
  }
  const table = tableFrom('2025-01-31T00:00:00Z');
  momentAt(table, 40);
  expect(placeOf(table, at('2025-01-31T00:00:00Z'))).toBe(0);
  expect(placeOf(table, at('2025-02-27T23:59:59Z'))).toBe(0);
  expect(placeOf(table, at('2026-01-31T00:00:00Z'))).toBe(12);
});

test('where a zone skipped a day, that day holds no moment', () => {
  const days = layGrid({
    anchorAt: at('2011-12-29T10:00:00Z'),
    zone: zoneNamed('Pacific/Apia'),
    cadence: { interval: 'day', count: 1 },
  });
  const table = boundaryTable(days, at('2011-12-29T10:00:00Z'));
  // Friday 30 December 2011 did not take place: its beginning is that of the Saturday.
  expect(momentAt(table, 1)).toBe(momentAt(table, 2));
  expect(placeOf(table, momentAt(table, 1))).toBe(2);
});
