import type { Decision } from '../decision/change.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { assertBalanced } from '../ledger/postings.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';

export interface ReleaseInput {
  readonly releaseId: string;
  readonly now: Instant;
  readonly deposit: {
    readonly id: string;
    readonly customerId: string;
    readonly currency: CurrencyCode;
    readonly heldMinor: bigint;
  };
  /** All that is held unless an amount is named. */
  readonly amountMinor: bigint | null;
}

/**
 * Makes a part of a deposit, or all of it, credit of its customer, who may then spend it or have it sent back. What was
 * released is held no more. Refusal: `deposit.exceeds_held`.
 */
export function decideRelease(input: ReleaseInput): Result<Decision & { readonly amountMinor: bigint }> {
  const { deposit, releaseId, now } = input;
  const amountMinor = input.amountMinor ?? deposit.heldMinor;
  if (amountMinor <= 0n || amountMinor > deposit.heldMinor) {
    return refuse('deposit.exceeds_held', `At most ${deposit.heldMinor} minor units are held.`, {
      held_minor: `${deposit.heldMinor}`,
    });
  }
  const { customerId, currency } = deposit;
  const transaction: LedgerTransaction = {
    sourceType: 'deposit_release',
    sourceId: releaseId,
    kind: 'deposit_released',
    customerId,
    currency,
    occurredAt: now,
    entries: [
      { account: 'deposits', side: 'debit', amountMinor },
      { account: 'credit_liability', side: 'credit', amountMinor },
    ],
  };
  assertBalanced(transaction);
  return ok({
    amountMinor,
    changes: [
      {
        type: 'customer_credit.add',
        customerId,
        currency,
        deltaMinor: amountMinor,
        sourceType: 'deposit_release',
        sourceId: releaseId,
      },
      { type: 'ledger.post', transaction },
    ],
    events: [],
  });
}
