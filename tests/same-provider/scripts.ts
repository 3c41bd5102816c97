import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import type { Bank } from '@billhook/sim/bank/payment';
import type { Deed, Script } from '@billhook/sim/bank/script';
import fc from 'fast-check';

/** How long a page of Stripe's is open in these scripts. */
export const PAGE_MS = 23 * MS_PER_HOUR;

const CARD_CODES = [
  'generic_decline',
  'insufficient_funds',
  'lost_card',
  'stolen_card',
  'expired_card',
  'incorrect_cvc',
  'processing_error',
];

const PAYS: Bank = { kind: 'pays' };
const ASKS: Bank = { kind: 'authenticates', declinesAs: null };
const DEBIT: Bank = { kind: 'debits', ends: 'paid', isQuick: false };

const day = (count: number, deed: Deed) => ({ afterMs: count * MS_PER_DAY, ...deed });
const minute = (count: number, deed: Deed) => ({ afterMs: count * MS_PER_MINUTE, ...deed });
const away = (bank: Bank, ...deeds: Script['deeds']): Script => ({
  bank,
  amountMinor: 2_900n,
  isCustomerThere: false,
  deeds,
});
const there = (bank: Bank, ...deeds: Script['deeds']): Script => ({
  ...away(bank, ...deeds),
  isCustomerThere: true,
  closesAfterMs: PAGE_MS,
});

/** What was once told in two ways, and every end that a payment can come to. */
export const SCRIPTS: readonly (readonly [string, Script])[] = [
  ['a card pays', away(PAYS)],
  ...CARD_CODES.map((code) => [`a card says ${code}`, away({ kind: 'declines', code })] as const),
  ['a bank that asks finds nobody', away(ASKS, minute(1, { do: 'authenticate', isConfirmed: true }))],
  ['a bank asks and is answered', there(ASKS, minute(5, { do: 'authenticate', isConfirmed: true }))],
  ['a bank asks and is refused', there(ASKS, minute(5, { do: 'authenticate', isConfirmed: false }))],
  ['a bank asks and is never answered', there(ASKS)],
  [
    'a bank asks, is answered and declines; another card pays',
    there(
      { kind: 'authenticates', declinesAs: 'insufficient_funds' },
      minute(5, { do: 'authenticate', isConfirmed: true }),
      minute(9, { do: 'try_again', bank: PAYS }),
      minute(12, { do: 'try_again', bank: PAYS }),
    ),
  ],
  ['a debit settles', away(DEBIT, day(1, { do: 'refund', amountMinor: 100n }))],
  [
    'a debit comes back',
    away({ kind: 'debits', ends: { returnedAs: 'insufficient_funds' }, isQuick: false }),
  ],
  [
    'a debit on a page comes back',
    there({ kind: 'debits', ends: { returnedAs: 'generic_decline' }, isQuick: true }),
  ],
  [
    'a debit was never allowed',
    away({ kind: 'debits', ends: 'disputed', isQuick: false }, day(6, { do: 'answer', evidence: 'winning' })),
  ],
  ['a debit goes back in part', away(DEBIT, day(6, { do: 'refund', amountMinor: 900n }))],
  [
    'a dispute is won after it was looked at, over what was left',
    away(
      PAYS,
      day(2, { do: 'refund', amountMinor: 900n }),
      day(4, { do: 'dispute', kind: 'dispute' }),
      day(5, { do: 'refund', amountMinor: 100n }),
      day(6, { do: 'answer', evidence: 'winning' }),
      day(6.5, { do: 'answer', evidence: 'winning' }),
      day(9, { do: 'refund', amountMinor: 2_000n }),
      day(10, { do: 'refund', amountMinor: 1n }),
    ),
  ],
  [
    'a dispute is answered in vain',
    away(PAYS, day(1, { do: 'dispute', kind: 'dispute' }), day(2, { do: 'answer', evidence: 'losing' })),
  ],
  [
    'a dispute is thought about for long',
    away(PAYS, day(1, { do: 'dispute', kind: 'dispute' }), day(2, { do: 'answer', evidence: 'other' })),
  ],
  [
    'a dispute is not answered',
    away(PAYS, day(1, { do: 'dispute', kind: 'dispute' }), day(11, { do: 'answer', evidence: 'winning' })),
  ],
  [
    'an inquiry is answered',
    away(PAYS, day(1, { do: 'dispute', kind: 'inquiry' }), day(2, { do: 'answer', evidence: 'winning' })),
  ],
  [
    'an inquiry becomes a dispute, over what was left by then',
    away(
      PAYS,
      day(1, { do: 'dispute', kind: 'inquiry' }),
      day(1.5, { do: 'refund', amountMinor: 1_000n }),
      day(2, { do: 'answer', evidence: 'escalating' }),
      day(4, { do: 'answer', evidence: 'winning' }),
    ),
  ],
  [
    'an inquiry about what went back altogether',
    away(
      PAYS,
      day(1, { do: 'dispute', kind: 'inquiry' }),
      day(1.5, { do: 'refund', amountMinor: 2_900n }),
      day(2, { do: 'answer', evidence: 'escalating' }),
    ),
  ],
  [
    'nothing is left that could be asked back',
    away(PAYS, day(1, { do: 'refund', amountMinor: 2_900n }), day(2, { do: 'dispute', kind: 'dispute' })),
  ],
];

const code = fc.constantFrom(...CARD_CODES);
const returned = fc.constantFrom('generic_decline', 'insufficient_funds');

const bank: fc.Arbitrary<Bank> = fc.oneof(
  fc.constant(PAYS),
  code.map((declined): Bank => ({ kind: 'declines', code: declined })),
  fc.option(returned).map((declinesAs): Bank => ({ kind: 'authenticates', declinesAs })),
  fc.tuple(fc.constantFrom('paid' as const, 'disputed' as const), fc.boolean()).map(
    // The sandbox has no account that is quick and never allowed it.
    ([ends, isQuick]): Bank => ({ kind: 'debits', ends, isQuick: isQuick && ends === 'paid' }),
  ),
  returned.map(
    (returnedAs): Bank => ({
      kind: 'debits',
      ends: { returnedAs },
      isQuick: returnedAs === 'generic_decline',
    }),
  ),
);

const early: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('authenticate' as const), isConfirmed: fc.boolean() }),
  fc.record({ do: fc.constant('try_again' as const), bank }),
);

const late: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('refund' as const), amountMinor: fc.bigInt({ min: 1n, max: 3_000n }) }),
  fc.record({
    do: fc.constant('dispute' as const),
    kind: fc.constantFrom('dispute' as const, 'inquiry' as const),
  }),
  fc.record({
    do: fc.constant('answer' as const),
    evidence: fc.constantFrom('winning' as const, 'losing' as const, 'escalating' as const, 'other' as const),
  }),
);

/** Anything that customers, banks and sellers may do with a payment, sensible or not. */
export const anyScript: fc.Arbitrary<Script> = fc
  .record({
    bank,
    amountMinor: fc.bigInt({ min: 100n, max: 5_000n }),
    isCustomerThere: fc.boolean(),
    first: fc.array(early, { maxLength: 3 }),
    later: fc.array(fc.tuple(fc.integer({ min: 2, max: 40 }), late), { maxLength: 5 }),
  })
  .map(({ first, later, ...script }): Script => {
    const deeds = [
      ...first.map((deed, index) => minute(10 * (index + 1), deed)),
      // An odd minute for each, so that nothing coincides with what is due.
      ...later.map(([days, deed], index) => ({
        afterMs: days * MS_PER_DAY + (7 * index + 1) * MS_PER_MINUTE,
        ...deed,
      })),
    ].toSorted((one, other) => one.afterMs - other.afterMs);
    return { ...script, ...(script.isCustomerThere ? { closesAfterMs: PAGE_MS } : {}), deeds };
  });
