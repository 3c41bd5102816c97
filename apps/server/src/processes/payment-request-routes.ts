import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, type OutsideRequest, outside } from '../http/handlers.ts';
import { beginRequest, type CheckoutDeps, startHostedPage } from '../modules/checkout/api.ts';
import { customerBySubject, getCustomers } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import { findRequest, listRequests, type RequestRow } from '../modules/payments/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import { applyDeposit, askPayment, cancelRequest, chargeRequest, refundDeposit } from './ask-payment.ts';

type RouteIds =
  | 'listPaymentRequests'
  | 'askPayment'
  | 'linkPaymentRequest'
  | 'chargePaymentRequest'
  | 'cancelPaymentRequest'
  | 'applyDeposit'
  | 'refundDeposit';

// Whoever may decide what the company pays.
const PAYERS = ['owner', 'admin'] as const;

/** One-off payments and deposits, asked for by staff. */
export function paymentRequestRoutes(deps: CheckoutDeps): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listPaymentRequests: (ctx, { query }) =>
      page(ctx, query, rowOf('cus', query.customer), query.status ?? null),
    askPayment: async (ctx, { body }) => {
      const customer = await customerBySubject(ctx, body.customer);
      const { currency, description } = body;
      const kind = body.kind ?? 'payment';
      const amountMinor = BigInt(body.amount);
      return one(
        ctx,
        await askPayment(ctx, { customerId: customer.id, kind, currency, amountMinor, description }),
      );
    },
    linkPaymentRequest: outside((request, { params, body }) => link(deps, request, params.id, body, null)),
    chargePaymentRequest: async (ctx, { params }) => {
      const id = idOf(params.id);
      await chargeRequest(ctx, id);
      return one(ctx, await findRequest(ctx, id));
    },
    cancelPaymentRequest: async (ctx, { params }) => one(ctx, await cancelRequest(ctx, idOf(params.id))),
    applyDeposit: async (ctx, { params, body }) =>
      one(ctx, await applyDeposit(ctx, idOf(params.id), minorOf(body.amount))),
    refundDeposit: async (ctx, { params, body }) => {
      const input = { amountMinor: minorOf(body.amount), reason: body.reason };
      return one(ctx, (await refundDeposit(ctx, idOf(params.id), input)).request);
    },
  };
}

/** The same for the customer who is asked. */
export function myRequestRoutes(
  deps: CheckoutDeps,
): Pick<Handlers<MemberRoutes>, 'listMyPaymentRequests' | 'payPaymentRequest'> {
  return {
    listMyPaymentRequests: async (ctx, { query }) => {
      const { customerId } = await requireMembership(ctx);
      return page(ctx, query, customerId, null);
    },
    payPaymentRequest: outside(async (request, { params, body }) => {
      const { customerId } = await deps.transactor.query(request, (ctx) => requireMembership(ctx, PAYERS));
      return link(deps, request, params.id, body, customerId);
    }),
  };
}

async function link(
  deps: CheckoutDeps,
  request: OutsideRequest,
  requestId: string,
  body: { success_url: string; cancel_url: string },
  customerId: string | null,
) {
  const id = idOf(requestId);
  const returns = { successUrl: body.success_url, cancelUrl: body.cancel_url };
  const checkout = await startHostedPage(deps, request, (ctx) =>
    beginRequest(ctx, { requestId: id, customerId, ...returns }),
  );
  return {
    object: 'payment_link' as const,
    payment_request: requestId,
    url: checkout.url,
    expires_at: iso(checkout.expiresAt),
  };
}

async function page(
  ctx: QueryCtx,
  query: { limit?: number | undefined; starting_after?: string | undefined },
  customerId: string | null,
  status: string | null,
) {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const after = readCursorId('preq', query.starting_after);
  const rows = await listRequests(ctx, { customerId, status, after, limit: limit + 1 });
  return pageOf(
    await present(ctx, rows),
    limit,
    (row) => row,
    (row) => row.id,
  );
}

async function one(ctx: QueryCtx, row: RequestRow | undefined) {
  const [shown] = row === undefined ? [] : await present(ctx, [row]);
  return shown ?? notFound();
}

async function present(ctx: QueryCtx, rows: readonly RequestRow[]) {
  const customers = await getCustomers(
    ctx,
    rows.map((row) => row.customerId),
  );
  return rows.map((row) => ({
    id: encodeTypeId('preq', row.id),
    object: 'payment_request' as const,
    kind: row.kind,
    status: row.status,
    customer: encodeTypeId('cus', row.customerId),
    customer_name: customers.get(row.customerId)?.name ?? '',
    currency: row.currency,
    amount: `${row.amountMinor}`,
    description: row.description,
    payment: row.paymentId === null ? null : encodeTypeId('pay', row.paymentId),
    held: `${row.heldMinor}`,
    created_at: iso(row.createdAt),
    paid_at: isoOrNull(row.paidAt),
  }));
}

function minorOf(amount: string | undefined): bigint | null {
  return amount === undefined ? null : BigInt(amount);
}

function rowOf(prefix: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const id = decodeTypeId(prefix, text);
  return id.ok ? id.value : null;
}

function idOf(text: string): string {
  return rowOf('preq', text) ?? notFound();
}

function notFound(): never {
  return refuse('payment_request.not_found', 'There is no such payment request.');
}
