import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refundPosting, refundReturnedPosting } from '../ledger/postings.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import type { Refund } from '../payments/refund.ts';
import { at, EUR, unwrap } from '../testing/factories.ts';
import type { CreditNoteAtStripe } from './credit-note-at-stripe.ts';
import { decideMirroredNote, voidMirroredNote } from './decide-credit-note.ts';
import type { NotedInvoice } from './mirrored-note.ts';

const NOW = at('2027-01-10T00:00:00Z');

const invoice: NotedInvoice = {
  id: 'inv_1',
  customerId: 'cus_1',
  currency: 'EUR',
  status: 'open',
  netMinor: 1000n,
  taxMinor: 190n,
  totalMinor: 1190n,
  dueMinor: 1190n,
  creditedMinor: 0n,
  refundedByNotesMinor: 0n,
  refundedMinor: 0n,
};

function noteOf(
  netMinor: bigint,
  taxMinor: bigint,
  more: Partial<CreditNoteAtStripe> = {},
): CreditNoteAtStripe {
  return {
    id: 'cn_1',
    number: 'A-0001-CN-01',
    isVoid: false,
    voidedAt: null,
    issuedAt: NOW,
    reason: 'Billed twice',
    totalMinor: netMinor + taxMinor,
    reducedMinor: 0n,
    refundedMinor: 0n,
    outsideMinor: 0n,
    lines: [
      {
        id: 'cnli_1',
        description: 'Plus',
        invoiceLineId: 'il_1',
        amountMinor: netMinor,
        discountMinor: 0n,
        taxMinor,
        isTaxIncluded: false,
      },
    ],
    taxes: [],
    ...more,
  };
}

function sumsOf(transactions: readonly LedgerTransaction[]): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const { account, side, amountMinor } of transactions.flatMap(({ entries }) => entries))
    sums[account] = (sums[account] ?? 0n) + (side === 'debit' ? amountMinor : -amountMinor);
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0n));
}

test('I471 what a credit note takes off an open invoice is not to be paid any more, and voiding it takes that back', () => {
  const facts = noteOf(100n, 19n, { reducedMinor: 119n });
  const made = unwrap(decideMirroredNote(invoice, facts, 'n_1'));
  expect(made.credit).toEqual({ fromStatus: 'open', status: 'open', amountMinor: 119n });
  expect(made.events.map(({ type }) => type)).toEqual(['credit_note.issued']);
  expect(sumsOf(made.postings)).toEqual({ revenue: 100n, tax: 19n, receivable: -119n });
  const gone = voidMirroredNote(invoice, { id: 'n_1', sums: made.create?.sums as never }, NOW);
  expect(gone.credit.amountMinor).toBe(-119n);
  expect(sumsOf([...made.postings, ...gone.postings])).toEqual({});
  const whole = unwrap(decideMirroredNote(invoice, noteOf(1000n, 190n, { reducedMinor: 1190n }), 'n_2'));
  expect(whole.credit).toMatchObject({ status: 'paid', amountMinor: 1190n });
  expect(whole.events.map(({ type }) => type)).toEqual(['credit_note.issued', 'invoice.paid']);
});

test('I471 a note that refunded a part and is taken back leaves nothing, whatever notes stand beside it', () => {
  const small = {
    ...invoice,
    status: 'paid' as const,
    netMinor: 2n,
    taxMinor: 1n,
    totalMinor: 3n,
    dueMinor: 0n,
  };
  const facts = noteOf(1n, 0n, { refundedMinor: 1n });
  for (const earlierMinor of [0n, 1n]) {
    const before = { ...small, creditedMinor: earlierMinor, refundedByNotesMinor: earlierMinor };
    const made = unwrap(decideMirroredNote(before, facts, 'n_1'));
    const after = { ...before, creditedMinor: earlierMinor + 1n, refundedByNotesMinor: earlierMinor + 1n };
    const gone = voidMirroredNote(after, { id: 'n_1', sums: made.create?.sums as never }, NOW);
    expect(sumsOf([...made.postings, ...gone.postings])).toEqual({});
  }
});

test('I471 what does not add up, or is more than is left, is not written', () => {
  const refusal = (facts: CreditNoteAtStripe, on = invoice) => {
    const decision = decideMirroredNote(on, facts, 'n_1');
    return decision.ok ? null : decision.refusal.code;
  };
  expect(refusal(noteOf(100n, 19n, { totalMinor: 120n }))).toBe('mirror.note_totals');
  expect(refusal(noteOf(100n, 19n, { reducedMinor: 100n, refundedMinor: 20n }))).toBe('mirror.note_totals');
  expect(refusal(noteOf(0n, 0n))).toBe('mirror.note_totals');
  expect(refusal(noteOf(1000n, 191n))).toBe('mirror.note_exceeds');
  const paid = { ...invoice, status: 'paid' as const, dueMinor: 0n };
  expect(refusal(noteOf(100n, 19n, { reducedMinor: 119n }), paid)).toBe('mirror.note_exceeds');
  expect(refusal(noteOf(100n, 19n), { ...paid, creditedMinor: 1180n })).toBe('mirror.note_exceeds');
  expect(refusal(noteOf(100n, 19n), paid)).toBeNull();
});

type Given = { net: bigint; tax: bigint; refundShare: number; outsideShare: number };

/** How what a note takes back is given. */
function givenBy({ net, tax, refundShare, outsideShare }: Given) {
  const refundedMinor = ((net + tax) * BigInt(refundShare)) / 100n;
  const outsideMinor = ((net + tax - refundedMinor) * BigInt(outsideShare)) / 100n;
  return { refundedMinor, outsideMinor };
}

const refundOf = (amountMinor: bigint) =>
  ({
    id: 'r',
    customerId: 'cus_1',
    provider: 'stripe',
    currency: EUR,
    amountMinor,
    creditMinor: 0n,
  }) as Refund;

test('I471 sales and tax are taken back once, by notes and their refunds together, in whatever order both come', () => {
  const part = fc.record({
    net: fc.bigInt({ min: 1n, max: 4000n }),
    tax: fc.bigInt({ min: 0n, max: 900n }),
    refundShare: fc.integer({ min: 0, max: 100 }),
    outsideShare: fc.integer({ min: 0, max: 100 }),
  });
  const input = fc.record({
    net: fc.bigInt({ min: 0n, max: 9000n }),
    tax: fc.bigInt({ min: 0n, max: 3000n }),
    parts: fc.array(part, { minLength: 1, maxLength: 5 }),
    turns: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
  });
  fc.assert(
    fc.property(input, ({ net, tax, parts, turns }) => {
      const netMinor = parts.reduce((sum, one) => sum + one.net, net);
      const taxMinor = parts.reduce((sum, one) => sum + one.tax, tax);
      const paid = { ...invoice, netMinor, taxMinor, totalMinor: netMinor + taxMinor, dueMinor: 0n };
      const booked: LedgerTransaction[] = [];
      let [creditedMinor, refundedByNotesMinor, refundedMinor] = [0n, 0n, 0n];
      const note = (one: (typeof parts)[number]) => {
        const facts = noteOf(one.net, one.tax, givenBy(one));
        const noted = { ...paid, creditedMinor, refundedByNotesMinor, refundedMinor };
        booked.push(...unwrap(decideMirroredNote({ ...noted, status: 'paid' }, facts, 'n_1')).postings);
        creditedMinor += one.net + one.tax;
        refundedByNotesMinor += facts.refundedMinor;
      };
      const refund = (amountMinor: bigint) => {
        const posting = refundPosting(refundOf(amountMinor), paid, refundedMinor, NOW, refundedByNotesMinor);
        if (posting !== null) booked.push(posting);
        refundedMinor += amountMinor;
      };
      const [notes, refunds] = [[...parts], [...parts]];
      for (const isNote of turns) {
        const next = isNote ? notes.shift() : undefined;
        if (next !== undefined) note(next);
        else refund(refunds.length === 0 ? 0n : givenBy(refunds.shift() as never).refundedMinor);
      }
      for (const one of notes) note(one);
      for (const one of refunds) refund(givenBy(one).refundedMinor);
      const sums = sumsOf(booked);
      // Nothing stays with refunds that have no note.
      expect([sums.refunds, sums.refunds_payable]).toEqual([undefined, undefined]);
      expect(sums.revenue ?? 0n).toBe(parts.reduce((sum, one) => sum + one.net, 0n));
      expect(sums.tax ?? 0n).toBe(parts.reduce((sum, one) => sum + one.tax, 0n));
      expect(sums['cash:stripe'] ?? 0n).toBe(-refundedByNotesMinor);
    }),
  );
});

test('I577 what a note promised to refund is owed while no refund of as much stands: sales and tax stay taken back', () => {
  const paid: NotedInvoice = { ...invoice, status: 'paid', dueMinor: 0n };
  const facts = noteOf(500n, 95n, { refundedMinor: 595n });
  const made = unwrap(decideMirroredNote(paid, facts, 'n_1'));
  const owed = { revenue: 500n, tax: 95n, refunds_payable: -595n };
  expect(sumsOf(made.postings)).toEqual(owed);
  const given = refundPosting(refundOf(595n), paid, 0n, NOW, 595n) as LedgerTransaction;
  const back = refundReturnedPosting(refundOf(595n), paid, 0n, NOW, 595n) as LedgerTransaction;
  expect(sumsOf([...made.postings, given])).toEqual({ revenue: 500n, tax: 95n, 'cash:stripe': -595n });
  expect(sumsOf([...made.postings, given, back])).toEqual(owed);
  // The refund that was told before its note is owed again just so.
  const first = refundPosting(refundOf(595n), paid, 0n, NOW) as LedgerTransaction;
  const after = unwrap(decideMirroredNote({ ...paid, refundedMinor: 595n }, facts, 'n_1'));
  expect(sumsOf([first, ...after.postings, back])).toEqual(owed);
  // What goes back by itself, beyond what notes promised, takes sales back as ever.
  const more = refundPosting(refundOf(700n), paid, 0n, NOW, 595n) as LedgerTransaction;
  expect(sumsOf([...made.postings, more])).toMatchObject({ 'cash:stripe': -700n, refunds: 88n, tax: 112n });
});
