import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { createFileService } from '../modules/files/service.ts';
import {
  createCreditNotePdf,
  createDocumentPdf,
  createEInvoices,
  createInvoicePdf,
  createPreviewPdf,
} from '../modules/invoicing/api.ts';
import { createReceiptPdf } from '../modules/payments/api.ts';
import type { Transactor } from '../platform/transaction.ts';
import { printedTransfer } from '../processes/transfer-details.ts';

/** Documents as PDF, invoices, credit notes, receipts and those beside the books, and as files for machines. */
export function documentsOf(
  transactor: Transactor,
  files: ReturnType<typeof createFileService>,
  origin: () => string,
) {
  const payUrl = (slug: string, id: string) => `${origin()}/p/${slug}/invoices/${encodeTypeId('inv', id)}`;
  const eInvoices = createEInvoices({ transactor, transferOf: printedTransfer });
  const parts = { transactor, files, eInvoices, render: renderPdf };
  return {
    eInvoices,
    pdf: createInvoicePdf({ ...parts, transferOf: printedTransfer, payUrl }),
    notePdf: createCreditNotePdf(parts),
    documentPdf: createDocumentPdf(parts),
    previewPdf: createPreviewPdf(parts),
    receiptPdf: createReceiptPdf({ transactor, render: renderPdf }),
  };
}

/** The renderer and its fonts are large, so they are loaded with the first document. */
const renderPdf: typeof import('../adapters/pdfkit/render-invoice.ts').renderInvoicePdf = async (
  document,
) => {
  const { renderInvoicePdf } = await import('../adapters/pdfkit/render-invoice.ts');
  return renderInvoicePdf(document);
};
