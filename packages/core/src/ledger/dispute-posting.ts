import type { Dispute } from '../payments/dispute.ts';
import type { Instant } from '../time/instant.ts';
import { cashAccount, type LedgerAccount } from './accounts.ts';
import { assertBalanced } from './postings.ts';
import type { LedgerTransaction } from './transaction.ts';

type Kind = 'dispute_withdrawn' | 'dispute_fee' | 'dispute_lost' | 'dispute_returned';

/** The bank's side took the money and the provider its fee: what is out stands as disputed until it is decided. */
export function disputeWithdrawnPosting(
  dispute: Dispute,
  amountMinor: bigint,
  feeMinor: bigint,
  at: Instant,
): LedgerTransaction | null {
  return moved(dispute, 'dispute_withdrawn', at, [
    ['disputed', amountMinor],
    ['fees', feeMinor],
    [cashAccount(dispute.provider), -(amountMinor + feeMinor)],
  ]);
}

/** A fee that was taken after the money. */
export function disputeFeePosting(dispute: Dispute, feeMinor: bigint, at: Instant): LedgerTransaction | null {
  return moved(dispute, 'dispute_fee', at, [
    ['fees', feeMinor],
    [cashAccount(dispute.provider), -feeMinor],
  ]);
}

/** Lost: what is still out is a loss. */
export function disputeLostPosting(
  dispute: Dispute,
  amountMinor: bigint,
  at: Instant,
): LedgerTransaction | null {
  return moved(dispute, 'dispute_lost', at, [
    ['dispute_losses', amountMinor],
    ['disputed', -amountMinor],
  ]);
}

/** The money came back, also after it was written off. */
export function disputeReturnedPosting(
  dispute: Dispute,
  parts: { amountMinor: bigint; lostMinor: bigint; feeMinor: bigint },
  at: Instant,
): LedgerTransaction | null {
  const { amountMinor, lostMinor, feeMinor } = parts;
  return moved(dispute, 'dispute_returned', at, [
    [cashAccount(dispute.provider), amountMinor + feeMinor],
    ['dispute_losses', -lostMinor],
    ['disputed', lostMinor - amountMinor],
    ['fees', -feeMinor],
  ]);
}

/** Debits are positive, credits negative. Null where nothing moves. */
function moved(
  dispute: Dispute,
  kind: Kind,
  occurredAt: Instant,
  parts: readonly (readonly [LedgerAccount, bigint])[],
): LedgerTransaction | null {
  const entries = parts
    .filter(([, amountMinor]) => amountMinor !== 0n)
    .map(([account, amountMinor]) => ({
      account,
      side: amountMinor > 0n ? ('debit' as const) : ('credit' as const),
      amountMinor: amountMinor > 0n ? amountMinor : -amountMinor,
    }));
  if (entries.length === 0) return null;
  const { id, customerId, currency } = dispute;
  const transaction: LedgerTransaction = {
    sourceType: 'dispute',
    sourceId: id,
    kind,
    customerId,
    currency,
    occurredAt,
    entries,
  };
  assertBalanced(transaction);
  return transaction;
}
