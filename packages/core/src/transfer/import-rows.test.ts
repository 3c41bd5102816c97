import { expect, test } from 'vitest';
import { changedFields, mapColumns, readRecords, readWhole, readYesNo } from './import-rows.ts';

const detail = (result: ReturnType<typeof mapColumns>) => (result.ok ? null : result.refusal.detail);

test('I345 columns are found by their names or as they are mapped, and what is missing is said', () => {
  const head = ['External ID', 'Firm', 'E-Mail'];
  expect(detail(mapColumns('customers', head, {}))).toContain('name');
  expect(mapColumns('customers', head, { name: 'Firm', email: 'E-Mail' })).toMatchObject({
    ok: true,
    value: { external_id: 'External ID', name: 'Firm', email: 'E-Mail' },
  });
  expect(detail(mapColumns('customers', head, { name: 'Company' }))).toContain('"Company"');
  expect(detail(mapColumns('customers', head, { nickname: 'Firm' }))).toContain('nickname');
  expect(detail(mapColumns('subscriptions', ['plan', 'plan'], {}))).toContain('twice');
});

test('I345 a row without an external id, or with one of an earlier line, is refused and no other', () => {
  const head = ['external_id', 'name'];
  const rows = [
    ['a', 'Ada'],
    ['', 'Nobody'],
    ['a', 'Ada again'],
    ['b', ' Bob ', 'more'],
  ].map((cells, index) => ({ line: index + 2, cells }));
  const records = readRecords(head, rows, { external_id: 'external_id', name: 'name' });
  expect(records.map(({ fault }) => fault)).toEqual([
    null,
    'The row has no external id.',
    'The external id was named on line 2 already.',
    'The row has more cells than there are headings.',
  ]);
  expect(records[0]).toMatchObject({ position: 1, line: 2, values: { external_id: 'a', name: 'Ada' } });
});

test('I345 what is the same in other words is no change', () => {
  const current = { name: 'Ada', address: { city: 'Ulm', line1: 'A 1' }, email: null };
  expect(changedFields(current, { name: 'Ada', address: { line1: 'A 1', city: 'Ulm', line2: '' } })).toEqual(
    [],
  );
  expect(changedFields(current, { email: 'a@b.cd', name: 'Ada' })).toEqual(['email']);
  expect([readYesNo('Yes'), readYesNo('0'), readYesNo('maybe')]).toEqual([true, false, null]);
  expect([readWhole('14'), readWhole('-1'), readWhole('1.5')]).toEqual([14, null, null]);
});
