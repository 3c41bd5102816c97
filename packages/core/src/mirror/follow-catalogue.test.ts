import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  faceFromText,
  followFace,
  nameFromStripe,
  newsOfPrice,
  type SoldFace,
  textOfFace,
} from './follow-catalogue.ts';
import type { PriceAtStripe } from './import-catalogue.ts';

const face = fc.record({
  name: fc.constantFrom('Pro', 'Plus', 'Team'),
  description: fc.constantFrom('', 'For all', 'For few'),
  isSold: fc.boolean(),
});
const step = fc.oneof(
  fc.record({ do: fc.constant('look' as const) }),
  fc.record({ do: fc.constant('send' as const) }),
  fc.record({ do: fc.constant('here' as const), to: face }),
  fc.record({ do: fc.constant('there' as const), to: face }),
);

/** Both sides, and what is kept of what they agreed on. */
class Sides {
  kept: string;
  ours: SoldFace;
  theirs: SoldFace;
  constructor(start: SoldFace) {
    this.kept = textOfFace(start);
    this.ours = start;
    this.theirs = start;
  }
  look() {
    const followed = followFace(faceFromText(this.kept, this.theirs), this.ours, this.theirs);
    this.ours = { ...this.ours, ...followed.here };
    this.kept = textOfFace(followed.agreed);
    return followed;
  }
  send() {
    const { agreed, there } = this.look();
    this.theirs = { ...this.theirs, ...there };
    this.kept = textOfFace({ ...agreed, ...there });
  }
}

test('I470 whatever changed where and however often both were looked at, both sides settle, and only what both changed differs', () => {
  fc.assert(
    fc.property(face, fc.array(step, { maxLength: 20 }), (start, steps) => {
      const sides = new Sides(start);
      for (const one of steps) {
        if (one.do === 'look') sides.look();
        else if (one.do === 'send') sides.send();
        else if (one.do === 'here') sides.ours = one.to;
        else sides.theirs = one.to;
      }
      sides.look();
      sides.send();
      const [ours, theirs, kept] = [sides.ours, sides.theirs, sides.kept];
      const last = sides.look();
      // Looking and sending again moves nothing: nobody plays ball with himself.
      expect([last.here, last.there]).toEqual([{}, {}]);
      sides.send();
      expect([sides.ours, sides.theirs, sides.kept]).toEqual([ours, theirs, kept]);
      for (const field of ['name', 'description', 'isSold'] as const)
        expect(ours[field] !== theirs[field]).toBe(last.contested.includes(field));
    }),
  );
});

test('I470 a part that one side alone changed is followed, also beside one that both changed', () => {
  const agreed = { name: 'Pro', description: '', isSold: true };
  const followed = followFace(
    agreed,
    { ...agreed, name: 'Ours' },
    { name: 'Theirs', description: 'New', isSold: false },
  );
  expect(followed).toEqual({
    here: { description: 'New', isSold: false },
    there: {},
    contested: ['name'],
    agreed: { name: 'Pro', description: 'New', isSold: false },
  });
  expect(followFace(agreed, { ...agreed, name: 'Pro\n' }, agreed).there).toEqual({});
});

test('I470 what was sent before it was kept whether it is sold was sold: taken off at Stripe since, it is not put on sale there again', () => {
  const face = { name: 'Ours', description: '', isSold: true };
  const off = { ...face, isSold: false };
  const followed = followFace(faceFromText('["Ours",""]', off), face, off);
  expect([followed.here, followed.there]).toEqual([{ isSold: false }, {}]);
  const taken = followFace(faceFromText('["Ours",""]', face), off, face);
  expect([taken.here, taken.there]).toEqual([{}, { isSold: false }]);
});

test('where nobody wrote down what was agreed nothing is overwritten', () => {
  const theirs = { name: 'Theirs', description: '', isSold: true };
  expect(faceFromText(null, theirs)).toEqual(theirs);
  expect(faceFromText('["Ours",""]', theirs)).toEqual({ name: 'Ours', description: '', isSold: true });
});

test('names of Stripe fit here, whatever they hold', () => {
  const product = { id: 'prod_1', name: 'Pro\n plan' };
  expect(nameFromStripe(product, null)).toBe('Pro plan');
  expect(nameFromStripe(product, { nickname: 'monthly' })).toBe('Pro plan monthly');
  expect(nameFromStripe({ id: 'prod_1', name: '\n' }, null)).toBe('prod_1');
  expect(nameFromStripe({ id: 'prod_1', name: 'x'.repeat(900) }, null)).toHaveLength(200);
});

test('I470 what was sent from here is linked or left, never taken in as something new', () => {
  const price: PriceAtStripe = {
    id: 'price_1',
    productId: 'prod_1',
    isActive: true,
    meterId: null,
    nickname: null,
    lookupKey: null,
    ourPriceId: null,
    figures: {
      currency: 'EUR',
      interval: 'month',
      intervalCount: 1,
      usage: 'licensed',
      unitAmount: '100',
      tiersMode: null,
      tiers: [],
      packageSize: null,
    },
  };
  const metered = { ...price, figures: { ...price.figures, usage: 'metered' as const } } as PriceAtStripe;
  const action = (one: PriceAtStripe, isRowHere: boolean, isBought: boolean) =>
    newsOfPrice(one, isRowHere, isBought).action;
  const ours = { ...price, ourPriceId: '0190', lookupKey: 'billhook_pro_v1_base_EUR' };
  expect(action(ours, true, false)).toBe('link');
  expect(action(ours, false, true)).toBe('leave');
  expect(action({ ...price, lookupKey: 'billhook_pro_v1_base_EUR' }, false, true)).toBe('leave');
  expect(action(price, false, false)).toBe('take_in');
  expect(action({ ...price, isActive: false }, false, false)).toBe('leave');
  expect(action({ ...price, isActive: false }, false, true)).toBe('take_in');
  expect(action({ ...price, figures: null }, false, true)).toBe('leave');
  expect(action(metered, false, false)).toBe('leave');
  expect(action(metered, false, true)).toBe('take_in');
});
