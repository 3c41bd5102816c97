import fc from 'fast-check';
import { expect, test } from 'vitest';
import { at } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { APPROVAL_LIFE_MS, type Approval, expiryOf, mayDecide, needsSecondPerson } from './second-person.ts';

const ASKED = at('2026-04-01T00:00:00Z');
const request: Approval = { status: 'waiting', askedBy: 'ada', expiresAt: expiryOf(ASKED) };

test('I280 however a sum is cut into refunds, no part beyond the limit goes back by one person', () => {
  fc.assert(
    fc.property(
      fc.bigInt(0n, 10_000n),
      fc.array(fc.bigInt(1n, 4_000n), { maxLength: 12 }),
      (limitMinor, parts) => {
        let aloneMinor = 0n;
        for (const part of parts) if (!needsSecondPerson(limitMinor, aloneMinor, part)) aloneMinor += part;
        expect(aloneMinor <= limitMinor).toBe(true);
      },
    ),
  );
  expect(needsSecondPerson(null, 10n ** 14n, 10n ** 14n)).toBe(false);
});

test('I280 a request is approved by somebody else, once, before it has run out; whoever asked may take it back', () => {
  const late = { now: (ASKED + APPROVAL_LIFE_MS) as typeof ASKED };
  expect(mayDecide(request, 'bob', 'approved', ASKED)).toMatchObject({ ok: true, value: 'approved' });
  expect(mayDecide(request, 'ada', 'declined', ASKED)).toMatchObject({ ok: true, value: 'declined' });
  expect(codeOf(mayDecide(request, 'ada', 'approved', ASKED))).toBe('approval.own_request');
  expect(codeOf(mayDecide(request, 'bob', 'approved', late.now))).toBe('approval.closed');
  for (const status of ['approved', 'declined'] as const) {
    expect(codeOf(mayDecide({ ...request, status }, 'bob', 'approved', ASKED))).toBe('approval.closed');
  }
});
