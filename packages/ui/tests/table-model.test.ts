import { expect, test } from 'vitest';
import { phonePlace } from '../src/table-model.ts';

type Placed = Parameters<typeof phonePlace>[0][number];

const words = (columns: readonly Placed[]) =>
  columns.map((_, index) => {
    const place = phonePlace(columns, index);
    return place.includes('order-4') ? 'below' : place.includes('order-1') ? 'title' : 'end';
  });

test('on a phone one column names a row, the first unless another one does', () => {
  const day = { key: 'day' };
  const amount = { key: 'amount', numeric: true };
  expect(words([day, { key: 'state' }, amount])).toEqual(['title', 'below', 'end']);
  expect(words([day, { key: 'from', phone: 'title' }, { key: 'state' }, amount])).toEqual([
    'below',
    'title',
    'below',
    'end',
  ]);
});
