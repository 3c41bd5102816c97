import type { Metadata } from './records.ts';

/** What is remembered of a bank account that may be debited: never its number. `behaviour` says how the test IBAN acts. */
export interface Debit {
  readonly bankCode: string;
  readonly country: string;
  readonly last4: string;
  readonly fingerprint: string;
  readonly behaviour: string;
}

/** A customer's leave to debit an account. */
export interface MandateRecord {
  readonly id: string;
  readonly created: number;
  readonly paymentMethod: string;
  readonly reference: string;
  readonly status: 'active' | 'inactive' | 'pending';
}

/** A payment that the customer's bank asks back. */
/** A file as it came in. Its bytes are not kept. */
export interface FileRecord {
  readonly id: string;
  readonly created: number;
  readonly filename: string;
  readonly purpose: string;
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
}

export interface DisputeRecord {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly charge: string;
  readonly paymentIntent: string;
  readonly reason: string;
  readonly status:
    | 'warning_needs_response'
    | 'warning_under_review'
    | 'warning_closed'
    | 'needs_response'
    | 'under_review'
    | 'won'
    | 'lost';
  readonly evidence: Readonly<Record<string, string>>;
  readonly submissions: number;
  /** Until when evidence is taken. */
  readonly dueBy: number;
  readonly metadata: Metadata;
  /** Movements of the balance that came of it. */
  readonly balanceTransactions: readonly string[];
  /** When the bank decides, or the deadline passes; null once it is over. */
  readonly dueAt: number | null;
}

/** Money on its way to the seller's bank. */
export interface PayoutRecord {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly automatic: boolean;
  readonly status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';
  readonly arrivalDate: number;
  readonly description: string | null;
  readonly statementDescriptor: string | null;
  readonly metadata: Metadata;
  readonly balanceTransaction: string;
  readonly failureBalanceTransaction: string | null;
  readonly failureCode: string | null;
  readonly dueAt: number | null;
}
