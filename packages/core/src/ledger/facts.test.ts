import { expect, test } from 'vitest';
import { mirroredIssuedPosting, mirroredVoidedPosting } from '../mirror/mirror-postings.ts';
import { mirroredNotePosting, mirroredNoteVoidedPosting } from '../mirror/note-postings.ts';
import { currencyCode } from '../money/currency.ts';
import { decideRelease } from '../payments/deposit.ts';
import type { Dispute } from '../payments/dispute.ts';
import type { PaymentAttempt } from '../payments/payment.ts';
import type { Refund } from '../payments/refund.ts';
import { at, EUR, unwrap } from '../testing/factories.ts';
import { A_BUG } from '../testing/said.ts';
import type { LedgerAccount } from './accounts.ts';
import { creditNotePosting } from './credit-note-posting.ts';
import { creditsDeferredPosting, creditsReleasedPosting } from './credits-posting.ts';
import {
  disputeFeePosting,
  disputeLostPosting,
  disputeReturnedPosting,
  disputeWithdrawnPosting,
} from './dispute-posting.ts';
import { comesFrom, FACT_KINDS, moves } from './facts.ts';
import { monthEndPosting } from './month-end-posting.ts';
import {
  assertBalanced,
  creditAppliedPosting,
  creditSettledPosting,
  invoiceIssuedPosting,
  paymentFeePosting,
  paymentSucceededPosting,
  refundPosting,
  refundReleasedPosting,
  refundReservedPosting,
  refundReturnedPosting,
} from './postings.ts';
import { exchangePostings, payoutPosting, providerFeePosting } from './provider-posting.ts';
import { paymentReversedPosting } from './reversal-posting.ts';
import { taxByPlacePosting } from './tax-by-place.ts';
import type { LedgerTransaction, LedgerTransactionKind } from './transaction.ts';
import { invoiceVoidedPosting } from './void-posting.ts';

const USD = currencyCode('USD');
const NOW = at('2026-04-01T00:00:00Z');
const head = { customerId: 'cus_1', currency: EUR };
const attempt = { ...head, id: 'pay_1', provider: 'stripe', capturedMinor: 1500n, creditedMinor: 310n };
const payment = attempt as unknown as PaymentAttempt;
const refund = { ...head, id: 'ref_1', provider: 'stripe', amountMinor: 429n, creditMinor: 310n };
const givenBack = refund as unknown as Refund;
const dispute = { ...head, id: 'dp_1', provider: 'stripe' } as unknown as Dispute;
const sold = { netMinor: 1000n, taxMinor: 190n, totalMinor: 1190n };
const invoiceOf = (totals: object) => ({ ...head, id: 'inv_1', issuedAt: NOW, taxes: [], totals }) as never;
const own = { id: 'm_1', provider: 'stripe', currency: EUR, at: NOW };
const prepaid = { ...head, amountMinor: 700n, occurredAt: NOW };
const mirrored = (totalMinor: bigint, balanceAppliedMinor: bigint) => ({
  ...head,
  id: 'inv_2',
  totals: { netMinor: totalMinor, taxMinor: 0n, totalMinor, balanceAppliedMinor } as never,
});
const notedAtStripe = {
  ...{
    ...head,
    id: 'cn_2',
    invoice: { netMinor: 1000n, taxMinor: 190n },
    refundedByNotesMinor: 0n,
    refundedMinor: 60n,
  },
  sums: {
    netMinor: 500n,
    taxMinor: 95n,
    totalMinor: 595n,
    reducedMinor: 100n,
    refundedMinor: 119n,
    outsideMinor: 76n,
  },
};
const released = () => {
  const deposit = { ...head, heldMinor: 500n } as never;
  const { changes } = unwrap(decideRelease({ deposit, releaseId: 'dr_1', amountMinor: null, now: NOW }));
  return changes.flatMap((change) => (change.type === 'ledger.post' ? [change.transaction] : []));
};

/** Every kind of fact as it happens, made by the function that posts it, with its entries as a bookkeeper would write them. */
const SAMPLES: Record<LedgerTransactionKind, (readonly [LedgerTransaction | null | undefined, string])[]> = {
  invoice_issued: [
    [
      invoiceIssuedPosting(invoiceOf({ ...sold, creditGrantedMinor: 0n })),
      'receivable 1190, revenue -1000, tax -190',
    ],
    [
      invoiceIssuedPosting(
        invoiceOf({ netMinor: -1000n, taxMinor: -190n, totalMinor: -1190n, creditGrantedMinor: 1190n }),
      ),
      'credit_liability -1190, revenue 1000, tax 190',
    ],
    [mirroredIssuedPosting(mirrored(-50n, 0n), NOW)[0], 'cash:stripe_balance -50, revenue 50'],
  ],
  invoice_voided: [
    [
      invoiceVoidedPosting(
        { ...head, id: 'inv_1', taxes: [], totals: { ...sold, creditAppliedMinor: 200n } },
        NOW,
      ),
      'revenue 1000, tax 190, receivable -990, credit_liability -200',
    ],
    [mirroredVoidedPosting(mirrored(-50n, 0n), NOW)[0], 'revenue -50, cash:stripe_balance 50'],
  ],
  credit_note_issued: [
    [
      creditNotePosting({
        ...head,
        id: 'cn_1',
        issuedAt: NOW,
        taxes: [],
        totals: { netMinor: 100n, taxMinor: 19n, invoiceReducedMinor: 100n, creditGrantedMinor: 19n },
      }),
      'revenue 100, tax 19, receivable -100, credit_liability -19',
    ],
    [
      mirroredNotePosting(notedAtStripe, NOW)[0],
      'revenue 500, tax 85, receivable -100, refunds -50, refunds_payable -59, cash:manual -76, cash:stripe_balance -300',
    ],
  ],
  credit_note_voided: [
    [
      mirroredNoteVoidedPosting(notedAtStripe, NOW)[0],
      'revenue -500, tax -85, receivable 100, refunds 50, refunds_payable 59, cash:manual 76, cash:stripe_balance 300',
    ],
  ],
  credit_applied: [
    [
      creditAppliedPosting(invoiceOf({ ...sold, creditAppliedMinor: 200n })),
      'credit_liability 200, receivable -200',
    ],
    [mirroredIssuedPosting(mirrored(90n, 40n), NOW)[1], 'cash:stripe_balance 40, receivable -40'],
  ],
  credit_settled: (['invoice', 'credit_note', 'payment', 'refund', 'deposit_release'] as const).map(
    (type) => [creditSettledPosting(head, { type, id: 'x_1' }, 5n, NOW), 'credit_liability 5, receivable -5'],
  ),
  credit_settled_after_failure: [
    [
      creditSettledPosting(head, { type: 'payment', id: 'pay_1', when: 'after_failure' }, 5n, NOW),
      'credit_liability 5, receivable -5',
    ],
  ],
  payment_succeeded: [
    [
      paymentSucceededPosting(payment, 1500n, 1190n, NOW),
      'cash:stripe 1500, receivable -1190, credit_liability -310',
    ],
    [paymentSucceededPosting(payment, 500n, 0n, NOW, 'deposits'), 'cash:stripe 500, deposits -500'],
  ],
  payment_fee: [[paymentFeePosting(payment, 42n, NOW), 'fees 42, cash:stripe -42']],
  payment_reversed: [
    [paymentReversedPosting(payment, NOW), 'receivable 1190, credit_liability 310, cash:stripe -1500'],
  ],
  refund_reserved: [[refundReservedPosting(givenBack, NOW), 'credit_liability 310, refunds_payable -310']],
  refund_released: [[refundReleasedPosting(givenBack, NOW), 'credit_liability -310, refunds_payable 310']],
  refund_succeeded: [
    [
      refundPosting(givenBack, { ...sold, taxes: [] }, 0n, NOW),
      'refunds_payable 310, refunds 100, tax 19, cash:stripe -429',
    ],
  ],
  refund_returned: [
    [
      refundReturnedPosting(givenBack, { ...sold, taxes: [] }, 0n, NOW),
      'refunds_payable -310, refunds -100, tax -19, cash:stripe 429',
    ],
  ],
  dispute_withdrawn: [
    [disputeWithdrawnPosting(dispute, 900n, 15n, NOW), 'disputed 900, fees 15, cash:stripe -915'],
  ],
  dispute_fee: [[disputeFeePosting(dispute, 15n, NOW), 'fees 15, cash:stripe -15']],
  dispute_lost: [[disputeLostPosting(dispute, 900n, NOW), 'dispute_losses 900, disputed -900']],
  dispute_returned: [
    [
      disputeReturnedPosting(dispute, { amountMinor: 900n, lostMinor: 400n, feeMinor: 15n }, NOW),
      'cash:stripe 915, dispute_losses -400, disputed -500, fees -15',
    ],
  ],
  deposit_released: [[released()[0], 'deposits 500, credit_liability -500']],
  credits_deferred: [[creditsDeferredPosting('cg_1', prepaid), 'revenue 700, prepaid_credits -700']],
  credits_earned: [
    [creditsReleasedPosting('ce_1', 'credits_earned', prepaid), 'prepaid_credits 700, revenue -700'],
  ],
  credits_lapsed: [
    [creditsReleasedPosting('ce_1', 'credits_lapsed', prepaid), 'prepaid_credits 700, breakage -700'],
  ],
  credits_returned: [
    [creditsReleasedPosting('ce_1', 'credits_returned', prepaid), 'prepaid_credits 700, revenue -700'],
  ],
  provider_fee: [[providerFeePosting({ ...own, netMinor: -25n }), 'fees 25, cash:stripe -25']],
  provider_payout: [[payoutPosting({ ...own, netMinor: -800n }), 'cash:bank 800, cash:stripe -800']],
  exchanged_away: [[exchanged()[0], 'fx 1000, cash:stripe -1000']],
  exchanged_into: [[exchanged()[1], 'cash:stripe 920, fx -920']],
  tax_by_place: [
    [
      taxByPlacePosting(
        { id: 'lc_1', currency: EUR },
        new Map([
          ['tax:FR:20', -30n],
          ['tax:DE:19', 190n],
          ['tax', 7n],
        ]),
        NOW,
      ),
      'tax 160, tax:DE:19 -190, tax:FR:20 30',
    ],
  ],
  month_end: [
    [
      monthEndPosting({
        id: 'lm_1',
        currency: EUR,
        occurredAt: NOW,
        deferredMinor: 900n,
        deferredInBooksMinor: 1000n,
        doubtfulMinor: 30n,
        doubtfulInBooksMinor: 0n,
      }),
      'deferred_revenue 100, revenue -100, bad_debt 30, bad_debt_allowance -30',
    ],
  ],
};

function exchanged() {
  return exchangePostings({ ...own, netMinor: 890n }, { currency: USD, cashMinor: 1000n }, 920n);
}

/** Debits are positive, credits negative. */
function written(posting: LedgerTransaction | null | undefined): string {
  const entries = posting?.entries ?? [];
  return entries
    .map(({ account, side, amountMinor }) => `${account} ${side === 'debit' ? amountMinor : -amountMinor}`)
    .join(', ');
}

test('I336 each kind of fact posts exactly its entries, from its source, and says so', () => {
  expect(Object.keys(SAMPLES).sort()).toEqual([...FACT_KINDS].sort());
  for (const kind of FACT_KINDS) {
    for (const [posting, entries] of SAMPLES[kind]) {
      expect([kind, written(posting)]).toEqual([posting?.kind, entries]);
      expect(comesFrom(kind, posting!.sourceType)).toBe(true);
    }
  }
  expect(exchanged().map(({ currency }) => currency)).toEqual([USD, EUR]);
});

test('I336 no kind of fact may move an account, or come from a source, that none of its postings has', () => {
  const accounts = [
    'receivable',
    'cash:stripe',
    'tax',
    'credit_liability',
    'prepaid_credits',
    'refunds_payable',
  ]
    .concat(['deposits', 'disputed', 'dispute_losses', 'revenue', 'refunds', 'deferred_revenue', 'bad_debt'])
    .concat(['bad_debt_allowance', 'breakage', 'fees', 'fx', 'rounding']) as LedgerAccount[];
  const used = new Set<string>();
  for (const kind of FACT_KINDS) {
    const postings = SAMPLES[kind].map(([posting]) => posting!);
    const touched = postings.flatMap(({ entries }) => entries.map(({ account }) => account));
    for (const account of accounts) {
      const isTouched = touched.some((name) => name.split(':')[0] === account.split(':')[0]);
      if (isTouched) used.add(account);
      expect([kind, account, moves(kind, account)]).toEqual([kind, account, isTouched]);
      const strange = { ...postings[0]!, entries: [...postings[0]!.entries] };
      strange.entries.push(
        { account, side: 'debit', amountMinor: 1n },
        { account, side: 'credit', amountMinor: 1n },
      );
      if (!isTouched) expect(() => assertBalanced(strange)).toThrow(A_BUG);
    }
    const wrong = kind === 'month_end' ? 'invoice' : 'ledger_month';
    expect(() => assertBalanced({ ...postings[0]!, sourceType: wrong })).toThrow(A_BUG);
  }
  // What is rounded is rounded on the document, so that the books need no account for it so far.
  expect(accounts.filter((account) => !used.has(account))).toEqual(['rounding']);
});
