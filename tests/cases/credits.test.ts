import { expect, test } from 'vitest';
import { credits } from './credits.ts';
import { runFile } from './run-file.ts';

const report = runFile(new URL('../../packages/core/fixtures/credits.json', import.meta.url).pathname);

test('every worked case of credits is read', () => {
  expect(report.cases.length).toBe(31);
});

test.each(report.cases)('I29 credits are granted and spent as in $id', ({ status, expected, seen, why }) => {
  expect({ status, seen, why }).toEqual({ status: 'passed', seen: expected, why: undefined });
});

const grants = [
  { id: 'a', amount: '5', effective_at: '2026-01-01T00:00:00Z', expires_at: '2026-02-01T00:00:00Z' },
];
const edge = {
  id: 'edge',
  kind: 'burn_down',
  start_at: '2026-01-01T00:00:00Z',
  query_at: '2026-02-01T00:00:00Z',
  grants,
  usage: [{ at: '2026-02-01T00:00:00Z', amount: '1' }],
  expected: { balances: { a: '0' } },
};

test('a balance at the instant of an expiry is nothing, or still shown where the seller says so', () => {
  expect(credits(edge, {}).status).toBe('passed');
  const shown = { ...edge, expected: { balances: { a: '5' } } };
  expect(credits(shown, { expiry_edge: 'inclusive_read' }).status).toBe('passed');
});

test('credits are cut to places where the seller says so, and their price is rounded', () => {
  const cut = {
    id: 'cut',
    kind: 'credit_rounding',
    currency: 'EUR',
    rate: '1',
    input: { top_up: '12.345678' },
    expected: { credits: '12.34567', amount: 1235 },
  };
  expect(credits(cut, { credit_rounding: 'truncate_5' })).toMatchObject({ status: 'passed' });
});

test('a policy or kind without a setting is unsupported', () => {
  expect(credits(edge, { order: 'by_mood' }).status).toBe('unsupported');
  expect(credits({ ...edge, kind: 'raffle' }, {}).status).toBe('unsupported');
});
