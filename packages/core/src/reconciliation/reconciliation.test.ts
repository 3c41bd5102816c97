import fc from 'fast-check';
import { expect, test } from 'vitest';
import { currencyCode } from '../money/currency.ts';
import { addMs, instant } from '../time/instant.ts';
import {
  type Booked,
  decideReconciliation,
  explainBalance,
  LISTED_AFTER_MS,
  type Movement,
  type MovementKind,
} from './decide-reconciliation.ts';

const NOW = instant(Date.UTC(2026, 2, 10));
const EUR = currencyCode('EUR');
const movement = (
  id: string,
  kind: MovementKind,
  grossMinor: bigint,
  more: Partial<Movement> = {},
): Movement => ({
  id,
  provider: 'stripe',
  kind,
  grossMinor,
  feeMinor: 0n,
  netMinor: grossMinor - (more.feeMinor ?? 0n),
  currency: EUR,
  at: NOW,
  objectIds: [`of-${id}`],
  ...more,
});
const booked = (id: string, kind: Booked['kind'], cashMinor: bigint, more: Partial<Booked> = {}): Booked => ({
  id,
  kind,
  objectIds: [`of-${id}`],
  cashMinor,
  feeMinor: 0n,
  currency: EUR,
  at: NOW,
  ...more,
});
const decide = (movements: Movement[], books: Booked[], now = NOW) =>
  decideReconciliation({ now, movements, booked: books });

test('I290 a movement meets the booking of the same thing, kind, currency and amount', () => {
  const { outcomes } = decide(
    [
      movement('a', 'charge', 2900n, { feeMinor: 114n }),
      movement('b', 'charge', 2900n),
      movement('c', 'charge', 2900n),
      movement('d', 'charge', 2900n, { feeMinor: 100n }),
      movement('e', 'refund', -500n),
      movement('f', 'adjustment', -1n),
      movement('g', 'charge', 2900n),
    ],
    [
      booked('a', 'charge', 2900n),
      booked('b', 'charge', 2800n),
      booked('c', 'charge', 3100n, { currency: currencyCode('USD') }),
      booked('d', 'charge', 2900n, { feeMinor: 90n }),
      booked('e', 'refund', -500n),
      booked('g', 'refund', 2900n),
    ],
  );
  expect(outcomes.map((one) => [one.id, one.state, 'reason' in one ? one.reason : null])).toEqual([
    ['a', 'matched', null],
    ['b', 'open', 'amount_differs'],
    ['c', 'matched', null],
    ['d', 'open', 'fee_differs'],
    ['e', 'matched', null],
    ['f', 'open', 'not_understood'],
    ['g', 'open', 'not_booked'],
  ]);
  expect(outcomes[0]).toMatchObject({ bookedId: 'a', lateFeeMinor: 114n });
});

test('I337 what the provider exchanged is met and posted as an exchange, unless it is in doubt', () => {
  const usd = { currency: currencyCode('USD') };
  const { outcomes } = decide(
    [movement('a', 'charge', 2900n, { feeMinor: 114n }), movement('b', 'refund', -500n)],
    [booked('a', 'charge', 3100n, usd), booked('b', 'refund', -540n, usd)],
  );
  const shown = outcomes.map((one) => {
    const postings = one.state === 'matched' ? one.exchange : [];
    return postings.map(({ kind, currency, entries: [first, second] }) =>
      [kind, currency, first?.account, second?.account, first?.amountMinor].join(' '),
    );
  });
  expect(shown).toEqual([
    ['exchanged_away USD fx cash:stripe 3100', 'exchanged_into EUR cash:stripe fx 2900'],
    ['exchanged_away USD cash:stripe fx 540', 'exchanged_into EUR fx cash:stripe 500'],
  ]);
  expect(outcomes).toMatchObject([{ lateFeeMinor: 114n }, { lateFeeMinor: 0n }]);
  const names = { objectIds: ['pi'], ...usd };
  for (const [there, here] of [
    [movement('a', 'charge', 2900n), [booked('a', 'charge', 3100n, { feeMinor: 90n, ...usd })]],
    [movement('a', 'charge', -2900n), [booked('a', 'charge', 3100n, usd)]],
    [movement('a', 'charge', 0n), [booked('a', 'charge', 0n, usd)]],
    [
      movement('a', 'refund', -100n, { objectIds: ['pi'] }),
      [booked('1', 'refund', -100n, names), booked('2', 'refund', -200n, names)],
    ],
  ] as const) {
    expect(decide([there], [...here]).outcomes).toMatchObject([
      { state: 'open', reason: 'currency_differs' },
    ]);
  }
});

test('I290 two refunds of one payment meet two bookings, and a third finds none left', () => {
  const names = { objectIds: ['pi'] };
  const { outcomes } = decide(
    [
      movement('x', 'refund', -200n, names),
      movement('y', 'refund', -100n, names),
      movement('z', 'refund', -100n, names),
    ],
    [booked('1', 'refund', -100n, names), booked('2', 'refund', -200n, names)],
  );
  expect(outcomes).toMatchObject([
    { state: 'matched', bookedId: '2' },
    { state: 'matched', bookedId: '1' },
    { state: 'open', reason: 'not_booked' },
  ]);
});

test('fees and payouts of the provider are posted, and what moved nothing is empty', () => {
  const { outcomes } = decide(
    [
      movement('fee', 'fee', 0n, { netMinor: -25n, feeMinor: 25n }),
      movement('out', 'payout', -2800n),
      movement('back', 'payout_failure', 2800n),
      movement('nil', 'fee', 0n),
    ],
    [],
  );
  const entries = outcomes.map((one) =>
    one.state === 'posted'
      ? one.posting.entries.map(({ account, side, amountMinor }) => `${side} ${account} ${amountMinor}`)
      : one.state,
  );
  expect(entries).toEqual([
    ['debit fees 25', 'credit cash:stripe 25'],
    ['debit cash:bank 2800', 'credit cash:stripe 2800'],
    ['debit cash:stripe 2800', 'credit cash:bank 2800'],
    'empty',
  ]);
});

test('what the provider does not list is missing once it had its time to', () => {
  const old = booked('a', 'charge', 100n);
  expect(decide([], [old]).missing).toEqual([]);
  expect(decide([], [old], addMs(NOW, LISTED_AFTER_MS - 1)).missing).toEqual([]);
  expect(decide([], [old], addMs(NOW, LISTED_AFTER_MS)).missing).toEqual([old]);
});

const kinds: fc.Arbitrary<Booked['kind']> = fc.constantFrom('charge', 'refund', 'dispute');
const names = fc.array(fc.constantFrom('p', 'q', 'r', 's'), { minLength: 1, maxLength: 2 });
const amounts = fc.bigInt(-3n, 3n);
const fees = fc.bigInt(0n, 2n);

test('I290 I291 whatever is listed: one to one, nothing twice, and a second run finds nothing more to match', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ kind: kinds, objectIds: names, grossMinor: amounts, feeMinor: fees }), {
        maxLength: 8,
      }),
      fc.array(fc.record({ kind: kinds, objectIds: names, cashMinor: amounts, feeMinor: fees }), {
        maxLength: 8,
      }),
      (there, here) => {
        const movements = there.map(({ grossMinor, kind, ...more }, index) =>
          movement(`m${index}`, kind, grossMinor, more),
        );
        const books = here.map(({ cashMinor, kind, ...more }, index) =>
          booked(`b${index}`, kind, cashMinor, more),
        );
        const { outcomes } = decide(movements, books);
        expect(outcomes.map(({ id }) => id)).toEqual(movements.map(({ id }) => id));
        const matches = outcomes.flatMap((one) => (one.state === 'matched' ? [one] : []));
        expect(new Set(matches.map(({ bookedId }) => bookedId)).size).toBe(matches.length);
        const again = decide(
          movements.filter(({ id }) => !matches.some((one) => one.id === id)),
          books.filter(({ id }) => !matches.some((one) => one.bookedId === id)),
        );
        expect(again.outcomes.filter(({ state }) => state === 'matched')).toEqual([]);
        // The difference of the balances is what is open there less what is unlisted here, to the minor unit.
        const sum = (list: readonly bigint[]) => list.reduce((total, one) => total + one, 0n);
        const isMatched = (id: string) => matches.some((one) => one.bookedId === id);
        const unlisted = books.filter(({ id }) => !isMatched(id));
        const statement = explainBalance({
          providerMinor: sum(movements.map(({ netMinor }) => netMinor)),
          booksMinor:
            sum(books.map(({ cashMinor, feeMinor }) => cashMinor - feeMinor)) -
            sum(matches.map(({ lateFeeMinor }) => lateFeeMinor)),
          openMinor: sum(
            movements
              .filter(({ id }) => !matches.some((one) => one.id === id))
              .map(({ netMinor }) => netMinor),
          ),
          unlistedMinor: sum(unlisted.map(({ cashMinor, feeMinor }) => cashMinor - feeMinor)),
        });
        expect(statement.unexplainedMinor).toBe(0n);
      },
    ),
  );
});

test('I531 a refund that came back before it was booked moved nothing, and one that is booked is met by its failure', () => {
  const of = (id: string) => ({ objectIds: [id, 'payment'] });
  const { outcomes } = decide(
    [
      movement('a', 'refund', -500n, of('re_1')),
      movement('b', 'refund_failure', 500n, of('re_1')),
      movement('c', 'refund', -700n, of('re_2')),
      movement('d', 'refund_failure', 700n, of('re_2')),
      movement('e', 'refund', -500n, of('re_3')),
      movement('f', 'refund_failure', 400n, of('re_3')),
      movement('g', 'refund_failure', 500n, of('re_4')),
      movement('h', 'refund_failure', 500n, of('re_4')),
    ],
    [booked('sent', 'refund', -700n, of('re_2')), booked('back', 'refund_failure', 700n, of('re_2'))],
  );
  expect(outcomes.map((one) => (one.state === 'matched' ? one.bookedId : one.state))).toEqual([
    'empty',
    'empty',
    'sent',
    'back',
    'open',
    'open',
    'open',
    'open',
  ]);
});
