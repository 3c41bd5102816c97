import type { EInvoices } from '../modules/invoicing/api.ts';
import { sendMailsSource } from '../modules/notifications/send-mails.ts';
import type { DueSource } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import type { Transactor } from '../platform/transaction.ts';
import type { PayLinks } from '../processes/pay-link.ts';
import type { documentsOf } from './documents.ts';
import { wishedEInvoice } from './e-invoices.ts';
import type { composeMail } from './mail.ts';

/** Mails with their documents, which are made when the mail leaves. */
export function mailsSource(parts: {
  transactor: Transactor;
  mail: ReturnType<typeof composeMail>;
  log: Log;
  origin: () => string;
  payLinks: PayLinks;
  pdf: ReturnType<typeof documentsOf>['pdf'];
  notePdf: ReturnType<typeof documentsOf>['notePdf'];
  documentPdf: ReturnType<typeof documentsOf>['documentPdf'];
  receiptPdf: ReturnType<typeof documentsOf>['receiptPdf'];
  eInvoices: EInvoices;
}): DueSource {
  const { transactor, mail, log, origin, payLinks, pdf, notePdf, documentPdf, receiptPdf, eInvoices } = parts;
  const requestOf = (tenantId: number) => ({
    tenantId,
    actor: { kind: 'system' as const, id: 'send-mails' },
    requestId: null,
  });
  return sendMailsSource({
    transactor,
    transport: mail,
    log,
    payUrl: payLinks.urlOf,
    portalUrl: (slug) => `${origin()}/p/${slug}`,
    invoicePdf: (tenantId, id) => pdf(requestOf(tenantId), id),
    creditNotePdf: (tenantId, id) => notePdf(requestOf(tenantId), id),
    documentPdf: (tenantId, id) => documentPdf(requestOf(tenantId), id),
    receiptPdf: (tenantId, id) => receiptPdf(requestOf(tenantId), id),
    eInvoice: wishedEInvoice({ transactor, eInvoices }),
  });
}
