import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BillingWorld, createBillingWorld } from '../testing/billing.ts';
import { uuidBytes } from './columns.ts';
import { membersOf } from './members.ts';
import { emitAlike } from './outbox-alike.ts';

let world: BillingWorld;
beforeAll(async () => {
  world = await createBillingWorld('2026-01-01T00:00:00Z');
}, 60_000);
afterAll(() => world.close());

const ids = fc.uniqueArray(fc.uuid(), { minLength: 8, maxLength: 8 });
/** Whatever a text may hold that means something to an array, to JSON or to a pattern; the database takes no zero. */
const text = fc.string({ unit: 'grapheme' }).map((each) => each.replaceAll('\0', ''));
const loud = fc.constantFrom('{"a,b"}', '\\', '%1$s', "'", '$1', 'null', '\n', '');

test('I547 what the database makes of a pattern for many is what would have been written out for each', async () => {
  const cases = ids.chain((names) => {
    const [first = '', second = ''] = names;
    const word = fc.oneof(text, loud, fc.constantFrom(first, second));
    const value = fc.array(word, { maxLength: 5 }).map((words) => words.join(''));
    return fc.record({
      names: fc.constant(names),
      payloads: fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c'), value), {
        minLength: 1,
        maxLength: 3,
      }),
    });
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ names, payloads }) => {
      const [object, customer, ...others] = names as [string, string, ...string[]];
      const pairs = [0, 2, 4].map((at) => others.slice(at, at + 2) as [string, string]);
      const events = payloads.map((payload) => ({
        type: 'invoice.issued',
        objectId: object,
        customerId: customer,
        payload,
      }));
      // Two kinds, of which the second has a fact less.
      const kindOf = (index: number) => index % 2;
      const told = (kind: number) => events.slice(kind);
      await world.command(async (ctx) => {
        const members = membersOf({
          kinds: Int32Array.from(pairs, (_, index) => kindOf(index)),
          bases: Int32Array.from(pairs, (own, index) => index * own.length),
          names: uuidBytes(pairs.flat()),
        });
        const patterns = [0, 1].map((kind) => ({ kind, names: [object, customer], events: told(kind) }));
        await emitAlike(ctx, members, patterns);
      });
      const found = await world.admin(
        `select object_id, customer_id, payload from outbox where object_id = any ($1::uuid[]) order by object_id, payload::text`,
        [pairs.map(([own]) => own)],
      );
      const expected = pairs.flatMap(([own, theirs], index) =>
        told(kindOf(index)).map(({ payload }) => ({
          object_id: own,
          customer_id: theirs,
          payload: JSON.parse(
            JSON.stringify(payload).replaceAll(object, own).replaceAll(customer, theirs),
          ) as unknown,
        })),
      );
      const bySelf = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
      const plain = found.map((row) => ({ ...row, payload: sorted(row.payload as object) }));
      expect(bySelf(plain)).toEqual(
        bySelf(expected.map((row) => ({ ...row, payload: sorted(row.payload as object) }))),
      );
      await world.admin('delete from outbox where object_id = any ($1::uuid[])', [pairs.map(([own]) => own)]);
    }),
    { numRuns: 40 },
  );
});

const sorted = (value: object) =>
  Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
