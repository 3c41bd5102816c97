import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decision } from '../decision/change.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import { trialBalance } from '../ledger/trial-balance.ts';
import { at, EUR, unwrap } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { decideDispute } from './decide-dispute.ts';
import type { Dispute, DisputeNews } from './dispute.ts';

const NOW = at('2026-04-01T00:00:00Z');
const DUE = at('2026-04-08T00:00:00Z');
const opened: DisputeNews = {
  ...{
    status: 'needs_response',
    amountMinor: 5000n,
    evidenceDueAt: DUE,
    withdrawnMinor: 5000n,
    feeMinor: 1500n,
  },
};
const inquiry: DisputeNews = { ...opened, status: 'warning', withdrawnMinor: 0n, feeMinor: 0n };
const reviewed: DisputeNews = { ...opened, status: 'under_review', evidenceDueAt: null };
const lost: DisputeNews = { ...reviewed, status: 'lost' };
const won: DisputeNews = { ...reviewed, status: 'won', withdrawnMinor: 0n };

const fresh = (status: Dispute['status']): Dispute => ({
  ...{
    id: 'dp_1',
    paymentId: 'pay_1',
    invoiceId: 'inv_1',
    customerId: 'cus_1',
    provider: 'stripe',
    currency: EUR,
  },
  amountMinor: 5000n,
  reason: 'fraudulent',
  status,
  evidenceDueAt: null,
  withdrawnMinor: 0n,
  returnedMinor: 0n,
  feeMinor: 0n,
  feeReturnedMinor: 0n,
  lostMinor: 0n,
});

/** Tells the books one thing after the other; what stands in the end. */
function tell(...told: readonly DisputeNews[]) {
  let dispute: Dispute | null = null;
  const ledger: LedgerTransaction[] = [];
  const events: string[] = [];
  for (const news of told) {
    const input = { now: NOW, dispute: dispute ?? fresh(news.status), isNew: dispute === null, news };
    const decision: Decision = unwrap(decideDispute(input));
    for (const change of decision.changes) {
      if (change.type === 'dispute.put') dispute = change.dispute;
      if (change.type === 'ledger.post') ledger.push(change.transaction);
    }
    events.push(...decision.events.map(({ type }) => type));
  }
  const balances = Object.fromEntries(
    trialBalance(ledger).map(({ account, balanceMinor }) => [account, balanceMinor]),
  );
  return { dispute, balances, events, ledger };
}

test('I281 the money of a dispute is out with its fee, then lost or back, and the fee stays', () => {
  expect(tell(inquiry).balances).toEqual({});
  expect(tell(inquiry, opened).balances).toEqual({ disputed: 5000n, fees: 1500n, 'cash:stripe': -6500n });
  expect(tell(opened, lost)).toMatchObject({
    balances: { dispute_losses: 5000n, disputed: 0n, fees: 1500n, 'cash:stripe': -6500n },
    events: ['dispute.opened', 'dispute.closed'],
    dispute: { lostMinor: 5000n, evidenceDueAt: null },
  });
  expect(tell(opened, reviewed, won)).toMatchObject({
    balances: { disputed: 0n, fees: 1500n, 'cash:stripe': -1500n },
    events: ['dispute.opened', 'dispute.updated', 'dispute.closed'],
  });
  // The bank changed its mind, and the provider gives its fee back as well.
  expect(tell(opened, lost, { ...won, feeMinor: 0n }).balances).toEqual({
    dispute_losses: 0n,
    disputed: 0n,
    fees: 0n,
    'cash:stripe': 0n,
  });
  expect(tell(lost)).toMatchObject({ events: ['dispute.opened', 'dispute.closed'] });
});

test('I281 the status of won may come before its money and the fee after the money', () => {
  const early = { ...won, withdrawnMinor: 5000n };
  expect(tell(opened, early).balances).toMatchObject({ disputed: 5000n });
  expect(tell(opened, early, won).balances).toMatchObject({ disputed: 0n, 'cash:stripe': -1500n });
  const withoutFee = { ...opened, feeMinor: 0n };
  expect(tell(withoutFee, opened).balances).toMatchObject({ fees: 1500n, 'cash:stripe': -6500n });
});

test('I281 whichever news arrived and how often, the books end where the last one says, and nothing is booked twice', () => {
  const life = [inquiry, opened, reviewed];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...life), { maxLength: 8 }),
      fc.constantFrom(won, lost),
      (some, end) => {
        // Look-ups tell the present, so what is told never goes back in time; any of it may be missed or repeated.
        const inOrder = some.toSorted((one, other) => life.indexOf(one) - life.indexOf(other));
        const told = tell(...inOrder, end, end);
        const plain = tell(opened, end);
        // An inquiry that was won before anybody saw money move has moved none.
        if (told.dispute?.withdrawnMinor === 0n) expect(end).toBe(won);
        else expect(told.balances).toEqual(plain.balances);
        expect(new Set(told.ledger.map(({ kind }) => kind)).size).toBe(told.ledger.length);
        expect(tell(...inOrder, end, opened).dispute?.status).toBe(end.status);
      },
    ),
  );
});

test('money that moves more often than that is no guess but a refusal', () => {
  const { dispute } = tell(opened, won);
  const again = decideDispute({ now: NOW, dispute: dispute ?? fresh('won'), isNew: false, news: lost });
  expect(codeOf(again)).toBe('dispute.moved_twice');
  const { dispute: partly } = tell(opened, { ...won, withdrawnMinor: 2000n });
  const third = decideDispute({ now: NOW, dispute: partly ?? fresh('won'), isNew: false, news: won });
  expect(codeOf(third)).toBe('dispute.moved_twice');
});
