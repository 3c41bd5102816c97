import type { Actor, TenantContext } from '../../platform/context.ts';
import type { DueSource } from '../../platform/due.ts';
import type { Log } from '../../platform/log.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { type DocumentFormat, type DocumentRef, recordDelivery } from '../invoicing/api.ts';
import { openCase } from '../support/api.ts';
import { type MailTransport, NoMailServer, type OutgoingMail } from './api.ts';
import type { QueuedMail } from './repo.ts';
import * as repo from './repo.ts';
import { type Template, templateFor } from './templates/catalogue.ts';
import { mailHtml, mailText } from './templates/layout.ts';

export type SendMailsDeps = {
  transactor: Transactor;
  transport: MailTransport;
  log: Log;
  /** Address of the portal of a tenant, without a slash at the end. */
  portalUrl(slug: string): string;
  /** Where the payment request is paid by whoever has the address. */
  payUrl(tenant: Pick<TenantContext, 'publicId' | 'slug'>, requestId: string): string;
  /** The frozen PDF of an invoice, rendered at the first asking. */
  invoicePdf(tenantId: number, invoiceId: string): Promise<{ name: string; bytes: Uint8Array }>;
  creditNotePdf(tenantId: number, noteId: string): Promise<{ name: string; bytes: Uint8Array }>;
  documentPdf(tenantId: number, documentId: string): Promise<{ name: string; bytes: Uint8Array }>;
  receiptPdf(tenantId: number, paymentId: string): Promise<{ name: string; bytes: Uint8Array }>;
  /** The file that the customer wishes beside the PDF; null for none. */
  eInvoice(
    tenantId: number,
    document: DocumentRef,
  ): Promise<{ name: string; bytes: Uint8Array; format: DocumentFormat } | null>;
};

type Documents = Pick<
  SendMailsDeps,
  'invoicePdf' | 'creditNotePdf' | 'documentPdf' | 'receiptPdf' | 'eInvoice'
>;

/** What is attached; of invoices and credit notes, which document it is and in which forms. */
type Attached = {
  files: OutgoingMail['attachments'];
  document: DocumentRef | null;
  formats: readonly DocumentFormat[];
};

/** A stop waits for the mails that were claimed, and each may have a document to be rendered first. */
const MAX_CLAIM = 10;

const SENDER: Actor = { kind: 'system', id: 'send-mails' };

/**
 * Sends what is queued: claims under a lease, writes the mail, hands it over outside any transaction, then
 * records the outcome. A sender that dies in between sends again after its lease, with the same Message-ID.
 */
export function sendMailsSource(deps: SendMailsDeps): DueSource {
  return {
    name: 'mails',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ tenant_id: number }>(
        `select distinct tenant_id from mails where status = 'queued' and retry_at <= $1
           and (lease_until is null or lease_until <= $1)`,
        [new Date(wallNow).toISOString()],
      );
      return rows.map((row) => row.tenant_id);
    },
    // Mails leave in real time: they hold back no clock.
    nextDueAt: async () => null,
    run: (tenantId, limit) => run(deps, tenantId, limit),
  };
}

async function run(deps: SendMailsDeps, tenantId: number, limit: number): Promise<number> {
  const request = { tenantId, actor: SENDER, requestId: null };
  const claimed = await deps.transactor.command(request, async (ctx) => ({
    tenant: ctx.tenant,
    mails: await repo.claim(ctx, Math.min(limit, MAX_CLAIM)),
  }));
  for (const mail of claimed.mails) await sendOne(deps, claimed.tenant, mail);
  return claimed.mails.length;
}

async function sendOne(deps: SendMailsDeps, tenant: TenantContext, mail: QueuedMail): Promise<void> {
  const request = { tenantId: tenant.id, actor: SENDER, requestId: null };
  try {
    const { template, facts } = templateFor(mail.template, mail.facts);
    const attached = await attach(deps, tenant.id, template, facts);
    const audience = audienceOf(tenant.kind, template);
    // The address opens a payment, so it is not kept in the queue.
    const secret = template.linksPayment ? { pay_url: deps.payUrl(tenant, facts.request_id ?? '') } : {};
    const whole = { ...mail, facts: { ...mail.facts, ...secret } };
    await deps.transport.send(await writeMail(deps, tenant, whole, audience, attached.files));
    await deps.transactor.command(request, async (ctx) => {
      await repo.markSent(ctx, [mail.id]);
      const { document } = attached;
      if (document === null) return;
      for (const format of attached.formats)
        await recordDelivery(ctx, document, { channel: 'mail', format, recipient: mail.recipient });
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    deps.log.warn(
      { tenantId: tenant.id, objectId: mail.id, process: 'mails', reason },
      'a mail did not leave',
    );
    await deps.transactor.command(request, async (ctx) => {
      if (!(error instanceof NoMailServer)) return repo.markFailed(ctx, mail, reason);
      await openCase(ctx, {
        kind: 'mail.no_server',
        customerId: null,
        subjectId: tenant.publicId,
        detail: `${reason} What is to be sent waits.`,
        facts: {},
      });
      return repo.markWaiting(ctx, mail, reason);
    });
  }
}

/** The mail as it will leave. Also used for mails with secret links, which are sent at once and never queued. */
export async function writeMail(
  deps: Pick<SendMailsDeps, 'portalUrl'>,
  tenant: Pick<TenantContext, 'id' | 'slug' | 'name' | 'settings'>,
  mail: Pick<QueuedMail, 'id' | 'template' | 'recipient' | 'facts'>,
  audience: OutgoingMail['audience'],
  attachments: OutgoingMail['attachments'] = [],
): Promise<OutgoingMail> {
  const { template, facts } = templateFor(mail.template, mail.facts);
  const sellerName = tenant.settings.seller.legalName || tenant.name;
  const { inLanguage } = await import('./words/mail-words.ts');
  const locale = facts.locale ?? 'en';
  const written = template.write(facts, frameOf(sellerName, deps.portalUrl(tenant.slug)));
  const content = inLanguage(mail.template, locale, written, { ...facts, seller: sellerName });
  const frame = { sellerName, colour: tenant.settings.brandColour, locale };
  return {
    id: mail.id,
    tenantSlug: tenant.slug,
    template: mail.template,
    audience,
    senderName: sellerName,
    replyTo: tenant.settings.seller.email,
    recipient: mail.recipient,
    subject: content.subject,
    html: mailHtml(content, frame),
    text: mailText(content, frame),
    attachments,
  };
}

/** Both web apps stand at one address. */
function frameOf(sellerName: string, portalUrl: string): Parameters<Template['write']>[1] {
  return { sellerName, portalUrl, adminUrl: new URL('/admin', portalUrl).href };
}

/** What concerns staff leaves by the seller's server, but that of a sandbox never leaves this machine. */
function audienceOf(kind: TenantContext['kind'], { isForStaff }: Template): OutgoingMail['audience'] {
  return kind === 'live' && isForStaff === true ? 'staff' : kind;
}

async function attach(
  deps: Documents,
  tenantId: number,
  template: Template,
  facts: Readonly<Record<string, string>>,
): Promise<Attached> {
  if (template.attachesReceipt) {
    const receipt = await deps.receiptPdf(tenantId, facts.payment_id ?? '');
    return { files: [asPdf(receipt)], document: null, formats: [] };
  }
  if (template.attachesDocument) {
    const paper = await deps.documentPdf(tenantId, facts.document_id ?? '');
    return { files: [asPdf(paper)], document: null, formats: [] };
  }
  const document = documentOf(template, facts);
  if (document === null) return { files: [], document, formats: [] };
  const pdf = await (document.kind === 'invoice' ? deps.invoicePdf : deps.creditNotePdf)(
    tenantId,
    document.id,
  );
  const wished = await deps.eInvoice(tenantId, document);
  if (wished === null) return { files: [asPdf(pdf)], document, formats: ['pdf'] };
  const { name, bytes, format } = wished;
  const file = { name, contentType: 'application/xml', bytes };
  return { files: [asPdf(pdf), file], document, formats: ['pdf', format] };
}

function documentOf(template: Template, facts: Readonly<Record<string, string>>): DocumentRef | null {
  if (template.attachesInvoice) return { kind: 'invoice', id: facts.invoice_id ?? '' };
  return template.attachesCreditNote ? { kind: 'credit_note', id: facts.credit_note_id ?? '' } : null;
}

const asPdf = ({ name, bytes }: { name: string; bytes: Uint8Array }) => ({
  name,
  contentType: 'application/pdf',
  bytes,
});
