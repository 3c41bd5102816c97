import { least } from '../kernel/least.ts';
import { cashAccount, type LedgerAccount } from '../ledger/accounts.ts';
import { assertBalanced, refundedSplit } from '../ledger/postings.ts';
import type { LedgerEntry, LedgerTransaction } from '../ledger/transaction.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import { BALANCE_AT_STRIPE } from './mirror-postings.ts';
import type { NotedSums } from './noted-sums.ts';

export interface BookedNote {
  readonly id: string;
  readonly customerId: string;
  readonly currency: CurrencyCode;
  readonly sums: NotedSums;
  readonly invoice: { readonly netMinor: bigint; readonly taxMinor: bigint };
  /** Σ of what earlier notes of the invoice promised to refund through Stripe. */
  readonly refundedByNotesMinor: bigint;
  /** Σ of the refunds of the invoice that stand. */
  readonly refundedMinor: bigint;
}

/** Money that went back beside Stripe, as it comes beside it. */
const ELSEWHERE = cashAccount('manual');

/**
 * Takes back what was sold, once. What the note refunds is owed until its refund says that it was made. A refund that said
 * so before the note posted sales and tax by itself, in proportion to the invoice: that share is taken from `refunds` and
 * from the tax of the note, so that both together take back the note and no more.
 */
export function mirroredNotePosting(note: BookedNote, at: Instant): readonly LedgerTransaction[] {
  return posting(note, 'credit_note_issued', at, 1n);
}

/** The reverse of all that the note posted. */
export function mirroredNoteVoidedPosting(note: BookedNote, at: Instant): readonly LedgerTransaction[] {
  return posting(note, 'credit_note_voided', at, -1n);
}

function posting(
  note: BookedNote,
  kind: 'credit_note_issued' | 'credit_note_voided',
  occurredAt: Instant,
  sign: 1n | -1n,
): readonly LedgerTransaction[] {
  const { netMinor, taxMinor, totalMinor, reducedMinor, refundedMinor, outsideMinor } = note.sums;
  const givenBeforeMinor = least(note.refundedByNotesMinor, note.refundedMinor);
  const givenMinor = least(note.refundedByNotesMinor + refundedMinor, note.refundedMinor);
  const before = refundedSplit(givenBeforeMinor, note.invoice);
  const after = refundedSplit(givenMinor, note.invoice);
  const signed: readonly (readonly [LedgerAccount, bigint])[] = [
    ['revenue', netMinor],
    ['tax', taxMinor - (after.taxMinor - before.taxMinor)],
    ['receivable', -reducedMinor],
    ['refunds', before.salesMinor - after.salesMinor],
    ['refunds_payable', givenMinor - givenBeforeMinor - refundedMinor],
    [ELSEWHERE, -outsideMinor],
    [BALANCE_AT_STRIPE, reducedMinor + refundedMinor + outsideMinor - totalMinor],
  ];
  const entries = signed
    .map(([account, amountMinor]) => [account, amountMinor * sign] as const)
    .filter(([, amountMinor]) => amountMinor !== 0n)
    .map(
      ([account, amountMinor]): LedgerEntry =>
        amountMinor > 0n
          ? { account, side: 'debit', amountMinor }
          : { account, side: 'credit', amountMinor: -amountMinor },
    );
  if (entries.length === 0) return [];
  const { id: sourceId, customerId, currency } = note;
  const transaction: LedgerTransaction = {
    sourceType: 'credit_note',
    sourceId,
    kind,
    customerId,
    currency,
    occurredAt,
    entries,
  };
  assertBalanced(transaction);
  return [transaction];
}
