import { EVIDENCE_KINDS } from '@billhook/core/payments/decide-answer';
import { Type } from 'typebox';
import {
  count,
  currency,
  email,
  id,
  line,
  notNegativeAmount,
  nullable,
  obj,
  text,
  timestamp,
} from '../common.ts';

export const disputeStatus = Type.Enum(['warning', 'needs_response', 'under_review', 'won', 'lost']);

const evidenceKind = Type.Enum([...EVIDENCE_KINDS]);
const evidenceFile = obj({
  file: id('file'),
  kind: evidenceKind,
  name: line(255),
  content_type: line(200),
  byte_size: count,
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** When the provider took it; null while it is on its way. */
  taken_at: nullable(timestamp),
});

/** A payment that the customer's bank asks back. A `warning` has taken no money yet. */
export const dispute = obj({
  id: id('dp'),
  object: Type.Literal('dispute'),
  status: disputeStatus,
  customer: id('cus'),
  customer_name: line(200),
  payment: id('pay'),
  invoice: nullable(id('inv')),
  currency,
  amount: notNegativeAmount,
  /** In the provider's words, such as `fraudulent`. */
  reason: line(100, 0),
  provider: line(50),
  provider_reference: line(200),
  /** What is out of your balance for it at present, without the fee. */
  withdrawn: notNegativeAmount,
  fee: notNegativeAmount,
  /** What is written off. */
  lost: notNegativeAmount,
  /** Until when an answer is taken; null when none is asked for. */
  evidence_due_at: nullable(timestamp),
  /** An answer is handed in once. */
  evidence: Type.Enum(['none', 'sending', 'submitted']),
  evidence_text: nullable(text(10_000)),
  evidence_at: nullable(timestamp),
  /** What goes with the answer, as it was sent. */
  evidence_files: Type.Array(evidenceFile),
  created_at: timestamp,
  closed_at: nullable(timestamp),
});

/** The answer to a bank. What is left out is left as the provider has it. */
export const disputeAnswer = obj({
  /** Everything that speaks for the payment. */
  text: text(10_000, 1),
  customer_name: Type.Optional(line(200)),
  customer_email: Type.Optional(email),
  customer_ip: Type.Optional(line(45)),
  billing_address: Type.Optional(text(500)),
  product_description: Type.Optional(text(2_000)),
  /** When the service was given, in words or dates. */
  service_date: Type.Optional(line(200)),
  /** Proof of use: sign-ins, addresses, downloads. */
  access_log: Type.Optional(text(10_000)),
  refund_policy: Type.Optional(text(5_000)),
  cancellation_policy: Type.Optional(text(5_000)),
  /** Files that were stored as `dispute_evidence` of this customer, one of a kind, together at most 4.5 MB. */
  files: Type.Optional(Type.Array(obj({ file: id('file'), kind: evidenceKind }), { maxItems: 9 })),
});

/** A dispute as its payment shows it. */
export const disputeOnPayment = obj({
  id: id('dp'),
  status: disputeStatus,
  amount: notNegativeAmount,
  evidence_due_at: nullable(timestamp),
});
