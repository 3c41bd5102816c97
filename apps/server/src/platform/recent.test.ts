import { expect, test } from 'vitest';
import { createRecent, createRecentOfTenants } from './recent.ts';

/** Both kinds, asked alike. */
const kinds = [
  {
    kind: 'of anybody',
    create(most: number) {
      return createRecent<string, number>(most);
    },
  },
  {
    kind: 'of tenants',
    create(most: number) {
      const recent = createRecentOfTenants<string, number>(most);
      return {
        get: (key: string) => recent.get(1, key),
        set: (key: string, value: number) => recent.set(1, key, value),
        delete: (key: string) => recent.delete(1, key),
      };
    },
  },
];

test.each(kinds)('what was asked for lately is kept, and never more than the most $kind', ({ create }) => {
  const recent = create(10);
  recent.set('kept', 1);
  for (let n = 0; n < 100; n += 1) {
    recent.set(`passing ${n}`, n);
    expect(recent.get('kept')).toBe(1);
  }
  const left = Array.from({ length: 100 }, (_, n) => recent.get(`passing ${n}`)).filter(
    (value) => value !== undefined,
  );
  expect(left.length).toBeGreaterThan(0);
  expect(left.length).toBeLessThanOrEqual(10);
});

test.each(kinds)('the last that was set is found, and nothing that was deleted $kind', ({ create }) => {
  const recent = create(4);
  recent.set('a', 1);
  for (const n of [1, 2, 3]) recent.set(`b${n}`, n);
  recent.set('a', 2);
  expect(recent.get('a')).toBe(2);
  recent.delete('a');
  expect(recent.get('a')).toBeUndefined();
});

test('things of one tenant are no other’s, and all tenants have one bound together', () => {
  const recent = createRecentOfTenants<string, number>(10);
  recent.set(1, 'a', 1);
  recent.set(2, 'a', 2);
  expect([recent.get(1, 'a'), recent.get(2, 'a'), recent.get(3, 'a')]).toEqual([1, 2, undefined]);
  recent.delete(1, 'a');
  expect([recent.get(1, 'a'), recent.get(2, 'a')]).toEqual([undefined, 2]);
  for (let tenantId = 10; tenantId < 60; tenantId += 1) recent.set(tenantId, 'a', tenantId);
  const left = Array.from({ length: 60 }, (_, tenantId) => recent.get(tenantId, 'a'));
  expect(left.filter((value) => value !== undefined).length).toBeLessThanOrEqual(10);
});
