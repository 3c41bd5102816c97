import type { Decision } from '../decision/change.ts';
import type { InvoiceStatus } from '../invoicing/invoice.ts';
import type { PaymentAttempt } from './payment.ts';
import { mayMovePayment } from './transitions.ts';

/** What says nothing of the method, so that another one is no answer to it. */
const NOT_ABOUT_THE_METHOD: ReadonlySet<string> = new Set(['not_executed', 'payment_method_missing']);

export interface BackupInput {
  /** The try that failed. */
  readonly attempt: PaymentAttempt;
  readonly failureCode: string;
  readonly invoice: {
    readonly id: string;
    readonly status: InvoiceStatus;
    readonly failureCount: number;
  } | null;
  /** Whether this try was for the backup itself. */
  readonly isBackupTry: boolean;
  /** The customer's backup; null for none, or where the seller tries none. */
  readonly backupMethodId: string | null;
}

/**
 * The default failed and there is a backup: it is tried at once, once, and only if it fails as well has the collection
 * failed. Null where that is not so; then what follows a failure is decided.
 */
export function decideBackup(input: BackupInput): Decision | null {
  const { attempt, invoice, failureCode, backupMethodId } = input;
  if (backupMethodId === null || input.isBackupTry || invoice?.status !== 'open') return null;
  if (NOT_ABOUT_THE_METHOD.has(failureCode) || !mayMovePayment(attempt.status, 'failed')) return null;
  const facts = { capturedMinor: 0n, creditedMinor: 0n, feeMinor: 0n, failureCode };
  return {
    changes: [
      {
        type: 'payment.update',
        paymentId: attempt.id,
        fromStatus: attempt.status,
        status: 'failed',
        ...facts,
      },
    ],
    events: [
      {
        type: 'payment.backup_tried',
        subjectId: attempt.id,
        customerId: attempt.customerId,
        data: { invoice_id: invoice.id, failure_code: failureCode, payment_method_id: backupMethodId },
      },
    ],
  };
}
