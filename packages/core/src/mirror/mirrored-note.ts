import type { CoreEvent } from '../decision/event.ts';
import type { InvoiceStatus } from '../invoicing/invoice.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import type { CreditNoteAtStripe, CreditNoteLineAtStripe } from './credit-note-at-stripe.ts';
import type { NotedSums } from './noted-sums.ts';

export interface MirroredNoteLine {
  readonly line: CreditNoteLineAtStripe;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
}

/** What is written of a credit note once, as it stands at Stripe. */
export interface MirroredNote {
  readonly noteId: string;
  readonly facts: CreditNoteAtStripe;
  readonly sums: NotedSums;
  readonly lines: readonly MirroredNoteLine[];
}

/** The invoice as it is here, locked. */
export interface NotedInvoice {
  readonly id: string;
  readonly customerId: string;
  readonly currency: string;
  readonly status: InvoiceStatus;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  readonly dueMinor: bigint;
  readonly creditedMinor: bigint;
  /** Σ of what notes of it that stand promised to refund through Stripe, the one that is voided among them. */
  readonly refundedByNotesMinor: bigint;
  /** Σ of its refunds that stand. */
  readonly refundedMinor: bigint;
}

export interface MirroredNoteDecision {
  readonly create: MirroredNote | null;
  /** What is still to pay moves by this, and the status with it. */
  readonly credit: {
    readonly fromStatus: InvoiceStatus;
    readonly status: InvoiceStatus;
    readonly amountMinor: bigint;
  };
  readonly postings: readonly LedgerTransaction[];
  readonly events: readonly CoreEvent[];
}
