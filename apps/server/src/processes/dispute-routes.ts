import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, outside } from '../http/handlers.ts';
import { getCustomers } from '../modules/customers/api.ts';
import { type DisputeRow, findDispute, listDisputes, type Providers } from '../modules/payments/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { submitEvidence } from './watch-disputes.ts';

type RouteIds = 'listDisputes' | 'getDispute' | 'answerDispute';

/** Payments that banks ask back. */
export function disputeRoutes(deps: {
  transactor: Transactor;
  providers: Providers;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listDisputes: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const customer = query.customer === undefined ? undefined : decodeTypeId('cus', query.customer);
      const rows = await listDisputes(ctx, {
        isOpen: query.status === 'open',
        customerId: customer?.ok ? customer.value : null,
        after: readCursorId('dp', query.starting_after),
        limit: limit + 1,
      });
      return pageOf(
        await presentDisputes(ctx, rows),
        limit,
        (row) => row,
        (row) => row.id,
      );
    },
    getDispute: (ctx, { params }) => oneDispute(ctx, idOf(params.id)),
    answerDispute: outside(async (request, { params, body }) => {
      const id = idOf(params.id);
      await submitEvidence(deps, request, id, {
        customerName: body.customer_name ?? null,
        customerEmail: body.customer_email ?? null,
        customerIp: body.customer_ip ?? null,
        billingAddress: body.billing_address ?? null,
        productDescription: body.product_description ?? null,
        serviceDate: body.service_date ?? null,
        accessLog: body.access_log ?? null,
        refundPolicy: body.refund_policy ?? null,
        cancellationPolicy: body.cancellation_policy ?? null,
        text: body.text,
      });
      return deps.transactor.query(request, (ctx) => oneDispute(ctx, id));
    }),
  };
}

function idOf(text: string): string {
  const id = decodeTypeId('dp', text);
  return id.ok ? id.value : notFound();
}

function notFound(): never {
  return refuse('dispute.not_found', 'There is no such dispute.');
}

async function oneDispute(ctx: QueryCtx, id: string) {
  const row = await findDispute(ctx, id);
  const [shown] = row === undefined ? [] : await presentDisputes(ctx, [row]);
  return shown ?? notFound();
}

async function presentDisputes(ctx: QueryCtx, rows: readonly DisputeRow[]) {
  const customers = await getCustomers(
    ctx,
    rows.map((row) => row.customerId),
  );
  return rows.map((row) => ({
    id: encodeTypeId('dp', row.id),
    object: 'dispute' as const,
    status: row.status,
    customer: encodeTypeId('cus', row.customerId),
    customer_name: customers.get(row.customerId)?.name ?? '',
    payment: encodeTypeId('pay', row.paymentId),
    invoice: row.invoiceId === null ? null : encodeTypeId('inv', row.invoiceId),
    currency: row.currency,
    amount: `${row.amountMinor}`,
    reason: row.reason,
    provider: row.provider,
    provider_reference: row.providerObjectId,
    withdrawn: `${row.withdrawnMinor - row.returnedMinor}`,
    fee: `${row.feeMinor - row.feeReturnedMinor}`,
    lost: `${row.lostMinor}`,
    evidence_due_at: isoOrNull(row.evidenceDueAt),
    evidence: row.evidenceState,
    evidence_text: row.evidence?.text ?? null,
    evidence_at: isoOrNull(row.evidenceAt),
    created_at: iso(row.openedAt),
    closed_at: isoOrNull(row.closedAt),
  }));
}
