import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Instant, instant } from '../time/instant.ts';
import { localOf, zoneNamed } from '../time/zone.ts';
import { type Delivery, deliveryOf, furtherDelivery, textFault } from './delivery.ts';
import { textParts } from './text-length.ts';
import { decideText, type Phone, quietUntil, readReply } from './text-rules.ts';

const BERLIN = zoneNamed('Europe/Berlin');
const at = (text: string): Instant => instant(Date.parse(text));
const PHONE: Phone = {
  number: '+4915112345678',
  consentAt: at('2026-01-01T00:00:00Z'),
  optedOutAt: null,
  fault: null,
};
const decide = (phone: Phone | null, now = at('2026-03-02T10:00:00Z'), isTrue = true) =>
  decideText({ now, zone: BERLIN, phone, isTrue });

test('I402 only who agreed and did not stop is texted, and only of what is still so', () => {
  expect(decide(PHONE)).toEqual({ kind: 'send', number: PHONE.number });
  const dropped = (phone: Phone | null, isTrue = true) => decide(phone, undefined, isTrue);
  expect(dropped(null)).toEqual({ kind: 'drop', reason: 'no_number' });
  expect(dropped({ ...PHONE, consentAt: null })).toEqual({ kind: 'drop', reason: 'no_consent' });
  expect(dropped({ ...PHONE, optedOutAt: at('2026-02-01T00:00:00Z') })).toEqual({
    kind: 'drop',
    reason: 'opted_out',
  });
  expect(dropped({ ...PHONE, fault: 'landline' })).toEqual({ kind: 'drop', reason: 'number_unusable' });
  expect(dropped(PHONE, false)).toEqual({ kind: 'drop', reason: 'no_longer_true' });
});

test('I402 nobody is texted in quiet hours: it waits for eight in the morning where they live, also across a change of the clock', () => {
  expect(decide(PHONE, at('2026-03-02T19:59:59Z')).kind).toBe('send');
  expect(decide(PHONE, at('2026-03-02T20:00:00Z'))).toEqual({
    kind: 'wait',
    until: at('2026-03-03T07:00:00Z'),
  });
  expect(decide(PHONE, at('2026-03-03T06:59:00Z'))).toEqual({
    kind: 'wait',
    until: at('2026-03-03T07:00:00Z'),
  });
  // In the night of 29 March 2026 the clock skips an hour.
  expect(quietUntil(at('2026-03-28T22:00:00Z'), BERLIN)).toBe(at('2026-03-29T06:00:00Z'));
  fc.assert(
    fc.property(fc.integer({ min: at('2025-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') }), (ms) => {
      const until = quietUntil(instant(ms), BERLIN);
      if (until === null) return;
      expect(until).toBeGreaterThan(ms);
      expect(quietUntil(until, BERLIN)).toBeNull();
      expect(localOf(until, BERLIN) % 86_400_000).toBe(8 * 3_600_000);
    }),
  );
});

test('I403 states of delivery end in the same one in whatever order and how often they come', () => {
  const told = fc.array(fc.constantFrom<Delivery>('accepted', 'sent', 'failed', 'undelivered', 'delivered'), {
    minLength: 1,
  });
  const end = (words: readonly Delivery[]) => words.reduce<Delivery>(furtherDelivery, 'accepted');
  fc.assert(
    fc.property(told, fc.infiniteStream(fc.nat()), (words, order) => {
      const mixed = [...words, ...words]
        .map((word) => ({ word, key: order.next().value as number }))
        .sort((left, right) => left.key - right.key)
        .map(({ word }) => word);
      expect(end(mixed)).toBe(end(words));
    }),
  );
  expect(deliveryOf('read')).toBe('delivered');
  expect(deliveryOf('receiving')).toBeNull();
});

describe('what a provider says', () => {
  test('of a number or an opt-out holds for later texts, of the network for this one', () => {
    expect([21610, 30006, 30003, 30007, null].map(textFault)).toEqual([
      'opted_out',
      'number',
      'later',
      'final',
      'final',
    ]);
  });

  test('in an answer stops or starts only where the word is the whole message', () => {
    expect([' stop ', 'Unsubscribe', 'start', 'please stop', ''].map(readReply)).toEqual([
      'stop',
      'stop',
      'start',
      null,
      null,
    ]);
  });
});

test('a text is cut by its alphabet: 160 or 153 letters, 70 or 67 of others, and some count twice', () => {
  expect(textParts('a'.repeat(160))).toBe(1);
  expect(textParts('a'.repeat(161))).toBe(2);
  expect(textParts('€'.repeat(80))).toBe(1);
  expect(textParts('€'.repeat(81))).toBe(2);
  expect(textParts('ж'.repeat(70))).toBe(1);
  expect(textParts('ж'.repeat(71))).toBe(2);
  expect(textParts('a'.repeat(307))).toBe(3);
});
