import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Instant, parseInstant } from '@billhook/core/time/instant';
import { type Handlers, outside } from '../http/handlers.ts';
import { getCustomer, lockCustomer } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import {
  exportCsv,
  exportLines,
  findInvoice,
  findLine,
  type InvoiceFilter,
  type InvoicePdf,
  linesOf,
  listInvoices,
  listNotes,
  lockInvoice,
  presentInvoice,
  presentNotes,
  presentOneExplanation,
  presentSummaries,
  recordDownload,
  refuseAtStripe,
  upcomingInvoice,
} from '../modules/invoicing/api.ts';
import {
  bringForward,
  isCollecting,
  listMethods,
  listPayments,
  type Providers,
  presentPayments,
  type Reader,
  scheduleCollection,
} from '../modules/payments/api.ts';
import { getSubscription } from '../modules/subscriptions/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { presentDraft } from './present-draft.ts';
import { voidUnpaidInvoice } from './void-invoice.ts';

type RouteIds =
  | 'listInvoices'
  | 'exportInvoices'
  | 'getInvoice'
  | 'getInvoicePdf'
  | 'explainLine'
  | 'voidInvoice'
  | 'collectInvoice'
  | 'upcomingInvoice';
type MemberRouteIds = 'listMyInvoices' | 'getMyInvoice' | 'getMyInvoicePdf';

type Deps = {
  transactor: Transactor;
  providers: Providers;
  pdf: (
    request: { tenantId: number; actor: CommandCtx['actor']; requestId: string | null },
    invoiceId: string,
  ) => Promise<InvoicePdf>;
};

export const rowOf = (prefix: string, text: string | undefined): string | null => {
  const id = text === undefined ? undefined : decodeTypeId(prefix, text);
  return id?.ok ? id.value : null;
};
export const invoiceRow = (text: string): string =>
  rowOf('inv', text) ?? refuse('invoice.not_found', 'There is no such invoice.');

function instantOf(text: string | undefined): Instant | null {
  const parsed = text === undefined ? undefined : parseInstant(text);
  return parsed?.ok ? parsed.value : null;
}

/** One invoice with its lines and what was tried to collect it. */
export async function showInvoice(ctx: QueryCtx, id: string, reader: Reader = 'staff') {
  const invoice = await findInvoice(ctx, id);
  if (invoice === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
  const lines = await linesOf(ctx, [id]);
  const payments = await listPayments(ctx, { limit: 100, invoiceIds: [id] });
  const notes = await listNotes(ctx, { limit: 1000, invoiceId: id });
  return {
    ...(await presentInvoice(ctx, invoice, lines)),
    payments: await presentPayments(ctx, payments, reader),
    credit_notes: await presentNotes(ctx, notes),
  };
}

async function page(ctx: QueryCtx, limit: number, filter: Omit<InvoiceFilter, 'limit'>) {
  const rows = await presentSummaries(ctx, await listInvoices(ctx, { ...filter, limit: limit + 1 }));
  return pageOf(
    rows,
    limit,
    (row) => row,
    (row) => row.id,
  );
}

export const pdfAnswer = ({ name, bytes }: InvoicePdf) => ({
  contentType: 'application/pdf',
  body: bytes,
  headers: { 'content-disposition': `attachment; filename="${name}"` },
});

export function invoiceRoutes(deps: Deps): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listInvoices: (ctx, { query }) =>
      page(ctx, query.limit ?? DEFAULT_LIMIT, {
        customerId: rowOf('cus', query.customer),
        subscriptionId: rowOf('sub', query.subscription),
        status: query.status ?? null,
        kind: query.kind ?? null,
        search: query.q ?? null,
        issuedFrom: instantOf(query.issued_from),
        issuedBefore: instantOf(query.issued_to),
        startingAfter: readCursorId('inv', query.starting_after),
      }),
    exportInvoices: async (ctx, { query }) => {
      const lines = await exportLines(ctx, { from: instantOf(query.from), to: instantOf(query.to) });
      return query.format === 'csv'
        ? {
            contentType: 'text/csv; charset=utf-8',
            body: exportCsv(lines),
            headers: { 'content-disposition': 'attachment; filename="invoices.csv"' },
          }
        : { contentType: 'application/json', body: JSON.stringify({ object: 'invoice_export', lines }) };
    },
    getInvoice: (ctx, { params }) => showInvoice(ctx, invoiceRow(params.id)),
    getInvoicePdf: outside(async (request, { params }) =>
      pdfAnswer(await deps.pdf(request, invoiceRow(params.id))),
    ),
    explainLine: async (ctx, { params }) => {
      const id = rowOf('il', params.id);
      const line = id === null ? undefined : await findLine(ctx, id);
      if (line === undefined) return refuse('invoice_line.not_found', 'There is no such invoice line.');
      return presentOneExplanation(ctx, line);
    },
    voidInvoice: outside(async (request, { params, body }) => {
      const invoiceId = invoiceRow(params.id);
      const { reason, periods } = body;
      await voidUnpaidInvoice(deps, request, { invoiceId, reason, periods });
      return deps.transactor.query(request, (ctx) => showInvoice(ctx, invoiceId));
    }),
    collectInvoice: async (ctx, { params }) => {
      const invoiceId = invoiceRow(params.id);
      await collectNow(ctx, invoiceId);
      return showInvoice(ctx, invoiceId);
    },
    upcomingInvoice: async (ctx, { params }) => {
      const id = rowOf('sub', params.id);
      const subscription =
        id === null
          ? refuse('subscription.not_found', 'There is no such subscription.')
          : await getSubscription(ctx, id);
      const customer = await getCustomer(ctx, subscription.customerId);
      const draft = await upcomingInvoice(ctx, customer, subscription);
      if (subscription.nextActionAt === null) {
        return refuse('subscription.already_canceled', 'Nothing more will be billed for this subscription.');
      }
      return {
        object: 'upcoming_invoice',
        customer: encodeTypeId('cus', customer.id),
        subscription: params.id,
        bills_at: iso(draft?.billsAt ?? subscription.nextActionAt),
        ...(await presentDraft(ctx, draft, subscription.currency)),
      };
    },
  };
}

/** Tries an open invoice now, with the card that is the default, also one that is collected by hand otherwise. */
async function collectNow(ctx: CommandCtx, invoiceId: string): Promise<void> {
  const seen = await findInvoice(ctx, invoiceId);
  if (seen === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
  refuseAtStripe(seen);
  await lockCustomer(ctx, seen.customerId);
  const invoice = await lockInvoice(ctx, invoiceId);
  if (invoice === undefined || invoice.status !== 'open' || invoice.dueMinor === 0n) {
    return refuse('invoice.not_open', `The invoice ${seen.number} is ${invoice?.status ?? seen.status}.`);
  }
  if (await isCollecting(ctx, invoiceId)) {
    return refuse('invoice.collection_running', `A payment of ${invoice.number} is under way.`);
  }
  const methods = await listMethods(ctx, invoice.customerId);
  if (!methods.some((method) => method.isDefault)) {
    return refuse('subscription.payment_method_missing', 'The customer has no card to charge.');
  }
  if ((await bringForward(ctx, invoiceId)) === 0) {
    // A planned try may have been taken by the collector since we looked; it holds the attempt, not the customer.
    if (await isCollecting(ctx, invoiceId)) {
      return refuse('invoice.collection_running', `A payment of ${invoice.number} is under way.`);
    }
    await scheduleCollection(ctx, [invoice]);
  }
  ctx.audit({
    action: 'invoice.collect',
    objectKind: 'invoice',
    objectId: encodeTypeId('inv', invoiceId),
    details: { number: invoice.number },
  });
}

/** The customer's own view. What belongs to others is answered like what does not exist. */
export function memberInvoiceRoutes(
  deps: Omit<Deps, 'providers'>,
): Pick<Handlers<MemberRoutes>, MemberRouteIds> {
  const own = async (ctx: QueryCtx, text: string): Promise<string> => {
    const { customerId } = await requireMembership(ctx);
    const invoice = await findInvoice(ctx, invoiceRow(text));
    return invoice?.customerId === customerId
      ? invoice.id
      : refuse('invoice.not_found', 'There is no such invoice.');
  };
  return {
    listMyInvoices: async (ctx, { query }) => {
      const { customerId } = await requireMembership(ctx);
      return page(ctx, query.limit ?? DEFAULT_LIMIT, {
        customerId,
        status: query.status ?? null,
        startingAfter: readCursorId('inv', query.starting_after),
      });
    },
    getMyInvoice: async (ctx, { params }) => showInvoice(ctx, await own(ctx, params.id), 'customer'),
    getMyInvoicePdf: outside(async (request, { params }) => {
      const id = await deps.transactor.query(request, (ctx) => own(ctx, params.id));
      const answer = pdfAnswer(await deps.pdf(request, id));
      await deps.transactor.command(request, (ctx) => recordDownload(ctx, { kind: 'invoice', id }, 'pdf'));
      return answer;
    }),
  };
}
