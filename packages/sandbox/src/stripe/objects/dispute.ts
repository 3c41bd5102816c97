import type { Draft } from '../../state/draft.ts';
import type { DisputeRecord } from '../../state/money-records.ts';
import { renderBalanceTransaction } from './money.ts';

/** What a seller may say to a dispute, in Stripe's names; files are ids. */
export const EVIDENCE_FIELDS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const;

/** Those of them that name a file. */
export const FILE_FIELDS: ReadonlySet<string> = new Set([
  'cancellation_policy',
  'customer_communication',
  'customer_signature',
  'duplicate_charge_documentation',
  'receipt',
  'refund_policy',
  'service_documentation',
  'shipping_documentation',
  'uncategorized_file',
]);

/** A dispute as Stripe's API shows it. */
export function renderDispute(dispute: DisputeRecord, draft: Draft): object {
  const charge = draft.get('charge', dispute.charge);
  const method = charge === undefined ? undefined : draft.get('payment_method', charge.paymentMethod);
  const card = method?.card ?? null;
  const isInquiry = dispute.status.startsWith('warning');
  return {
    id: dispute.id,
    object: 'dispute',
    amount: dispute.amount,
    balance_transactions: dispute.balanceTransactions.flatMap((id) => {
      const transaction = draft.get('balance_transaction', id);
      return transaction === undefined ? [] : [renderBalanceTransaction(transaction, draft.now)];
    }),
    charge: dispute.charge,
    created: dispute.created,
    currency: dispute.currency,
    enhanced_eligibility_types: [],
    evidence: {
      ...Object.fromEntries(EVIDENCE_FIELDS.map((field) => [field, dispute.evidence[field] ?? null])),
      enhanced_evidence: {},
    },
    evidence_details: {
      due_by: dispute.dueBy,
      enhanced_eligibility: {},
      has_evidence: Object.keys(dispute.evidence).length > 0,
      past_due: draft.now > dispute.dueBy && dispute.submissions === 0,
      submission_count: dispute.submissions,
    },
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: dispute.metadata,
    payment_intent: dispute.paymentIntent,
    payment_method_details:
      card === null
        ? { type: 'sepa_debit' }
        : {
            card: {
              brand: card.brand,
              case_type: isInquiry ? 'inquiry' : 'chargeback',
              network: card.brand,
              network_reason_code: '10.4',
            },
            type: 'card',
          },
    reason: dispute.reason,
    status: dispute.status,
  };
}
