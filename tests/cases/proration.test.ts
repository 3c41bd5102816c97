import { rational } from '@billhook/core/money/rational';
import { expect, test } from 'vitest';
import { formatPlaces } from './decimal-places.ts';
import { proration } from './proration.ts';
import { runFile } from './run-file.ts';

const report = runFile(new URL('../../packages/core/fixtures/proration.json', import.meta.url).pathname);

test('every worked case of proration is read', () => {
  expect(report.cases.length).toBe(59);
});

test.each(report.cases)('I05 prorates as in $id', ({ status, expected, seen, why }) => {
  expect({ status, amounts: seen, why }).toEqual({ status: 'passed', amounts: expected, why: undefined });
});

/** The terms of an end on the afternoon of a day, of which the file holds none. */
const cancel = {
  id: 'cancel',
  kind: 'cancel',
  basis: 'day',
  timezone: 'UTC',
  period: { start: '2026-06-01T00:00:00Z', end: '2026-07-01T00:00:00Z' },
  at: '2026-06-20T12:00:00Z',
  items: [{ unit_amount: 3000, quantity: 1 }],
  expected: { credit: 1000 },
};

test('the last day of service is used where the seller says so', () => {
  expect(proration(cancel, { termination_day: 'used' }).status).toBe('passed');
  const { at, ...start } = {
    ...cancel,
    kind: 'start',
    from: cancel.period.start,
    until: cancel.at,
    expected: { charge: 2000 },
  };
  expect(at).toBe(cancel.at);
  expect(proration(start, { termination_day: 'used' }).status).toBe('passed');
});

test('a policy without a setting is unsupported', () => {
  expect(proration(cancel, { change_day: 'both' })).toMatchObject({ status: 'unsupported' });
});

test('shares are rounded half away from zero and written without trailing zeros', () => {
  expect(formatPlaces(rational(22n, 30n), 9)).toBe('0.733333333');
  expect(formatPlaces(rational(-1n, 8n), 2)).toBe('-0.13');
  expect(formatPlaces(rational(3n, 2n), 9)).toBe('1.5');
  expect(formatPlaces(rational(10_010n, 10_000n), 4)).toBe('1.001');
  expect(formatPlaces(rational(5n, 2n), 0)).toBe('3');
  expect(formatPlaces(rational(0n, 1n), 4)).toBe('0');
});
