import type { EvidenceKind } from '@billhook/core/payments/decide-answer';
import { instant } from '@billhook/core/time/instant';
import type Stripe from 'stripe';
import type { PaymentProvider } from '../../modules/payments/provider.ts';
import type {
  DisputeEvidence,
  EvidenceFile,
  ProviderDispute,
} from '../../modules/payments/provider-disputes.ts';
import type { Call } from './clients.ts';
import { idOf } from './objects.ts';

/** Payments that a customer's bank asks back. */
export function disputes(
  call: Call,
): Required<Pick<PaymentProvider, 'retrieveDispute' | 'listDisputes' | 'submitEvidence'>> {
  return {
    retrieveDispute: (id) => call(async (stripe) => disputeOf(await stripe.disputes.retrieve(id))),
    listDisputes: (since) =>
      call(async (stripe) => {
        const found: ProviderDispute[] = [];
        const created = { gte: Math.floor(since / 1000) };
        for await (const dispute of stripe.disputes.list({ created, limit: 100 })) {
          found.push(disputeOf(dispute));
        }
        return found.reverse();
      }),
    async submitEvidence(id, evidence, files, key) {
      const ids: Stripe.DisputeUpdateParams.Evidence = {};
      for (const file of files) ids[FIELDS[file.kind]] = await upload(call, file, `${key}:${file.kind}`);
      const params = { evidence: { ...evidenceParams(evidence), ...ids }, submit: true };
      return call(async (stripe) =>
        disputeOf(await stripe.disputes.update(id, params, { idempotencyKey: key })),
      );
    },
  };
}

/** Where each kind of file goes. */
const FIELDS = {
  receipt: 'receipt',
  customer_communication: 'customer_communication',
  service_documentation: 'service_documentation',
  shipping_documentation: 'shipping_documentation',
  customer_signature: 'customer_signature',
  duplicate_charge_documentation: 'duplicate_charge_documentation',
  refund_policy: 'refund_policy',
  cancellation_policy: 'cancellation_policy',
  other: 'uncategorized_file',
} as const satisfies Record<EvidenceKind, keyof Stripe.DisputeUpdateParams.Evidence>;

/** Brings a file to Stripe under a key of its own: sent again, it is the same file there. */
function upload(call: Call, { name, contentType, bytes }: EvidenceFile, key: string): Promise<string> {
  return call(async (stripe) => {
    const file = { data: bytes, name, type: contentType };
    const { id } = await stripe.files.create({ purpose: 'dispute_evidence', file }, { idempotencyKey: key });
    return id;
  });
}

function disputeOf(dispute: Stripe.Dispute): ProviderDispute {
  const status = statusOf(dispute.status);
  const dueBy = dispute.evidence_details.due_by;
  return {
    id: dispute.id,
    intentId: idOf(dispute.payment_intent),
    chargeId: idOf(dispute.charge),
    amountMinor: BigInt(dispute.amount),
    currency: dispute.currency.toUpperCase(),
    reason: dispute.reason,
    status,
    evidenceDueAt: dueBy !== null && dispute.status.endsWith('needs_response') ? instant(dueBy * 1000) : null,
    ...takenFor(dispute),
    createdAt: instant(dispute.created * 1000),
  };
}

/** An inquiry that closed and a dispute that was settled before it began have taken nothing. */
function statusOf(status: Stripe.Dispute['status']): ProviderDispute['status'] {
  switch (status) {
    case 'warning_needs_response':
    case 'warning_under_review':
      return 'warning';
    case 'needs_response':
    case 'appeal_needs_response':
      return 'needs_response';
    case 'under_review':
    case 'appeal_under_review':
      return 'under_review';
    case 'lost':
      return 'lost';
    default:
      return 'won';
  }
}

/** What the balance says: a dispute takes its amount and a fee, one that is won gives the amount back. */
function takenFor(dispute: Stripe.Dispute): { feeMinor: bigint; withdrawnMinor: bigint } {
  let amount = 0n;
  let fee = 0n;
  let isSameCurrency = true;
  for (const movement of dispute.balance_transactions) {
    amount -= BigInt(movement.amount);
    fee += BigInt(movement.fee);
    isSameCurrency &&= movement.currency === dispute.currency;
  }
  // An account that is paid out in another currency: only whether money is gone can be told in this one.
  if (!isSameCurrency) return { feeMinor: 0n, withdrawnMinor: amount > 0n ? BigInt(dispute.amount) : 0n };
  return { feeMinor: fee > 0n ? fee : 0n, withdrawnMinor: amount > 0n ? amount : 0n };
}

function evidenceParams(evidence: DisputeEvidence): Stripe.DisputeUpdateParams.Evidence {
  const named = {
    customer_name: evidence.customerName,
    customer_email_address: evidence.customerEmail,
    customer_purchase_ip: evidence.customerIp,
    billing_address: evidence.billingAddress,
    product_description: evidence.productDescription,
    service_date: evidence.serviceDate,
    access_activity_log: evidence.accessLog,
    refund_policy_disclosure: evidence.refundPolicy,
    cancellation_policy_disclosure: evidence.cancellationPolicy,
    uncategorized_text: evidence.text,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null));
}
