import type { OperatorRoutes } from '@billhook/contract/routes';
import { maskIban } from '@billhook/core/banking/iban';
import { invariant } from '@billhook/core/kernel/invariant';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Handlers } from '../http/handlers.ts';
import { customerRowId, getCustomers } from '../modules/customers/api.ts';
import { type ApprovalRow, declineApproval, listApprovals, movesMoney } from '../modules/identity/api.ts';
import { findInvoices } from '../modules/invoicing/api.ts';
import {
  type AttemptRow,
  askedAccounts,
  dropAskedAccount,
  findAttempts,
  type RefundAccount,
  readRefund,
} from '../modules/payments/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import { approveRefund, askRefund } from './approve-refund.ts';

type RouteIds = 'listApprovals' | 'askRefundApproval' | 'approveRequest' | 'declineRequest';

/** Requests to a second person. */
export function approvalRoutes(): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listApprovals: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const rows = await listApprovals(ctx, {
        isWaiting: query.status === 'waiting',
        objectId: null,
        customerId: query.customer === undefined ? null : customerRowId(query.customer),
        after: readCursorId('apr', query.starting_after),
        limit: limit + 1,
      });
      const shown = await presentApprovals(ctx, rows);
      return pageOf(
        shown,
        limit,
        (row) => row,
        (row) => row.id,
      );
    },
    askRefundApproval: async (ctx, { params, body }) => {
      const payment = decodeTypeId('pay', params.id);
      if (!payment.ok) return refuse('payment.not_found', 'There is no such payment.');
      return one(ctx, await askRefund(ctx, { paymentId: payment.value, ...readRefund(body) }));
    },
    approveRequest: async (ctx, { params }) => one(ctx, await approveRefund(ctx, idOf(params.id))),
    declineRequest: async (ctx, { params, body }) => {
      const declined = await declineApproval(ctx, idOf(params.id), body.note ?? null);
      await dropAskedAccount(ctx, declined.id);
      return one(ctx, declined);
    },
  };
}

function idOf(text: string): string {
  const id = decodeTypeId('apr', text);
  return id.ok ? id.value : refuse('approval.not_found', 'There is no such request.');
}

async function one(ctx: QueryCtx, row: ApprovalRow) {
  const [shown] = await presentApprovals(ctx, [row]);
  return shown ?? refuse('approval.not_found', 'There is no such request.');
}

function statusOf({ wallNow }: QueryCtx, { status, expiresAt }: ApprovalRow) {
  return status === 'waiting' && wallNow >= expiresAt ? ('expired' as const) : status;
}

/** Whoever may not move money sees the ends of the account alone. */
function toOf(account: RefundAccount | undefined, isShown: boolean) {
  if (account === undefined) return null;
  const { holder, iban } = account;
  return { holder, iban: isShown ? iban : null, iban_masked: maskIban(iban) };
}

async function presentApprovals(ctx: QueryCtx, rows: readonly ApprovalRow[]) {
  const customers = await getCustomers(
    ctx,
    rows.map((row) => row.customerId),
  );
  const payments = await findAttempts(
    ctx,
    rows.map(({ objectId }) => objectId),
  );
  const invoiceIds = [...payments.values()].flatMap(({ invoiceId }) => invoiceId ?? []);
  const invoices = new Map((await findInvoices(ctx, invoiceIds)).map((invoice) => [invoice.id, invoice]));
  const accounts = await askedAccounts(
    ctx,
    rows.map(({ id }) => id),
  );
  const isShown = accounts.size > 0 && (await movesMoney(ctx));
  return rows.map((row) => ({
    ...paidBy(payments.get(row.objectId), invoices),
    id: encodeTypeId('apr', row.id),
    object: 'approval' as const,
    kind: row.kind,
    status: statusOf(ctx, row),
    payment: encodeTypeId('pay', row.objectId),
    customer: encodeTypeId('cus', row.customerId),
    customer_name: customers.get(row.customerId)?.name ?? '',
    currency: row.currency,
    amount: `${row.amountMinor}`,
    way: row.byTransfer ? ('transfer' as const) : ('provider' as const),
    to: statusOf(ctx, row) === 'waiting' ? toOf(accounts.get(row.id), isShown) : null,
    reason: row.reason,
    asked_by: { kind: row.askedByKind, id: row.askedBy, name: row.personName },
    /** Whether whoever looks may approve it: anybody but who asked. */
    is_own: row.person === ctx.actor.id,
    expires_at: iso(row.expiresAt),
    decided_by: row.deciderName,
    decided_at: isoOrNull(row.decidedAt),
    note: row.note,
    refund: row.outcomeId === null ? null : encodeTypeId('re', row.outcomeId),
    created_at: iso(row.askedAt),
  }));
}

/** What the refund gives back a part of. */
function paidBy(payment: AttemptRow | undefined, invoices: ReadonlyMap<string, { number: string | null }>) {
  invariant(payment !== undefined, 'A payment is never deleted.');
  const { capturedMinor, invoiceId } = payment;
  return {
    paid: `${capturedMinor}`,
    invoice: invoiceId === null ? null : encodeTypeId('inv', invoiceId),
    invoice_number: invoices.get(invoiceId ?? '')?.number ?? null,
  };
}
