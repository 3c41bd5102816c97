import { expect, test } from 'vitest';
import { newsEndEqual, timeOutsEndPaid } from './checks.ts';

test('I16 I17 of 5,000 time-outs after which money is out or not, none is charged twice and all are known in schedule', () => {
  expect(timeOutsEndPaid(5_000)).toEqual({ played: 5_000, doubleCharges: 0, open: 0, misusedKeys: 0 });
});

test('I39 20,000 schedules of webhooks, dropped, doubled, out of order and late, end in the same books', () => {
  const { schedules, different, ends } = newsEndEqual(2_000, 10);
  expect({ schedules, different }).toEqual({ schedules: 20_000, different: [] });
  expect([...ends.keys()].toSorted()).toEqual(['failed', 'succeeded']);
});
