import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, outside } from '../http/handlers.ts';
import { type Customer, customerBySubject, getCustomers, lockCustomer } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import {
  findDocument,
  type InvoicePdf,
  issueLetter,
  issueProForma,
  issueStatement,
  listDocuments,
  type StoredDocument,
  upcomingInvoice,
} from '../modules/invoicing/api.ts';
import { subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import type { Actor, CommandCtx, QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { pdfAnswer, rowOf } from './invoice-routes.ts';

type RouteIds = 'createDocument' | 'listDocuments' | 'getDocumentPdf';
type MemberRouteIds = 'listMyDocuments' | 'getMyDocumentPdf';
type Deps = {
  transactor: Transactor;
  documentPdf: (
    request: { tenantId: number; actor: Actor; requestId: string | null },
    id: string,
  ) => Promise<InvoicePdf>;
};

/** Documents beside the books: pro-forma invoices, statements of account, letters. */
export function customerDocumentRoutes(deps: Deps): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    createDocument: async (ctx, { params, body }) => {
      const customer = await lockCustomer(ctx, (await customerBySubject(ctx, params.id)).id);
      const currency = body.currency ?? customer.currency;
      const id =
        body.kind === 'pro_forma'
          ? await proForma(ctx, customer, rowOf('sub', body.subscription))
          : await (body.kind === 'statement' ? issueStatement : issueLetter)(ctx, customer, currency);
      const [shown] = await present(ctx, [await documentOf(ctx, encodeTypeId('doc', id))]);
      return shown as NonNullable<typeof shown>;
    },
    listDocuments: (ctx, { query }) =>
      page(ctx, query.limit ?? DEFAULT_LIMIT, {
        customerId: rowOf('cus', query.customer),
        kind: query.kind ?? null,
        startingAfter: readCursorId('doc', query.starting_after),
      }),
    getDocumentPdf: outside(async (request, { params }) => {
      const { id } = await deps.transactor.query(request, (ctx) => documentOf(ctx, params.id));
      return pdfAnswer(await deps.documentPdf(request, id));
    }),
  };
}

/** The customer's own. What belongs to others is answered like what does not exist. */
export function memberCustomerDocumentRoutes(deps: Deps): Pick<Handlers<MemberRoutes>, MemberRouteIds> {
  return {
    listMyDocuments: async (ctx, { query }) =>
      page(ctx, query.limit ?? DEFAULT_LIMIT, {
        customerId: (await requireMembership(ctx)).customerId,
        kind: null,
        startingAfter: readCursorId('doc', query.starting_after),
      }),
    getMyDocumentPdf: outside(async (request, { params }) => {
      const { id } = await deps.transactor.query(request, async (ctx) => {
        const { customerId } = await requireMembership(ctx);
        const found = await documentOf(ctx, params.id);
        return found.customerId === customerId ? found : notFound();
      });
      return pdfAnswer(await deps.documentPdf(request, id));
    }),
  };
}

async function proForma(ctx: CommandCtx, customer: Customer, wanted: string | null): Promise<string> {
  const own = await subscriptionsOfCustomers(ctx, [customer.id]);
  const subscription = wanted === null ? own[0] : own.find(({ id }) => id === wanted);
  if (subscription === undefined && wanted !== null)
    return refuse('subscription.not_found', 'The customer has no such subscription.');
  const draft = subscription === undefined ? null : await upcomingInvoice(ctx, customer, subscription);
  if (subscription === undefined || draft === null)
    return refuse('document.nothing_to_bill', 'Nothing more will be billed.');
  return issueProForma(ctx, customer, subscription.currency, draft);
}

function notFound(): never {
  return refuse('document.not_found', 'There is no such document.');
}

async function documentOf(ctx: QueryCtx, text: string): Promise<StoredDocument> {
  const id = rowOf('doc', text);
  return (id === null ? undefined : await findDocument(ctx, id)) ?? notFound();
}

async function page(
  ctx: QueryCtx,
  limit: number,
  filter: Omit<Parameters<typeof listDocuments>[1], 'limit'>,
) {
  const rows = await present(ctx, await listDocuments(ctx, { ...filter, limit: limit + 1 }));
  return pageOf(
    rows,
    limit,
    (row) => row,
    (row) => row.id,
  );
}

async function present(ctx: QueryCtx, documents: readonly StoredDocument[]) {
  const customers = await getCustomers(
    ctx,
    documents.map(({ customerId }) => customerId),
  );
  return documents.map((document) => ({
    id: encodeTypeId('doc', document.id),
    object: 'document' as const,
    kind: document.kind,
    level: document.level,
    number: document.number,
    customer: encodeTypeId('cus', document.customerId),
    customer_name: customers.get(document.customerId)?.name ?? '',
    currency: document.currency,
    total: `${document.totalMinor}`,
    issued_at: iso(document.issuedAt),
    created_at: iso(document.issuedAt),
    content_sha256: Buffer.from(document.contentSha256).toString('hex'),
  }));
}
