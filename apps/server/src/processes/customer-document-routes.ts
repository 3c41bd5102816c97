import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { isCurrencyCode } from '@billhook/core/money/currency';
import { type Handlers, outside } from '../http/handlers.ts';
import { type Customer, customerBySubject, getCustomers, lockCustomer } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import {
  type createPreviewPdf,
  findDocument,
  type InvoiceDocument,
  type InvoicePdf,
  issueDocument,
  listDocuments,
  loadSpeech,
  noteSent,
  previewOf,
  type StoredDocument,
  upcomingInvoice,
  type WrittenDocument,
  writeLetter,
  writeProForma,
  writeStatement,
} from '../modules/invoicing/api.ts';
import { queueMail } from '../modules/notifications/api.ts';
import { subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import type { Actor, CommandCtx, QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { pdfAnswer, rowOf } from './invoice-routes.ts';

type RouteIds = 'createDocument' | 'previewDocument' | 'sendDocument' | 'listDocuments' | 'getDocumentPdf';
type MemberRouteIds = 'listMyDocuments' | 'getMyDocumentPdf';
type Deps = {
  transactor: Transactor;
  documentPdf: (
    request: { tenantId: number; actor: Actor; requestId: string | null },
    id: string,
  ) => Promise<InvoicePdf>;
};

/** Documents beside the books: pro-forma invoices, statements of account, letters. */
export function customerDocumentRoutes(
  deps: Deps & { previewPdf: ReturnType<typeof createPreviewPdf> },
): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    createDocument: async (ctx, { params, body }) => {
      const customer = await lockCustomer(ctx, (await customerBySubject(ctx, params.id)).id);
      const id = await issueDocument(ctx, customer, await write(ctx, customer, body));
      return shown(ctx, encodeTypeId('doc', id));
    },
    previewDocument: outside(async (request, { params, query }) => {
      const pdf = await deps.previewPdf(request, async (ctx) => {
        const customer = await customerBySubject(ctx, params.id);
        const document = previewOf(ctx, await write(ctx, customer, query));
        return { document, logoFileId: ctx.tenant.settings.logoFileId };
      });
      return pdfAnswer(pdf);
    }),
    sendDocument: async (ctx, { params }) => {
      const document = await documentOf(ctx, params.id);
      const customer = await lockCustomer(ctx, document.customerId);
      await sendDocument(ctx, document, customer);
      return shown(ctx, params.id);
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

type Wished = { kind: StoredDocument['kind']; subscription?: string; currency?: string };

/** What a document of the kind would say now. Refusals: those of its kind. */
async function write(ctx: QueryCtx, customer: Customer, wished: Wished): Promise<WrittenDocument> {
  const currency = wished.currency ?? customer.currency;
  if (!isCurrencyCode(currency)) {
    const detail = 'The currency is not an active ISO 4217 code.';
    const faults = [{ pointer: '/currency', code: 'currency.unknown', detail }];
    return refuse('request.invalid', 'No document can be written in this currency.', { faults });
  }
  if (wished.kind === 'statement') return writeStatement(ctx, customer, currency);
  if (wished.kind === 'dunning_letter') return writeLetter(ctx, customer, currency);
  const named = rowOf('sub', wished.subscription);
  const own = await subscriptionsOfCustomers(ctx, [customer.id]);
  const subscription = named === null ? own[0] : own.find(({ id }) => id === named);
  if (subscription === undefined && named !== null)
    return refuse('subscription.not_found', 'The customer has no such subscription.');
  const draft = subscription === undefined ? null : await upcomingInvoice(ctx, customer, subscription);
  if (subscription === undefined || draft === null)
    return refuse('document.nothing_to_bill', 'Nothing more will be billed.');
  return writeProForma(ctx, customer, subscription.currency, draft);
}

/** Queues the mail. What it says was written when the document was issued, in the language of then. */
async function sendDocument(
  ctx: CommandCtx,
  { id, number, canonical, totalMinor, currency }: StoredDocument,
  { id: customerId, email }: Customer,
): Promise<void> {
  if (!email) return refuse('document.no_address', 'The customer has no mail address. Nothing was sent.');
  const { document } = JSON.parse(canonical) as { document: InvoiceDocument };
  const { speechOf } = await loadSpeech();
  const speech = speechOf(document.locale ?? null);
  const times = await noteSent(ctx, id, email);
  await queueMail(ctx, {
    template: 'billing.document',
    recipient: email,
    // It may be sent again, and each time is a mail of its own.
    subjectId: `${id}:${times}`,
    customerId,
    facts: {
      document_id: id,
      title: speech.words[document.title ?? 'statement'],
      number,
      amount: speech.money(totalMinor, currency),
      outcome: document.introduction?.[0] ?? document.notes?.[0] ?? '',
      locale: document.locale ?? 'en',
    },
  });
  const details = { number, sent_to: email };
  ctx.audit({
    action: 'document.send',
    objectKind: 'document',
    objectId: encodeTypeId('doc', id),
    details,
  });
}

async function shown(ctx: QueryCtx, text: string) {
  const [row] = await present(ctx, [await documentOf(ctx, text)]);
  return row as NonNullable<typeof row>;
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
    sent_at: isoOrNull(document.sentAt),
    sent_to: document.sentTo,
    created_at: iso(document.issuedAt),
    content_sha256: Buffer.from(document.contentSha256).toString('hex'),
  }));
}
