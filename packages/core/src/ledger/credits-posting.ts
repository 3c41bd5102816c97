import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import { assertBalanced } from './postings.ts';
import type { LedgerTransaction } from './transaction.ts';

/** The price of credits without tax, which one customer paid or which of it was used up. */
export interface PrepaidAmount {
  readonly customerId: string;
  readonly currency: CurrencyCode;
  readonly amountMinor: bigint;
  readonly occurredAt: Instant;
}

/** Credits were bought: what the invoice counted as sold is owed in service until they are used. Null for nothing. */
export function creditsDeferredPosting(grantId: string, prepaid: PrepaidAmount): LedgerTransaction | null {
  return moved('credit_grant', grantId, 'credits_deferred', 'revenue', 'prepaid_credits', prepaid);
}

/**
 * Purchased credits were used (`credits_earned`), lapsed unused (`credits_lapsed`), or went back with the money that was
 * paid for them (`credits_returned`): then what was deferred is sold again, which the refund takes out of the sales. A
 * negative amount takes that back. Null for nothing.
 */
export function creditsReleasedPosting(
  entryId: string,
  kind: 'credits_earned' | 'credits_lapsed' | 'credits_returned',
  prepaid: PrepaidAmount,
): LedgerTransaction | null {
  const account = kind === 'credits_lapsed' ? 'breakage' : 'revenue';
  return moved('credit_entry', entryId, kind, 'prepaid_credits', account, prepaid);
}

type Account = 'revenue' | 'prepaid_credits' | 'breakage';

function moved(
  sourceType: LedgerTransaction['sourceType'],
  sourceId: string,
  kind: LedgerTransaction['kind'],
  from: Account,
  to: Account,
  { customerId, currency, amountMinor, occurredAt }: PrepaidAmount,
): LedgerTransaction | null {
  if (amountMinor === 0n) return null;
  const [debit, credit] = amountMinor > 0n ? [from, to] : [to, from];
  const size = amountMinor > 0n ? amountMinor : -amountMinor;
  const transaction: LedgerTransaction = {
    sourceType,
    sourceId,
    kind,
    customerId,
    currency,
    occurredAt,
    entries: [
      { account: debit, side: 'debit', amountMinor: size },
      { account: credit, side: 'credit', amountMinor: size },
    ],
  };
  assertBalanced(transaction);
  return transaction;
}
