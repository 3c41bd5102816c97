import type { CommandCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type { FileRequest, FileService } from '../files/api.ts';
import type { InvoiceDocument, InvoiceRenderer } from './document.ts';
import { documentOf } from './queries/document.ts';
import { findInvoice, linesOf } from './queries/read.ts';
import * as repo from './repo.ts';

export type InvoicePdf = { name: string; bytes: Uint8Array };

/**
 * The PDF of an invoice: rendered at the first asking from the frozen document and kept as a file; the same bytes ever
 * after. Refuses with `invoice.not_found`.
 */
export function createInvoicePdf(deps: {
  transactor: Transactor;
  files: FileService;
  render: InvoiceRenderer;
}): (request: FileRequest, invoiceId: string) => Promise<InvoicePdf> {
  const { transactor, files } = deps;

  async function load(request: FileRequest, invoiceId: string) {
    return transactor.query(request, async (ctx) => {
      const invoice = await findInvoice(ctx, invoiceId);
      if (invoice === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
      const lines = invoice.pdfFileId === null ? await linesOf(ctx, [invoiceId]) : [];
      const logoFileId = ctx.tenant.settings.logoFileId;
      return { invoice, logoFileId, document: documentOf(ctx, invoice, lines, null) };
    });
  }

  async function withLogo(
    request: FileRequest,
    document: InvoiceDocument,
    logoFileId: string | null,
  ): Promise<InvoiceDocument> {
    if (logoFileId === null) return document;
    const { bytes } = await files.read(request, logoFileId);
    return { ...document, logo: bytes };
  }

  return async (request, invoiceId) => {
    const { invoice, document, logoFileId } = await load(request, invoiceId);
    const name = `${invoice.number}.pdf`;
    if (invoice.pdfFileId !== null)
      return { name, bytes: (await files.read(request, invoice.pdfFileId)).bytes };
    const bytes = await deps.render(await withLogo(request, document, logoFileId));
    const file = await files.store(request, {
      purpose: 'invoice_pdf',
      name,
      bytes,
      customerId: invoice.customerId,
    });
    const isKept = await transactor.command(request, (ctx: CommandCtx) =>
      repo.keepPdf(ctx, invoiceId, file.id),
    );
    if (isKept) return { name, bytes };
    // Somebody else's rendering was kept first: that one is the document.
    const kept = await load(request, invoiceId);
    return { name, bytes: (await files.read(request, kept.invoice.pdfFileId ?? '')).bytes };
  };
}
