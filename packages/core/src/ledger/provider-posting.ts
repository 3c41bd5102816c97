import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import { cashAccount, type LedgerAccount } from './accounts.ts';
import { assertBalanced } from './postings.ts';
import type { LedgerTransaction } from './transaction.ts';

/** Money that a provider moved by itself, as it stands in its own books. */
export interface OwnMovement {
  /** Our row of it. */
  readonly id: string;
  readonly provider: string;
  readonly currency: CurrencyCode;
  /** What the balance at the provider changed by. */
  readonly netMinor: bigint;
  readonly at: Instant;
}

/** A fee that belongs to no payment, or its return. Null for nothing. */
export function providerFeePosting(movement: OwnMovement): LedgerTransaction | null {
  return against(movement, 'provider_fee', 'fees');
}

/** Money goes from the provider to the seller's bank, or comes back from a payout that failed. Null for nothing. */
export function payoutPosting(movement: OwnMovement): LedgerTransaction | null {
  return against(movement, 'provider_payout', cashAccount('bank'));
}

function against(
  { id, provider, currency, netMinor, at }: OwnMovement,
  kind: 'provider_fee' | 'provider_payout',
  account: LedgerAccount,
): LedgerTransaction | null {
  if (netMinor === 0n) return null;
  const amountMinor = netMinor > 0n ? netMinor : -netMinor;
  const [debit, credit] = netMinor > 0n ? [cashAccount(provider), account] : [account, cashAccount(provider)];
  const transaction: LedgerTransaction = {
    sourceType: 'provider_transaction',
    sourceId: id,
    kind,
    customerId: null,
    currency,
    occurredAt: at,
    entries: [
      { account: debit, side: 'debit', amountMinor },
      { account: credit, side: 'credit', amountMinor },
    ],
  };
  assertBalanced(transaction);
  return transaction;
}
