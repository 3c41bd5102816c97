import { expect, test } from 'vitest';
import { createCustomer, KEEP_CATALOGUE, moveClock, sendEvent } from './first-steps.ts';

test('commands of empty screens can be run in the project as they stand', () => {
  const lines = [KEEP_CATALOGUE, moveClock('2031-01-31T00:00:00.000Z')].flatMap(({ code }) =>
    code.split('\n'),
  );
  for (const line of lines) expect(line).toMatch(/^npm run billhook -- \w+ \w+ /);
});

test('the clock is moved ahead from the day of the business, however far that is', () => {
  expect(moveClock('2031-01-31T09:00:00.000Z').code).toContain('clock advance 2031-03-03T09:00:00.000Z');
});

test('an event is sent at the time of the business, and every request names the key', () => {
  const { code } = sendEvent('http://localhost:4000', '2031-01-31T09:00:00.000Z');
  expect(code).toContain('"time":"2031-01-31T09:00:00.000Z"');
  for (const one of [code, createCustomer('http://localhost:4000').code])
    expect(one.split('\n')[1]).toBe('  -H "Authorization: Bearer $BILLHOOK_API_KEY" \\');
});
