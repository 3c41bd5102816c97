import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import type { EInvoiceProfile } from '@billhook/core/einvoice/model';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, type OutsideRequest, outside } from '../../../http/handlers.ts';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import { requireMembership } from '../../customers/members/api.ts';
import { findNote } from '../credit-notes.ts';
import { findInvoice } from '../queries/read.ts';
import { listDeliveries, presentDelivery } from './deliveries.ts';
import { recordDownload } from './downloads.ts';
import type { EInvoices } from './files.ts';
import type { DocumentRef } from './repo.ts';

type Kind = DocumentRef['kind'];
type RouteIds =
  | 'getInvoiceEInvoice'
  | 'getCreditNoteEInvoice'
  | 'listInvoiceDeliveries'
  | 'listCreditNoteDeliveries';

type Asked = { params: { id: string }; query: { format?: EInvoiceProfile | undefined } };

const formatOf = ({ query }: Asked): EInvoiceProfile => query.format ?? 'factur_x';

const PREFIX = { invoice: 'inv', credit_note: 'cn' } as const;

function notFound(kind: Kind): never {
  return kind === 'invoice'
    ? refuse('invoice.not_found', 'There is no such invoice.')
    : refuse('credit_note.not_found', 'There is no such credit note.');
}

function documentRef(kind: Kind, text: string): DocumentRef {
  const id = decodeTypeId(PREFIX[kind], text);
  return id.ok ? { kind, id: id.value } : notFound(kind);
}

/** Whose a document is. */
async function customerOf(ctx: QueryCtx, { kind, id }: DocumentRef): Promise<string> {
  const found = kind === 'invoice' ? await findInvoice(ctx, id) : await findNote(ctx, id);
  return found?.customerId ?? notFound(kind);
}

async function fileOf(
  eInvoices: EInvoices,
  request: OutsideRequest,
  document: DocumentRef,
  profile: EInvoiceProfile,
) {
  const { name, text } = await eInvoices.demand(request, document, profile);
  return {
    contentType: 'application/xml',
    body: Buffer.from(text, 'utf8'),
    headers: { 'content-disposition': `attachment; filename="${name}"` },
  };
}

export function eInvoiceRoutes(deps: { eInvoices: EInvoices }): Pick<Handlers<OperatorRoutes>, RouteIds> {
  const file = (kind: Kind) => (request: OutsideRequest, asked: Asked) =>
    fileOf(deps.eInvoices, request, documentRef(kind, asked.params.id), formatOf(asked));
  const deliveries = (kind: Kind) => async (ctx: QueryCtx, input: { params: { id: string } }) => {
    const document = documentRef(kind, input.params.id);
    await customerOf(ctx, document);
    const rows = await listDeliveries(ctx, document);
    return { object: 'list' as const, data: rows.map(presentDelivery) };
  };
  return {
    getInvoiceEInvoice: outside(file('invoice')),
    getCreditNoteEInvoice: outside(file('credit_note')),
    listInvoiceDeliveries: deliveries('invoice'),
    listCreditNoteDeliveries: deliveries('credit_note'),
  };
}

/** The customer's own. What belongs to others is answered like what does not exist. */
export function myEInvoiceRoutes(deps: {
  transactor: Transactor;
  eInvoices: EInvoices;
}): Pick<Handlers<MemberRoutes>, 'getMyEInvoice' | 'getMyCreditNoteEInvoice'> {
  const { transactor, eInvoices } = deps;
  const file = (kind: Kind) => async (request: OutsideRequest, asked: Asked) => {
    const document = documentRef(kind, asked.params.id);
    const format = formatOf(asked);
    await transactor.query(request, async (ctx) => {
      const { customerId } = await requireMembership(ctx);
      if ((await customerOf(ctx, document)) !== customerId) notFound(kind);
    });
    const answer = await fileOf(eInvoices, request, document, format);
    await transactor.command(request, (ctx) => recordDownload(ctx, document, format));
    return answer;
  };
  return {
    getMyEInvoice: outside(file('invoice')),
    getMyCreditNoteEInvoice: outside(file('credit_note')),
  };
}
