import type { IssuedInvoice } from '../invoicing/invoice.ts';
import { invariant } from '../kernel/invariant.ts';
import { allocate } from '../money/allocate.ts';
import type { PaymentAttempt } from '../payments/payment.ts';
import type { Refund } from '../payments/refund.ts';
import type { Instant } from '../time/instant.ts';
import { cashAccount, type LedgerAccount } from './accounts.ts';
import { comesFrom, moves } from './facts.ts';
import { type PlacedTax, taxByAccount } from './tax-accounts.ts';
import type { LedgerEntry, LedgerTransaction } from './transaction.ts';

/** What the customer owes and what was sold: receivable (or customer credit) against revenue and tax. Null for nothing. */
export function invoiceIssuedPosting(invoice: IssuedInvoice): LedgerTransaction | null {
  const { totals } = invoice;
  return balanced(
    {
      sourceType: 'invoice',
      sourceId: invoice.id,
      kind: 'invoice_issued',
      ...headOf(invoice, invoice.issuedAt),
    },
    [
      debit('receivable', totals.totalMinor > 0n ? totals.totalMinor : 0n),
      credit('credit_liability', totals.creditGrantedMinor),
      credit('revenue', totals.netMinor),
      ...taxByAccount(invoice.taxes, totals.taxMinor).map(([account, taxMinor]) => credit(account, taxMinor)),
    ],
  );
}

/** Customer credit pays a part of an invoice. Null if none was used. */
export function creditAppliedPosting(invoice: IssuedInvoice): LedgerTransaction | null {
  const { creditAppliedMinor } = invoice.totals;
  return balanced(
    {
      sourceType: 'invoice',
      sourceId: invoice.id,
      kind: 'credit_applied',
      ...headOf(invoice, invoice.issuedAt),
    },
    [debit('credit_liability', creditAppliedMinor), credit('receivable', creditAppliedMinor)],
  );
}

/** Credit that was granted by `source` pays invoices which were open already. */
export function creditSettledPosting(
  customer: { readonly customerId: string; readonly currency: LedgerTransaction['currency'] },
  source: {
    readonly type: LedgerTransaction['sourceType'];
    readonly id: string;
    readonly when?: 'after_failure';
  },
  amountMinor: bigint,
  occurredAt: Instant,
): LedgerTransaction {
  const kind = source.when === 'after_failure' ? 'credit_settled_after_failure' : 'credit_settled';
  const transaction = balanced(
    { sourceType: source.type, sourceId: source.id, kind, ...headOf(customer, occurredAt) },
    [debit('credit_liability', amountMinor), credit('receivable', amountMinor)],
  );
  invariant(transaction !== null, 'Credit that settles something is more than nothing.');
  return transaction;
}

/**
 * The gross amount that a provider took: cash against the receivable as far as it was due, the rest becomes customer
 * credit, or a deposit that is held.
 */
export function paymentSucceededPosting(
  attempt: PaymentAttempt,
  capturedMinor: bigint,
  appliedMinor: bigint,
  occurredAt: Instant,
  surplus: 'credit_liability' | 'deposits' = 'credit_liability',
): LedgerTransaction | null {
  return balanced(
    {
      sourceType: 'payment',
      sourceId: attempt.id,
      kind: 'payment_succeeded',
      ...headOf(attempt, occurredAt),
    },
    [
      debit(cashAccount(attempt.provider), capturedMinor),
      credit('receivable', appliedMinor),
      credit(surplus, capturedMinor - appliedMinor),
    ],
  );
}

/** The provider's fee, taken out of the cash it holds. Null for none. */
export function paymentFeePosting(
  attempt: PaymentAttempt,
  feeMinor: bigint,
  occurredAt: Instant,
): LedgerTransaction | null {
  return balanced(
    { sourceType: 'payment', sourceId: attempt.id, kind: 'payment_fee', ...headOf(attempt, occurredAt) },
    [debit('fees', feeMinor), credit(cashAccount(attempt.provider), feeMinor)],
  );
}

/**
 * Cash goes back: first what was reserved out of the customer's credit; for the rest sales and tax are given back in
 * proportion to the invoice. The split is taken of everything refunded
 * so far less what earlier refunds reversed, so that many refunds reverse exactly what one would.
 *
 * @param refundedBeforeMinor Σ of earlier refunds of the same invoice that succeeded, without credit
 * @param promisedMinor Σ of what credit notes of a provider promised to refund: they took the sales of it back, so that it
 * is only owed; refunds give what is promised first
 */
export function refundPosting(
  refund: Refund,
  invoice: RefundedInvoice | null,
  refundedBeforeMinor: bigint,
  occurredAt: Instant,
  promisedMinor = 0n,
): LedgerTransaction | null {
  return balanced(
    { sourceType: 'refund', sourceId: refund.id, kind: 'refund_succeeded', ...headOf(refund, occurredAt) },
    refundEntries(refund, invoice, refundedBeforeMinor, promisedMinor),
  );
}

/**
 * A refund came back to the provider's balance: the reverse of its posting. Sales and tax stand again as if there had
 * been only the other refunds, so that later ones still reverse exactly what one would; what a credit note of a provider
 * promised is owed again.
 *
 * @param refundedOtherMinor Σ of the other refunds of the invoice that succeeded, without credit
 * @param promisedMinor as in `refundPosting`
 */
export function refundReturnedPosting(
  refund: Refund,
  invoice: RefundedInvoice | null,
  refundedOtherMinor: bigint,
  occurredAt: Instant,
  promisedMinor = 0n,
): LedgerTransaction | null {
  return balanced(
    { sourceType: 'refund', sourceId: refund.id, kind: 'refund_returned', ...headOf(refund, occurredAt) },
    refundEntries(refund, invoice, refundedOtherMinor, promisedMinor).map((entry) => ({
      ...entry,
      amountMinor: -entry.amountMinor,
    })),
  );
}

function refundEntries(
  { amountMinor, creditMinor, provider }: Refund,
  invoice: RefundedInvoice | null,
  refundedOtherMinor: bigint,
  promisedMinor: bigint,
): readonly LedgerEntry[] {
  const salesMinor = amountMinor - creditMinor;
  invariant(invoice !== null || salesMinor === 0n, 'Only an invoice has sales to reverse.');
  const before = takenBack(refundedOtherMinor, promisedMinor, invoice);
  const after = takenBack(refundedOtherMinor + salesMinor, promisedMinor, invoice);
  return [
    debit('refunds_payable', creditMinor + after.promisedMinor - before.promisedMinor),
    debit('refunds', after.salesMinor - before.salesMinor),
    ...after.taxes.map(([account, taxMinor], at) => debit(account, taxMinor - (before.taxes[at]?.[1] ?? 0n))),
    credit(cashAccount(provider), amountMinor),
  ];
}

/** What refunds of an invoice take back of its sales and tax, and what of them gives only what notes had promised. */
function takenBack(refundedMinor: bigint, promisedMinor: bigint, invoice: RefundedInvoice | null) {
  const givenMinor = refundedMinor < promisedMinor ? refundedMinor : promisedMinor;
  const [all, given] = [refundedSplit(refundedMinor, invoice), refundedSplit(givenMinor, invoice)];
  return {
    promisedMinor: givenMinor,
    salesMinor: all.salesMinor - given.salesMinor,
    taxes: all.taxes.map(
      ([account, taxMinor], at) => [account, taxMinor - (given.taxes[at]?.[1] ?? 0n)] as const,
    ),
  };
}

/** Credit of the customer is set aside for a refund, so that it cannot be spent meanwhile. */
export function refundReservedPosting(refund: Refund, occurredAt: Instant): LedgerTransaction {
  return movedCredit(refund, 'refund_reserved', occurredAt);
}

/** A refund failed or came back: what was set aside for it is credit again. */
export function refundReleasedPosting(refund: Refund, occurredAt: Instant): LedgerTransaction {
  return movedCredit(refund, 'refund_released', occurredAt);
}

function movedCredit(
  refund: Refund,
  kind: 'refund_reserved' | 'refund_released',
  occurredAt: Instant,
): LedgerTransaction {
  const signedMinor = kind === 'refund_reserved' ? refund.creditMinor : -refund.creditMinor;
  const transaction = balanced(
    { sourceType: 'refund', sourceId: refund.id, kind, ...headOf(refund, occurredAt) },
    [debit('credit_liability', signedMinor), credit('refunds_payable', signedMinor)],
  );
  invariant(transaction !== null, 'Credit that is moved for a refund is more than nothing.');
  return transaction;
}

/**
 * @throws InvariantError unless debits equal credits, there are at least two entries, every amount is positive, and source
 * and accounts are those of the kind of fact
 */
export function assertBalanced(transaction: LedgerTransaction): void {
  const { kind, sourceType } = transaction;
  invariant(comesFrom(kind, sourceType), `A posting ${kind} does not come from a ${sourceType}.`);
  let difference = 0n;
  for (const entry of transaction.entries) {
    invariant(entry.amountMinor > 0n, 'A ledger entry has a positive amount.');
    invariant(moves(kind, entry.account), `A posting ${kind} does not move ${entry.account}.`);
    difference += entry.side === 'debit' ? entry.amountMinor : -entry.amountMinor;
  }
  invariant(difference === 0n, 'Debits and credits of a transaction are equal.');
  invariant(transaction.entries.length >= 2, 'A transaction has at least two entries.');
}

/** What refunds of an invoice are divided by; without its taxes all tax is on one account. */
export interface RefundedInvoice {
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly taxes?: readonly PlacedTax[];
}

/** Sales and tax that refunds of an invoice reverse in all, in proportion to it. */
export function refundedSplit(refundedMinor: bigint, invoice: RefundedInvoice | null) {
  if (invoice === null || refundedMinor === 0n) return { salesMinor: 0n, taxMinor: 0n, taxes: [] };
  const accounts = taxByAccount(invoice.taxes ?? [], invoice.taxMinor);
  const [salesMinor = 0n, ...shares] = allocate(refundedMinor, [
    clamp(invoice.netMinor),
    ...accounts.map(([, taxMinor]) => clamp(taxMinor)),
  ]);
  return {
    salesMinor,
    taxMinor: shares.reduce((sum, share) => sum + share, 0n),
    taxes: accounts.map(([account], at) => [account, shares[at] ?? 0n] as const),
  };
}

function clamp(amountMinor: bigint): bigint {
  return amountMinor < 0n ? 0n : amountMinor;
}

function headOf(source: Pick<PaymentAttempt, 'customerId' | 'currency'>, occurredAt: Instant) {
  return { customerId: source.customerId, currency: source.currency, occurredAt };
}

function debit(account: LedgerAccount, amountMinor: bigint): LedgerEntry {
  return { account, side: 'debit', amountMinor };
}

function credit(account: LedgerAccount, amountMinor: bigint): LedgerEntry {
  return { account, side: 'credit', amountMinor };
}

/** Drops empty entries and turns negative ones to the other side. Null if nothing is left. */
function balanced(
  head: Omit<LedgerTransaction, 'entries'>,
  entries: readonly LedgerEntry[],
): LedgerTransaction | null {
  const kept = entries
    .filter((entry) => entry.amountMinor !== 0n)
    .map(
      (entry): LedgerEntry =>
        entry.amountMinor > 0n
          ? entry
          : {
              account: entry.account,
              side: entry.side === 'debit' ? 'credit' : 'debit',
              amountMinor: -entry.amountMinor,
            },
    );
  if (kept.length === 0) return null;
  const transaction = { ...head, entries: kept };
  assertBalanced(transaction);
  return transaction;
}
