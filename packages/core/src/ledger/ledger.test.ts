import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyCredits } from '../invoicing/apply-credits.ts';
import { DEFAULT_DISCOUNT_POLICY } from '../invoicing/discount-lines.ts';
import type { InvoiceTotals, IssuedInvoice } from '../invoicing/invoice.ts';
import { DEFAULT_TAX_POLICY } from '../invoicing/tax-policy.ts';
import type { PaymentAttempt } from '../payments/payment.ts';
import type { Refund } from '../payments/refund.ts';
import { at, EUR } from '../testing/factories.ts';
import { A_BUG } from '../testing/said.ts';
import { cashAccount, isLedgerAccount } from './accounts.ts';
import { creditsDeferredPosting, creditsReleasedPosting } from './credits-posting.ts';
import {
  assertBalanced,
  creditAppliedPosting,
  invoiceIssuedPosting,
  paymentFeePosting,
  paymentSucceededPosting,
  refundPosting,
} from './postings.ts';
import type { LedgerTransaction } from './transaction.ts';
import { trialBalance } from './trial-balance.ts';

const NOW = at('2026-04-01T00:00:00Z');
const attempt: PaymentAttempt = {
  id: 'pay_1',
  customerId: 'cus_1',
  invoiceId: 'inv_1',
  provider: 'stripe',
  currency: EUR,
  amountMinor: 1190n,
  status: 'sending',
  capturedMinor: 0n,
  creditedMinor: 0n,
  feeMinor: 0n,
  refundedMinor: 0n,
  creditReturnedMinor: 0n,
  failureCode: null,
};
const refund: Refund = {
  id: 'ref_1',
  paymentId: 'pay_1',
  invoiceId: 'inv_1',
  customerId: 'cus_1',
  provider: 'stripe',
  currency: EUR,
  amountMinor: 1n,
  creditMinor: 0n,
  status: 'pending',
  reason: '',
};

function invoice(netMinor: bigint, taxMinor: bigint, balanceMinor = 0n): IssuedInvoice {
  const totals: InvoiceTotals = {
    netMinor,
    taxMinor,
    totalMinor: netMinor + taxMinor,
    ...applyCredits(netMinor + taxMinor, balanceMinor),
  };
  return {
    id: 'inv_1',
    customerId: 'cus_1',
    currency: EUR,
    status: 'open',
    issuedAt: NOW,
    dueAt: NOW,
    taxMode: 'exclusive',
    lines: [],
    adjustments: [],
    taxes: [],
    totals,
    policies: { tax: DEFAULT_TAX_POLICY, discounts: DEFAULT_DISCOUNT_POLICY },
    replacesInvoiceId: null,
  };
}

function entries(transaction: LedgerTransaction | null): string[] {
  return (transaction?.entries ?? []).map((entry) => `${entry.side} ${entry.account} ${entry.amountMinor}`);
}

test('I24 every posting balances, has two entries or more, and positive amounts', () => {
  const amount = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
  const positive = fc.bigInt({ min: 0n, max: 10n ** 12n });
  fc.assert(
    fc.property(amount, amount, positive, positive, (net, tax, first, second) => {
      const document = invoice(net, tax, first);
      const postings = [
        invoiceIssuedPosting(document),
        creditAppliedPosting(document),
        paymentSucceededPosting(attempt, first + second, first, NOW),
        paymentFeePosting(attempt, second, NOW),
        refundPosting(
          { ...refund, amountMinor: first + 1n },
          { netMinor: net, taxMinor: tax, taxes: [] },
          second,
          NOW,
        ),
      ];
      for (const posting of postings) if (posting !== null) assertBalanced(posting);
    }),
  );
});

test('an invoice, its payment with fee, and a refund post as a bookkeeper would', () => {
  expect(entries(invoiceIssuedPosting(invoice(1000n, 190n)))).toEqual([
    'debit receivable 1190',
    'credit revenue 1000',
    'credit tax 190',
  ]);
  expect(entries(creditAppliedPosting(invoice(1000n, 190n, 200n)))).toEqual([
    'debit credit_liability 200',
    'credit receivable 200',
  ]);
  expect(entries(invoiceIssuedPosting(invoice(-1000n, -190n)))).toEqual([
    'credit credit_liability 1190',
    'debit revenue 1000',
    'debit tax 190',
  ]);
  expect(entries(paymentSucceededPosting(attempt, 1200n, 1190n, NOW))).toEqual([
    'debit cash:stripe 1200',
    'credit receivable 1190',
    'credit credit_liability 10',
  ]);
  expect(entries(paymentFeePosting(attempt, 42n, NOW))).toEqual(['debit fees 42', 'credit cash:stripe 42']);
  expect(
    entries(
      refundPosting(
        { ...refund, amountMinor: 119n },
        { netMinor: 1000n, taxMinor: 190n, taxes: [] },
        0n,
        NOW,
      ),
    ),
  ).toEqual(['debit refunds 100', 'debit tax 19', 'credit cash:stripe 119']);
  expect(invoiceIssuedPosting(invoice(0n, 0n))).toBeNull();
  expect(paymentFeePosting(attempt, 0n, NOW)).toBeNull();
});

test('I05 many small refunds reverse exactly the revenue and tax that one refund would', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 5000n }),
      fc.bigInt({ min: 0n, max: 1000n }),
      fc.array(fc.bigInt({ min: 1n, max: 400n }), { maxLength: 20 }),
      (netMinor, taxMinor, parts) => {
        const document = { netMinor, taxMinor, taxes: [] };
        const ledger: LedgerTransaction[] = [];
        let done = 0n;
        for (const amountMinor of parts) {
          if (done + amountMinor > netMinor + taxMinor) break;
          ledger.push(refundPosting({ ...refund, amountMinor }, document, done, NOW)!);
          done += amountMinor;
        }
        if (done === 0n) return;
        const whole = refundPosting({ ...refund, amountMinor: done }, document, 0n, NOW)!;
        const nonZero = trialBalance(ledger).filter((balance) => balance.balanceMinor !== 0n);
        expect(nonZero).toEqual(trialBalance([whole]));
      },
    ),
  );
});

test('I24 purchased credits are owed, then earned or lapsed, and taking that back posts the other way', () => {
  const prepaid = (amountMinor: bigint) => ({
    customerId: 'cus_1',
    currency: EUR,
    amountMinor,
    occurredAt: NOW,
  });
  expect(entries(creditsDeferredPosting('g', prepaid(1000n)))).toEqual([
    'debit revenue 1000',
    'credit prepaid_credits 1000',
  ]);
  expect(entries(creditsReleasedPosting('e', 'credits_earned', prepaid(300n)))).toEqual([
    'debit prepaid_credits 300',
    'credit revenue 300',
  ]);
  expect(entries(creditsReleasedPosting('e', 'credits_earned', prepaid(-300n)))).toEqual([
    'debit revenue 300',
    'credit prepaid_credits 300',
  ]);
  expect(entries(creditsReleasedPosting('e', 'credits_lapsed', prepaid(700n)))).toEqual([
    'debit prepaid_credits 700',
    'credit breakage 700',
  ]);
  expect(creditsReleasedPosting('e', 'credits_lapsed', prepaid(0n))).toBeNull();
});

test('an unbalanced, lonely or empty entry is a bug', () => {
  const whole = invoiceIssuedPosting(invoice(1000n, 0n))!;
  expect(() => assertBalanced({ ...whole, entries: whole.entries.slice(1) })).toThrow(A_BUG);
  expect(() => assertBalanced({ ...whole, entries: [] })).toThrow(A_BUG);
  expect(() =>
    assertBalanced({ ...whole, entries: [{ account: 'revenue', side: 'debit', amountMinor: 0n }] }),
  ).toThrow(A_BUG);
});

test('accounts are the closed chart and one cash account a provider', () => {
  expect(isLedgerAccount(cashAccount('stripe'))).toBe(true);
  expect(isLedgerAccount('revenue')).toBe(true);
  for (const text of ['cash:', 'cash:Stripe', 'bank', '']) expect(isLedgerAccount(text)).toBe(false);
});
