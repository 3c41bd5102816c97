import { expect, test } from 'vitest';
import { runFile } from './run-file.ts';

const report = runFile(new URL('../../packages/core/fixtures/invoices.json', import.meta.url).pathname);

test('every worked case of invoices is read', () => {
  expect(report.cases.length).toBe(65);
});

test.each(report.cases)('I63 adds up as in $id', ({ status, expected, seen, why }) => {
  expect({ status, seen, why }).toEqual({ status: 'passed', seen: expected, why: undefined });
});
