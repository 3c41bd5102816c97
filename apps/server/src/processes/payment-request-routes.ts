import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { isCurrencyCode } from '@billhook/core/money/currency';
import { type Handlers, type OutsideRequest, outside } from '../http/handlers.ts';
import {
  beginRequest,
  type CheckoutDeps,
  pageLooker,
  startHostedPage,
  unfinishedOfRequest,
} from '../modules/checkout/api.ts';
import { customerBySubject, getCustomers } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import { findRequest, isRequestCollecting, listRequests, type RequestRow } from '../modules/payments/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import { applyDeposit, askPayment, cancelRequest, chargeRequest, refundDeposit } from './ask-payment.ts';
import type { PayLinks } from './pay-link.ts';

type RouteIds =
  | 'listPaymentRequests'
  | 'askPayment'
  | 'linkPaymentRequest'
  | 'chargePaymentRequest'
  | 'cancelPaymentRequest'
  | 'applyDeposit'
  | 'refundDeposit';

type Deps = CheckoutDeps & { payLinks: PayLinks };

// Whoever may decide what the company pays.
const PAYERS = ['owner', 'admin'] as const;

/** One-off payments and deposits, asked for by staff. */
export function paymentRequestRoutes(deps: Deps): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listPaymentRequests: (ctx, { query }) =>
      page(ctx, deps, query, rowOf('cus', query.customer), query.status ?? null),
    askPayment: async (ctx, { body }) => {
      const customer = await customerBySubject(ctx, body.customer);
      const { currency, description } = body;
      const kind = body.kind ?? 'payment';
      const amountMinor = BigInt(body.amount);
      checkAsked(currency, amountMinor);
      const sendMail = body.send_mail ?? true;
      const asked = { customerId: customer.id, kind, currency, amountMinor, description, sendMail };
      return one(ctx, deps, await askPayment(ctx, asked));
    },
    linkPaymentRequest: outside((request, { params, body }) =>
      link(deps, request, idOf(params.id), body, null),
    ),
    chargePaymentRequest: async (ctx, { params }) => {
      const id = idOf(params.id);
      await chargeRequest(ctx, id);
      return one(ctx, deps, await findRequest(ctx, id));
    },
    cancelPaymentRequest: async (ctx, { params }) =>
      one(ctx, deps, await cancelRequest(ctx, idOf(params.id))),
    applyDeposit: async (ctx, { params, body }) =>
      one(ctx, deps, await applyDeposit(ctx, idOf(params.id), minorOf(body.amount))),
    refundDeposit: async (ctx, { params, body }) => {
      const input = { amountMinor: minorOf(body.amount), reason: body.reason };
      return one(ctx, deps, (await refundDeposit(ctx, idOf(params.id), input)).request);
    },
  };
}

/** As much as the books take of one document. */
const MOST_MINOR = 900_000_000_000_000n;

function checkAsked(currency: string, amountMinor: bigint): void {
  const faults = [];
  if (!isCurrencyCode(currency)) {
    const detail = 'The currency is not an active ISO 4217 code.';
    faults.push({ pointer: '/currency', code: 'currency.unknown', detail });
  }
  if (amountMinor > MOST_MINOR) {
    const detail = `An amount is at most ${MOST_MINOR}.`;
    faults.push({ pointer: '/amount', code: 'amount.out_of_range', detail });
  }
  if (faults.length > 0) refuse('request.invalid', 'This amount cannot be asked for.', { faults });
}

/** The same for the customer who is asked. */
export function myRequestRoutes(
  deps: Deps,
): Pick<
  Handlers<MemberRoutes>,
  'listMyPaymentRequests' | 'payPaymentRequest' | 'getAskedPayment' | 'payAskedPayment'
> {
  const look = pageLooker(deps);
  return {
    listMyPaymentRequests: async (ctx, { query }) => {
      const { customerId } = await requireMembership(ctx);
      return page(ctx, deps, query, customerId, null);
    },
    payPaymentRequest: outside(async (request, { params, body }) => {
      const { customerId } = await deps.transactor.query(request, (ctx) => requireMembership(ctx, PAYERS));
      return link(deps, request, idOf(params.id), body, customerId);
    }),
    getAskedPayment: outside(async (request, { params }) => {
      const id = await atAddress(deps, request, params.token);
      const pages = await deps.transactor.query(request, (ctx) => unfinishedOfRequest(ctx, id));
      for (const open of pages) await look(request, open);
      return deps.transactor.query(request, (ctx) => presentAsked(ctx, id));
    }),
    payAskedPayment: outside(async (request, { params }) => {
      const id = await atAddress(deps, request, params.token);
      const url = await deps.transactor.query(request, async ({ tenant }) => deps.payLinks.urlOf(tenant, id));
      return link(deps, request, id, { success_url: `${url}?back=paid`, cancel_url: url }, null);
    }),
  };
}

/** The request that an address was made for. Refuses with `payment_request.not_found`. */
function atAddress(deps: Deps, request: OutsideRequest, token: string): Promise<string> {
  return deps.transactor.query(
    request,
    async ({ tenant }) => deps.payLinks.read(tenant, token) ?? notFound(),
  );
}

async function presentAsked(ctx: QueryCtx, id: string) {
  const request = (await findRequest(ctx, id)) ?? notFound();
  const customers = await getCustomers(ctx, [request.customerId]);
  const { kind, status, currency, amountMinor, description } = request;
  return {
    object: 'asked_payment' as const,
    kind,
    status,
    currency,
    description,
    customer_name: customers.get(request.customerId)?.name ?? '',
    amount: `${amountMinor}`,
    is_under_way: status === 'open' && (await isRequestCollecting(ctx, id)),
  };
}

async function link(
  deps: Deps,
  request: OutsideRequest,
  id: string,
  body: { success_url: string; cancel_url: string },
  customerId: string | null,
) {
  const returns = { successUrl: body.success_url, cancelUrl: body.cancel_url };
  const checkout = await startHostedPage(deps, request, (ctx) =>
    beginRequest(ctx, { requestId: id, customerId, ...returns }),
  );
  return {
    object: 'payment_link' as const,
    payment_request: encodeTypeId('preq', id),
    url: checkout.url,
    expires_at: iso(checkout.expiresAt),
  };
}

async function page(
  ctx: QueryCtx,
  deps: Deps,
  query: { limit?: number | undefined; starting_after?: string | undefined },
  customerId: string | null,
  status: string | null,
) {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const after = readCursorId('preq', query.starting_after);
  const rows = await listRequests(ctx, { customerId, status, after, limit: limit + 1 });
  return pageOf(
    await present(ctx, deps, rows),
    limit,
    (row) => row,
    (row) => row.id,
  );
}

async function one(ctx: QueryCtx, deps: Deps, row: RequestRow | undefined) {
  const [shown] = row === undefined ? [] : await present(ctx, deps, [row]);
  return shown ?? notFound();
}

async function present(ctx: QueryCtx, { payLinks }: Deps, rows: readonly RequestRow[]) {
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
    pay_url: row.status === 'open' ? payLinks.urlOf(ctx.tenant, row.id) : null,
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
