import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { getCustomers } from '../customers/api.ts';
import { findInvoices } from '../invoicing/api.ts';
import { type DisputeRow, disputesOf } from './disputes.ts';
import type { MethodRow } from './methods.ts';
import { type PaymentRow, plannedTries } from './queries/list.ts';
import { type RefundRow, refundsOf } from './repo.ts';

export const paymentId = (uuid: string) => encodeTypeId('pay', uuid);

export function presentRefund(refund: RefundRow) {
  return {
    id: encodeTypeId('re', refund.id),
    object: 'refund' as const,
    payment: paymentId(refund.paymentId),
    status: refund.status,
    way: refund.byTransfer ? ('transfer' as const) : ('provider' as const),
    currency: refund.currency,
    amount: `${refund.amountMinor}`,
    reason: refund.reason,
    created_at: iso(refund.createdAt),
    finished_at: isoOrNull(refund.finishedAt),
    returned_at: isoOrNull(refund.returnedAt),
  };
}

function presentDispute(dispute: DisputeRow | undefined) {
  if (dispute === undefined) return null;
  return {
    id: encodeTypeId('dp', dispute.id),
    status: dispute.status,
    amount: `${dispute.amountMinor}`,
    evidence_due_at: isoOrNull(dispute.evidenceDueAt),
  };
}

export function presentMethod(method: MethodRow) {
  return {
    id: encodeTypeId('pm', method.id),
    object: 'payment_method' as const,
    customer: encodeTypeId('cus', method.customerId),
    kind: method.kind,
    provider: method.provider,
    brand: method.brand,
    last4: method.last4,
    exp_month: method.expMonth,
    exp_year: method.expYear,
    wallet: method.wallet,
    label: method.label,
    mandate:
      method.mandateReference === null
        ? null
        : { reference: method.mandateReference, url: method.mandateUrl },
    is_default: method.isDefault,
    is_backup: method.isBackup,
    created_at: iso(method.createdAt),
  };
}

/** What a provider makes of a payment's risk is for staff alone: who tries stolen cards would learn from it. */
export type Reader = 'staff' | 'customer';

/** Tries at collecting with their refunds and the names of what they belong to, set-wise. */
export async function presentPayments(ctx: QueryCtx, rows: readonly PaymentRow[], reader: Reader) {
  const invoiceIds = rows.flatMap((row) => (row.invoiceId === null ? [] : [row.invoiceId]));
  const customers = await getCustomers(
    ctx,
    rows.map((row) => row.customerId),
  );
  const invoices = new Map((await findInvoices(ctx, invoiceIds)).map((invoice) => [invoice.id, invoice]));
  const planned = await plannedTries(ctx, invoiceIds);
  const refunds = Map.groupBy(
    await refundsOf(
      ctx,
      rows.map((row) => row.id),
    ),
    (refund) => refund.paymentId,
  );
  const disputes = new Map(
    (
      await disputesOf(
        ctx,
        rows.map((row) => row.id),
      )
    ).map((dispute) => [dispute.paymentId, dispute]),
  );
  return rows.map((row) => ({
    id: paymentId(row.id),
    object: 'payment' as const,
    status: row.status,
    customer: encodeTypeId('cus', row.customerId),
    customer_name: customers.get(row.customerId)?.name ?? '',
    invoice: row.invoiceId === null ? null : encodeTypeId('inv', row.invoiceId),
    invoice_number: invoices.get(row.invoiceId ?? '')?.number ?? null,
    currency: row.currency,
    amount: `${row.status === 'succeeded' ? row.capturedMinor : row.amountMinor}`,
    fee: `${row.feeMinor}`,
    refunded: `${row.refundedMinor}`,
    attempt_number: row.attemptNumber,
    provider: row.provider,
    provider_reference: row.providerObjectId,
    payment_method:
      row.paymentMethodId === null || row.methodKind === null
        ? null
        : {
            id: encodeTypeId('pm', row.paymentMethodId),
            kind: row.methodKind,
            brand: row.methodBrand,
            last4: row.methodLast4,
          },
    failure:
      row.failureCode === null
        ? null
        : {
            code: row.failureCode.slice(0, 100),
            message: oneLine(row.failureMessage ?? 'The payment was declined.'),
            next_attempt_at: isoOrNull(planned.get(row.invoiceId ?? '') ?? null),
          },
    risk: reader === 'staff' ? presentRisk(row) : null,
    refunds: (refunds.get(row.id) ?? []).map(presentRefund),
    dispute: presentDispute(disputes.get(row.id)),
    created_at: iso(row.createdAt),
    planned_for: row.status === 'created' ? iso(row.dueAt) : null,
    finished_at: isoOrNull(row.finishedAt),
  }));
}

function presentRisk({ riskLevel, riskOutcome }: PaymentRow) {
  if (riskLevel === null && riskOutcome === null) return null;
  return { level: riskLevel, outcome: riskOutcome === null ? null : riskOutcome.slice(0, 100) };
}

/** A provider's words, as the contract allows them. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 500);
  return line === '' ? 'The payment was declined.' : line;
}
