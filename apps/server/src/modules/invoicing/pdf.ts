import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { isDrawable } from '../../platform/picture.ts';
import { Refusal, refuse } from '../../platform/refuse.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type { FileRequest, FileService } from '../files/api.ts';
import { couponNames } from '../subscriptions/api.ts';
import { findNote, keepNotePdf, linesOfNotes } from './credit-notes.ts';
import { findDocument, keepDocumentPdf } from './customer-documents.ts';
import type { DocumentTransfer, InvoiceDocument, InvoiceRenderer } from './document.ts';
import type { EInvoices } from './e-invoices/files.ts';
import type { DocumentRef } from './e-invoices/repo.ts';
import { loadLineNames } from './line-names.ts';
import { linkedDocuments } from './queries/linked.ts';
import { namedGroups } from './queries/named-groups.ts';
import { findInvoice, linesOf, type StoredInvoice } from './queries/read.ts';
import * as repo from './repo.ts';
import { refuseTakenAway } from './taken-away.ts';

export type InvoicePdf = { name: string; bytes: Uint8Array };

type Deps = { transactor: Transactor; files: FileService; render: InvoiceRenderer; eInvoices: EInvoices };
/** How an invoice that the customer pays is transferred; null where it is not. */
type TransferOf = (ctx: QueryCtx, invoice: StoredInvoice) => Promise<DocumentTransfer | null>;
type Pdf = (request: FileRequest, id: string) => Promise<InvoicePdf>;

/** One kind of document: how it is read, and how its file is kept. */
type Kind = {
  /** Null for what has no form for machines. */
  name: DocumentRef['kind'] | null;
  load(
    ctx: QueryCtx,
    id: string,
  ): Promise<{ pdfFileId: string | null; customerId: string; document: InvoiceDocument }>;
  /** False if another file was kept before. */
  keep(ctx: CommandCtx, id: string, fileId: string): Promise<boolean>;
};

/**
 * The PDF of an invoice: rendered at the first asking from the frozen document and kept as a file; the same bytes ever
 * after, until something of it is paid, credited or void. Then it says so, again in the same bytes each time for the
 * same state. Refuses with `invoice.not_found`.
 */
export function createInvoicePdf(
  deps: Deps & { transferOf: TransferOf; payUrl(slug: string, id: string): string },
): Pdf {
  return keptPdf(deps, {
    name: 'invoice',
    async load(ctx, id) {
      const invoice = await findInvoice(ctx, id);
      if (invoice === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
      refuseTakenAway(invoice);
      // Their words are many, so they are loaded with the first document.
      const { documentOf, isSettled } = await import('./queries/document.ts');
      const pdfFileId = isSettled(invoice) ? null : invoice.pdfFileId;
      const lines = pdfFileId === null ? await linesOf(ctx, [id]) : [];
      const discountIds = lines.flatMap(({ discounts }) => discounts.flatMap((one) => one.discount_id ?? []));
      const coupons = await couponNames(ctx, [...new Set(discountIds)]);
      const isRendered = pdfFileId === null && invoice.collection === 'manual';
      const transfer = isRendered ? await deps.transferOf(ctx, invoice) : null;
      const { slug, settings } = ctx.tenant;
      const payUrl = settings.documents.payLink ? deps.payUrl(slug, id) : null;
      const linked = await linkedDocuments(ctx, id);
      const groups = namedGroups(lines, await loadLineNames(ctx, lines));
      const appendix =
        pdfFileId === null && settings.documents.appendix
          ? await (await import('./queries/appendix.ts')).appendixOf(ctx, invoice, lines, coupons)
          : null;
      const document = {
        ...documentOf(ctx, invoice, lines, { coupons, linked, groups, payUrl }),
        transfer,
        appendix,
      };
      return { ...invoice, pdfFileId, document };
    },
    keep: repo.keepPdf,
  });
}

/** The same of a credit note. Refuses with `credit_note.not_found`. */
export function createCreditNotePdf(deps: Deps): Pdf {
  return keptPdf(deps, {
    name: 'credit_note',
    async load(ctx, id) {
      const note = await findNote(ctx, id);
      if (note === undefined) return refuse('credit_note.not_found', 'There is no such credit note.');
      refuseTakenAway(note);
      const lines = note.pdfFileId === null ? await linesOfNotes(ctx, [id]) : [];
      const { noteDocumentOf } = await import('./queries/document.ts');
      return { ...note, document: noteDocumentOf(ctx, note, lines) };
    },
    keep: keepNotePdf,
  });
}

/** The same of a document beside the books. Refuses with `document.not_found`. */
export function createDocumentPdf(deps: Deps): Pdf {
  return keptPdf(deps, {
    name: null,
    async load(ctx, id) {
      const found = await findDocument(ctx, id);
      if (found === undefined) return refuse('document.not_found', 'There is no such document.');
      const { document } = JSON.parse(found.canonical) as { document: InvoiceDocument };
      return { ...found, document };
    },
    keep: keepDocumentPdf,
  });
}

/** A document that is issued nowhere, with a logo; nothing of it is kept. */
export function createPreviewPdf({ transactor, files, render }: Omit<Deps, 'eInvoices'>) {
  return async (
    request: FileRequest,
    write: (ctx: QueryCtx) => Promise<{ document: InvoiceDocument; logoFileId: string | null }>,
  ): Promise<InvoicePdf> => {
    const { document, logoFileId } = await transactor.query(request, write);
    const logo = await logoOf(files, request, logoFileId);
    return { name: 'preview.pdf', bytes: await render({ ...document, logo, eInvoice: null }) };
  };
}

/** A document does without a logo that was deleted or that cannot be drawn, as such were taken once. */
async function logoOf(files: Deps['files'], request: FileRequest, id: string | null) {
  if (id === null) return null;
  try {
    const { bytes } = await files.read(request, id);
    return isDrawable(bytes) ? bytes : null;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'file.not_found') return null;
    throw error;
  }
}

function keptPdf({ transactor, files, render, eInvoices }: Deps, kind: Kind): Pdf {
  const load = (request: FileRequest, id: string) =>
    transactor.query(request, async (ctx) => ({
      ...(await kind.load(ctx, id)),
      logoFileId: ctx.tenant.settings.logoFileId,
    }));
  const kept = async (request: FileRequest, fileId: string) => (await files.read(request, fileId)).bytes;
  return async (request, id) => {
    const { document, pdfFileId, customerId, logoFileId } = await load(request, id);
    const name = `${document.number}.pdf`;
    if (pdfFileId !== null) return { name, bytes: await kept(request, pdfFileId) };
    const logo = await logoOf(files, request, logoFileId);
    const eInvoice =
      kind.name === null ? null : await eInvoices.make(request, { kind: kind.name, id }, 'factur_x');
    // What lacks something for an e-invoice is a PDF alone.
    const bytes = await render({ ...document, logo, eInvoice: eInvoice?.ok ? eInvoice.value.text : null });
    // What changes with each payment is made anew; the document as it was issued is kept.
    if (document.settled !== null) return { name, bytes };
    const file = await files.store(request, { purpose: 'invoice_pdf', name, bytes, customerId });
    const isKept = await transactor.command(request, (ctx) => kind.keep(ctx, id, file.id));
    if (isKept) return { name, bytes };
    // Somebody else's rendering was kept first: that one is the document.
    const now = await load(request, id);
    return { name, bytes: await kept(request, now.pdfFileId ?? '') };
  };
}
