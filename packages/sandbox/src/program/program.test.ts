import { expect, it } from 'vitest';
import { parseFaults } from './faults.ts';

it('faults are typed with hyphens, switches with or without a word', () => {
  expect(parseFaults(['timeouts-after=3', 'duplicate-webhooks', 'fail-charges-with=lost_card'])).toEqual({
    timeoutsAfter: 3,
    duplicateWebhooks: true,
    failChargesWith: 'lost_card',
  });
  expect(parseFaults(['reorder-webhooks=off'])).toEqual({ reorderWebhooks: false });
});

it.each([
  'timeouts',
  'timeouts-after',
  'timeouts-after=-1',
  'timeouts-after=1.5',
  'duplicate-webhooks=maybe',
  '=',
])('refuses %s with words that help', (word) => {
  expect(() => parseFaults([word])).toThrow(/There are|needs|on or off/);
});
