import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { at, dec, unwrap } from '../testing/factories.ts';
import { A_BUG, codeOf } from '../testing/said.ts';
import { addMs, type Instant } from '../time/instant.ts';
import { allocateCredits } from './allocate-credits.ts';
import { DEFAULT_BURN_ORDER, inBurnOrder } from './burn-order.ts';
import { decideRevoke, decideTakeAway } from './decide-adjustment.ts';
import { availableFor, decideConsumption, spendable } from './decide-consumption.ts';
import { decideExpiry } from './decide-expiry.ts';
import { decideCreditRefund } from './decide-refund.ts';
import { earnedMinor } from './earned.ts';
import { balanceAt, type CreditEntry, heldAt, leftOf, tallyEntries } from './entry.ts';
import { costAt, creditsFor, wholeUnitsFor } from './feature-cost.ts';
import { ANY_USE, type CreditGrant, type CreditUse, isInScope } from './grant.ts';
import { anyUse } from './timeline.ts';

const T0 = at('2026-01-01T00:00:00Z');
const T1 = at('2026-02-01T00:00:00Z');
const TYPE = 'tokens';
const ORDER = DEFAULT_BURN_ORDER;

function grant(id: string, amount: string, more: Partial<CreditGrant> = {}): CreditGrant {
  return {
    id,
    creditTypeId: TYPE,
    source: 'promotion',
    amount: dec(amount),
    priority: 50,
    effectiveAt: T0,
    expiresAt: null,
    createdAt: T0,
    scope: ANY_USE,
    rollover: null,
    rolledPeriods: 0,
    ...more,
  };
}

/** A customer's credits as the server keeps them: grants, and entries that are only ever added. */
class Book {
  readonly grants: CreditGrant[] = [];
  readonly entries: CreditEntry[] = [];
  readonly consumptions: { id: string; parts: readonly { grantId: string; amount: Decimal12 }[] }[] = [];

  add(given: CreditGrant, when: Instant): void {
    this.grants.push(given);
    this.write(given.id, 'granted', given.amount, when, null);
  }

  write(
    grantId: string,
    kind: CreditEntry['kind'],
    amount: Decimal12,
    when: Instant,
    consumptionId: string | null,
  ): void {
    this.entries.push({ grantId, kind, amount, at: when, consumptionId });
  }

  held() {
    return heldAt(this.grants, this.entries);
  }

  spend(amount: Decimal12, when: Instant, beyond: 'block' | 'allow' = 'block') {
    const use = anyUse(TYPE, when);
    const decided = decideConsumption({ held: this.held(), use, amount, order: ORDER, beyond });
    if (!decided.ok) return decided;
    const id = `use_${this.consumptions.length}`;
    this.consumptions.push({ id, parts: decided.value.parts });
    for (const part of decided.value.parts) this.write(part.grantId, 'consumed', part.amount, when, id);
    return decided;
  }

  expire(when: Instant): void {
    const { effects, carried } = decideExpiry(this.held(), when);
    for (const effect of effects) this.write(effect.grantId, effect.kind, effect.amount, when, null);
    for (const { fromGrantId, ...next } of carried)
      this.add({ ...next, id: `${fromGrantId}+${this.grants.length}` }, when);
  }

  refund(index: number, amount: Decimal12 | null, when: Instant) {
    const consumption = this.consumptions[index % this.consumptions.length];
    if (consumption === undefined) return;
    const refunded = (grantId: string) =>
      this.entries
        .filter((entry) => entry.kind === 'refunded' && entry.consumptionId === consumption.id)
        .filter((entry) => entry.grantId === grantId)
        .reduce((sum, entry) => sum + entry.amount, 0n);
    const decided = decideCreditRefund({
      parts: consumption.parts.map(({ grantId, amount: part }) => ({
        grant: this.grants.find(({ id }) => id === grantId)!,
        amount: part,
        refunded: decimal12FromScaled(refunded(grantId)),
        isRevoked: this.entries.some((entry) => entry.grantId === grantId && entry.kind === 'revoked'),
      })),
      overage: dec('0'),
      amount,
      now: when,
      afterExpiry: { kind: 'anew', forMs: 86_400_000 },
    });
    if (!decided.ok) return;
    for (const { grantId, kind, amount: moved } of decided.value.effects)
      this.write(grantId, kind, moved, when, consumption.id);
    for (const { fromGrantId, ...next } of decided.value.carried)
      this.add({ ...next, id: `${fromGrantId}*${this.grants.length}` }, when);
  }
}

type Step =
  | { kind: 'grant'; amount: bigint; priority: number; days: number | null; rolls: boolean }
  | { kind: 'spend'; amount: bigint; beyond: 'block' | 'allow' }
  | { kind: 'refund'; index: number; amount: bigint | null }
  | { kind: 'revoke'; index: number }
  | { kind: 'expire' };

const amount = fc.bigInt({ min: 1n, max: 10n ** 15n });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('grant' as const),
    amount,
    priority: fc.integer({ min: 0, max: 2 }),
    days: fc.option(fc.integer({ min: 1, max: 40 })),
    rolls: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('spend' as const), amount, beyond: fc.constantFrom('block', 'allow') }),
  fc.record({ kind: fc.constant('refund' as const), index: fc.nat(20), amount: fc.option(amount) }),
  fc.record({ kind: fc.constant('revoke' as const), index: fc.nat(20) }),
  fc.constant({ kind: 'expire' as const }),
);

function play(steps: readonly Step[]): Book {
  const book = new Book();
  let now = T0;
  for (const [index, one] of steps.entries()) {
    now = addMs(now, 36_000_000);
    if (one.kind === 'grant') {
      const rollover = one.rolls
        ? {
            maxAmount: dec('300'),
            maxPeriods: 2,
            cadence: { interval: 'week', count: 1 } as const,
            anchorAt: T0,
            timeZone: 'UTC',
          }
        : null;
      const expiresAt = one.days === null ? null : addMs(now, one.days * 86_400_000);
      book.add(
        grant(`g${index}`, '1', {
          amount: decimal12FromScaled(one.amount),
          priority: one.priority,
          effectiveAt: now,
          createdAt: now,
          expiresAt,
          rollover,
        }),
        now,
      );
    } else if (one.kind === 'spend') book.spend(decimal12FromScaled(one.amount), now, one.beyond);
    else if (one.kind === 'refund')
      book.refund(one.index, one.amount === null ? null : decimal12FromScaled(one.amount), now);
    else if (one.kind === 'expire') book.expire(now);
    else {
      const held = book.held();
      const revoked = held.length === 0 ? null : decideRevoke(held[one.index % held.length]!);
      if (revoked?.ok) book.write(revoked.value.grantId, 'revoked', revoked.value.amount, now, null);
    }
  }
  return book;
}

describe('every history of grants, uses, refunds, expiries and revocations', () => {
  test('I29 granted is burned, expired, revoked, carried on and left, grant by grant and in sum', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const book = play(steps);
        const sum = { given: 0n, gone: 0n, left: 0n, rolled: 0n, carried: 0n };
        for (const one of book.grants) {
          const tally = tallyEntries(book.entries).get(one.id)!;
          const burned = tally.consumed - tally.refunded;
          expect(burned >= 0n && tally.granted === one.amount).toBe(true);
          expect(tally.granted).toBe(
            burned + tally.expired + tally.revoked + tally.rolled_over + leftOf(tally),
          );
          if (one.source === 'rollover') sum.carried += tally.granted;
          else sum.given += tally.granted;
          sum.rolled += tally.rolled_over;
          sum.gone += burned + tally.expired + tally.revoked;
          sum.left += leftOf(tally);
        }
        expect(sum.rolled).toBe(sum.carried);
        expect(sum.given).toBe(sum.gone + sum.left);
      }),
    );
  });

  test('I28 no grant is below zero at any instant of its history', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const book = play(steps);
        for (const { at: when } of book.entries)
          for (const { left } of heldAt(book.grants, book.entries, when)) expect(left >= 0n).toBe(true);
      }),
    );
  });

  test('I102 the same facts played again give the same entries, whatever the order of the grants in hand', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const book = play(steps);
        expect(play(steps).entries).toEqual(book.entries);
        const held = book.held();
        const use = anyUse(TYPE, addMs(T0, 36_000_000 * (steps.length + 1)));
        const ids = (grants: typeof held) => spendable(grants, use, ORDER).map(({ id }) => id);
        expect(ids(held.toReversed())).toEqual(ids(held));
      }),
    );
  });
});

describe('consumption', () => {
  test('I103 credits are spent by priority, then the soonest expiry, never last, then age', () => {
    const grants = [
      grant('never', '1'),
      grant('late', '1', { expiresAt: at('2026-06-01T00:00:00Z') }),
      grant('soon', '1', { expiresAt: at('2026-03-01T00:00:00Z') }),
      grant('older', '1', { createdAt: at('2025-12-01T00:00:00Z') }),
      grant('first', '1', { priority: 0 }),
    ];
    const order = ['first', 'soon', 'late', 'older', 'never'];
    expect(inBurnOrder(grants, ORDER).map(({ id }) => id)).toEqual(order);
    const held = grants.map((one) => ({ ...one, left: one.amount }));
    const use = anyUse(TYPE, T0);
    const { parts, overage } = unwrap(
      decideConsumption({ held, use, amount: dec('2.5'), order: ORDER, beyond: 'block' }),
    );
    expect(parts).toEqual([
      { grantId: 'first', amount: dec('1') },
      { grantId: 'soon', amount: dec('1') },
      { grantId: 'late', amount: dec('0.5') },
    ]);
    expect(overage).toBe(0n);
  });

  test('I104 a consumption in parts spends what it would spend at once', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 15 }),
        fc.array(amount, { minLength: 1, maxLength: 6 }),
        (steps, parts) => {
          const when = addMs(T0, 36_000_000 * (steps.length + 1));
          const [whole, split] = [play(steps), play(steps)];
          const total = parts.reduce((sum, part) => sum + part, 0n);
          whole.spend(decimal12FromScaled(total), when, 'allow');
          for (const part of parts) split.spend(decimal12FromScaled(part), when, 'allow');
          const lefts = (book: Book) => book.held().map(({ id, left }) => [id, left]);
          expect(lefts(split)).toEqual(lefts(whole));
        },
      ),
    );
  });

  test('I105 what is blocked spends nothing; what is allowed spends all there is and says what is missing', () => {
    const book = new Book();
    book.add(grant('a', '10'), T0);
    const refused = book.spend(dec('10.000000000001'), T0);
    expect(codeOf(refused)).toBe('credits.insufficient');
    expect(refused).toMatchObject({ refusal: { facts: { available: '10', requested: '10.000000000001' } } });
    expect(book.held()[0]?.left).toBe(dec('10'));
    expect(unwrap(book.spend(dec('12'), T0, 'allow')).overage).toBe(dec('2'));
    expect(book.held()[0]?.left).toBe(0n);
    expect(codeOf(book.spend(dec('0'), T0))).toBe('credits.amount_invalid');
  });

  test('I106 a grant pays only for its own features, subscription and time', () => {
    const scope = { featureIds: ['api'], chargeKinds: null, subscriptionId: 'sub_1' };
    const held = [{ ...grant('a', '5', { scope, expiresAt: T1 }), left: dec('5') }];
    const use: CreditUse = {
      creditTypeId: TYPE,
      at: T0,
      featureId: 'api',
      chargeKind: null,
      subscriptionId: 'sub_1',
    };
    expect(availableFor(held, use)).toBe(dec('5'));
    expect(availableFor(held, { ...use, featureId: 'mail' })).toBe(0n);
    expect(availableFor(held, { ...use, subscriptionId: 'sub_2' })).toBe(0n);
    expect(availableFor(held, { ...use, creditTypeId: 'EUR' })).toBe(0n);
    expect(availableFor(held, { ...use, at: T1 })).toBe(0n);
    expect(availableFor(held, { ...use, at: addMs(T0, -1) })).toBe(0n);
    expect(
      isInScope(
        { ...scope, chargeKinds: ['usage'], subscriptionId: null },
        { ...use, featureId: null, chargeKind: 'usage' },
      ),
    ).toBe(true);
  });
});

describe('what comes back and what ends', () => {
  test('I107 a refund restores every grant, and a refund of a part leaves what a smaller use would have left', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), amount, amount, (steps, first, back) => {
        const when = addMs(T0, 36_000_000 * (steps.length + 1));
        const lefts = (book: Book) => book.held().map(({ id, left }) => [id, left]);
        const [book, smaller] = [play(steps), play(steps)];
        const before = lefts(book);
        const spent = book.spend(decimal12FromScaled(first + back), when);
        if (!spent.ok) return;
        smaller.spend(decimal12FromScaled(first), when);
        book.refund(book.consumptions.length - 1, decimal12FromScaled(back), when);
        expect(lefts(book)).toEqual(lefts(smaller));
        book.refund(book.consumptions.length - 1, null, when);
        expect(lefts(book)).toEqual(before);
      }),
    );
  });

  test('I108 a refund never exceeds what was spent, and follows the rule for what has expired or was revoked', () => {
    const part = {
      grant: grant('a', '5', { expiresAt: T1 }),
      amount: dec('5'),
      refunded: dec('2'),
      isRevoked: false,
    };
    const input = {
      parts: [part],
      overage: dec('1'),
      amount: null,
      now: T1,
      afterExpiry: { kind: 'lost' } as const,
    };
    expect(codeOf(decideCreditRefund({ ...input, amount: dec('4.1') }))).toBe('credits.refund_exceeds');
    expect(codeOf(decideCreditRefund({ ...input, amount: dec('0') }))).toBe('credits.amount_invalid');
    expect(unwrap(decideCreditRefund(input))).toEqual({
      overage: dec('1'),
      effects: [
        { grantId: 'a', kind: 'refunded', amount: dec('3') },
        { grantId: 'a', kind: 'expired', amount: dec('3') },
      ],
      carried: [],
    });
    const anew = unwrap(decideCreditRefund({ ...input, afterExpiry: { kind: 'anew', forMs: 1000 } }));
    expect(anew.carried).toMatchObject([
      { amount: dec('3'), effectiveAt: T1, expiresAt: T1 + 1000, fromGrantId: 'a' },
    ]);
    const revoked = unwrap(decideCreditRefund({ ...input, parts: [{ ...part, isRevoked: true }] }));
    expect(revoked.effects[1]).toEqual({ grantId: 'a', kind: 'revoked', amount: dec('3') });
    const none = { ...input, parts: [{ ...part, refunded: dec('5') }], overage: dec('0') };
    expect(codeOf(decideCreditRefund(none))).toBe('credits.refund_exceeds');
  });

  test('I109 what is left at the end is carried within cap and number of periods, the rest is breakage', () => {
    const rollover = {
      maxAmount: dec('30'),
      maxPeriods: 1,
      cadence: { interval: 'month', count: 1 } as const,
      anchorAt: T0,
      timeZone: 'UTC',
    };
    const book = new Book();
    book.add(grant('jan', '100', { expiresAt: T1, rollover }), T0);
    book.spend(dec('50'), T0);
    book.expire(addMs(T1, -1));
    expect(book.entries).toHaveLength(2);
    book.expire(T1);
    expect(book.entries.slice(2)).toMatchObject([
      { kind: 'rolled_over', amount: dec('30') },
      { kind: 'expired', amount: dec('20') },
      { kind: 'granted', amount: dec('30') },
    ]);
    const march = at('2026-03-01T00:00:00Z');
    expect(book.grants[1]).toMatchObject({
      source: 'rollover',
      effectiveAt: T1,
      expiresAt: march,
      rolledPeriods: 1,
    });
    book.add(grant('feb', '100', { effectiveAt: T1, expiresAt: march, rollover }), T1);
    book.expire(march);
    // What has rolled once goes; what is left of February takes the whole cap.
    expect(balanceAt(book.held(), TYPE, march)).toBe(dec('30'));
    book.expire(march);
    expect(balanceAt(book.held(), TYPE, march)).toBe(dec('30'));
  });

  test('credits are taken away by hand in the order of spending and never beyond what there is', () => {
    const held = [
      { ...grant('b', '5'), left: dec('5') },
      { ...grant('a', '5', { priority: 1 }), left: dec('2') },
      { ...grant('over', '5', { expiresAt: T0 }), left: dec('5') },
    ];
    expect(unwrap(decideTakeAway(held, dec('3'), T0, ORDER))).toEqual([
      { grantId: 'a', kind: 'revoked', amount: dec('2') },
      { grantId: 'b', kind: 'revoked', amount: dec('1') },
    ]);
    expect(codeOf(decideTakeAway(held, dec('8'), T0, ORDER))).toBe('credits.insufficient');
    expect(codeOf(decideTakeAway(held, dec('0'), T0, ORDER))).toBe('credits.amount_invalid');
    expect(codeOf(decideRevoke({ ...grant('z', '1'), left: dec('0') }))).toBe('credits.nothing_left');
    expect(() =>
      leftOf({
        granted: 1n,
        consumed: 2n,
        refunded: 0n,
        expired: 0n,
        revoked: 0n,
        rolled_over: 0n,
        returned: 0n,
      }),
    ).toThrow(A_BUG);
  });
});

test('I110 a cost holds from its instant on, and history keeps its own', () => {
  const cost = { featureId: 'api', creditTypeId: TYPE, beyond: 'block' as const };
  const table = [
    { ...cost, perUnit: dec('3'), effectiveAt: T1 },
    { ...cost, perUnit: dec('2'), effectiveAt: T0 },
  ];
  expect(costAt(table, 'api', addMs(T0, -1))).toBeNull();
  expect(costAt(table, 'mail', T0)).toBeNull();
  expect(costAt(table, 'api', addMs(T1, -1))?.perUnit).toBe(dec('2'));
  expect(costAt(table, 'api', T1)?.perUnit).toBe(dec('3'));
  expect(creditsFor(dec('1000'), dec('0.003'))).toBe(dec('3'));
  expect(creditsFor(decimal12FromScaled(1n), dec('0.5'))).toBe(1n);
  expect(wholeUnitsFor(dec('7'), dec('2'))).toBe(3n);
  expect(wholeUnitsFor(dec('7'), dec('0'))).toBeNull();
});

test('I111 what purchased credits earn in parts adds up to what was paid', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 12n }),
      fc.array(amount, { minLength: 1, maxLength: 12 }),
      (paid, parts) => {
        const whole = parts.reduce((sum, part) => sum + part, 0n);
        let used = 0n;
        let earned = 0n;
        for (const part of parts) {
          const before = earnedMinor(paid, whole, used);
          used += part;
          const more = earnedMinor(paid, whole, used) - before;
          expect(more >= 0n).toBe(true);
          earned += more;
        }
        expect(earned).toBe(paid);
      },
    ),
  );
  expect(() => earnedMinor(1n, 1n, 2n)).toThrow(A_BUG);
});

test('several charges are paid within their scopes and the total, in the order of spending', () => {
  const money = (id: string, more: Partial<CreditGrant>) => ({ ...grant(id, '60', more), left: dec('60') });
  const onlyApi = { ...ANY_USE, featureIds: ['api'] };
  const held = [money('any', {}), money('api', { scope: onlyApi, priority: 0 })];
  const charge = (id: string, featureId: string | null) => ({
    id,
    amount: dec('50'),
    use: { ...anyUse(TYPE, T0), featureId },
  });
  const charges = [charge('fee', null), charge('calls', 'api')];
  expect(allocateCredits(held, charges, dec('80'), ORDER)).toEqual([
    { grantId: 'api', amount: dec('50') },
    { grantId: 'any', amount: dec('30') },
  ]);
});
