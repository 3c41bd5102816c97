import { createHash } from 'node:crypto';
import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { groupByCurrency } from '@billhook/core/invoicing/documents/decide-invoices';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, outside } from '../http/handlers.ts';
import { customerBySubject } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import {
  compareInvoices,
  diffInvoice,
  draftInvoice,
  findInvoice,
  findNote,
  frozenText,
  type InvoicePdf,
  listNotes,
  presentLineUsage,
  presentNote,
  presentNotes,
  recordDownload,
  refuseTakenAway,
  type StoredInvoice,
  type StoredNote,
} from '../modules/invoicing/api.ts';
import type { Providers } from '../modules/payments/api.ts';
import { subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import type { Actor, QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { creditInvoice } from './credit-invoice.ts';
import { invoiceRow, pdfAnswer, rowOf, showInvoice } from './invoice-routes.ts';
import { presentDraft } from './present-draft.ts';
import { reissueInvoice } from './void-invoice.ts';

type RouteIds =
  | 'getInvoiceDocument'
  | 'diffInvoice'
  | 'compareInvoices'
  | 'getLineUsage'
  | 'reissueInvoice'
  | 'draftInvoice'
  | 'createCreditNote'
  | 'listCreditNotes'
  | 'getCreditNote'
  | 'getCreditNotePdf';
type MemberRouteIds =
  | 'getMyInvoiceDocument'
  | 'diffMyInvoice'
  | 'compareMyInvoices'
  | 'getMyLineUsage'
  | 'getMyCreditNotePdf';

type Deps = {
  transactor: Transactor;
  providers: Providers;
  notePdf: (
    request: { tenantId: number; actor: Actor; requestId: string | null },
    noteId: string,
  ) => Promise<InvoicePdf>;
};

async function invoiceOf(ctx: QueryCtx, text: string): Promise<StoredInvoice> {
  const invoice = await findInvoice(ctx, invoiceRow(text));
  return invoice ?? refuse('invoice.not_found', 'There is no such invoice.');
}

async function noteOf(ctx: QueryCtx, text: string): Promise<StoredNote> {
  const id = rowOf('cn', text);
  const note = id === null ? undefined : await findNote(ctx, id);
  return note ?? refuse('credit_note.not_found', 'There is no such credit note.');
}

/** The very bytes that were hashed at issue. */
async function documentAnswer(ctx: QueryCtx, invoice: StoredInvoice) {
  refuseTakenAway(invoice);
  const { id, number } = invoice;
  const text = await frozenText(ctx, id);
  if (text === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
  const digest = createHash('sha256').update(text, 'utf8').digest('base64');
  return {
    contentType: 'application/json',
    body: text,
    headers: {
      'content-disposition': `attachment; filename="${number}.json"`,
      'repr-digest': `sha-256=:${digest}:`,
    },
  };
}

/** Frozen documents, why they differ, and what takes them back. */
export function documentRoutes(deps: Deps): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    getInvoiceDocument: async (ctx, { params }) => documentAnswer(ctx, await invoiceOf(ctx, params.id)),
    diffInvoice: async (ctx, { params, query }) => {
      const against = query.against === undefined ? null : invoiceRow(query.against);
      return diffInvoice(ctx, await invoiceOf(ctx, params.id), against);
    },
    compareInvoices: async (ctx, { params, query }) =>
      compareInvoices(ctx, await invoiceOf(ctx, params.id), invoiceRow(query.against)),
    getLineUsage: (ctx, { params }) => presentLineUsage(ctx, rowOf('il', params.id), null),
    reissueInvoice: outside(async (request, { params, body }) => {
      const voidedId = invoiceRow(params.id);
      const newId = await reissueInvoice(deps, request, { invoiceId: voidedId, reason: body.reason });
      return deps.transactor.query(request, (ctx) => showInvoice(ctx, newId ?? voidedId));
    }),
    draftInvoice: async (ctx, { params }) => {
      const customer = await customerBySubject(ctx, params.id);
      const subscriptions = await subscriptionsOfCustomers(ctx, [customer.id]);
      const data = [];
      for (const [currency, own] of groupByCurrency(subscriptions)) {
        const draft = await draftInvoice(ctx, customer, own, ctx.now);
        if (draft === null) continue;
        data.push({
          object: 'draft_invoice' as const,
          customer: encodeTypeId('cus', customer.id),
          bills_at: iso(ctx.now),
          ...(await presentDraft(ctx, draft, currency)),
        });
      }
      return { object: 'list', data, has_more: false, next_cursor: null };
    },
    createCreditNote: async (ctx, { params, body }) => {
      const id = await creditInvoice(ctx, {
        invoiceId: invoiceRow(params.id),
        lines: body.lines?.map(readCreditLine) ?? 'rest',
        reason: body.reason,
        settle: body.settle ?? 'credit_balance',
      });
      return presentNote(ctx, await noteOf(ctx, encodeTypeId('cn', id)));
    },
    listCreditNotes: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const notes = await listNotes(ctx, {
        limit: limit + 1,
        customerId: rowOf('cus', query.customer),
        invoiceId: rowOf('inv', query.invoice),
        startingAfter: readCursorId('cn', query.starting_after),
      });
      return pageOf(
        await presentNotes(ctx, notes),
        limit,
        (row) => row,
        (row) => row.id,
      );
    },
    getCreditNote: async (ctx, { params }) => presentNote(ctx, await noteOf(ctx, params.id)),
    getCreditNotePdf: outside(async (request, { params }) => {
      const note = await deps.transactor.query(request, (ctx) => noteOf(ctx, params.id));
      return pdfAnswer(await deps.notePdf(request, note.id));
    }),
  };
}

function readCreditLine({ line, amount }: { line: string; amount?: string | undefined }, index: number) {
  const lineId =
    rowOf('il', line) ??
    refuse('credit_note.line_unknown', 'A line is not on this invoice.', {
      faults: [{ pointer: `/lines/${index}/line`, code: 'unknown', detail: 'must be an invoice line' }],
    });
  return { lineId, amountMinor: amount === undefined ? null : BigInt(amount) };
}

/** The customer's own documents. What belongs to others is answered like what does not exist. */
export function memberDocumentRoutes(
  deps: Pick<Deps, 'transactor' | 'notePdf'>,
): Pick<Handlers<MemberRoutes>, MemberRouteIds> {
  const own = async (ctx: QueryCtx, text: string): Promise<StoredInvoice> => {
    const { customerId } = await requireMembership(ctx);
    const invoice = await invoiceOf(ctx, text);
    return invoice.customerId === customerId
      ? invoice
      : refuse('invoice.not_found', 'There is no such invoice.');
  };
  return {
    getMyInvoiceDocument: async (ctx, { params }) => documentAnswer(ctx, await own(ctx, params.id)),
    diffMyInvoice: async (ctx, { params }) => diffInvoice(ctx, await own(ctx, params.id), null),
    compareMyInvoices: async (ctx, { params, query }) =>
      compareInvoices(ctx, await own(ctx, params.id), invoiceRow(query.against)),
    getMyLineUsage: async (ctx, { params }) =>
      presentLineUsage(ctx, rowOf('il', params.id), (await requireMembership(ctx)).customerId),
    getMyCreditNotePdf: outside(async (request, { params }) => {
      const note = await deps.transactor.query(request, async (ctx) => {
        const { customerId } = await requireMembership(ctx);
        const found = await noteOf(ctx, params.id);
        return found.customerId === customerId
          ? found
          : refuse('credit_note.not_found', 'There is no such credit note.');
      });
      const answer = pdfAnswer(await deps.notePdf(request, note.id));
      const { id } = note;
      await deps.transactor.command(request, (ctx) =>
        recordDownload(ctx, { kind: 'credit_note', id }, 'pdf'),
      );
      return answer;
    }),
  };
}
