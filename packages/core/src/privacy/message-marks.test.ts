import { expect, test } from 'vitest';
import { marksIn } from './message-marks.ts';

const OURS = 'cus_01h2xcejqtf2nbrexx3vqjhp41';
const UUID = '0190b0a0-0000-7000-8000-0000000000ab';

test('I523 ids and addresses in a message are marks of it, words and ids of other objects are not', () => {
  const message = JSON.stringify({
    id: 'evt_1PgafuB7WZ01zgkWXYmPNZs8',
    object: 'event',
    created: 1_234_567_890,
    at: '2026-03-02T09:00:00Z',
    address_line1_check: 'Authorization',
    customer: 'cus_QXg1o8vcGmoR32',
    charge: 'ch_1PgafuB7WZ01zgkWXYmPNZs8',
    key: `billhook-${OURS}-${UUID}`,
    said: `line\n${UUID}`,
    receipt_email: 'ada@example.com',
    description: 'ask ada@example.com',
  });
  expect([...marksIn(message)].toSorted()).toEqual(
    [UUID, 'ada@example.com', 'cus_QXg1o8vcGmoR32', OURS].toSorted(),
  );
});

test('I523 an id of 22 letters is a mark whatever its first letters are', () => {
  expect([...marksIn('{"customer":{"id":"in_aZ0c2e4g6i8k0m2o4q6"}}')]).toEqual(['in_aZ0c2e4g6i8k0m2o4q6']);
  expect([...marksIn('customer_id%3DAZCwoAAAcACAAAAAAAAAqw%26page%3D1')]).toEqual(['AZCwoAAAcACAAAAAAAAAqw']);
});
