import path from 'node:path';
import { expect, test } from 'vitest';
import { runFile } from '../cases/run-file.ts';

/** The worked cases of a file as one test that reads and runs them itself, so that it is seen which lines it reaches. */
export function workedCases(name: string): void {
  test(`the worked cases of ${name} give the amounts of their sources`, () => {
    const file = path.join(import.meta.dirname, '../../packages/core/fixtures', `${name}.json`);
    const report = runFile(file);
    expect(report.cases.length).toBeGreaterThan(50);
    expect(report.cases.filter(({ status }) => status !== 'passed')).toEqual([]);
  });
}
