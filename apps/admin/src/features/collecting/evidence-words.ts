import type { Dispute } from '@billhook/sdk/generated/types';

export type EvidenceKind = Dispute['evidenceFiles'][number]['kind'];

/** What a file shows, in the order in which banks find it telling. */
export const EVIDENCE_KINDS: Readonly<Record<EvidenceKind, string>> = {
  receipt: 'Receipt or invoice',
  customer_communication: 'Messages with the customer',
  service_documentation: 'Proof that it was used',
  shipping_documentation: 'Proof of delivery',
  customer_signature: 'Contract with a signature',
  cancellation_policy: 'Terms of cancelling',
  refund_policy: 'Terms of refunds',
  duplicate_charge_documentation: 'Why it is no second charge',
  other: 'Something else',
};
