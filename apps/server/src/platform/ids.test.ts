import { randomBytes } from 'node:crypto';
import { instant } from '@billhook/core/time/instant';
import { expect, test } from 'vitest';
import { createIdMaker } from './ids.ts';

const AT = instant(Date.UTC(2026, 1, 1, 12));

const hyphenated = (digits: string) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

const textsOf = (ids: Uint8Array) =>
  Array.from({ length: ids.length / 16 }, (_, index) =>
    hyphenated(Buffer.from(ids.subarray(index * 16, index * 16 + 16)).toString('hex')),
  );

test('ids that are made as bytes or digits are UUIDv7s of the same order as those made as texts', () => {
  const { newId, newIds, newDigits } = createIdMaker(
    () => AT,
    (size) => randomBytes(size),
  );
  // More than a millisecond holds, so that time is borrowed.
  const ofDigits = () => hyphenated(newDigits());
  const made = [
    ...[newId(), ofDigits(), ...textsOf(newIds(3_000)), newId()],
    ...[ofDigits(), ...textsOf(newIds(3_000)), ofDigits(), newId()],
  ];
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made).size).toBe(6_006);
  for (const id of made)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt((made[0] as string).replace('-', '').slice(0, 12), 16)).toBe(AT);
  expect(newIds(0)).toHaveLength(0);
});
