import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { POLICIES_NOT_TAKEN } from './not-taken.ts';
import { runFile } from './run-file.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'billhook-cases-'));

afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, document: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(document));
  return file;
}

const flat = (id: string, amount: string, more: object = {}) => ({
  id,
  model: 'flat',
  currency: 'EUR',
  config: { amount: '10.00' },
  input: { quantity: '1' },
  expected: { amount, rounded: true },
  ...more,
});

const mixed = fileOf('mixed.json', {
  schema: 'pricing-models',
  schema_version: 1,
  cases: [
    flat('right', '10'),
    flat('wrong', '11'),
    flat('unknown-policy', '10', { policy: { zero_quantity_first_tier_flat: 'sometimes' } }),
    flat('unreadable', '10', { currency: 'XXX' }),
  ],
});

test('a wrong amount fails with both amounts, and a policy without a setting is unsupported', () => {
  const report = runFile(mixed);
  expect(report).toMatchObject({ passed: 1, failed: 2, unsupported: 1, counted: 3 });
  expect(report.cases[1]).toMatchObject({ id: 'wrong', status: 'failed', expected: '1100', seen: '1000' });
  expect(report.cases[2]).toMatchObject({ id: 'unknown-policy', status: 'unsupported' });
});

test('one case that cannot be read does not stop the others', () => {
  expect(runFile(mixed).cases[3]).toMatchObject({ id: 'unreadable', status: 'failed' });
});

test('a document that is no file of cases is refused in one sentence', () => {
  const wrong: [unknown, RegExp][] = [
    [[], /is a JSON object/],
    [{ schema_version: 1, cases: [] }, /names the kind/],
    [{ schema: 'pricing-models', schema_version: 2, cases: [] }, /only schema_version 1/],
    [{ schema: 'pricing-models', schema_version: 1 }, /is a list/],
    [{ schema: 'pricing-models', schema_version: 1, cases: [{}] }, /case 0 needs a text "id"/],
    [{ schema: 'pricing-models', schema_version: 1, cases: [flat('a', '1'), flat('a', '1')] }, /used twice/],
    [{ schema: 'weather', schema_version: 1, cases: [] }, /no adapter for the schema "weather"/],
  ];
  for (const [index, [document, sentence]] of wrong.entries()) {
    expect(() => runFile(fileOf(`wrong-${index}.json`, document))).toThrow(sentence);
  }
});

test('the command prints every failing id with both amounts and exits 1 on any failure', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['tests/cases/main.ts', ...args], { cwd: ROOT, encoding: 'utf8' });
  const bad = run(mixed);
  expect(bad.status).toBe(1);
  expect(bad.stdout).toContain('1 passed, 2 failed, 1 unsupported, of 4 cases');
  expect(bad.stdout).toContain('failed wrong: expected 1100, seen 1000');
  const good = run('packages/core/fixtures/pricing-models.json', '--json');
  expect(good.status).toBe(0);
  expect(JSON.parse(good.stdout)).toMatchObject([{ schema: 'pricing-models', failed: 0, counted: 0 }]);
  expect(run().status).toBe(2);
  expect(run('no-such-file.json').status).toBe(2);
});

test('every policy that was decided against is a key and a code', () => {
  for (const name of POLICIES_NOT_TAKEN) expect(name).toMatch(/^[a-z_0-9]+:[a-z_0-9]+$/);
});
