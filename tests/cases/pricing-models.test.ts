import { expect, test } from 'vitest';
import { runFile } from './run-file.ts';

const report = runFile(new URL('../../packages/core/fixtures/pricing-models.json', import.meta.url).pathname);

test('every worked case of pricing models is read', () => {
  expect(report.cases.length).toBe(102);
});

test.each(report.cases)('I62 rates as in $id', ({ status, expected, seen, why }) => {
  expect({ status, amount: seen, why }).toEqual({ status: 'passed', amount: expected, why: undefined });
});
