import { expect, test } from 'vitest';
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
