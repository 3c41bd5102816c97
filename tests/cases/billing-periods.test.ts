import { expect, test } from 'vitest';
import { runFile } from './run-file.ts';

const report = runFile(
  new URL('../../packages/core/fixtures/billing-periods.json', import.meta.url).pathname,
);

test('every worked case of billing periods is read', () => {
  expect(report.cases.length).toBe(82);
});

test.each(report.cases)('I03 lays periods as in $id', ({ status, expected, seen, why }) => {
  expect({ status, period: seen, why }).toEqual({ status: 'passed', period: expected, why: undefined });
});
